"""Pages as pictures, and rectangles burned into them: what comes out has no text layer and no metadata."""

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from icma.core.action import Refused

if TYPE_CHECKING:
    from PIL.Image import Image

PAGES = 20
SIDE = 1600  # pixels of a page's longer side: small print stays legible
MOST_PIXELS = 40_000_000


@dataclass(frozen=True)
class Box:
    """A rectangle on page `page` (from 1); the rest in percent of the page's width and height."""

    page: int
    left: float
    top: float
    width: float
    height: float


def pages_of(data: bytes, kind: str, only: int | None = None) -> "list[Image]":
    """Pages as RGB pictures of at most SIDE pixels (`only`: one of them, from 1).

    Refused: unreadable, no such page, too many pages or pixels.
    """
    with _reading():
        return _pdf_pages(data, only) if kind == "pdf" else [_photo(data)][: 1 if only in (None, 1) else 0]


def sizes_of(data: bytes, kind: str) -> list[tuple[int, int]]:
    """Width and height of every page, for drawing; only their proportion matters. Refused as above."""
    with _reading():
        if kind != "pdf":
            return [_photo(data).size]
        with _opened(data) as document:
            return [(round(w), round(h)) for w, h in (page.get_size() for page in document)]


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except Refused:
        raise
    except Exception as error:  # both libraries raise many kinds for damaged files
        raise Refused(_("This file cannot be read as pages.")) from error


@contextmanager
def _opened(data: bytes) -> Iterator[Any]:
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    try:
        if len(document) > PAGES:
            raise Refused(_("The file has too many pages: at most %(n)s.") % {"n": PAGES})
        yield document
    finally:
        document.close()


def _pdf_pages(data: bytes, only: int | None) -> "list[Image]":
    with _opened(data) as document:
        numbers = range(len(document)) if only is None else range(only - 1, min(only, len(document)))
        return [_picture(document[number]) for number in numbers]


def _picture(page: Any) -> "Image":
    return page.render(scale=SIDE / max(*page.get_size(), 1)).to_pil().convert("RGB")


def _photo(data: bytes) -> "Image":
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise Refused(_("The picture has too many pixels."))
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((SIDE, SIDE))
        return upright.convert("RGB")


def burn(pages: "list[Image]", boxes: Iterable[Box]) -> "list[Image]":
    """Copies of the pages with black rectangles in place of what was there."""
    from PIL import Image, ImageDraw

    flat = []
    for page in pages:
        # A new picture from the pixels alone: nothing of the old file's metadata can come along.
        copy = Image.new("RGB", page.size)
        copy.paste(page)
        flat.append(copy)
    for box in boxes:
        if not 1 <= box.page <= len(flat):
            raise Refused(_("There is no page %(n)s.") % {"n": box.page})
        page = flat[box.page - 1]
        left, top = box.left * page.width / 100, box.top * page.height / 100
        right, bottom = left + box.width * page.width / 100, top + box.height * page.height / 100
        ImageDraw.Draw(page).rectangle((left, top, right, bottom), fill="black")
    return flat


def as_png(page: "Image") -> bytes:
    out = io.BytesIO()
    page.save(out, "PNG", optimize=False)
    return out.getvalue()


def flat_file(pages: "list[Image]", kind: str) -> bytes:
    """One JPEG for a photo; for a PDF a new PDF of pictures alone."""
    out = io.BytesIO()
    if kind == "pdf":
        pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=150)
        return _without_info(out.getvalue())
    pages[0].save(out, "JPEG", quality=82)
    return out.getvalue()


def _without_info(data: bytes) -> bytes:
    """Pillow writes creation dates into a PDF's information: taken out."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter()
    for page in PdfReader(io.BytesIO(data)).pages:
        writer.add_page(page)
    writer.metadata = None
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
