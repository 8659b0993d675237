"""Where each text and QR code of a picture lies, so that a test can say that none lies on another."""

from typing import Any

from PIL import ImageDraw

Box = tuple[float, float, float, float]


def recorded(monkeypatch: Any, module: Any) -> list[tuple[str, Box]]:
    """(words, box) of what `module` draws from now on, in its order; "QR" for a code."""
    boxes: list[tuple[str, Box]] = []
    text, code = ImageDraw.ImageDraw.text, module.qr

    def write(pen, at, words, fill=None, font=None, anchor=None, **more):
        boxes.append((words, pen.textbbox(at, words, font, anchor)))
        return text(pen, at, words, fill, font, anchor, **more)

    def put(pen, url, at, most=300):
        side = code(pen, url, at, most)
        boxes.append(("QR", (*at, at[0] + side, at[1] + side)))
        return side

    monkeypatch.setattr(ImageDraw.ImageDraw, "text", write)
    monkeypatch.setattr(module, "qr", put)
    return boxes


def lie_apart(boxes: list[tuple[str, Box]], wide: int, high: int) -> None:
    """Fails with what lies on what, or beyond the edge."""
    for number, (words, (left, top, right, bottom)) in enumerate(boxes):
        assert left >= 0 and top >= 0 and right <= wide and bottom <= high, words
        for other, (left2, top2, right2, bottom2) in boxes[:number]:
            apart = right <= left2 or right2 <= left or bottom <= top2 or bottom2 <= top
            assert apart, (words, other)
