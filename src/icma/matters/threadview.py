"""The thread of a matter, ready to be drawn: what happened, how it stands, what may come next.

Six queries whatever the length: entries with their words, letters, clocks, their events, and what the
ladder of the live letter needs. Words of people are escaped by the component that draws them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from icma.core.access import Who
from icma.core.threads import clock as clock_card
from icma.core.words import date_words
from icma.matters.clockview import clock_view
from icma.matters.flow import LETTER
from icma.matters.ladder import rungs
from icma.matters.models import Clock, ClockEvent, Entry, Letter, Matter
from icma.matters.verbs import SENTENCES

Step = dict[str, Any]
# Derived from a clock: of a row of these only the last is a step, the earlier ones become its small print.
DERIVED = ("due_soon", "due_today", "term_ended", "term_ended_latest", "step_open")
LATE = ("term_ended_latest", "silence_confirmed")
ASIDE = ("registered", "term_changed")  # said within the step of their letter
LIVE = ("running", "paused")


def seats(matter: Matter, who: Who) -> tuple[str, ...]:
    """What of the thread this person sees: everyone's, the team's, the staff's. No query."""
    if who.has("officer", "moderator"):
        return ("public", "team", "staff")
    led = matter.community_id is not None and matter.community_id in who.organisations("coordinator")
    return ("public", "team") if led else ("public",)


@dataclass
class Story:
    """Everything the thread is drawn from."""

    matter: Matter
    today: date
    inside: bool
    entries: list[Entry]
    letters: dict[int, Letter]
    clocks: dict[int | None, list[Clock]] = field(default_factory=dict)

    @classmethod
    def of(cls, matter: Matter, who: Who, today: date) -> "Story":
        seen = seats(matter, who)
        inside = len(seen) > 1
        entries = Entry.objects.filter(matter=matter, visibility__in=seen).select_related("words")
        letters = Letter.objects.filter(matter=matter).exclude(stage="dropped").defer("body")
        if not inside:
            letters = letters.exclude(stage="draft")
        letters = letters.select_related("authority", "forwarded_to", "redacted")
        events = Prefetch("events", ClockEvent.objects.order_by("at", "id"))
        clocks = Clock.objects.filter(matter=matter).select_related("edition", "authority").prefetch_related(events)
        story = cls(matter, today, inside, list(entries.order_by("on", "id")), {row.pk: row for row in letters})
        for clock in clocks.order_by("due_on", "id"):
            letter = story.letters.get(clock.letter_id)
            if clock.letter_id and letter is None:
                continue
            # The ladder and the clock's view ask for these: they are in hand.
            clock.matter, clock.letter = matter, letter
            story.clocks.setdefault(clock.letter_id, []).append(clock)
        for letter in story.letters.values():
            letter.matter = matter
            letter.answers = story.letters.get(letter.answers_id)
        return story

    def running(self, letter: Letter) -> list[Clock]:
        return [c for c in self.clocks.get(letter.pk, []) if c.owner == "authority" and c.state in LIVE]

    def live(self) -> Letter | None:
        """The letter that the next step hangs on: the last one sent."""
        out = [row for row in self.letters.values() if row.direction == "out" and row.stage not in {"draft", "dropped"}]
        return max(out, key=lambda row: (row.sent_on or date.min, row.pk), default=None)


def thread(matter: Matter, who: Who, today: date, beside: Iterable[Step] = ()) -> list[Step]:
    """Steps for `{% thread %}`: those of the past, `beside` (dated steps of higher floors), what is now, what is next."""
    story = Story.of(matter, who, today)
    past = [*_past(story), *beside]
    past.sort(key=lambda step: step["on"])
    return [*past, *_ahead(story)]


# --- what happened -----------------------------------------------------------------------------------
def _past(story: Story) -> list[Step]:
    steps: list[Step] = []
    by_letter: dict[int, Step] = {}
    by_clock: dict[int, Step] = {}
    for entry in story.entries:
        letter = story.letters.get(entry.letter_id) if entry.letter_id else None
        if entry.letter_id and letter is None:
            continue
        if entry.verb in DERIVED and entry.clock_id in by_clock:
            _fold(by_clock[entry.clock_id], entry)
            continue
        if entry.verb in ASIDE and entry.letter_id in by_letter:
            if entry.verb == "term_changed":
                _remark(by_letter[entry.letter_id], entry)
            continue
        step = _step(story, entry, letter)
        steps.append(step)
        if entry.verb in DERIVED and entry.clock_id:
            by_clock[entry.clock_id] = step
        if letter and entry.verb in {"sent", "registered"}:
            by_letter[letter.pk] = step
    return steps


