"""Every verb of the thread with its sentence; an unknown verb is a programming error.

A sentence may use the plain values of the entry's `data` by name: `%(authority)s`; a date is written out.
What is said about a term is as sure as its rule: that one has ended is said of signed rules alone (law.certainty).
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from icma.core.words import date_words
from icma.law.book import book
from icma.law.certainty import Status, lateness_status, may_assert, may_share, page_mark, status_of, weakest
from icma.matters.ladder import TITLES
from icma.matters.lateness import SOON
from icma.matters.models import Clock, Entry

SENTENCES = {
    # prepared by a community: campaign, petition, decision, commitment
    "planned": _("It is being prepared"),
    "submitted": _("Sent to a moderator"),
    "brought_in": _("Brought in from the past"),
    # raising and moderation
    "raised": _("The matter was raised"),
    "village_said": _("The author named a village that is not on the district's list"),
    "published": _("A moderator published it"),
    "rejected": _("Not published"),
    "appealed": _("The author asked for another look"),
    "added": _("The author added something"),
    "worded": _("Words that wait for a moderator"),
    "corrected": _("The text was corrected"),
    "proposed": _("A correction was sent to a moderator"),
    "learned": _("What was learned can be read here"),
    "withdrawn": _("The author withdrew it"),
    "hidden": _("Hidden after a legal notice"),
    "shown": _("Shown again"),
    "merged": _("Joined with another matter"),
    "merged_here": _("Another matter was joined to this one"),
    "split": _("Taken apart again"),
    # community
    "taken_up": _("The community took it up"),
    "untaken": _("Nobody has taken it up"),
    "handed_back": _("The community handed it back"),
    "way_chosen": _("The way was chosen"),
    "task_made": _("A task was set"),
    "task_done": _("A task was done"),
    "met": _("A meeting was held"),
    "met_counted": _("A meeting was held. Participants: %(total)s"),
    "met_corrected": _("Participants of the meeting: %(total)s"),
    # letters
    "drafted": _("A letter is being written"),
    "sent": _("The letter was sent"),
    "registered": _("The authority registered the letter"),
    "answer_came": _("The authority answered"),
    "extended": _("The authority extended the term"),
    "extension_void": _("The authority announced an extension; the date did not change"),
    "unconfirmed": _("An answer was entered on the authority's behalf; we are asking the authority"),
    "disowned": _("The authority did not confirm the answer that was entered on its behalf"),
    "forwarded": _("The letter was forwarded to another body"),
    "unconsidered": _("Left without consideration"),
    "silence_confirmed": _("Asked again: no answer has come"),
    "silence_withdrawn": _("An answer was entered: it is no longer unanswered"),
    "term_changed": _("The date was computed anew: %(old)s → %(new)s"),
    "paused": _("The term was paused"),
    "resumed": _("The term runs again"),
    "objected": _("The authority says that it has answered"),
    "objected_mistake": _("The authority says that there is a mistake"),
    "objection_decided": _("The objection was looked at"),
    "lawyer_looked": _("A lawyer has looked at the letter"),
    # derived from clocks
    "due_soon": _("Two days are left for the answer"),
    "due_today": _("The term ends today"),
    "term_ended": _("The term has ended; no record of an answer"),
    "term_ended_latest": _("The latest date that the law could allow has passed"),
    "step_open": _("The next step may be taken"),
    "step_safe": _("The day to aim at for a step of ours has come"),
    "step_last": _("The last day for a step of ours has come"),
    "registration_unknown": _("No registration of the letter is recorded"),
    "promise_due": _("The promised day has come"),
    "promise_passed": _("The promised day has passed; no record that it was done"),
    "own_term_ended": _("We have not kept our own term"),
    # end
    "closed": _("The outcome was recorded"),
    "outcome_confirmed": _("Residents confirmed the outcome"),
    "outcome_denied": _("Residents do not agree with the outcome"),
    "reopened": _("Opened again"),
    "erased": _("A text was erased here"),
    # decisions and promises
    "source_opened": _("Everybody can read the kept copy of the source now"),
    "remarks_open": _("Remarks can be made: %(from)s – %(until)s"),
    "remarks_closing": _("Remarks can be made only until %(until)s"),
    "remarks_over": _("The time for remarks is over"),
    "remarked": _("A remark"),
    "remarks_answered": _("What was decided on the remarks was entered"),
    "observed": _("An observer was at the session"),
    "decision_adopted": _("The body has adopted it"),
    "decision_changed": _("The body has adopted it with changes"),
    "decision_refused": _("The body has not adopted it"),
    "decision_carried": _("It was carried out"),
    "decision_corrected": _("What was entered about the decision was corrected"),
    "decision_dropped": _("The body does not pursue it"),
    "rated_no_evidence": _("Somebody looked: no evidence was found"),
    "rated_not_started": _("Somebody looked: it has not begun"),
    "rated_limited": _("Somebody looked: it has begun, little is done"),
    "rated_substantial": _("Somebody looked: it is mostly done"),
    "rated_complete": _("Somebody looked: it is done in full"),
    "rating_agreed": _("A second person saw the same"),
    "rating_split": _("Two people saw it differently; a third one looks"),
    "authority_said": _("The authority has its say"),
    "authority_disagrees": _("The authority does not agree with the rating"),
    # petitions
    "petition_key": _("The campaign's key was set"),
    "petition_tightened": _("The signers are protected more strictly"),
    "petition_switched": _("A switch of the petition was turned"),
    "petition_invalidated": _("Support was taken out of the count by a published rule"),
    "petition_restored": _("Support that a rule had taken out is counted again"),
    "petition_ended": _("The petition was ended before its last day"),
    "petition_closed": _("The petition ended. Confirmed support: %(n)s"),
    "told_news": _("News of the campaign"),
    "told_meeting": _("A meeting with an authority"),
    "told_hearing": _("A public hearing was held"),
    "told_media": _("The media told of it"),
    "told_legal": _("A legal step"),
    "petition_delivered": _("The petition was handed over. Confirmed support: %(n)s"),
}

# Where the last day of the term stayed, `of` says which date it was.
_CHANGED = {
    "latest": _("The latest date that the law could allow was computed anew: %(old)s → %(new)s"),
    "start": _("The day from which the term runs was corrected: %(old)s → %(new)s"),
    "answer": _("The date of the answer was corrected: %(old)s → %(new)s"),
}

# Verbs that speak of a term of law, and what is said where no advocate has signed its rule.
ABOUT_TERMS = (
    "due_soon", "due_today", "term_ended", "term_ended_latest", "step_open", "silence_confirmed", "term_changed",
)  # fmt: skip
OF_STEPS = (
    "step_safe",
    "step_last",
)  # told to the team; `data` names the step, its last day and the rules behind it
_MARKED = ("due_soon", "due_today", "term_changed")
_UNSIGNED = {
    "term_ended": _("The date by which an answer was expected has passed"),
    "term_ended_latest": _("The latest date by which an answer was expected has passed"),
}


_DAY = timedelta(days=1)
# The day of its clock on which each of these is told.
_DAYS: dict[str, Callable[[Clock], date]] = {
    "due_soon": lambda clock: clock.due_on - SOON * _DAY,
    "due_today": lambda clock: clock.due_on,
    "term_ended": lambda clock: clock.due_on + _DAY,
    "term_ended_latest": lambda clock: clock.latest_on + _DAY,
}


def holds(entry: Entry) -> bool:
    """Does a day that was told still stand: has its date not moved, and no answer of before it been entered since?"""
    if entry.verb not in _DAYS or entry.clock_id is None:
        return True
    clock = entry.clock
    if clock.state == Clock.State.ANSWERED and clock.ended_on is not None and clock.ended_on < entry.on:
        return False
    return _DAYS[entry.verb](clock) == entry.on


def told(entry: Entry) -> str:
    """What happened, no surer than the rule of its clock; '' where a value is lacking.

    No query where the clock and its edition are fetched with the entry.
    """
    if entry.verb in OF_STEPS:
        return _step_told(entry)
    if entry.clock_id is None or not (entry.verb in _MARKED or entry.verb in _UNSIGNED):
        return sentence(entry.verb, entry.data)
    said, status = sentence(entry.verb, entry.data), _status(entry)
    if may_assert(status) or not said or entry.data.get("of") in ("start", "answer"):
        return said
    return f"{_UNSIGNED.get(entry.verb, said)} · {page_mark(status)}"


def may_be_passed_on(entry: Entry) -> bool:
    """May it be told where no page explains the date: in a share, a mail, a press kit?"""
    if entry.verb in OF_STEPS:
        return may_share(_sure_of_step(entry))
    if not holds(entry):
        return False
    return entry.verb not in ABOUT_TERMS or entry.clock_id is None or may_share(_status(entry))


def _step_told(entry: Entry) -> str:
    """Which step, until when, on what condition, and how sure its days are."""
    title, last = TITLES.get(entry.data.get("step", ""), ""), _written(entry.data.get("last", ""))
    until = _("last day %(day)s") % {"day": last} if entry.verb == "step_safe" and last else ""
    only = _("only on the condition that the letter's page names") if entry.data.get("other") else ""
    parts = (SENTENCES[entry.verb], title, until, only, page_mark(_sure_of_step(entry)))
    return " · ".join(str(part) for part in parts if part)


def _sure_of_step(entry: Entry) -> Status:
    law, rules = book(), str(entry.data.get("rules", "")).split()
    return weakest(status_of(law, rule) for rule in rules) if rules else "M"


def _status(entry: Entry) -> Status:
    """How sure the date is that the entry speaks of: of the term, or of the latest that the law could allow."""
    law, rule = book(entry.clock.edition), entry.clock.rule
    latest = entry.verb == "term_ended_latest" or entry.data.get("of") == "latest"
    return lateness_status(law, rule) if latest else status_of(law, rule)


def sentence(verb: str, data: Mapping[str, Any]) -> str:
    """What happened, in the reader's language; '' where the entry lacks a value that its sentence needs."""
    text = str(verb == "term_changed" and _CHANGED.get(data.get("of", "")) or SENTENCES[verb])
    if "%(" not in text:
        return text
    try:
        return text % {name: _written(value) for name, value in data.items()}
    except (KeyError, TypeError, ValueError):
        return ""


def _written(value: Any) -> Any:
    """A date of the data in words, anything else as it is."""
    if isinstance(value, str) and len(value) == 10:
        try:
            return date_words(date.fromisoformat(value))
        except ValueError:
            return value
    return value
