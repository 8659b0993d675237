"""Exhibits as one file for a court or an authority: list, cover sheets, pages numbered through. Bytes in, bytes out."""

from dataclasses import dataclass, replace
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from icma.legalaid.assembly.sandbox import Unrenderable, work

MB = 1024 * 1024
MOST_EXHIBITS, MOST_PAGES, MOST_BYTES = 60, 400, 60 * MB
KINDS = ("pdf", "jpeg", "png")


@dataclass(frozen=True)
class Exhibit:
    """A paper of the case as it was uploaded. `number`: what it is called by, 0 for its place among the others.

    `date`, `note`: as they shall be printed.
    """

    title: str
    data: bytes
    kind: str
    date: str = ""
    note: str = ""
    number: int = 0


@dataclass(frozen=True)
class Row:
    """A line of the list of exhibits. `removed`: what of the file was left out, words of binding."""

    number: int
    name: str
    title: str
    first_page: int
    pages: int
    removed: tuple[str, ...]


@dataclass(frozen=True)
class Bundle:
    pdf: bytes
    pages: int
    rows: tuple[Row, ...]


def bundle(
    *, title: str, reference: str, exhibits: list[Exhibit], language: str = "az", covers: bool = True
) -> Bundle:
    """One PDF. Unrenderable names the number of the exhibit that is at fault."""
    exhibits = [one if one.number else replace(one, number=place) for place, one in enumerate(exhibits, 1)]
    _check(exhibits)
    seen = [_look(exhibit) for exhibit in exhibits]
    if sum(len(pages) for pages, _r, _c in seen) > MOST_PAGES:
        raise Unrenderable("too_large", str(MOST_PAGES))
    html = _front(title, reference, exhibits, [pages for pages, _r, _c in seen], language, covers)
    head, front = work("page", [html.encode()], tagged=False)
    places = [
        [head["anchors"][f"x{at}-{number}"] - 1, at, number]
        for at, (pages, _removed, _clean) in enumerate(seen)
        for number in range(len(pages))
    ]
    answer, blobs = work("join", [*front, *(clean for _p, _r, clean in seen)], places=places, title=title)
    rows = tuple(
        Row(
            exhibit.number,
            name_of(exhibit.number),
            exhibit.title,
            head["anchors"][f"x{at}-0"],
            len(pages),
            tuple(removed),
        )
        for at, (exhibit, (pages, removed, _clean)) in enumerate(zip(exhibits, seen, strict=True))
    )
    return Bundle(blobs[0], answer["pages"], rows)


def left_out(word: str) -> str:
    """A word of `Row.removed` as a sentence for the lawyer."""
    return {
        "script": _("A script was left out."),
        "embedded_file": _("A file inside the file was left out."),
        "launch": _("A link that starts a program or opens another file was left out."),
        "form_action": _("A button that sends the form away was left out."),
        "media": _("Sound or film was left out."),
        "signature": _("The electronic signature is not carried over: hand in the original file too."),
        "layers": _("The pages became pictures: layers that were switched off stay invisible."),
        "form_text": _("Letters of the filled-in form may be missing: compare it with the original."),
    }[word]


def stripped(data: bytes, kind: str) -> bytes:
    """The file without metadata, and without anything that acts. kind: pdf, jpeg, png, docx."""
    return work("strip_docx" if kind == "docx" else "strip", [data], kind=kind)[1][0]


def name_of(number: int) -> str:
    """What the exhibits are called in the papers of a court, which are in Azerbaijani."""
    return f"Əlavə {number}"


def _check(exhibits: list[Exhibit]) -> None:
    if not exhibits:
        raise Unrenderable("kind")
    if len(exhibits) > MOST_EXHIBITS or sum(len(one.data) for one in exhibits) > MOST_BYTES:
        raise Unrenderable("too_large")
    for one in exhibits:
        if one.kind not in KINDS:
            raise Unrenderable("kind", name_of(one.number))


def _look(exhibit: Exhibit) -> tuple[list[list[float]], list[str], bytes]:
    """Each file in a process of its own: no exhibit can see another."""
    try:
        head, blobs = work("look", [exhibit.data], kind=exhibit.kind)
    except Unrenderable as error:
        raise Unrenderable(error.reason, name_of(exhibit.number)) from error
    return head["pages"], head["removed"], blobs[0]


def _front(
    title: str,
    reference: str,
    exhibits: list[Exhibit],
    sizes: list[list[list[float]]],
    language: str,
    covers: bool,
) -> str:
    """Cover, list and an empty, numbered page for every page of every exhibit."""
    parts: list[dict[str, Any]] = [
        {
            "at": at, "name": name_of(exhibit.number), "exhibit": exhibit, "count": len(pages),
            "leaves": [{"id": f"x{at}-{number}", "wide": wide > high} for number, (wide, high) in enumerate(pages)],
        }
        for at, (exhibit, pages) in enumerate(zip(exhibits, sizes, strict=True))
    ]  # fmt: skip
    with translation.override(language):
        return render_to_string(
            "legalaid/paper/bundle.html",
            {"title": title, "reference": reference, "parts": parts, "covers": covers, "language": language},
        )
