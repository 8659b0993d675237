"""A decision that somebody is about to take: written, opened for remarks, taken, carried out or given up."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from icma.advocacy.actions.oversight.sources import Seen, instead_of, keep_source
from icma.advocacy.flow import DECISION
from icma.advocacy.gates import UNKEPT, archived
from icma.advocacy.models import Decision, Level
from icma.core.action import Refused, action
from icma.core.day import legal_day, moment
from icma.core.flow import Stale
from icma.engines.aztext import clean_text
from icma.engines.clockrules import Rule
from icma.engines.clocks import ClockError, compute
from icma.law.book import book
from icma.matters.actions import preparing
from icma.matters.actions.clocks import close_clock, start_clock
from icma.matters.actions.telling import tell
from icma.matters.actions.thread import note
from icma.matters.models import Clock, Matter, Window
from icma.people.models import Authority, Organisation, Place, User

REMARK = "remark"  # verb of the window
LAW = "plan."  # rules of the Urban Planning and Construction Code
DISCUSSION, NOTICE = "plan.discussion", "plan.notice"  # what the body holds, and what it says before
LONGEST = timedelta(days=366)
MOST_WORDS, MOST_ARTICLE = 2000, 160
LIVE = (Clock.State.RUNNING, Clock.State.PAUSED)


def rules_for_remarks() -> dict[str, Rule]:
    """Terms of law within which residents write their objections or take part in the discussion, by id."""
    return {
        key: rule
        for key, rule in book().rules.items()
        if key.startswith(LAW)
        and (rule.owner == "citizen" or key == DISCUSSION)
        and rule.direction == "due_by"
    }


@action
def prepare_decision(
    *,
    community: Organisation,
    title: str,
    text: str,
    place: Place,
    topic: str,
    authority: Authority | None,
    what: str,
    level: str,
    seen: Seen,
    at: datetime,
    by: User,
    grew_from: list[Matter] | None = None,
    language: str = "az",
) -> Decision:
    """What is about to be decided, by whom, and where that was read. Public once a moderator has published it."""
    _check(authority, what, level)
    matter = preparing.prepare(
        kind=Matter.Kind.DECISION, title=title, text=text, place=place, topic=topic, community=community,
        authority=authority, grew_from=grew_from, language=language, at=at, by=by,
    )  # fmt: skip
    source = keep_source(matter=matter, seen=seen, at=at, by=by)
    return Decision.objects.create(matter=matter, what=what, level=level, source=source)


@action
def change_decision(
    *, decision: Decision, title: str, text: str, place: Place, topic: str, authority: Authority | None, what: str,
    level: str, at: datetime, by: User, seen: Seen | None = None,
) -> None:  # fmt: skip
    """Write it anew before a moderator has read it; `seen` puts another source in the place of the first."""
    _check(authority, what, level)
    preparing.change(
        matter=decision.matter, title=title, text=text, place=place, topic=topic, authority=authority, at=at
    )
    decision.what, decision.level = what, level
    if seen is not None:
        seen = instead_of(decision.source, seen)
        decision.source = keep_source(matter=decision.matter, seen=seen, at=at, by=by)
    decision.save()


@action
def submit_decision(*, decision: Decision, at: datetime, by: User) -> None:
    """Send it to a moderator. Refused while its source is only an address, whose page may be another one tomorrow."""
    if not archived(decision.source):
        raise Refused(str(UNKEPT))
    preparing.submit(matter=decision.matter, at=at, by=by)


def _check(authority: Authority | None, what: str, level: str) -> None:
    if authority is None:
        raise Refused(_("Name the body that decides."))
    if what not in Decision.What.values:
        raise Refused(_("Choose what is decided."))
    if level not in Level.values:
        raise Refused(_("Choose the level: local or central."))


# --- the window ----------------------------------------------------------------------------------------
@action
def open_remarks(
    *, decision: Decision, opens_on: date, at: datetime, by: User, rule: str = "", closes_on: date | None = None,
    article: str = "",
) -> Window:  # fmt: skip
    """Remarks may be made from a day on: until the day that `rule` gives, else `closes_on` with the article it follows.

    Called again while it is open it moves the days: the body has announced others.
    """
    _public(decision)
    article = " ".join(clean_text(article).split())
    if rule:
        closes_on = _start(decision, rule, opens_on, at, by)
    else:
        _check_days(opens_on, closes_on, article)
        _end_clocks(decision, at, by)
    assert closes_on is not None
    values = {"rule": rule, "article": "" if rule else article}
    if decision.stage == "open":
        rows = Decision.objects.filter(pk=decision.pk, stage="open")
        if rows.update(**values) != 1:
            raise Stale(_("Somebody has already changed this. Look at the page again before you go on."))
    else:
        DECISION.take(decision, "open", **values)
    decision.rule, decision.article = values["rule"], values["article"]
    window, _made = Window.objects.update_or_create(
        matter=decision.matter, verb=REMARK,
        defaults={"opens_at": moment(opens_on, 0), "closes_at": end_of(closes_on)},
    )  # fmt: skip
    note(
        matter=decision.matter, verb="remarks_open", at=at, by=by,
        data={"from": opens_on.isoformat(), "until": closes_on.isoformat()},
    )  # fmt: skip
    return window


def end_of(on: date) -> datetime:
    return moment(on + timedelta(days=1), 0)


def last_day(window: Window) -> date | None:
    """The last day on which a remark may be made."""
    return legal_day(window.closes_at) - timedelta(days=1) if window.closes_at else None


def _check_days(opens_on: date, closes_on: date | None, article: str) -> None:
    if closes_on is None or closes_on < opens_on:
        raise Refused(_("The last day lies before the first, or is missing."))
    if closes_on - opens_on > LONGEST:
        raise Refused(_("Remarks are open for a year at most."))
    if not article or len(article) > MOST_ARTICLE:
        raise Refused(
            _("Name the article or announcement that these days follow, in at most 160 characters.")
        )


def _start(decision: Decision, rule: str, opens_on: date, at: datetime, by: User) -> date:
    """The law's own clock, explained day by day and computed anew when the law changes. A discussion that the body holds
    gives days and no clock: that they are over makes nobody late."""
    if rule not in rules_for_remarks():
        raise Refused(_("This is no term for remarks."))
    if opens_on > legal_day(at):
        raise Refused(_("The term of law runs from the day of the announcement: that day has not come."))
    _end_clocks(decision, at, by)
    if rule == DISCUSSION:
        return _last_of_discussion(opens_on)
    clock = start_clock(
        matter=decision.matter,
        rule=rule,
        event_at=opens_on,
        at=at,
        by=by,
        authority=decision.matter.authority,
    )
    return clock.due_on


def _last_of_discussion(opens_on: date) -> date:
    law = book()
    try:
        due = compute(law.rules[DISCUSSION], opens_on, law.calendar).due
    except ClockError as error:
        raise Refused(_("The date cannot be computed from this day. Check it.")) from error
    assert due is not None
    return due


def _end_clocks(decision: Decision, at: datetime, by: User | None) -> None:
    rows = Clock.objects.filter(
        matter=decision.matter, owner=Clock.Owner.CITIZEN, letter=None, state__in=LIVE
    )
    for clock in rows.filter(rule__startswith=LAW):
        close_clock(clock=clock, on=legal_day(at), at=at, by=by)


# --- what became of it -----------------------------------------------------------------------------------
@action
def take_decision(
    *, decision: Decision, result: str, on: date, seen: Seen, at: datetime, by: User, text: str = ""
) -> None:
    """The body has decided. Remarks are over; what it decided on each can be entered from now on."""
    if result not in Decision.Result.values or not result:
        raise Refused(_("Choose what was decided."))
    words = _happened(decision, on, text, at)
    DECISION.take(decision, "take", result=result, taken_on=on)
    _close_window(decision, at, by)
    _tell(decision, f"decision_{result}", on, seen, words, at, by)


@action
def carry_decision(
    *, decision: Decision, on: date, seen: Seen, at: datetime, by: User, text: str = ""
) -> None:
    """It was carried out, and a source shows it."""
    words = _happened(decision, on, text, at)
    if decision.taken_on and on < decision.taken_on:
        raise Refused(_("This day lies before the day of the decision."))
    DECISION.take(decision, "carry", carried_on=on)
    _tell(decision, "decision_carried", on, seen, words, at, by)


@action
def correct_decision(
    *, decision: Decision, result: str, on: date, seen: Seen, text: str, at: datetime, by: User
) -> None:
    """Another result or day was entered than the body's: the right one, with why and its source. The thread keeps both."""
    words = _happened(decision, on, text, at)
    if not result or result not in Decision.Result.values:
        raise Refused(_("Choose what was decided."))
    if not words:
        raise Refused(_("Say in a few words why you correct it: the note is shown."))
    if decision.carried_on and on > decision.carried_on:
        raise Refused(_("This day lies after the day on which it was carried out."))
    rows = Decision.objects.filter(pk=decision.pk, stage__in=("taken", "carried"))
    if rows.update(result=result, taken_on=on) != 1:
        raise Stale(_("Somebody has already changed this. Look at the page again before you go on."))
    _tell(decision, "decision_corrected", legal_day(at), seen, words, at, by)


