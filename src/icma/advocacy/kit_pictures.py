"""Pictures to pass on: 1200 × 630 for links, 1080 × 1920 for stories. Made once a kit, kept in the process."""

import functools
import io
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import override

from icma.advocacy.kit import Kit
from icma.core.pictures import EDGE, INK, MADDER, SOFT, WOOL, band, font_of, mark, qr, wrapped
from icma.core.words import num

if TYPE_CHECKING:
    from PIL import Image, ImageDraw

SHARE, STORY = (1200, 630), (1080, 1920)
SIZES = {"share": SHARE, "story": STORY}


@functools.lru_cache(maxsize=64)
def picture(kit: Kit, shape: str) -> bytes:
    """PNG of the kit in its own language; `shape`: share or story."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", SIZES[shape], WOOL)
    pen = ImageDraw.Draw(image)
    with override(kit.language):
        (_share if shape == "share" else _story)(image, pen, kit)
    out = io.BytesIO()
    image.quantize(64).save(out, "PNG", optimize=True)
    return out.getvalue()


def _share(image: "Image.Image", pen: "ImageDraw.ImageDraw", kit: Kit) -> None:
    wide, high = SHARE
    edge, strip = 64, band(wide)
    code, beside = high - 236, wide - 2 * edge - 240  # where the QR code begins, and the room at its left
    image.paste(strip.resize((wide, 60)), (0, 0))
    pen.text((edge, 92), "İcma", INK, font_of("serif", 44))
    mark(pen, kit.mark, wide - edge, 84)
    pen.text((edge, 158), f"{kit.kind} · {kit.place}", SOFT, font_of("sans", 30))
    body = _body(pen, kit, 30, beside, "sans")
    number = high - 204 if kit.most else high - 90  # above it nothing else is drawn
    top = _lines(pen, kit.title, edge, 206, wide - 2 * edge, (64, 56, 48, 42, 36), code - 206 - 10)
    for line in body[: max((number - 10 - top) // 40, 0)]:
        pen.text((edge, top + 4), line, SOFT, font_of("sans", 30))
        top += 40
    if kit.most:
        pen.text((edge, high - 132), num(kit.most.count), MADDER, font_of("serif", 76), anchor="ls")
        left = edge + int(pen.textlength(num(kit.most.count), font_of("serif", 76))) + 24
        if kit.of:
            pen.text((left, high - 132), _("confirmed support"), INK, font_of("sans", 30), anchor="ls")
        _one_line(pen, kit.of or kit.what, edge, high - 116, beside, 30)
    pen.text((edge, high - 48), kit.url.split("://", 1)[-1], SOFT, font_of("sans", 28), anchor="ls")
    qr(pen, kit.url, (wide - edge - 200, code), 204)


def _body(pen: "ImageDraw.ImageDraw", kit: Kit, size: int, wide: int, font: str) -> list[str]:
    """To whom it goes, in at most two lines."""
    words = _("To: %(body)s") % {"body": kit.authority} if kit.authority else ""
    return wrapped(pen, words, font_of(font, size), wide)[:2] if words else []


def _story(image: "Image.Image", pen: "ImageDraw.ImageDraw", kit: Kit) -> None:
    wide, high = STORY
    strip = band(wide)
    image.paste(strip, (0, 0))
    image.paste(strip, (0, high - strip.height))
    pen.text((EDGE, 184), "İcma", INK, font_of("serif", 64))
    mark(pen, kit.mark, wide - EDGE, 192)
    pen.text((EDGE, 314), f"{kit.kind} · {kit.place}", SOFT, font_of("sans", 40))
    top = _lines(pen, kit.title, EDGE, 400, wide - 2 * EDGE, (92, 84, 76, 68, 60, 52), 400) + 40
    font, body = font_of("sans", 44), _body(pen, kit, 44, wide - 2 * EDGE, "serif")
    number = high - 700 if kit.most else high - 480  # above it nothing else is drawn
    room = number - top - 60 * len(body) - (24 if body else 0)
    demand = wrapped(pen, " ".join(kit.demand.split()), font, wide - 2 * EDGE)
    for line in _first(demand, min(room // 62, 7)):
        pen.text((EDGE, top), line, INK, font)
        top += 62
    for line in body:
        pen.text((EDGE, top + 24), line, INK, font_of("serif", 44))
        top += 60
    if kit.most:
        pen.text((EDGE, high - 580), num(kit.most.count), MADDER, font_of("serif", 120), anchor="ls")
        _one_line(pen, _("confirmed support"), EDGE, high - 566, wide - 2 * EDGE, 44)
        _one_line(pen, kit.of, EDGE, high - 510, wide - 2 * EDGE, 40)
    side = qr(pen, kit.url, (EDGE, high - 450))
    left = EDGE + side + 44
    pen.text((left, high - 430), _("Look here"), INK, font_of("serif", 46))
    for place, line in enumerate(
        wrapped(pen, kit.url.split("://", 1)[-1], font_of("sans", 36), wide - EDGE - left)[:4]
    ):
        pen.text((left, high - 354 + 50 * place), line, SOFT, font_of("sans", 36))


def _first(lines: list[str], most: int) -> list[str]:
    """As many lines as there is room for; what is left out says so."""
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], lines[most - 1].rstrip(" ,;:.") + "…"] if most > 0 else []


def _one_line(pen: "ImageDraw.ImageDraw", text: str, left: int, top: int, wide: int, size: int) -> None:
    """What does not fit is left out, and says so."""
    font = font_of("sans", size)
    for line in _first(wrapped(pen, text, font, wide - size), 1):
        pen.text((left, top), line, INK, font)


def _lines(
    pen: "ImageDraw.ImageDraw", text: str, left: int, top: int, wide: int, sizes: tuple[int, ...], high: int
) -> int:
    """The text in the largest size that fits `high`; where it ends."""
    for size in sizes:
        lines = wrapped(pen, text, font_of("serif", size), wide)
        if len(lines) * size * 1.25 <= high:
            break
    for line in _first(lines, int(high // (size * 1.25))):
        pen.text((left, top), line, INK, font_of("serif", size))
        top += round(size * 1.25)
    return top