def _said(entry: Entry) -> str:
    """The sentence of a verb with its plain values; a value that is missing leaves the sentence as it is."""
    sentence = str(SENTENCES[entry.verb])
    try:
        return sentence % entry.data if "%(" in sentence else sentence
    except (KeyError, TypeError, ValueError):
        return sentence


def _fold(step: Step, entry: Entry) -> None:
    """A later news of the same clock takes the place of the earlier, which stays as small print."""
    step["meta"] = format_html("{}{}: {}", _sep(step.get("meta")), date_words(step["on"]), step["title"])
    step.update(on=entry.on, title=_said(entry), state="late" if entry.verb in LATE else "done")


def _remark(step: Step, entry: Entry) -> None:
    step["meta"] = format_html("{}{}: {}", _sep(step.get("meta")), date_words(entry.on), _said(entry))


def _sep(before: Any) -> Any:
    return format_html("{} · ", before) if before else ""


def _step(story: Story, entry: Entry, letter: Letter | None) -> Step:
    step: Step = {"state": "late" if entry.verb in LATE else "done", "on": entry.on, "title": _said(entry)}
    words = getattr(entry, "words", None)
    if words is not None:
        if words.erased_at:
            step |= {"state": "gone", "body": _("A text stood here. It was erased; the step itself stays.")}
        elif words.text:
            step["html"] = format_html('<blockquote class="quote" lang="{}">{}</blockquote>', words.language, words.text)
    if letter:
        step |= _letter_step(story, entry, letter)
    if entry.visibility != "public":
        step["meta"] = format_html("{}{}", _sep(step.get("meta")), _("only for the team"))
    return step


def _letter_step(story: Story, entry: Entry, letter: Letter) -> Step:
    """What a letter adds to the step that speaks of it: kind, body, number, clock, copy."""
    if entry.verb in {"sent", "registered"}:
        cards = format_html_join("", "{}", ((card_of(story, clock),) for clock in story.clocks.get(letter.pk, [])))
        return {
            "id": f"l-{letter.code}", "body": _joined(letter.get_kind_display(), letter.authority),
            "title": f"{_said(entry)}: {letter.subject}" if story.inside else _said(entry),
            "meta": _registration(letter), "html": cards,
        }  # fmt: skip
    if letter.direction == "in":
        return {
            "id": f"l-{letter.code}", "title": _joined(_said(entry), letter.get_answer_display()),
            "body": letter.summary or "", "meta": _how_it_came(letter), "html": _copy(letter),
        }  # fmt: skip
    if entry.verb == "forwarded" and letter.forwarded_to:
        return {"body": str(letter.forwarded_to)}
    return {"body": str(letter.authority)}


def _joined(*parts: Any) -> str:
    return " · ".join(str(part) for part in parts if part)


def _registration(letter: Letter) -> str:
    if letter.registered_on:
        number = f", № {letter.number}" if letter.number else ""
        return _("Registered: %(day)s%(number)s") % {"day": date_words(letter.registered_on), "number": number}
    return "" if letter.stage == "draft" else _("Not registered yet, as far as is known")


def _how_it_came(letter: Letter) -> str:
    dated = _("dated %(day)s") % {"day": date_words(letter.dated_on)} if letter.dated_on else ""
    came = _("received %(day)s") % {"day": date_words(letter.received_on)} if letter.received_on else ""
    unsure = "" if letter.confirmed else _("not confirmed that it came from the authority")
    return _joined(f"№ {letter.number}" if letter.number else "", dated, came, unsure)


def _copy(letter: Letter) -> SafeString:
    """The public copy: redacted by one person, released by another."""
    if letter.redacted is None or letter.redacted.visibility != "public":
        return mark_safe("")
    return format_html('<p><a href="{}">{}</a></p>', reverse("file", args=[letter.redacted.code]), _("Copy of the letter"))


