"""The thread of a matter, ready to be drawn: what happened, how it stands, what may come next.

Words of people are escaped by the component that draws them.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from icma.core.access import Who
from icma.core.threads import clock as clock_card
from icma.core.threads import count_words
from icma.core.words import date_words, day
from icma.matters.actions.outcome import SAID
from icma.matters.actions.telling import HELD, WAITS
from icma.matters.addresses import local
from icma.matters.ahead import Step, ahead
from icma.matters.clockview import clock_view
from icma.matters.grounds import Ground
from icma.matters.lateness import OVER, clock_of, mark_of, may_be_late, standing
from icma.matters.models import Clock, Entry, Letter, Matter
from icma.matters.story import LIVE, Story, joined
from icma.matters.verbs import SENTENCES, holds, told

# Derived from a clock: of a row of these only the last is a step, the earlier ones become its small print.
DERIVED = (
    "due_soon", "due_today", "term_ended", "term_ended_latest", "step_open", "registration_unknown",
    "promise_due", "promise_passed", "own_term_ended",
)  # fmt: skip
# Small news that stands as small print in the step right before it, when that is of this verb: the first screen is
# for what matters.
BESIDE = {"published": "raised", "way_chosen": "taken_up", "task_done": "task_made"}
SHARE = mark_safe(
    '<svg width="13" height="14" viewBox="0 0 13 14" fill="none" stroke="currentColor" aria-hidden="true">'
    '<path d="M4 6H1.5v7h10V6H9M6.5 9.5V1M3.5 4l3-3 3 3"/></svg>'
)
ASIDE = ("registered", "term_changed")  # said within the step of their letter


def thread(matter: Matter, who: Who, today: date) -> list[Step]:
    """Steps for `{% thread %}`: what happened, what is now, what may come next."""
    return steps_of(Story.of(matter, who, today))


def steps_of(story: Story) -> list[Step]:
    return [*_past(story), *ahead(story)]


def shareable(matter: Matter, steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Beside the date of each public step stands the way to pass it on; what was joined is passed on from there."""
    if matter.merged_into_id:
        return steps
    base = local(f"/m/{matter.code}/paylasin/")
    for step in steps:
        if step.get("entry") and isinstance(step["on"], date):
            step["on"] = format_html("{}{}", day(step["on"]), _share(base, step["entry"], step["title"]))
        if small := step.get("small"):
            step["meta"] = _line(base, step["own_meta"], small)
    return steps


def _share(base: str, entry: int, title: object) -> SafeString:
    if not entry:
        return mark_safe("")
    name = ": ".join((_("share"), str(title)))
    return format_html('<a href="{}{}/" aria-label="{}">{}</a>', base, entry, name, SHARE)


def _line(base: str, own: object, small: Iterable[tuple[str, str, int]]) -> SafeString:
    """A step's small line: its own, then the small news beside it, each with its way to be passed on."""
    parts = [own] if own else []
    for words, name, pk in small:
        share = _share(base, pk, name)
        if words:
            parts.append(format_html("{}{}", words, share))
        else:
            parts[-1:] = [format_html("{}{}", parts[-1] if parts else "", share)]
    return format_html("<span>{}</span>", format_html_join(" · ", "{}", ((part,) for part in parts)))


def glance(story: Story) -> Step | None:
    """The term that runs, in one line for the head of the page: when, how it stands, where to read on.

    None where the matter is over: its head then tells the outcome.
    """
    if story.matter.stage in OVER:
        return None
    letter = story.live()
    clock = clock_of(letter) if letter else None
    if letter is None or clock is None or clock.state not in LIVE:
        return None
    stands = standing(clock, story.today)
    return {
        "due_on": clock.due_on,
        "mark": mark_of(clock),
        "stands": stands,
        "href": f"#l-{letter.code}",
        "count": count_words(view_of(story, clock)) if story.today <= clock.due_on else "",
        "authority": letter.authority,
    }


