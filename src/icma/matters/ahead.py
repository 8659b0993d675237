"""What is now, and what may come next: the end of the thread, drawn from stage, clock and ladder."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from icma.core.threads import clock as clock_card
from icma.core.words import capital, date_words
from icma.law.book import book
from icma.matters.actions.outcome import outcome_counts
from icma.matters.addresses import local, step_address
from icma.matters.clockview import clock_view
from icma.matters.ladder import Rung, rungs
from icma.matters.lateness import WAITING, clock_of, mark_of, standing
from icma.matters.models import Letter
from icma.matters.rules_of_moderation import UNTAKEN
from icma.matters.story import LIVE, Story, joined

Step = dict[str, Any]


def ahead(story: Story) -> list[Step]:
    stage = story.matter.stage
    if stage == "closed":
        return _ended(story)
    if stage in {"merged", "rejected", "planned"}:
        return []
    steps = _NOW[stage](story)
    return [
        *steps,
        {
            "state": "next",
            "title": _("Outcome"),
            "body": _("What changed, and for whom; the residents confirm it."),
        },
    ]


def _ended(story: Story) -> list[Step]:
    """How it ended, how many residents say that it is so, and where to say it."""
    outcome = story.matter.get_outcome_display()
    if not outcome or story.matter.outcome == story.matter.Outcome.WITHDRAWN:
        return []
    said = outcome_counts(story.matter)
    words = _("Residents who agree: %(agree)s; who do not: %(deny)s.") % said if any(said.values()) else ""
    link = format_html(
        '<p><a href="{}">{}</a></p>', reverse("outcome", args=[story.matter.code]), _("Is the outcome true?")
    )
    return [{"state": "done", "id": "end", "title": capital(outcome), "body": words, "html": link}]


def _own_clock(story: Story) -> SafeString | str:
    cards = (
        clock_card(clock_view(c, story.today))
        for c in story.clocks.get(None, [])
        if c.owner == "us" and c.state in LIVE
    )
    return format_html_join("", "{}", ((card,) for card in cards))


def _raised(story: Story) -> list[Step]:
    now = {
        "state": "now", "title": _("A moderator is reading it"), "html": _own_clock(story),
        "body": _("Nothing is public before a moderator has seen it."),
    }  # fmt: skip
    if story.matter.community_id:  # a community prepared it itself
        return [now]
    return [now, {"state": "next", "title": _("A community takes it up")}]


def _open(story: Story) -> list[Step]:
    return [
        {"state": "now", "title": _("Waiting for a community"), "html": _own_clock(story),
         "body": _("A community takes it up, or the union's desk answers.")},
    ]  # fmt: skip


def _untaken(story: Story) -> list[Step]:
    """The reason that was given, and what one can do alone."""
    reason = UNTAKEN.get(story.matter.reason)
    words = reason.text if reason else _("No community could take it up.")
    link = format_html('<p><a href="{}">{}</a></p>', reverse("alone"), _("What you can do alone"))
    return [{"state": "now", "title": _("Not taken up"), "body": words, "html": link}]


def _taken(story: Story) -> list[Step]:
    if story.matter.way:  # an authority's; its first letter moves the matter on
        return _pressing(story)
    words = _("Demand it from an authority, do it together, or both.")
    return [{"state": "now", "title": _("The community chooses the way"), "body": words}]


def _doing(story: Story) -> list[Step]:
    return [
        {
            "state": "now",
            "title": _("Being done together"),
            "body": _("Hands, tools, knowledge, a place: no money."),
        }
    ]


def _pressing(story: Story) -> list[Step]:
    letter = story.live()
    if letter is None and story.matter.kind not in ("issue", "request"):
        return []  # a campaign does more than write letters: what it does next is its community's to say
    if letter is None:
        return [{"state": "now", "title": _("The letter is being written")}]
    asked_of = story.letters.get(letter.follows_id) if letter.kind == Letter.Kind.INFORMATION else None
    still = asked_of if asked_of and asked_of.stage in WAITING else None  # asking takes no step away
    return [_standing(story, letter), *(_rungs(story, still) if still else []), *_rungs(story, letter)]


def _standing(story: Story, letter: Letter) -> Step:
    """Where the live letter stands today, in the words that the record allows."""
    stands, clock = standing(letter, story.today), clock_of(letter)
    step: Step = {"state": "late" if stands.sign else "now", "title": capital(stands.label)}
    if clock and story.today <= clock.due_on:
        step |= {"on": _("By %(day)s") % {"day": date_words(clock.due_on)}, "meta": mark_of(clock)}
    return step


def _answered(story: Story) -> list[Step]:
    letter = story.live()
    words = _("Is it what was asked for? The community says what comes next.")
    now: Step = {"state": "now", "title": _("The answer is being looked at"), "body": words}
    reply = _unnamed(story)
    if reply is not None and story.leads:
        url = reverse("letter_classify", args=[story.matter.code, reply.code])
        now["html"] = format_html(
            '<p><a class="btn" href="{}">{}</a></p>', url, _("What kind of answer is it?")
        )
    return [now, *(_rungs(story, letter) if letter else [])]


def _unnamed(story: Story) -> Letter | None:
    """An answer that came through the authority itself: of what kind it is, its readers have not said yet."""
    rows = (row for row in story.letters.values() if row.direction == "in" and row.stage == "received")
    return next((row for row in rows if row.confirmed and not row.answer), None)


_NOW: dict[str, Callable[[Story], list[Step]]] = {
    "raised": _raised, "open": _open, "untaken": _untaken, "taken": _taken, "doing": _doing,
    "pressing": _pressing, "answered": _answered,
}  # fmt: skip


def _rungs(story: Story, letter: Letter) -> list[Step]:
    """The ladder: what may be done next, from which day and until when; always with the way to legal aid."""
    clock = clock_of(letter)
    law = book(clock.edition) if clock else book()
    found = rungs(letter, story.today, law=law, known=list(story.letters.values()))
    if len(found) < 2:
        return []
    items = format_html_join("", "<li>{}</li>", ((_rung(story, letter, rung),) for rung in found))
    listed = format_html('<ul class="rungs">{}</ul>', items)
    if any(rung.state == "open" for rung in found[:-1]):
        return [{"state": "next", "title": _("What can be done now"), "html": listed}]
    days = [rung.opens_safe_on or rung.opens_on for rung in found if rung.state == "later"]
    first = min((day for day in days if day), default=None)
    folded = format_html("<details><summary>{}</summary>{}</details>", _("Steps and their days"), listed)
    on = _("Begins: %(day)s") % {"day": date_words(first)} if first else ""
    waits = letter.stage in ("sent", "registered", "silent")
    title = _("If no answer comes: what can be done") if waits else _("What can be done later")
    return [{"state": "next", "on": on, "title": title, "html": folded}]


def _rung(story: Story, letter: Letter, rung: Rung) -> SafeString:
    if rung.url:
        return format_html('<a href="{}">{}</a> <small>{}</small>', local(rung.url), rung.title, rung.why)
    if rung.taken:
        return format_html(
            '<a href="#l-{}">{}</a> <small>{}</small>', rung.taken.code, rung.title, _("already written")
        )
    to = format_html(" · {}", rung.to) if rung.to else ""
    name: Any = rung.title
    address = step_address(rung, story.matter.code, letter.code) if story.leads else ""
    if address:
        name = format_html('<a href="{}">{}</a>', address, rung.title)
    ask = (
        _("first ask whether an answer has come")
        if story.leads and rung.is_open and rung.needs_asking
        else ""
    )
    mark = rung.mark if rung.last_on or rung.opens_on else ""
    words = joined(rung.why, rung_days(rung, story.today), ask, mark)
    return format_html("<strong>{}</strong>{}<br><small>{}</small>", name, to, words)


def rung_days(rung: Rung, today: date) -> str:
    """From which day, and until when: the safe day first, while it lies ahead; the law's last day beside it.

    Once the main term has ended that is said, and the later day stands under its condition alone.
    """
    if rung.state == "over":
        return _("its term ended on %(day)s") % {"day": date_words(rung.last_on)}
    unknown = _("the directory does not know whom to write to") if rung.state == "missing" else ""
    if rung.main_over(today):
        ended = _("the main term ended on %(day)s") % {"day": date_words(rung.last_on)}
        return joined(unknown, ended, other_days(rung, today))
    opens = rung.opens_safe_on or rung.opens_on
    since = _("from %(day)s") % {"day": date_words(opens)} if opens else ""
    return joined(unknown, since, _until(rung.safe_on, rung.last_on, today))


def other_days(rung: Rung, today: date) -> str:
    """The later days by another rule, with the condition on which they hold; "" where there are none."""
    if rung.last_other_on is None:
        return ""
    only = _("only on this condition: %(condition)s") % {"condition": rung.other_if}
    return joined(only, _until(rung.safe_other_on, rung.last_other_on, today))


def _until(safe: date | None, last: date | None, today: date) -> str:
    aim = _("best by %(day)s") % {"day": date_words(safe)} if safe and safe >= today else ""
    return joined(aim, _("last day %(day)s") % {"day": date_words(last)} if last else "")
