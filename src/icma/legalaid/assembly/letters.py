"""Papers that are printed as they are: HTML from Django's templates, PDF from the process without network or disk.

Plain values in, PDF bytes out. Every function raises Unrenderable (`no_sandbox`: Pango or the walls are missing).
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from icma.legalaid.assembly.sandbox import Unrenderable, work


def letter(
    *,
    title: str,
    body: list[str],
    to: str,
    sender: str,
    on: date,
    language: str = "az",
) -> bytes:
    """`body`: paragraphs of plain text."""
    with translation.override(language):
        return _printed("letter", language, title=title, body=body, to=to, sender=sender, on=on)[1]


def hearing(
    *,
    body: str,
    at_text: str,
    reference: str = "",
    room: str = "",
    parties: Sequence[dict[str, str]] = (),
    points: Sequence[str] = (),
    take: Sequence[str] = (),
    phone: str = "",
    language: str = "az",
) -> bytes:
    """One page for the courthouse, in small letters where it must be. Unrenderable("too_large"): it would take a second one."""
    for dense in (False, True):
        with translation.override(language):
            head, pdf = _printed(
                "hearing", language, title=_("Hearing"), body=body, at_text=at_text, reference=reference, room=room,
                parties=parties, points=points, take=take, phone=phone, dense=dense,
            )  # fmt: skip
        if head["pages"] == 1:
            return pdf
    raise Unrenderable("too_large", _("one page"))


def _printed(name: str, language: str, **values: Any) -> tuple[dict[str, Any], bytes]:
    html = render_to_string(f"legalaid/paper/{name}.html", {**values, "language": language})
    head, blobs = work("page", [html.encode()])
    return head, blobs[0]
