"""The letter on paper: HTML, PDF, plain text. Name and address pass through here and stay nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import segno
from django.conf import settings
from django.template.loader import render_to_string

from icma.matters.compose.addressee import chosen
from icma.matters.models import Letter


@dataclass(frozen=True)
class Sender:
    """What the law wants to know of a sender; typed last, held in memory for one page."""

    name: str
    address: str
    contact: str = ""

    @property
    def names(self) -> list[str]:
        """Several people, one under the other: each signs."""
        return [name.strip() for name in self.name.splitlines() if name.strip()]


class NoPango(Exception):
    """The PDF library's native part is not installed."""


def thread_url(letter: Letter) -> str:
    return f"{settings.BASE_URL}/m/{letter.matter.code}/"


def page(
    letter: Letter, sender: Sender, on: date, reply_code: str = "", nonce: str = "", code_days: int = 0,
    mail: str = "",
) -> str:  # fmt: skip
    """The letter as one HTML page for the printer, in the letter's own language. `mail`: where answers may be mailed."""
    address = chosen(letter, on).address
    return render_to_string(
        "matters/letter_paper.html",
        {
            "letter": letter, "sender": sender, "on": on, "nonce": nonce, "reply_code": reply_code,
            "code_days": code_days, "mail": mail,
            "reply_url": f"{settings.BASE_URL}/cavab/",
            "qr": _qr(thread_url(letter)) if letter.with_qr else "", "thread_url": thread_url(letter),
            "address": address.value if address else "", "is_demo": settings.IS_DEMO,
        },
    )  # fmt: skip


def sheets(pages: Sequence[str]) -> str:
    """Papers of `page(...)` as one for the printer; each begins on a sheet of its own."""
    head, _body, rest = pages[0].partition("<body>")
    inner = [one.partition("<body>")[2].partition("</body>")[0] for one in pages]
    joined = "".join(f'<section class="sheet">{one}</section>' for one in inner)
    return f"{head}<body>{joined}</body>{rest.partition('</body>')[2]}"


def _qr(url: str) -> str:
    """The address as a data URI of an SVG."""
    return segno.make(url, error="m").svg_data_uri(scale=3, border=1)


def pdf(html: str) -> bytes:
    """PDF of `page(...)`, made in memory; nothing is fetched. NoPango where the native library is missing."""
    try:
        import weasyprint
    except OSError as error:
        raise NoPango from error
    return weasyprint.HTML(string=html, url_fetcher=only_data()).write_pdf(pdf_variant="pdf/ua-1")


def only_data() -> Any:
    """A letter loads nothing: no picture from elsewhere can tell that it was printed."""
    from weasyprint.urls import URLFetcher

    return URLFetcher(allowed_protocols=("data",), allow_redirects=False)


def text(letter: Letter) -> str:
    """For portals: the body alone. Name and address have their own boxes there."""
    return letter.body