@action
def drop_decision(
    *, decision: Decision, on: date, seen: Seen, at: datetime, by: User, text: str = ""
) -> None:
    """The body does not pursue it."""
    words = _happened(decision, on, text, at)
    DECISION.take(decision, "drop")
    _close_window(decision, at, by)
    _tell(decision, "decision_dropped", on, seen, words, at, by)


def _happened(decision: Decision, on: date, text: str, at: datetime) -> str:
    _public(decision)
    if on > legal_day(at):
        raise Refused(_("The date lies in the future."))
    words = clean_text(text)
    if len(words) > MOST_WORDS:
        raise Refused(_("The text is too long."))
    return words


def _public(decision: Decision) -> None:
    if decision.matter.published_at is None or decision.matter.stage in ("planned", "raised", "rejected"):
        raise Refused(_("A moderator has not published it yet."))


def _close_window(decision: Decision, at: datetime, by: User) -> None:
    Window.objects.filter(matter=decision.matter, verb=REMARK, closes_at__gt=at).update(closes_at=at)
    _end_clocks(decision, at, by)


def _tell(decision: Decision, verb: str, on: date, seen: Seen, text: str, at: datetime, by: User) -> None:
    source = keep_source(matter=decision.matter, seen=seen, at=at, by=by, lasting=True)
    data: dict[str, Any] = {"source": source.code}
    tell(matter=decision.matter, verb=verb, at=at, by=by, on=on, text=text, data=data)
