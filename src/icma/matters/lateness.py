"""How late, unknown and silent are worded and counted: one place for lists, pages and statistics.

An absent record is unknown, never a breach. Between the term and the latest date that the law could allow, an
authority may have lengthened it. "Silent" needs somebody who asked after that latest date, and says which day. Its hourglass needs a rule that was read
in the act or that an advocate signed: the book of the clock's own edition knows (fetch `edition` with the clock).
Everything here works from the cached columns of a clock: a list derives nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from icma.core.day import legal_day
from icma.law.book import Book, book
from icma.law.certainty import lateness_status, may_assert, may_share, page_mark, status_of
from icma.matters.flow import LETTER
from icma.matters.models import Clock, Letter

SOON = 2  # days
ASK_AFTER = 3  # days after sending: the registration note is due by then (adm.regnote)
LIVE = (Clock.State.RUNNING, Clock.State.PAUSED)
OVER = ("closed", "merged", "rejected")  # stages of a matter that nobody works on any more
WAITING = ("sent", "registered", "silent")  # stages of a letter that an answer is awaited to


@dataclass(frozen=True, slots=True)
class Standing:
    """How a letter or clock stands on a day.

    `tone` is one of the tags' tones; `sign`: the hourglass of lateness is shown; `counts_late`: public
    statistics may count it as late (where no advocate has signed, theirs is to mark it); `since`: from when.
    """

    state: str
    label: str | Promise
    tone: str
    sign: bool = False
    counts_late: bool = False
    since: date | None = None


_WORDS: dict[str, tuple[str | Promise, str]] = {
    "draft": (_("draft"), "quiet"),
    "waiting_registration": (_("waiting for registration"), "calm"),
    "registration_unknown": (_("no registration is recorded"), "now"),
    "running": (_("the term runs"), "calm"),
    "due_soon": (_("the term ends soon"), "now"),
    "due_today": (_("the term ends today"), "now"),
    "paused": (_("the term is paused"), "quiet"),
    "base_passed": (_("the basic term has ended; it may be extended"), "now"),
    "no_record": (_("no record of an answer"), "quiet"),
    "silent": (_("no answer"), "late"),
    "disputed": (_("the authority has told us something; we are looking"), "data"),
    "answered": (_("answered"), "done"),
    "answered_late": (_("answered after the term"), "done"),
    "own_late": (_("we are late"), "late"),
    "forwarded": (_("forwarded to another body"), "data"),
    "returned": (_("left without consideration"), "now"),
    "closed": (_("no longer awaited"), "quiet"),
    "unknown": (_("not known"), "quiet"),
}


TERMLESS = (Letter.Kind.REMINDER, Letter.Kind.CLAIM)  # unless their rule says otherwise
_NO_TERM = _("registered; no term of its own runs")
STATES = {state: label for state, (label, _tone) in _WORDS.items()}  # for tables: "unknown" is one of them


def _stands(state: str, since: date | None = None, *, late: bool = False, tone: str = "") -> Standing:
    label, usual = _WORDS[state]
    tone = tone or usual
    return Standing(state, label, tone, sign=tone == "late", counts_late=late, since=since)


def standing(
    thing: Clock | Letter, today: date, clock: Clock | None = None, law: Book | None = None
) -> Standing:
    """How a clock, or a letter with its clock, stands on `today`, by `law` or the clock's own edition.

    No query but for what was neither given nor fetched: the clocks of a letter, the edition of a clock.
    """
    if isinstance(thing, Letter):
        return _of_letter(thing, today, clock or clock_of(thing), law)
    if thing.owner == Clock.Owner.AUTHORITY:
        return _of_authority(thing, today, law)
    return _of_ours(thing, today)


def mark_of(clock: Clock) -> str:
    """How sure the date of a clock is, in the words that stand beside it on every page."""
    return page_mark(status_of(book(clock.edition), clock.rule))


def doubt_of(clock: Clock) -> str:
    """The same where a date is told without its page; '' of a signed one and of our own, which need no word."""
    return "" if may_assert(status_of(book(clock.edition), clock.rule)) else mark_of(clock)


def may_leave_the_page(clock: Clock) -> bool:
    """May its date stand where no page can explain it: in a calendar, a mail?"""
    return may_share(status_of(book(clock.edition), clock.rule))


def may_be_late(clock: Clock, law: Book | None = None) -> bool:
    """Is its rule sure enough to draw the hourglass, once silence is confirmed?"""
    return may_share(lateness_status(law or book(clock.edition), clock.rule))


def clock_of(letter: Letter) -> Clock | None:
    """The authority's clock on a letter; of several the one that could last longest."""
    clocks = [clock for clock in letter.clocks.all() if clock.owner == Clock.Owner.AUTHORITY]
    return max(clocks, key=lambda clock: (clock.latest_on, clock.pk), default=None)


def has_term(letter: Letter) -> bool:
    """A reminder and a claim have none of their own: nobody need answer them by a day."""
    return bool(letter.rule) or letter.kind not in TERMLESS


def stage_of(letter: Letter) -> str | Promise:
    """The stage of a letter in words; of one without a term none is said to run."""
    if letter.stage == "registered" and not has_term(letter):
        return _NO_TERM
    return LETTER.stages[letter.stage].label


