"""What people pass on by messenger: a text of at most 300 characters, and a picture of 1080 × 1920.

Both say only what everyone may read, in neutral words. A term that no advocate confirmed and that was
not read in the act itself (V2, M) is neither named nor dated here.
"""

import functools
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from icma.core.pictures import (
    EDGE,
    INK,
    MADDER,
    SOFT,
    WOOL,
    band,
    diamond,
    drawable,
    font_of,
    mark,
    qr,
    wrapped,
)
from icma.core.words import date_words
from icma.front.cards import stage_words
from icma.front.notices.news import sentence
from icma.law.book import book
from icma.law.certainty import may_share, status_of
from icma.matters.models import Clock, Entry, Matter
from icma.matters.verbs import may_be_passed_on

if TYPE_CHECKING:
    from PIL import ImageDraw

LONGEST = 300
WIDE, HIGH = 1080, 1920


# --- words -----------------------------------------------------------------------------------------
def share_words(entry: Entry) -> str:
    """The sentence of a public entry that may be passed on; '' where a term may not be spoken of."""
    return sentence(entry) if may_be_passed_on(entry) else ""


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
        mark="Nümunə" if settings.IS_DEMO else "",
        call=_("Follow it here"),
    )


@functools.lru_cache(maxsize=64)
def picture(card: Card) -> bytes:
    """PNG of 1080 × 1920."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (WIDE, HIGH), WOOL)
    pen = ImageDraw.Draw(image)
    strip = band(WIDE)
    image.paste(strip, (0, 0))
    image.paste(strip, (0, HIGH - strip.height))
    top = _head(pen, card, strip.height + 64)
    top = _title(pen, card, top + 72)
    _thread(pen, card, top + 70)
    _foot(pen, card, HIGH - strip.height - 370)
    out = io.BytesIO()
    image.quantize(64).save(out, "PNG", optimize=True)
    return out.getvalue()


def _head(pen: "ImageDraw.ImageDraw", card: Card, top: int) -> int:
    pen.text((EDGE, top), "İcma", INK, font_of("serif", 64))
    mark(pen, card.mark, WIDE - EDGE, top + 8)
    pen.text((EDGE, top + 130), card.about, SOFT, font_of("sans", 40))
    return top + 190


def _title(pen: "ImageDraw.ImageDraw", card: Card, top: int) -> int:
    for size in (84, 76, 68, 60, 52, 46):
        font = font_of("serif", size)
        lines = wrapped(pen, card.title, font, WIDE - 2 * EDGE)
        if len(lines) * size * 1.25 <= 400:
            break
    for line in lines:
        pen.text((EDGE, top), line, INK, font)
        top += round(size * 1.25)
    return top


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
            pen.text((left, top), day, SOFT, font_of("sans", 38))
            top += 58
        for line in wrapped(pen, words, font_of("serif", 48), wide)[:3]:
            pen.text((left, top), line, INK, font_of("serif", 48))
            top += 64
        diamond(pen, (EDGE + 22, start + 26), MADDER if done else WOOL)
        top += 52


def _foot(pen: "ImageDraw.ImageDraw", card: Card, top: int) -> None:
    """The QR code on its paper, and the address in letters."""
    side = qr(pen, card.url, (EDGE, top))
    left = EDGE + side + 44
    pen.text((left, top + 20), card.call, INK, font_of("serif", 46))
    short = card.url.split("://", 1)[-1]
    for place, line in enumerate(wrapped(pen, short, font_of("sans", 36), WIDE - EDGE - left)[:4]):
        pen.text((left, top + 96 + 50 * place), line, SOFT, font_of("sans", 36))
