"""What people pass on by messenger: a text of at most 300 characters, and a picture of 1080 × 1920.

Both say only what everyone may read, in neutral words. A term that no advocate confirmed and that was
not read in the act itself (V2, M) is neither named nor dated here.
"""

import functools
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import segno
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from icma.core.words import date_words
from icma.front.cards import stage_words
from icma.front.notices.news import sentence
from icma.law.book import book
from icma.law.certainty import late_words, lateness_status, may_share, status_of
from icma.matters.models import Clock, Entry, Matter

if TYPE_CHECKING:
    from PIL import Image, ImageDraw, ImageFont

LONGEST = 300
FONTS = Path(__file__).parent / "fonts"
WIDE, HIGH, EDGE = 1080, 1920, 84
WOOL, PAPER, INK, SOFT, LINE = "#faf6ee", "#fffdf8", "#2a2019", "#685a4d", "#e2d6c3"
MADDER, CREAM, INDIGO, GOLD = "#8f2619", "#f3e3c3", "#1f3350", "#e0a33c"
# What the bundled fonts can draw; anything else (emoji, other scripts) is left out, not drawn as a box.
DRAWN = (
    (0x20, 0x7E), (0xA0, 0x17F), (0x18F, 0x18F), (0x218, 0x21B), (0x259, 0x259), (0x301, 0x301),
    (0x400, 0x45F), (0x490, 0x491), (0x2010, 0x2015), (0x2018, 0x201E), (0x2022, 0x2022), (0x2026, 0x2026),
    (0x2030, 0x2030), (0x2039, 0x203A), (0x20AC, 0x20AC), (0x20BC, 0x20BC), (0x2116, 0x2116),
)  # fmt: skip
ABOUT_TERMS = ("due_soon", "due_today", "term_ended", "term_ended_latest", "step_open", "silence_confirmed")


# --- words -----------------------------------------------------------------------------------------
def share_words(entry: Entry) -> str:
    """The sentence of a public entry that may be passed on; '' where a term may not be spoken of."""
    if entry.verb not in ABOUT_TERMS or entry.clock is None:
        return sentence(entry)
    law, rule = book(), entry.clock.rule
    if not may_share(status_of(law, rule)):
        return ""
    return late_words(lateness_status(law, rule)) if entry.verb == "term_ended_latest" else sentence(entry)


def due_words(entry: Entry) -> str:
    """By when an answer to this letter is expected; '' without a running term, or when not to be shared."""
    if entry.verb not in ("sent", "registered") or entry.letter_id is None:
        return ""
    clocks = Clock.objects.filter(
        letter=entry.letter_id, owner="authority", state="running", disputed_at=None
    )
    clock = clocks.order_by("due_on").first()
    if clock is None or not may_share(status := status_of(book(), clock.rule)):
        return ""
    day = {"day": date_words(clock.due_on)}
    return (
        _("Answer due by %(day)s") % day
        if status == "signed"
        else _("By our reckoning an answer is due by %(day)s") % day
    )


def address(matter: Matter) -> str:
    return settings.BASE_URL + reverse("matter", args=[matter.code])


def share_text(thing: Entry | Matter) -> str:
    """Title, what happened and when (of a matter: how it stands), and the link: at most 300 characters.

    The title is cut where it must be. Nothing is asked of the database for a matter; for an entry its
    matter and clock.
    """
    if isinstance(thing, Matter):
        matter, happened = thing, _("Stage: %(stage)s") % {"stage": stage_words(thing)}
    else:
        matter, words = thing.matter, share_words(thing)
        happened = f"{words}, {date_words(thing.on)}" if words else ""
    title, link = matter.title, address(matter)
    room = LONGEST - len(link) - len(happened) - 3
    if len(title) > room:
        title = title[: max(room - 1, 0)].rstrip() + "…"
    return "\n".join(part for part in (title, happened, link) if part)


# --- the picture -----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Card:
    """Everything a picture shows; equal cards are equal pictures."""

    title: str
    about: str
    stage: str
    happened: str
    day: str
    due: str
    url: str
    mark: str  # "Nümunə" in the demo
    call: str


def card_of(entry: Entry) -> Card:
    """The card of a public entry in the active language."""
    words, matter = share_words(entry), entry.matter
    return Card(
        title=drawable(matter.title),
        about=drawable(f"{matter.place} · {matter.get_topic_display()}"),
        stage=drawable(_("Stage: %(stage)s") % {"stage": stage_words(matter)}),
        happened=drawable(words),
        day=date_words(entry.on) if words else "",
        due=due_words(entry),
        url=address(matter),
        mark=_("Sample") if settings.IS_DEMO else "",
        call=_("Follow it here"),
    )


def drawable(text: str) -> str:
    """Without characters that the bundled fonts lack."""
    kept = "".join(char for char in text if any(low <= ord(char) <= high for low, high in DRAWN))
    return " ".join(kept.split())


