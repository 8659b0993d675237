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
    image.paste(strip.resize((wide, 60)), (0, 0))
    pen.text((edge, 92), "İcma", INK, font_of("serif", 44))
    mark(pen, kit.mark, wide - edge, 84)
    pen.text((edge, 158), f"{kit.kind} · {kit.place}", SOFT, font_of("sans", 30))
    top = _lines(pen, kit.title, edge, 214, wide - 2 * edge, (64, 56, 48, 42), 230)
    if kit.authority:
        words = _("To: %(body)s") % {"body": kit.authority}
        for line in wrapped(pen, words, font_of("sans", 30), wide - 2 * edge - 240)[:2]:
            pen.text((edge, top + 12), line, SOFT, font_of("sans", 30))
            top += 42
    if kit.most:
        pen.text((edge, high - 132), num(kit.most.count), MADDER, font_of("serif", 76), anchor="ls")
        _one_line(pen, kit.what, edge, high - 116, wide - 2 * edge - 240, 30)
    pen.text((edge, high - 48), kit.url.split("://", 1)[-1], SOFT, font_of("sans", 28), anchor="ls")
    qr(pen, kit.url, (wide - edge - 200, high - 236), 204)


def _story(image: "Image.Image", pen: "ImageDraw.ImageDraw", kit: Kit) -> None:
    wide, high = STORY
    strip = band(wide)
    image.paste(strip, (0, 0))
    image.paste(strip, (0, high - strip.height))
    pen.text((EDGE, 184), "İcma", INK, font_of("serif", 64))
    mark(pen, kit.mark, wide - EDGE, 192)
    pen.text((EDGE, 314), f"{kit.kind} · {kit.place}", SOFT, font_of("sans", 40))
    top = _lines(pen, kit.title, EDGE, 400, wide - 2 * EDGE, (92, 84, 76, 68, 60), 480) + 48
    font = font_of("sans", 44)
    for line in wrapped(pen, " ".join(kit.demand.split()), font, wide - 2 * EDGE)[:7]:
        pen.text((EDGE, top), line, INK, font)
        top += 62
    if kit.authority:
        top += 24
        for line in wrapped(
            pen, _("To: %(body)s") % {"body": kit.authority}, font_of("serif", 44), wide - 2 * EDGE
        )[:2]:
            pen.text((EDGE, top), line, INK, font_of("serif", 44))
            top += 60
    if kit.most:
        pen.text((EDGE, high - 560), num(kit.most.count), MADDER, font_of("serif", 130), anchor="ls")
        _one_line(pen, kit.what, EDGE, high - 536, wide - 2 * EDGE, 44)
    side = qr(pen, kit.url, (EDGE, high - 450))
    left = EDGE + side + 44
    pen.text((left, high - 430), _("Look here"), INK, font_of("serif", 46))
    for place, line in enumerate(
        wrapped(pen, kit.url.split("://", 1)[-1], font_of("sans", 36), wide - EDGE - left)[:4]
    ):
        pen.text((left, high - 354 + 50 * place), line, SOFT, font_of("sans", 36))


def _one_line(pen: "ImageDraw.ImageDraw", text: str, left: int, top: int, wide: int, size: int) -> None:
    """What does not fit is left out, and says so."""
    font = font_of("sans", size)
    first, *rest = wrapped(pen, text, font, wide - size)
    pen.text((left, top), first + "…" if rest else first, INK, font)


def _lines(
    pen: "ImageDraw.ImageDraw", text: str, left: int, top: int, wide: int, sizes: tuple[int, ...], high: int
) -> int:
    """The text in the largest size that fits `high`; where it ends."""
    for size in sizes:
        lines = wrapped(pen, text, font_of("serif", size), wide)
        if len(lines) * size * 1.25 <= high:
            break
    for line in lines:
        pen.text((left, top), line, INK, font_of("serif", size))
        top += round(size * 1.25)
    return top