# --- what happened -----------------------------------------------------------------------------------
def _past(story: Story) -> list[Step]:
    steps: list[Step] = []
    by_letter: dict[int, Step] = {}
    by_clock: dict[int, Step] = {}
    for entry in story.entries:
        letter = story.letters.get(entry.letter_id) if entry.letter_id else None
        # Voices on the outcome are counted at its end; words that wait are read on the moderators' page.
        if entry.verb in (*SAID, HELD) or entry.letter_id and letter is None or not holds(entry):
            continue
        if entry.verb in DERIVED and entry.clock_id in by_clock:
            _fold(by_clock[entry.clock_id], entry)
            # It bears a later date now, so it stands after what happened meanwhile.
            steps.append(steps.pop(steps.index(by_clock[entry.clock_id])))
            continue
        if entry.verb in ASIDE and entry.letter_id in by_letter:
            _remark(by_letter[entry.letter_id], entry)
            continue
        if steps and _beside(steps[-1], entry):
            _remark(steps[-1], entry)
            continue
        step = _step(story, entry, letter)
        steps.append(step)
        if entry.verb in DERIVED and entry.clock_id:
            by_clock[entry.clock_id] = step
        if letter and entry.verb in {"sent", "registered"}:
            by_letter[letter.pk] = step
    return steps


def _beside(step: Step, entry: Entry) -> bool:
    """Whether the entry is small print of the step before it: nobody wrote words, and both are seen by the same."""
    said = getattr(entry, "words", None)
    return step["of"] == (BESIDE.get(entry.verb), entry.visibility) and (said is None or not said.text)


def _said(entry: Entry) -> str:
    """The sentence of a verb with its plain values; a value that is missing leaves the sentence as it is."""
    said = told(entry) or str(SENTENCES[entry.verb])
    return _way_chosen(said, str(entry.data.get("way", ""))) if entry.verb == "way_chosen" else said


def _way_chosen(said: str, way: str) -> str:
    """ "Yol seçildi: özümüz edək"; both ways are named, "both" alone would say nothing."""
    ways = (Matter.Way.AUTHORITY, Matter.Way.SELF)
    named = [str(one.label) for one in ways if way in {one, Matter.Way.BOTH}]
    return f"{said}: {', '.join(named)}" if named else said


def _fold(step: Step, entry: Entry) -> None:
    """A later news of the same clock takes the place of the earlier, which stays as small print."""
    _beside_it(step, f"{date_words(step['on'])}: {step['title']}", str(step["title"]), step.get("entry", 0))
    late = "late" if entry.verb == "own_term_ended" else "done"
    step.update(on=entry.on, title=_said(entry), state=late, entry=_public(entry))


def _remark(step: Step, entry: Entry) -> None:
    """Small news in its step; a registration stands there with number and day already, and is passed on from there."""
    day, said = "" if entry.on == step["on"] else f"{date_words(entry.on)}: ", _said(entry)
    _beside_it(step, "" if entry.verb == "registered" else f"{day}{said}", said, _public(entry))


def _beside_it(step: Step, words: str, name: str, entry: int) -> None:
    step.setdefault("own_meta", step.get("meta", ""))
    step.setdefault("small", []).append((words, name, entry))
    parts = (step["own_meta"], *(words for words, _name, _pk in step["small"]))
    step["meta"] = format_html_join(" · ", "{}", ((part,) for part in parts if part))


def _public(entry: Entry) -> int:
    """Its number, where everybody may pass it on."""
    return entry.pk if entry.visibility == "public" else 0


def _sep(before: Any) -> Any:
    return format_html("{} · ", before) if before else ""


def _is_late(entry: Entry, letter: Letter | None) -> bool:
    """Ours once the term is over; an authority's only where somebody asked after its latest lawful day, the rule is
    sure, nobody objects, and no answer of before that day has been entered since."""
    if entry.verb == "own_term_ended":
        return True
    clock = clock_of(letter) if letter and entry.verb == "silence_confirmed" else None
    if clock is None or clock.disputed_at or not clock.latest_on < entry.on:
        return False
    # An answer that has been entered since may show that it was not.
    in_time = clock.ended_on is not None and clock.ended_on <= clock.latest_on
    return not in_time and may_be_late(clock)


