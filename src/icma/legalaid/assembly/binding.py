"""Strangers' PDFs and pictures made harmless, and put together. Runs in the assembling process alone.

What comes out of a PDF is what its pages show: PDFium draws forms and notes into the page, then contents and resources alone
are copied; the catalogue, actions, scripts, attachments and metadata stay behind (ISO 32000-2: 12.6 actions, 7.11.4 embedded
files, 12.7 forms, 14.3 metadata). Afterwards every object is looked through once more.
"""

import contextlib
import io
from collections.abc import Iterator
from typing import Any

from icma.legalaid.assembly.reasons import Stopped

MOST_PIXELS = 40_000_000
MOST_PAGES = 400
MOST_SIDE = 14_400  # points: the format's own limit
PICTURE_SIDE = 2400  # pixels: an A4 page at 200 dpi
A4 = (595.28, 841.89)
ROOM = 46, 54, 46, 36  # points left free on a page of the bundle: top, bottom, and 36 at each side

_ACTIONS = {
    "/JavaScript": "script", "/Launch": "launch", "/SubmitForm": "form_action", "/ImportData": "form_action",
    "/GoToR": "launch", "/GoToE": "embedded_file", "/Rendition": "media", "/Movie": "media", "/Sound": "media",
    "/RichMediaExecute": "media",
}  # fmt: skip
_KEYS = {
    "/JS": "script", "/JavaScript": "script", "/EmbeddedFiles": "embedded_file", "/EF": "embedded_file",
    "/XFA": "script", "/RichMediaContent": "media", "/OCProperties": "layers",
}  # fmt: skip
_SUBTYPES = {"/RichMedia": "media", "/Screen": "media", "/3D": "media", "/FileAttachment": "embedded_file"}
_NEVER = {*_KEYS, "/OpenAction", "/AA", "/Launch", "/AcroForm", "/URI"}
_LEFT_BEHIND = ("/Metadata", "/PieceInfo", "/LastModified", "/AF", "/Annots", "/AA", "/B", "/StructParents",
                "/Thumb", "/Tabs", "/PresSteps", "/Trans", "/Dur", "/ID", "/OPI", "/StructParent")  # fmt: skip


def warm() -> None:
    """Loads the libraries and goes once through all of it: afterwards no file can be opened."""
    from PIL import Image

    Image.init()
    for form, kind in (("JPEG", "jpeg"), ("PNG", "png")):
        out = io.BytesIO()
        Image.new("RGB", (8, 8)).save(out, form)
        _head, clean = look(out.getvalue(), kind)
        look(clean[0], "pdf")
        _rasterised(clean[0])
        strip(out.getvalue(), kind)
    strip(clean[0], "pdf")
    join(clean[0], clean[0], places=[[0, 0, 0]], title="ə")
    with contextlib.suppress(Stopped):
        look(b"%PDF-1.7 broken", "pdf")


def look(data: bytes, kind: str) -> tuple[dict[str, Any], list[bytes]]:
    """One file as a PDF of what it shows; sizes of its pages in points; what was left out."""
    with _readable():
        if kind in ("jpeg", "png"):
            return _look_picture(data, kind)
        if kind != "pdf" or b"%PDF-" not in data[:1024]:
            raise Stopped("kind", kind)
        opened = _unlocked(data)
        removed = sorted(_active(opened))
        clean = _rasterised(opened) if "layers" in removed else _contents(_flattened(opened))
        from pypdf import PdfReader

        sizes = [
            [float(p.mediabox.width), float(p.mediabox.height)] for p in PdfReader(io.BytesIO(clean)).pages
        ]
        return {"pages": sizes, "removed": removed}, [clean]


@contextlib.contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except (Stopped, MemoryError):
        raise
    except Exception as error:  # the libraries raise many kinds for damaged files
        raise Stopped("broken") from error


