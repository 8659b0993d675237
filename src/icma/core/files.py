"""Files: sniffed, capped, re-encoded, kept under a random name; reached through a door alone.

Pictures are decoded once and written anew as JPEG: metadata, hidden data and the original bytes never reach the
disk. Papers (PDF) are kept as they came and are never public.

On the disk everything but moderated thumbnails is sealed: a scan shows who wrote and where they live, and neither
a stolen disk nor a backup may show it.
"""

import hashlib
import io
import os
import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.models import File, Visibility
from icma.core.seal import Unreadable, seal_bytes, unseal_bytes

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_BYTES = 12_000_000
MOST_PIXELS = {"JPEG": 50_000_000, "PNG": 25_000_000}  # a PNG cannot be decoded at a smaller scale
SIDE, THUMB_SIDE, THUMB_BYTES = 2000, 800, 60_000
TYPES = {
    "jpeg": "image/jpeg",
    "png": "image/png",
    "pdf": "application/pdf",
    "text": "text/plain; charset=utf-8",
    "mail": "message/rfc822",
}
PICTURES = ("jpeg", "png")
SEALED = b"icma-sealed-1\n"  # begins the bytes of a sealed file
_STARTS = ((b"\xff\xd8\xff", "jpeg"), (b"\x89PNG\r\n\x1a\n", "png"), (b"%PDF-", "pdf"))


def sniff(data: bytes) -> str:
    """ "jpeg", "png", "pdf", or "" for anything else, whatever the file is called."""
    return next((kind for start, kind in _STARTS if data.startswith(start)), "")


@action
def keep_file(
    data: bytes,
    *,
    at: datetime,
    by: Any = None,
    visibility: str = Visibility.STAFF,
    kinds: tuple[str, ...] = PICTURES,
) -> File:
    """Keep `data` (bytes of an upload) and return its row. Pictures become JPEG of at most 2,000 pixels a side.

    Raises Refused, in the reader's words: empty, larger than 12 MB, not one of `kinds`, not what it says,
    too many pixels, or no room on the disk; then nothing is left behind.
    """
    _check_size(data)
    kind = sniff(data)
    if kind not in kinds:
        raise Refused(_wrong_kind(kinds))
    width = height = None
    if kind in PICTURES:
        picture = _decoded(data, kind)
        width, height = picture.size
        data, kind = _jpeg(picture, 85), "jpeg"
    elif b"%%EOF" not in data[-2048:]:
        raise Refused(_("This PDF is not complete. Save it again and choose it once more."))
    return _keep(data, kind, width, height, visibility, at, by)


@action
def keep_mail(data: bytes, *, at: datetime, by: Any = None) -> File:
    """Keep a raw mail (bytes that `engines/inmail.py` has read) as it came, sealed, for those who lead alone."""
    return _keep(data, "mail", None, None, Visibility.STAFF, at, by)


def _check_size(data: bytes) -> None:
    if not data:
        raise Refused(_("The file is empty. Choose it once more."))
    if len(data) > MOST_BYTES:
        raise Refused(
            _("The file is larger than 12 MB. Choose a smaller one, or photograph it at a lower quality.")
        )


def _wrong_kind(kinds: tuple[str, ...]) -> str:
    if "pdf" in kinds:
        return _("This file cannot be taken, whatever its name says: only photos (JPEG, PNG) and PDF can.")
    return _("This file cannot be taken, whatever its name says: only photos (JPEG, PNG) can.")


