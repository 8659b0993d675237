"""What pictures to pass on are drawn with: the bundled fonts, the carpet band, lines that fit, the QR code.

Pillow is loaded when a picture is made, and not before.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import segno

if TYPE_CHECKING:
    from PIL import Image, ImageDraw, ImageFont

FONTS = Path(__file__).parent / "fonts"
EDGE = 84
WOOL, PAPER, INK, SOFT, LINE = "#faf6ee", "#fffdf8", "#2a2019", "#685a4d", "#e2d6c3"
MADDER, CREAM, INDIGO, GOLD = "#8f2619", "#f3e3c3", "#1f3350", "#e0a33c"
# What the bundled fonts can draw; anything else (emoji, other scripts) is left out, not drawn as a box.
DRAWN = (
    (0x20, 0x7E), (0xA0, 0x17F), (0x18F, 0x18F), (0x218, 0x21B), (0x259, 0x259), (0x301, 0x301),
    (0x400, 0x45F), (0x490, 0x491), (0x2010, 0x2015), (0x2018, 0x201E), (0x2022, 0x2022), (0x2026, 0x2026),
    (0x2030, 0x2030), (0x2039, 0x203A), (0x20AC, 0x20AC), (0x20BC, 0x20BC), (0x2116, 0x2116),
)  # fmt: skip


def drawable(text: str) -> str:
    """Without characters that the bundled fonts lack."""
    kept = "".join(char for char in text if any(low <= ord(char) <= high for low, high in DRAWN))
    return " ".join(kept.split())


def font_of(name: str, size: int) -> "ImageFont.FreeTypeFont":
    from PIL import ImageFont

    files = {"serif": "NotoSerif-Bold.ttf", "sans": "NotoSans-Regular.ttf"}
    return ImageFont.truetype(FONTS / files[name], size)


def band(wide: int) -> "Image.Image":
    """The carpet band of the pages, 120 pixels high: one knot is one pixel of a 40 × 20 tile, enlarged six times."""
    from PIL import Image

    tile = Image.new("RGB", (40, 20), MADDER)
    for y in range(20):
        for x in range(40):
            tile.putpixel((x, y), tuple(bytes.fromhex(_knot(min(x, 39 - x), min(y, 19 - y))[1:])))
    strip = Image.new("RGB", (wide // 6 + 40, 20))
    for x in range(-10, strip.width, 40):
        strip.paste(tile, (x, 0))
    large = strip.resize((strip.width * 6, 120), Image.Resampling.NEAREST)
    return large.crop((60, 0, 60 + wide, 120))


def _knot(x: int, y: int) -> str:
    """Colour of a knot in a quarter of the tile (x 0–19, y 0–9; the rest mirrors it)."""
    if y < 3:
        return (INDIGO, INDIGO, CREAM)[y]
    if (x >= 19 and y >= 9) or (y >= 5 and x < (3, 2, 1, 1, 1)[y - 5]):
        return GOLD
    if y >= 6 and 19 - x <= 2 * (y - 6):
        return INDIGO
    if (y >= 4 and 19 - x <= 2 * (y - 4)) or (x == 5 and y == 9):
        return CREAM
    return MADDER


def wrapped(pen: "ImageDraw.ImageDraw", text: str, font: "ImageFont.FreeTypeFont", wide: int) -> list[str]:
    """Lines that fit `wide` pixels; a word longer than a line is cut into pieces."""
    lines, line = [], ""
    for word in text.split(" "):  # a date keeps together: its spaces do not break
        while pen.textlength(word, font) > wide:
            cut = next(
                n for n in range(len(word) - 1, 0, -1) if n == 1 or pen.textlength(word[:n], font) <= wide
            )
            lines += [line, word[:cut]] if line else [word[:cut]]
            line, word = "", word[cut:]
        longer = f"{line} {word}".strip()
        if pen.textlength(longer, font) <= wide:
            line = longer
        else:
            lines, line = [*lines, line], word
    return [*lines, line] if line else lines


def diamond(pen: "ImageDraw.ImageDraw", middle: tuple[int, int], fill: str) -> None:
    x, y = middle
    for reach, colour in ((26, MADDER), (18, fill)):
        pen.polygon([(x, y - reach), (x + reach, y), (x, y + reach), (x - reach, y)], colour)


def qr(pen: "ImageDraw.ImageDraw", url: str, at: tuple[int, int], most: int = 300) -> int:
    """The address as a QR code on its paper, at most `most` pixels a side; its side."""
    matrix = segno.make(url, error="m").matrix
    dot, (left, top) = most // (len(matrix) + 4), at
    side = dot * (len(matrix) + 4)
    pen.rounded_rectangle((left, top, left + side, top + side), 16, PAPER, LINE, 3)
    for y, row in enumerate(matrix):
        for x, dark in enumerate(row):
            if dark:
                spot = (left + (x + 2) * dot, top + (y + 2) * dot)
                pen.rectangle((*spot, spot[0] + dot - 1, spot[1] + dot - 1), INK)
    return side


def mark(pen: "ImageDraw.ImageDraw", words: str, right: int, top: int) -> None:
    """ "Nümunə" in the demo: a picture of invented things says so."""
    if not words:
        return
    font = font_of("sans", 40)
    wide = pen.textlength(words, font)
    pen.rounded_rectangle((right - wide - 56, top, right, top + 72), 36, "#f8ecd0", "#744603", 3)
    pen.text((right - wide - 28, top + 36), words, "#744603", font, anchor="lm")