def _look_picture(data: bytes, kind: str) -> tuple[dict[str, Any], list[bytes]]:
    picture = _upright(data, kind)
    out = io.BytesIO()
    # Points, so that a whole page of paper is a whole page of the bundle.
    picture.save(out, "PDF", resolution=max(picture.size) * 72 / A4[1], quality=88)
    clean = _contents(out.getvalue())
    wide, high = picture.size
    scale = A4[1] / max(wide, high)
    return {"pages": [[wide * scale, high * scale]], "removed": []}, [clean]


def _upright(data: bytes, kind: str) -> Any:
    """The pixels alone, turned as the camera meant them."""
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(data), formats=(kind.upper(),)) as picture:  # ascii
        if picture.width * picture.height > MOST_PIXELS:
            raise Stopped("too_large", "pixels")
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((PICTURE_SIDE, PICTURE_SIDE))
        if upright.mode in ("RGBA", "LA", "P", "PA"):
            upright = upright.convert("RGBA")
            paper = Image.new("RGBA", upright.size, "white")
            upright = Image.alpha_composite(paper, upright)
        flat = Image.new("RGB", upright.size)
        flat.paste(upright.convert("RGB"))
        return flat


def _document(data: bytes) -> Any:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise Stopped("encrypted") from error
        raise Stopped("broken") from error
    if not 0 < len(document) <= MOST_PAGES:
        raise Stopped("too_large" if len(document) else "broken", "pages")
    return document


def _saved(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out, flags=2 | 3)  # FPDF_NO_INCREMENTAL | FPDF_REMOVE_SECURITY
    return out.getvalue()


def _unlocked(data: bytes) -> bytes:
    """The file itself; where only changes are locked, a copy without the lock."""
    document = _document(data)
    try:
        for page in document:
            if max(page.get_size()) > MOST_SIDE:
                raise Stopped("too_large", "page")
        return _saved(document) if b"/Encrypt" in data else data
    finally:
        document.close()


def _active(data: bytes) -> set[str]:
    """What acts in a file, by name. An object that cannot be read is left behind anyway."""
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(data))
    found: set[str] = set()
    numbers = {n for table in reader.xref.values() for n in table} | set(reader.xref_objStm)
    for number in numbers:
        with contextlib.suppress(Exception):
            found |= _acts(reader.get_object(number))
    return found | _acts(reader.trailer)


def _acts(thing: Any, depth: int = 0) -> set[str]:
    """Words of `_ACTIONS`, `_KEYS`, `_SUBTYPES` in one object, not through its references."""
    found: set[str] = set()
    if depth > 30:
        return found
    if isinstance(thing, dict):
        action, subtype = str(dict.get(thing, "/S", "")), str(thing.get("/Subtype", ""))
        found |= {
            word for key, word in ((action, _ACTIONS.get(action)), (subtype, _SUBTYPES.get(subtype))) if word
        }
        found |= {_KEYS[key] for key in thing if key in _KEYS}
        if thing.get("/Type") == "/EmbeddedFile":
            found.add("embedded_file")
        if thing.get("/FT") == "/Sig" and "/V" in thing:
            found.add("signature")
        if _unseen_text(thing):
            found.add("form_text")
        for key in thing:
            inner = dict.__getitem__(thing, key)  # without following a reference
            if isinstance(inner, (dict, list)):
                found |= _acts(inner, depth + 1)
    elif isinstance(thing, list):
        for inner in list.__iter__(thing):
            if isinstance(inner, (dict, list)):
                found |= _acts(inner, depth + 1)
    return found


def _unseen_text(field: Any) -> bool:
    """What was typed into a form that holds no drawing of it: PDFium draws it without letters like ə and ı."""
    if field.get("/FT") != "/Tx" or "/AP" in field or "/Kids" in field:
        return False
    return any(ord(letter) > 255 for letter in str(field.get("/V", "")))


def _flattened(data: bytes) -> bytes:
    """Forms and notes as part of the page. Where PDFium cannot, the page stays without them."""
    from pypdfium2 import raw

    document = _document(data)
    try:
        document.init_forms()
        for number in range(len(document)):
            page = document[number]
            raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY)
            page.close()
        return _saved(document)
    finally:
        document.close()