def _step(story: Story, entry: Entry, letter: Letter | None) -> Step:
    state = "late" if _is_late(entry, letter) else "done"
    step: Step = {
        "state": state, "on": entry.on, "title": _said(entry), "of": (entry.verb, entry.visibility),
    }  # fmt: skip
    words = getattr(entry, "words", None)
    if words is not None:
        if words.erased_at:
            step |= {"state": "gone", "body": _("A text stood here. It was erased; the step itself stays.")}
        elif words.text:
            step["html"] = format_html(
                '<blockquote class="quote" lang="{}">{}</blockquote>', words.language, words.text
            )
    elif entry.data.get(WAITS):
        step["body"] = _("Its words stand here once a moderator has read them.")
    if letter:
        more = _letter_step(story, entry, letter)
        more["html"] = format_html("{}{}", step.get("html", ""), more.get("html", ""))
        more["body"] = more["body"] or step.get("body", "")
        step |= more
    if entry.visibility == "public":
        step["entry"] = entry.pk
    else:
        step["meta"] = format_html("{}{}", _sep(step.get("meta")), _("only for the team"))
    return step


def _letter_step(story: Story, entry: Entry, letter: Letter) -> Step:
    """What a letter adds to the step that speaks of it: kind, body, number, clock, copy."""
    if entry.verb in {"sent", "registered"}:
        cards = format_html_join(
            "", "{}", ((card_of(story, clock),) for clock in story.clocks.get(letter.pk, []))
        )
        return {
            "id": f"l-{letter.code}", "body": joined(letter.get_kind_display(), letter.authority),
            "title": f"{_said(entry)}: {letter.subject}" if story.inside else _said(entry),
            "meta": _registration(letter), "html": cards,
        }  # fmt: skip
    if entry.verb == "unconfirmed" and letter.confirmed:  # the answer itself stands on its own day
        return {"body": str(letter.authority)}
    if letter.direction == "in":
        return {
            "id": f"l-{letter.code}", "title": joined(_said(entry), letter.get_answer_display(), _ground(entry, letter)),
            "body": _summary(letter), "meta": _how_it_came(letter), "html": _copy(letter),
        }  # fmt: skip
    if entry.verb == "forwarded" and letter.forwarded_to:
        return {"body": str(letter.forwarded_to)}
    return {"body": str(letter.authority)}


def _ground(entry: Entry, letter: Letter) -> str:
    """What a refusal is based on, where somebody has said; a letter that was judged anew is none any more."""
    ground = entry.data.get("ground", "") if letter.answer == Letter.Answer.REFUSAL else ""
    return str(Ground(ground).label) if ground in Ground.values else ""


def _registration(letter: Letter) -> str:
    if letter.registered_on:
        number = f"№ {letter.number}" if letter.number else ""
        return joined(_("Registered: %(day)s") % {"day": date_words(letter.registered_on)}, number)
    return "" if letter.stage == "draft" else _("Not registered yet, as far as is known")


def _summary(letter: Letter) -> str:
    """What it says. Words that anybody with the paper may have typed wait until somebody knows whose they are."""
    return letter.summary if letter.confirmed else _("Its words stand here once the authority confirms them.")


def _how_it_came(letter: Letter) -> str:
    dated = _("dated %(day)s") % {"day": date_words(letter.dated_on)} if letter.dated_on else ""
    came = _("received %(day)s") % {"day": date_words(letter.received_on)} if letter.received_on else ""
    unsure = "" if letter.confirmed else _("not confirmed that it came from the authority")
    number = f"№ {letter.number}" if letter.number and letter.confirmed else ""
    return joined(number, dated, came, unsure)


def _copy(letter: Letter) -> SafeString:
    """The public copy: redacted by one person, released by another."""
    if letter.redacted is None or letter.redacted.visibility != "public":
        return mark_safe("")
    url = reverse("letter_copy", args=[letter.matter.code, letter.code])
    return format_html('<p><a href="{}">{}</a></p>', url, _("Copy of the letter"))


def view_of(story: Story, clock: Clock) -> Any:
    """The view of a clock, derived once for the head of the page and for its card."""
    if not hasattr(clock, "view"):
        clock.view = clock_view(clock, story.today)
    return clock.view


def card_of(story: Story, clock: Clock) -> SafeString | str:
    """The card of a clock: whole while it runs or waits, one line when the answer has come."""
    if clock.state in LIVE:
        return clock_card(view_of(story, clock))
    if clock.state == "answered" and clock.owner == "authority" and clock.ended_on:
        words = _("The term was %(due)s, the answer came %(day)s.")
        return format_html(
            "<p><small>{} · {}</small></p>",
            words % {"due": date_words(clock.due_on), "day": date_words(clock.ended_on)},
            mark_of(clock),
        )
    return ""
