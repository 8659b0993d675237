"""Files are what their bytes are: sniffed, capped before decoding, re-encoded; nothing half-written stays."""

import errno
import io
import os
import struct
import zlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as conf

from icma.core import files, keys
from icma.core.action import Refused
from icma.core.files import SEALED, drop_file, keep_file, make_thumb, open_file, path_of, sweep
from icma.core.models import File

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.one_engine,
]  # pictures and papers: no database says otherwise


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"


def on_disk() -> list[Path]:
    return [path for path in Path(conf.FILES_DIR).rglob("*") if path.is_file()]


def picture(kind="JPEG", size=(640, 480), mode="RGB", noise=False, **more) -> bytes:
    from PIL import Image

    image = (
        Image.frombytes(mode, size, os.urandom(size[0] * size[1] * len(mode)))
        if noise
        else Image.new(mode, size, 80)
    )
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def bomb(side: int) -> bytes:
    """A PNG of a few kilobytes that would decode to side × side pixels."""
    rows = zlib.compress(b"\0" * ((side // 8 + 1) * 2000), 9)
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_a_photo_is_kept_without_its_metadata_under_a_random_name(at):
    from PIL import Image

    exif = Image.Exif()
    exif[0x010E] = "Əlinin evi"
    exif.get_ifd(0x8825)[2] = (40.0, 39.0, 0.0)
    data = picture(exif=exif, comment=b"secret remark")
    file = keep_file(data, at=at)
    kept = open_file(file).read()
    assert (file.kind, file.width, file.height, file.visibility) == ("jpeg", 640, 480, "staff")
    assert b"Exif" not in kept and b"secret" not in kept and b"evi" not in kept
    assert len(file.code) == 32 and len(kept) == file.size
    assert file.code not in str(data[:100])


def test_only_moderated_thumbnails_lie_open_on_the_disk(at, tmp_path, settings):
    """A stolen disk or a backup shows no scan; without the key a file is lost, never shown wrong."""
    scan = keep_file(b"%PDF-1.4 kimdenmektub %%EOF", at=at, kinds=("pdf",))
    photo = keep_file(picture(), at=at)
    thumb = make_thumb(photo, at=at)
    assert b"kimdenmektub" in open_file(scan).read() and open_file(photo).read().startswith(b"\xff\xd8")
    assert path_of(thumb).read_bytes().startswith(b"\xff\xd8")
    for file in (scan, photo):
        assert path_of(file).read_bytes().startswith(SEALED)
        assert b"kimden" not in path_of(file).read_bytes() and b"JFIF" not in path_of(file).read_bytes()
    keys.key.cache_clear()
    settings.KEYS_DIR = tmp_path / "others"
    with pytest.raises(FileNotFoundError):
        open_file(scan)
    keys.key.cache_clear()


def test_a_turned_photo_stands_upright(at):
    from PIL import Image

    exif = Image.Exif()
    exif[0x0112] = 6
    file = keep_file(picture(exif=exif), at=at)
    assert (file.width, file.height) == (480, 640)


def test_a_large_photo_is_made_smaller_and_transparency_becomes_white(at):
    from PIL import Image

    file = keep_file(picture(size=(4000, 3000)), at=at)
    assert max(file.width, file.height) == files.SIDE
    file = keep_file(picture("PNG", mode="RGBA"), at=at)
    shown = Image.open(open_file(file))
    assert shown.mode == "RGB"
    out = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(out, "PNG")
    clear = Image.open(open_file(keep_file(out.getvalue(), at=at)))
    assert clear.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<?xml version='1.0'?><svg onload='alert(1)'/>",
        b"GIF89a" + b"\0" * 100,
        b"PK\x03\x04" + b"\0" * 100,
        b"MZ" + b"\0" * 100,
        b"<html><script>alert(1)</script></html>",
        b"\xff\xd8\xff\xe0 not a photo at all",
        b"\x89PNG\r\n\x1a\n broken",
        b"%PDF-1.7 a paper where a photo is wanted %%EOF",
    ],
    ids=["empty", "svg", "xml", "gif", "zip", "exe", "html", "fake-jpeg", "fake-png", "pdf"],
)
def test_what_is_no_photo_is_refused_whatever_its_name_says(at, data):
    with pytest.raises(Refused):
        keep_file(data, at=at)
    assert not File.objects.exists() and not on_disk()


def test_thirty_megabytes_are_refused_before_anything_is_decoded(at, monkeypatch):
    monkeypatch.setattr(files, "_decoded", lambda *a: pytest.fail("decoded"))
    with pytest.raises(Refused, match="12 MB"):
        keep_file(b"\xff\xd8\xff" + b"\0" * 30_000_000, at=at)


@pytest.mark.parametrize("side", [20_000, 60_000])
def test_a_bomb_is_refused_by_its_number_of_pixels(at, side):
    import resource

    data = bomb(side)
    assert len(data) < 200_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(Refused, match="həddən artıq böyük"):
        keep_file(data, at=at)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000
    assert not on_disk()


def test_a_photo_that_ends_half_way_is_refused_also_after_a_pdf_was_made(at, monkeypatch):
    monkeypatch.setattr("PIL.ImageFile.LOAD_TRUNCATED_IMAGES", True)  # as WeasyPrint leaves it
    data = picture("PNG", noise=True)
    with pytest.raises(Refused):
        keep_file(data[: len(data) // 2], at=at)
    assert not on_disk()


def test_a_photo_that_hides_a_program_behind_itself_is_kept_without_it(at):
    file = keep_file(picture() + b"<script>alert(1)</script>PK\x03\x04", at=at)
    assert b"script" not in open_file(file).read()


def test_a_paper_is_kept_as_it_came_where_papers_are_wanted(at):
    data = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
    file = keep_file(data, at=at, kinds=("jpeg", "png", "pdf"))
    assert file.kind == "pdf" and open_file(file).read() == data
    with pytest.raises(Refused):
        keep_file(data[:20], at=at, kinds=("pdf",))


def test_a_thumbnail_is_small_however_busy_the_picture(at):
    file = keep_file(picture(size=(2000, 2000), noise=True), at=at)
    thumb = make_thumb(file, at=at)
    assert thumb.size <= 60_000 and max(thumb.width, thumb.height) <= 800
    assert thumb.visibility == "public"


def test_a_full_disk_says_so_and_leaves_nothing(at, monkeypatch):
    def full(_handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(Refused):
        keep_file(picture(), at=at)
    assert not File.objects.exists() and not on_disk()


def test_a_dropped_file_is_gone_from_disk_after_the_commit(at, django_capture_on_commit_callbacks):
    file = keep_file(picture(), at=at)
    path = path_of(file)
    with django_capture_on_commit_callbacks(execute=True):
        drop_file(file=file)
    assert not File.objects.exists() and not path.exists()


def test_bytes_without_a_row_are_swept_after_a_day(at):
    file = keep_file(picture(), at=at)
    orphan = path_of(file).with_name("f" * 32)
    orphan.write_bytes(b"x")
    os.utime(orphan, (at.timestamp(),) * 2)
    os.utime(path_of(file), (at.timestamp(),) * 2)
    assert sweep(at) == 0
    assert sweep(at + timedelta(days=2)) == 1
    assert on_disk() == [path_of(file)]