def _contents(data: bytes) -> bytes:
    """A new PDF of contents and resources, upright, cut to what is shown."""
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import RectangleObject

    writer = PdfWriter()
    for page in PdfReader(io.BytesIO(data)).pages:
        copy = writer.add_page(page, excluded_keys=_LEFT_BEHIND)
        shown = tuple(float(n) for n in copy.cropbox)
        if shown[2] - shown[0] < 1 or shown[3] - shown[1] < 1:
            raise Stopped("broken", "page")
        for box in ("/CropBox", "/TrimBox", "/ArtBox", "/BleedBox"):
            copy.pop(box, None)
        copy.mediabox = RectangleObject(shown)
        copy.transfer_rotation_to_content()
    return _closed(writer, "")


def _closed(writer: Any, title: str) -> bytes:
    """The file, without metadata and with nothing that acts; links inside the document may stay."""
    for thing in writer._objects:
        if isinstance(thing, dict):
            for key in ("/Metadata", "/PieceInfo", "/LastModified", "/AF", "/OPI"):
                thing.pop(key, None)
            _refuse_active(thing)
    writer.metadata = {"/Title": title} if title else None
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _refuse_active(thing: Any) -> None:
    if _acts(thing) - {"layers"} or any(key in _NEVER for key in thing):
        raise Stopped("unsafe")
    if thing.get("/Subtype") == "/PS" or (
        "/F" in thing and "/Length" in thing
    ):  # a program; a stream elsewhere
        raise Stopped("unsafe")


def _rasterised(data: bytes) -> bytes:
    """Pages as pictures: with layers, only what is switched on may come along."""
    document = _document(data)
    pictures = []
    try:
        for number in range(len(document)):
            page = document[number]
            size = page.get_size()
            pictures.append(
                (page.render(scale=min(2, PICTURE_SIDE / max(size))).to_pil().convert("RGB"), size)
            )
    finally:
        document.close()
    out = io.BytesIO()
    first, size = pictures[0]
    rest = [picture for picture, _size in pictures[1:]]
    first.save(
        out,
        "PDF",
        save_all=True,
        append_images=rest,
        resolution=first.width * 72 / max(1, size[0]),
        quality=88,
    )
    return _contents(out.getvalue())


def join(
    front: bytes, *files: bytes, places: list[list[int]], title: str
) -> tuple[dict[str, Any], list[bytes]]:
    """`front` with pages of `files` laid into it; places: [page of front, file, page of file], all from 0."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(front)))
    readers = [PdfReader(io.BytesIO(data)) for data in files]
    for at, which, number in places:
        _lay(writer.pages[at], readers[which].pages[number])
    for page in writer.pages:
        page.compress_content_streams()
    return {"pages": len(writer.pages)}, [_closed(writer, title)]


def _lay(target: Any, page: Any) -> None:
    from pypdf import Transformation

    top, bottom, _gap, side = ROOM
    wide, high = float(target.mediabox.width) - 2 * side, float(target.mediabox.height) - top - bottom
    own_wide, own_high = float(page.mediabox.width), float(page.mediabox.height)
    scale = min(wide / own_wide, high / own_high, 1)
    left = side + (wide - own_wide * scale) / 2
    low = bottom + (high - own_high * scale)  # at the top of the room, as a page is read
    move = Transformation().translate(-float(page.mediabox.left), -float(page.mediabox.bottom))
    target.merge_transformed_page(page, move.scale(scale).translate(left, low))


def strip(data: bytes, kind: str) -> tuple[dict[str, Any], list[bytes]]:
    """The same file without what it says about its maker: camera, place, author, program."""
    with _readable():
        if kind == "pdf":
            return {}, look(data, "pdf")[1]
        out = io.BytesIO()
        _upright(data, kind).save(
            out, "JPEG" if kind == "jpeg" else "PNG", **({"quality": 90} if kind == "jpeg" else {})
        )
        return {}, [out.getvalue()]
