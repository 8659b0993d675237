"""One matter as a card: what it is about, where, and in a few words how it stands."""

from functools import lru_cache

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from icma.core.day import legal_day
from icma.core.parts import card, tag
from icma.core.prepared import prepared
from icma.core.threads import late_mark
from icma.core.words import capital, date_words, num
from icma.matters.bands import Topic
from icma.matters.flow import MATTER
from icma.matters.lateness import mark_of, standing
from icma.matters.models import Clock, Matter

# voice, community, participation, letter, answer, outcome: which knot of the way is "now"
STEP = {
    "raised": 0,
    "open": 1,
    "untaken": 1,
    "taken": 2,
    "doing": 2,
    "pressing": 3,
    "answered": 5,
    "closed": 6,
}
WAY = ("voice", "community", "participation", "letter", "answer", "outcome")


def way_words() -> list[str]:
    """The six knots of the way, in the reader's language."""
    return [_("voice"), _("community"), _("participation"), _("letter"), _("answer"), _("outcome")]


def live_clock(matter: Matter) -> Clock | None:
    """The term that ends next, of those the list has fetched (`live_clocks`)."""
    running = getattr(matter, "live_clocks", [])
    return min(running, key=lambda clock: clock.due_on, default=None)


def step_of(matter: Matter) -> int:
    return 4 if matter.stage == "pressing" and live_clock(matter) else STEP.get(matter.stage, 0)


def stage_words(matter: Matter) -> str:
    """The outcome of a finished matter, else its stage."""
    if matter.stage == "closed" and matter.outcome:
        return matter.get_outcome_display()
    return str(MATTER.stages[matter.stage].label)


def stands_of(matter: Matter) -> tuple[str, bool]:
    """How it stands, the date of the answer or the stage; and whether that is late."""
    clock = live_clock(matter)
    if clock is None or matter.stage not in {"pressing", "answered"}:
        return capital(stage_words(matter)), False
    today = legal_day(timezone.now())
    if today <= clock.due_on:
        expected = _("Answer expected by %(day)s") % {"day": date_words(clock.due_on)}
        return f"{capital(expected)} · {mark_of(clock)}", False
    stands = standing(clock, today)
    return capital(str(stands.label)), stands.sign


def supports_of(matter: Matter) -> str:
    n = matter.support_count
    return ngettext("%(n)s support", "%(n)s supports", n) % {"n": num(n)} if n else ""


def note_of(matter: Matter) -> str:
    """How it stands, and how many support it."""
    return _note(stands_of(matter)[0], supports_of(matter))


def _note(words: str, supports: str) -> str:
    return f"{words} · {supports}" if supports else words


def card_rows() -> QuerySet[Matter]:
    """Matters with no more than a card shows; `share_clocks` then gives them the terms that run on them."""
    return Matter.objects.select_related("place").only(
        "code", "title", "topic", "stage", "outcome", "support_count", "changed_at",
        "place__code", "place__name_az", "place__name_en", "place__name_ru",
    )  # fmt: skip


def share_clocks(matters: list[Matter]) -> list[Matter]:
    """The same matters with `live_clocks`, in one query."""
    running: dict[int, list[Clock]] = {}
    for clock in _running(matters=[matter.pk for matter in matters]) if matters else ():
        running.setdefault(clock.matter_id, []).append(clock)
    for matter in matters:
        matter.live_clocks = running.get(matter.pk, [])
    return matters


@prepared
def _running(*, matters: list[int]) -> QuerySet[Clock]:
    rows = Clock.objects.filter(owner="authority", state="running", matter__in=matters)
    return rows.select_related("edition").only(
        "matter", "owner", "state", "rule", "due_on", "latest_on", "asked_on", "disputed_at", "ended_on",
        "edition__number", "edition__digest",
    )  # fmt: skip


def topic_tag(matter: Matter) -> SafeString:
    """The topic without its examples: "iqtisadiyyat: iş, bazar…" is "İqtisadiyyat"."""
    return _topic_tag(matter.topic, get_language())


@lru_cache(maxsize=64)
def _topic_tag(topic: str, language: str | None) -> SafeString:
    return tag(capital(str(Topic(topic).label).partition(":")[0]), "done")


def matter_url(code: str) -> str:
    """reverse("matter") without resolving anew for each of a hundred cards."""
    return _matter_url(get_language()).replace("~", code)


@lru_cache(maxsize=8)
def _matter_url(language: str | None) -> str:
    return reverse("matter", args=["~"])


def matter_card(matter: Matter, level: int = 3) -> SafeString:
    words, late = stands_of(matter)
    supports = supports_of(matter)
    about = (matter.topic, str(matter.place), matter.title)
    return _card(get_language(), matter.code, about, words, late, supports, step_of(matter), level)


@lru_cache(maxsize=500)
def _card(
    language: str | None, code: str, about: tuple[str, str, str], words: str, late: bool, supports: str,
    step: int, level: int,
) -> SafeString:  # fmt: skip
    """Everything that is drawn is an argument: the same card is drawn once."""
    topic, place, title = about
    above = format_html("{}<span>{}</span>", _topic_tag(topic, language), place)
    note = format_html("{} {}", late_mark(words), supports) if late else _note(words, supports)
    return card(above, matter_url(code), title, note, step, level=level)