def _of_letter(letter: Letter, today: date, clock: Clock | None, law: Book | None) -> Standing:
    if letter.stage in ("draft", "dropped"):
        return _stands("draft")
    if letter.stage in ("forwarded", "returned"):
        return _stands(letter.stage)
    if clock is not None:
        return standing(clock, today, law=law)
    if letter.stage == "sent" and letter.sent_on:
        ask_on = letter.sent_on + timedelta(days=ASK_AFTER)
        return _stands("registration_unknown", ask_on) if today > ask_on else _stands("waiting_registration")
    if letter.stage == "registered" and not has_term(letter):
        return replace(_stands("unknown"), label=_NO_TERM)  # for tables: no term tells how it stands
    return _stands("answered" if letter.stage == "answered" else "unknown")


def _of_authority(clock: Clock, today: date, law: Book | None) -> Standing:
    if clock.disputed_at:
        return _stands("disputed", legal_day(clock.disputed_at))
    if clock.state == Clock.State.ANSWERED:
        late = clock.ended_on is not None and clock.ended_on > clock.latest_on and may_be_late(clock, law)
        return _stands("answered_late" if late else "answered", clock.ended_on, late=late)
    if clock.state == Clock.State.CLOSED:
        return _stands("closed", clock.ended_on)
    if clock.state == Clock.State.PAUSED:
        return _stands("paused")
    if today <= clock.due_on:
        return _before(clock, today)
    if today <= clock.latest_on:
        return _stands("base_passed", clock.due_on)
    if is_silent(clock):
        sure = may_be_late(clock, law)
        return _stands("silent", clock.asked_on, late=sure, tone="" if sure else "now")
    return _stands("no_record", clock.latest_on)


def is_silent(clock: Clock) -> bool:
    """Somebody asked after the last day that the law could allow, and nothing had come."""
    return clock.asked_on is not None and clock.asked_on > clock.latest_on


def askable(clock: Clock, today: date) -> bool:
    """May somebody who asks today enter that nothing has come? From the day after the term, once a day."""
    waits = (
        clock.owner == Clock.Owner.AUTHORITY and clock.state == Clock.State.RUNNING and not clock.disputed_at
    )
    return waits and clock.due_on < today and (clock.asked_on is None or clock.asked_on < today)


def _before(clock: Clock, today: date) -> Standing:
    if today == clock.due_on:
        return _stands("due_today")
    return _stands("due_soon" if (clock.due_on - today).days <= SOON else "running")


def _of_ours(clock: Clock, today: date) -> Standing:
    """Our own records are complete: past our term we are late, and say so."""
    if clock.state == Clock.State.ANSWERED:
        late = clock.ended_on is not None and clock.ended_on > clock.due_on
        return _stands("answered_late" if late else "answered", clock.ended_on, late=late)
    if clock.state == Clock.State.CLOSED:
        return _stands("closed", clock.ended_on)
    if clock.state == Clock.State.PAUSED:
        return _stands("paused")
    if today > clock.due_on:
        return _stands("own_late", clock.due_on, late=True)
    return _before(clock, today)


# --- the same, asked of the database ----------------------------------------------------------------
AUTHORITY = Q(owner=Clock.Owner.AUTHORITY)


def unknown_clocks(today: date) -> Q:
    """Past the latest day, and nobody has asked since: unknown, and said to be so."""
    unasked = Q(asked_on=None) | Q(asked_on__lte=F("latest_on"))
    return AUTHORITY & Q(state=Clock.State.RUNNING, disputed_at=None, latest_on__lt=today) & unasked


def to_ask(today: date) -> Q:
    """Clocks of which somebody should ask the sender whether anything has come: the term is over and nobody has
    asked since, or the latest date is over and nobody has asked since that."""
    never = Q(due_on__lt=today, asked_on=None)
    waited = Q(state=Clock.State.RUNNING, disputed_at=None) & ~Q(matter__stage__in=OVER)
    return AUTHORITY & waited & (never | unknown_clocks(today))


# --- our own terms -------------------------------------------------------------------------------------
OWN = ("own.moderate", "own.take_up")


@dataclass(frozen=True, slots=True)
class OwnShare:
    """Of our own terms that are decided, how many were kept. n = 0: nothing is decided yet."""

    rule: str
    in_time: int
    n: int

    @property
    def share(self) -> float | None:
        return self.in_time / self.n if self.n else None


def own_share(at: datetime, rules: Iterable[str] = OWN) -> list[OwnShare]:
    """Our share in time, a row for each own term: kept / decided. Like an authority's, a term counts once its day is
    over, kept or not: work done at once must not count before work not done can.

    Closed ones (withdrawn before we could answer) are left out. One query.
    """
    today, counts = legal_day(at), {rule: [0, 0] for rule in rules}
    rows = Clock.objects.filter(owner=Clock.Owner.US, rule__in=counts).values_list(
        "rule", "state", "due_on", "ended_on"
    )
    for rule, state, due_on, ended_on in rows.filter(due_on__lt=today).iterator():
        if state == Clock.State.ANSWERED:
            counts[rule][0] += ended_on <= due_on
            counts[rule][1] += 1
        elif state == Clock.State.RUNNING:
            counts[rule][1] += 1
    return [OwnShare(rule, kept, n) for rule, (kept, n) in counts.items()]