def card_of(story: Story, clock: Clock) -> SafeString | str:
    """The card of a clock: whole while it runs or waits, one line when the answer has come."""
    if clock.state in LIVE:
        return clock_card(clock_view(clock, story.today))
    if clock.state == "answered" and clock.owner == "authority" and clock.ended_on:
        words = _("The term was %(due)s, the answer came %(day)s.")
        return format_html("<p><small>{}</small></p>", words % {"due": date_words(clock.due_on), "day": date_words(clock.ended_on)})
    return ""


# --- what is now and what may come ------------------------------------------------------------------------
def _ahead(story: Story) -> list[Step]:
    stage = story.matter.stage
    if stage in {"closed", "merged", "rejected"}:
        return []
    steps = _NOW[stage](story)
    return [*steps, {"state": "next", "title": _("Outcome"), "body": _("What changed, and for whom; the residents confirm it.")}]


def _own_clock(story: Story) -> SafeString | str:
    cards = (clock_card(clock_view(c, story.today)) for c in story.clocks.get(None, []) if c.owner == "us" and c.state in LIVE)
    return format_html_join("", "{}", ((card,) for card in cards))


def _raised(story: Story) -> list[Step]:
    return [
        {"state": "now", "title": _("A moderator is reading it"), "html": _own_clock(story),
         "body": _("Nothing is public before a moderator has seen it.")},
        {"state": "next", "title": _("A community takes it up")},
    ]  # fmt: skip


def _open(story: Story) -> list[Step]:
    return [
        {"state": "now", "title": _("Waiting for a community"), "html": _own_clock(story),
         "body": _("A community takes it up, or the union's desk answers.")},
    ]  # fmt: skip


def _untaken(story: Story) -> list[Step]:
    words = _("No community could take it up. You may write to the authority yourself; the text helps with it.")
    return [{"state": "now", "title": _("Not taken up"), "body": words}]


def _taken(story: Story) -> list[Step]:
    words = _("Demand it from an authority, do it together, or both.")
    return [{"state": "now", "title": _("The community chooses the way"), "body": words}]


def _doing(story: Story) -> list[Step]:
    return [{"state": "now", "title": _("Being done together"), "body": _("Hands, tools, knowledge, a place: no money.")}]


def _pressing(story: Story) -> list[Step]:
    letter = story.live()
    if letter is None:
        return [{"state": "now", "title": _("The letter is being written")}]
    steps = [_standing(story, letter), *_rungs(story, letter)]
    return [step for step in steps if step]


def _standing(story: Story, letter: Letter) -> Step:
    """Where the live letter stands today, in the words that the record allows."""
    running = story.running(letter)
    due = min((clock.due_on for clock in running), default=None)
    if letter.stage == "sent" and not letter.registered_on:
        words = _("The authority's number and date are awaited; the term runs from that day.")
        return {"state": "now", "title": _("Waiting for registration"), "body": words}
    if due is None or story.today <= due:
        on = _("By %(day)s") % {"day": date_words(due)} if due else ""
        return {"state": "now", "on": on, "title": _("The answer is awaited")}
    view = clock_view(running[0], story.today)
    return {"state": "late" if view.get("state") == "late" else "now", "title": view.get("late_label") or
            _("There is no record of an answer here"), "late_label": ""}  # fmt: skip


def _answered(story: Story) -> list[Step]:
    letter = story.live()
    words = _("Is it what was asked for? The community says what comes next.")
    now: Step = {"state": "now", "title": _("The answer is being looked at"), "body": words}
    return [now, *(_rungs(story, letter) if letter else [])]


_NOW: dict[str, Callable[[Story], list[Step]]] = {
    "raised": _raised, "open": _open, "untaken": _untaken, "taken": _taken, "doing": _doing,
    "pressing": _pressing, "answered": _answered,
}  # fmt: skip


def _rungs(story: Story, letter: Letter) -> list[Step]:
    """The ladder: what may be done next, from which day and until when; always with the way to legal aid."""
    found = rungs(letter, story.today)
    if not found:
        return []
    items = format_html_join("", "<li>{}</li>", ((_rung(story, rung),) for rung in found))
    return [{"state": "next", "title": _("What can be done next"), "html": format_html("<ul>{}</ul>", items)}]


def _rung(story: Story, rung: Any) -> SafeString:
    return format_html("{}", rung.title)


def own_letters(story: Story) -> Q:
    return Q(pk__in=story.letters)
