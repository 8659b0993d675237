"""Poster and delivery sheet on paper: A4, with QR and the root of the log. Nothing is fetched, nothing is kept."""

import base64
import functools

import segno
from django.template.loader import render_to_string
from django.utils.translation import override

from icma.advocacy import keyring
from icma.advocacy.kit import Kit
from icma.core.pictures import FONTS
from icma.matters.compose.paper import pdf

TEMPLATES = {"poster": "advocacy/kit_poster.html", "delivery": "advocacy/kit_delivery.html"}


def page(kit: Kit, name: str, nonce: str = "") -> str:
    """The paper as one HTML page for the printer, in the language of the kit."""
    with override(kit.language):
        return render_to_string(TEMPLATES[name], {
            "kit": kit, "nonce": nonce, "size": size_of(kit), "serif": _font("NotoSerif-Bold.ttf"), "sans": _font("NotoSans-Regular.ttf"),
            "qr": segno.make(kit.url, error="m").svg_data_uri(scale=4, border=1),
            "key": bytes(keyring.public_key()).hex() if kit.proofs else "",
        })  # fmt: skip


def size_of(kit: Kit) -> str:
    """How large a poster's letters may be, for it is one sheet: a second one is not hung up."""
    words = (
        len(kit.demand) + len(kit.authority) + (len(kit.what) if kit.most else 0) + 20 * len(kit.proofs[1:])
    )
    if len(kit.title) <= 30 and words <= 200:
        return "large"
    return "middle" if len(kit.title) <= 90 and words <= 420 else "small"


@functools.lru_cache(maxsize=32)
def paper(kit: Kit, name: str) -> bytes:
    """PDF; raises NoPango where the native library is missing."""
    return pdf(page(kit, name))


@functools.cache
def _font(name: str) -> str:
    return "data:font/ttf;base64," + base64.b64encode((FONTS / name).read_bytes()).decode()
