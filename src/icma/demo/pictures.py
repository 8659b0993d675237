"""Drawn photos and scans of the demo. Each bears NÜMUNƏ in large letters, drawn with lines: no font is needed."""

import io
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image

SIZE = (1200, 800)
PAPER = (1000, 1414)
# Letters as strokes in a box of 4 × 6; the word of the demo needs no others.
STROKES = {
    "N": [[(0, 6), (0, 0), (4, 6), (4, 0)]],
    "Ü": [
        [(0, 0), (0, 5), (1, 6), (3, 6), (4, 5), (4, 0)],
        [(1.2, -1.6), (1.2, -1)],
        [(2.8, -1.6), (2.8, -1)],
    ],
    "M": [[(0, 6), (0, 0), (2, 3), (4, 0), (4, 6)]],
    "U": [[(0, 0), (0, 5), (1, 6), (3, 6), (4, 5), (4, 0)]],
    "Ə": [[(0.4, 0.8), (1.2, 0), (2.8, 0), (4, 1.4), (4, 4.6), (2.8, 6), (1.2, 6), (0, 4.6), (0, 3), (4, 3)]],
}
SKIES = ("#cfe0ea", "#dfe7ee", "#e9e2d4", "#c8d6df")
GROUNDS = ("#b8a888", "#a9a48f", "#9fae86", "#b59f86")


def photo(seed: str) -> bytes:
    """A PNG of a street: sky, houses, road and a few trees, different for each seed."""
    from PIL import Image, ImageDraw

    rng, picture = Random(seed), Image.new("RGB", SIZE, "#ffffff")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, SIZE[0], 520), fill=rng.choice(SKIES))
    draw.rectangle((0, 520, *SIZE), fill=rng.choice(GROUNDS))
    _houses(draw, rng)
    draw.polygon([(470, 520), (610, 520), (980, 800), (180, 800)], fill="#7d7a74")
    for far in range(5):
        top = 540 + 52 * far
        draw.line((545, top, 550, top + 22), fill="#e8e2d2", width=4 + 2 * far)
    _trees(draw, rng)
    _word(draw, 190, 90, 25)
    return _png(picture)


def _houses(draw: Any, rng: Random) -> None:
    left = -20
    while left < SIZE[0]:
        wide, tall = rng.randint(130, 230), rng.randint(110, 250)
        draw.rectangle(
            (left, 520 - tall, left + wide, 520), fill=rng.choice(("#d9c7a9", "#c9b79c", "#e4d8c3"))
        )
        roof = [(left - 12, 520 - tall), (left + wide / 2, 520 - tall - 60), (left + wide + 12, 520 - tall)]
        draw.polygon(roof, fill=rng.choice(("#94503f", "#7f5a4c", "#6f7a80")))
        for window in range(left + 24, left + wide - 30, 56):
            draw.rectangle((window, 520 - tall + 34, window + 28, 520 - tall + 70), fill="#4d5a63")
        left += wide + rng.randint(16, 90)


def _trees(draw: Any, rng: Random) -> None:
    for _number in range(rng.randint(2, 6)):
        x, size = rng.choice((rng.randint(20, 360), rng.randint(860, 1180))), rng.randint(38, 70)
        foot = rng.randint(540, 640)
        draw.rectangle((x - 6, foot - 2 * size, x + 6, foot), fill="#6a5340")
        draw.ellipse((x - size, foot - 4 * size, x + size, foot - 1.6 * size), fill="#5f7d52")


def scan(seed: str) -> bytes:
    """A PNG of a letter's page: lines instead of words, a name and a signature that a redaction has to cover."""
    from PIL import Image, ImageDraw

    rng, picture = Random(seed), Image.new("RGB", PAPER, "#f7f4ec")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((90, 90, 520, 118), fill="#3f4a55")
    draw.rectangle((90, 140, 380, 158), fill="#8a9099")
    for row in range(24):
        top = 300 + row * 34
        draw.rectangle((90, top, 90 + rng.randint(520, 820), top + 10), fill="#a4a9ae")
    draw.rectangle((90, 216, 420, 240), fill="#5b4636")  # the name of the sender
    draw.line([(620, 1240), (660, 1190), (700, 1250), (750, 1180), (810, 1230)], fill="#2f4a7d", width=6)
    draw.ellipse((700, 1120, 900, 1320), outline="#7a3b54", width=6)
    _word(draw, 96, 1150, 16)
    return _png(picture)


def _word(draw: Any, left: float, top: float, unit: float) -> None:
    """NÜMUNƏ in outlined strokes: readable on any ground."""
    for letter in "NÜMUNƏ":
        for stroke in STROKES[letter]:
            points = [(left + x * unit, top + y * unit) for x, y in stroke]
            draw.line(points, fill="#ffffff", width=round(unit * 0.8), joint="curve")
            draw.line(points, fill="#8f2619", width=round(unit * 0.5), joint="curve")
        left += 5.6 * unit


def _png(picture: "Image") -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=False, compress_level=3)
    return out.getvalue()