@functools.lru_cache(maxsize=64)
def picture(card: Card) -> bytes:
    """PNG of 1080 × 1920."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (WIDE, HIGH), WOOL)
    pen = ImageDraw.Draw(image)
    band = _band(Image)
    image.paste(band, (0, 0))
    image.paste(band, (0, HIGH - band.height))
    top = _head(pen, card, band.height + 64)
    top = _title(pen, card, top + 72)
    _thread(pen, card, top + 70)
    _foot(pen, card, HIGH - band.height - 370)
    out = io.BytesIO()
    image.quantize(64).save(out, "PNG", optimize=True)
    return out.getvalue()


def _font(name: str, size: int) -> "ImageFont.FreeTypeFont":
    from PIL import ImageFont

    files = {"serif": "NotoSerif-Bold.ttf", "sans": "NotoSans-Regular.ttf"}
    return ImageFont.truetype(FONTS / files[name], size)


def _band(Image: "type[Image]") -> "Image.Image":
    """The carpet band of the pages: one knot is one pixel of a 40 × 20 tile, enlarged six times."""
    tile = Image.new("RGB", (40, 20), MADDER)
    for y in range(20):
        for x in range(40):
            tile.putpixel((x, y), tuple(bytes.fromhex(_knot(min(x, 39 - x), min(y, 19 - y))[1:])))
    strip = Image.new("RGB", (200, 20))
    for x in range(-10, 200, 40):
        strip.paste(tile, (x, 0))
    return strip.resize((1200, 120), Image.NEAREST).crop((60, 0, 60 + WIDE, 120))


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


def _head(pen: "ImageDraw.ImageDraw", card: Card, top: int) -> int:
    pen.text((EDGE, top), "İcma", INK, _font("serif", 64))
    if card.mark:
        font = _font("sans", 40)
        wide = pen.textlength(card.mark, font)
        box = (WIDE - EDGE - wide - 56, top + 8, WIDE - EDGE, top + 80)
        pen.rounded_rectangle(box, 36, "#f8ecd0", "#744603", 3)
        pen.text((WIDE - EDGE - wide - 28, top + 44), card.mark, "#744603", font, anchor="lm")
    pen.text((EDGE, top + 130), card.about, SOFT, _font("sans", 40))
    return top + 190


def _title(pen: "ImageDraw.ImageDraw", card: Card, top: int) -> int:
    for size in (84, 76, 68, 60, 52):
        font = _font("serif", size)
        lines = wrapped(pen, card.title, font, WIDE - 2 * EDGE)
        if len(lines) * size * 1.25 <= 620:
            break
    for line in lines:
        pen.text((EDGE, top), line, INK, font)
        top += round(size * 1.25)
    return top


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


def _thread(pen: "ImageDraw.ImageDraw", card: Card, top: int) -> None:
    """The line with its knots: what happened, and how it stands."""
    wide, left = WIDE - 2 * EDGE - 84, EDGE + 84
    knots = [(card.day, card.happened, True), ("", card.due or card.stage, False)]
    knots = [knot for knot in knots if knot[1]]
    last = None
    for day, words, done in knots:
        middle = (EDGE + 22, top + 26)
        if last:
            pen.line((last, middle), MADDER, 8)
        last, start = middle, top
        if day:
            pen.text((left, top), day, SOFT, _font("sans", 38))
            top += 58
        for line in wrapped(pen, words, _font("serif", 48), wide)[:3]:
            pen.text((left, top), line, INK, _font("serif", 48))
            top += 64
        _diamond(pen, (EDGE + 22, start + 26), MADDER if done else WOOL)
        top += 52


def _diamond(pen: "ImageDraw.ImageDraw", middle: tuple[int, int], fill: str) -> None:
    x, y = middle
    for reach, colour in ((26, MADDER), (18, fill)):
        pen.polygon([(x, y - reach), (x + reach, y), (x, y + reach), (x - reach, y)], colour)


def _foot(pen: "ImageDraw.ImageDraw", card: Card, top: int) -> None:
    """The QR code on its paper, and the address in letters."""
    matrix = segno.make(card.url, error="m").matrix
    dot = 300 // (len(matrix) + 4)
    side = dot * (len(matrix) + 4)
    pen.rounded_rectangle((EDGE, top, EDGE + side, top + side), 16, PAPER, LINE, 3)
    for y, row in enumerate(matrix):
        for x, dark in enumerate(row):
            if dark:
                at = (EDGE + (x + 2) * dot, top + (y + 2) * dot)
                pen.rectangle((*at, at[0] + dot - 1, at[1] + dot - 1), INK)
    left = EDGE + side + 44
    pen.text((left, top + 20), card.call, INK, _font("serif", 46))
    short = card.url.split("://", 1)[-1]
    for place, line in enumerate(wrapped(pen, short, _font("sans", 36), WIDE - EDGE - left)[:4]):
        pen.text((left, top + 96 + 50 * place), line, SOFT, _font("sans", 36))