def _decoded(data: bytes, kind: str) -> "Image":
    """Upright RGB picture of at most SIDE pixels a side; the number of pixels is checked before decoding."""
    from PIL import Image, ImageFile, ImageOps

    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint turns it on for the whole process with its first PDF
    try:
        picture = Image.open(io.BytesIO(data), formats=["JPEG", "PNG"])
        if picture.width * picture.height > MOST_PIXELS[picture.format or "PNG"]:
            raise Image.DecompressionBombError
        picture.draft("RGB", (SIDE, SIDE))  # a JPEG is decoded at a smaller scale at once
        picture = ImageOps.exif_transpose(picture)
        picture.thumbnail((SIDE, SIDE))
        return _on_white(picture)
    except Image.DecompressionBombError as error:  # ours, or of the very large ones Pillow's own
        raise Refused(_("The picture has too many pixels. Choose a smaller one.")) from error
    except (
        Exception
    ) as error:  # Pillow raises a dozen kinds for broken bytes; all mean the same to the reader
        raise Refused(
            _("The picture cannot be read: it is damaged or is not a photo. Choose another.")
        ) from error


def _on_white(picture: "Image") -> "Image":
    from PIL import Image

    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        ground = Image.new("RGBA", picture.size, "white")
        ground.alpha_composite(picture)
        picture = ground
    return picture.convert("RGB")


def _jpeg(picture: "Image", quality: int) -> bytes:
    """JPEG bytes without any metadata: the picture is handed over as pixels alone."""
    out = io.BytesIO()
    picture.info.clear()
    picture.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
    return out.getvalue()


def make_thumb(file: File, *, at: datetime, visibility: str = Visibility.PUBLIC) -> File:
    """A JPEG of at most 60 kB and 800 pixels a side from a kept picture."""
    with open_file(file) as source:
        picture = _decoded(source.read(), file.kind)
    side, quality = THUMB_SIDE, 80
    while True:
        picture.thumbnail((side, side))
        data = _jpeg(picture, quality)
        if len(data) <= THUMB_BYTES:
            return _keep(data, "jpeg", picture.width, picture.height, visibility, at, None)
        side, quality = side * 4 // 5, max(quality - 10, 50)


def path_of(file: File) -> Path:
    return Path(settings.FILES_DIR) / file.code[:2] / file.code


def open_file(file: File) -> BinaryIO:
    """The kept bytes; FileNotFoundError when they are lost (a restore without its files, or without its keys)."""
    source = path_of(file).open("rb")
    if source.read(len(SEALED)) != SEALED:
        source.seek(0)
        return source
    with source:
        try:
            return io.BytesIO(unseal_bytes(source.read()))
        except Unreadable as error:
            raise FileNotFoundError(f"{file.code} does not open with this key") from error


def _keep(
    data: bytes, kind: str, width: int | None, height: int | None, visibility: str, at: datetime, by: Any
) -> File:
    row = File(
        code=secrets.token_hex(16), sha256=hashlib.sha256(data).hexdigest(), kind=kind, size=len(data),
        width=width, height=height, visibility=visibility, at=at, by=by,
    )  # fmt: skip
    _write(path_of(row), data if visibility == Visibility.PUBLIC else SEALED + seal_bytes(data))
    try:
        row.save(force_insert=True)
    except BaseException:
        path_of(row).unlink(missing_ok=True)
        raise
    return row


def _write(path: Path, data: bytes) -> None:
    """All bytes, on the disk, or none: written beside and renamed."""
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with part.open("xb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        part.rename(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise Refused(
            _("There is no room for the file at the moment; what you wrote is kept. Try again later.")
        ) from error


@action
def drop_file(*, file: File) -> None:
    """Delete a file for good: its row and its bytes (an original after processing, an expired scan)."""
    path = path_of(file)
    file.delete()
    transaction.on_commit(lambda: path.unlink(missing_ok=True))


def sweep(at: datetime) -> int:
    """Delete bytes that no row names, older than a day: what a transaction left that did not end well."""
    before, gone = (at - timedelta(days=1)).timestamp(), 0
    for path in Path(settings.FILES_DIR).glob("??/*"):
        try:
            stale = path.stat().st_mtime < before
        except FileNotFoundError:
            continue
        if stale and not File.objects.filter(code=path.name).exists():
            path.unlink(missing_ok=True)
            gone += 1
    return gone
