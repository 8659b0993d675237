"""The paper twin: the same questions with the same numbers on A4, in the reader's language."""

import functools

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import get_language

from icma.asks.forms.answering import regions
from icma.asks.models import Version
from icma.asks.pages import lines, words
from icma.matters.addresses import local
from icma.matters.bands import AgeBand, Sex
from icma.matters.compose.paper import pdf


def page(version: Version, nonce: str = "") -> str:
    """One HTML page for the printer."""
    form = version.form
    url = f"{settings.BASE_URL}{local(f'/anket/{form.code}/')}"
    return render_to_string("asks/paper.html", {
        **words(version), "version": version, "form": form, "lines": lines(version), "nonce": nonce, "url": url,
        "language": (get_language() or "az")[:2], "is_demo": settings.IS_DEMO,
        "qr": segno.make(url, error="m").svg_data_uri(scale=3, border=1),
        "sexes": [label for _key, label in Sex.choices[:2]], "bands": [label for _key, label in AgeBand.choices[:-1]],
        "regions": [name for _code, name in regions()],
    })  # fmt: skip


@functools.lru_cache(maxsize=16)
def made(html: str) -> bytes:
    """The page as PDF, kept while the same is asked for. Raises NoPango without the native library."""
    return pdf(html)
