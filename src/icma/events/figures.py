"""Attendances, unique people, head-counts: three figures that are never added to each other.

An attendance is one person on one day of a meeting. Where a day has both a list and a head-count, the larger of the
two is how many were there. Unique people are told only where nearly everybody is known; else a range: not fewer than
the fullest day, not more than all attendances.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext as _

from icma.core.day import legal_day, moment
from icma.events.models import Attendance, Event, HeadCount
from icma.matters.bands import AgeBand, Sex

NEARLY_ALL = 95  # per cent who have to be known before unique people are printed
NO_TIME = timedelta()
UNKNOWN = (Sex.UNKNOWN.value, AgeBand.UNKNOWN.value)
Cells = Counter[tuple[str, str]]  # (sex, band) → attendances


@dataclass(frozen=True)
class Presence:
    """`listed` and `counted` are what lists and head-counts say by themselves; `known` attendances have a key."""

    attendances: int = 0
    listed: int = 0
    counted: int = 0
    known: int = 0
    people: int = 0  # different keys among the known
    fullest: int = 0

    @property
    def is_exact(self) -> bool:
        return self.attendances > 0 and self.known * 100 >= self.attendances * NEARLY_ALL

    @property
    def unique(self) -> int | None:
        """Different people, where at least 95 % of the attendances are known; None: only the range may be told."""
        return self.people if self.is_exact else None

    @property
    def how_known(self) -> str:
        return _("known: %(known)s of %(all)s") % {"known": self.known, "all": self.attendances}

    @property
    def low(self) -> int:
        return max(self.fullest, self.people)

    @property
    def high(self) -> int:
        return self.attendances

    @property
    def people_words(self) -> str:
        """ "18", or "12–31" where too few are known."""
        exact = self.is_exact or self.low == self.high
        return str(self.people if self.is_exact else self.low) if exact else f"{self.low}–{self.high}"


def presence(events: QuerySet[Event]) -> Presence:
    """The three figures of these meetings together; four queries whatever their number."""
    ids = events.order_by().values("pk")
    heads = _by_day(HeadCount.objects.filter(event__in=ids), Sum("n"))
    came = Attendance.objects.filter(event__in=ids, state=Attendance.State.CAME)
    lists = _by_day(came, Count("pk"))
    known = came.exclude(person="").aggregate(n=Count("pk"), people=Count("person", distinct=True))
    days = [max(heads.get(day, 0), lists.get(day, 0)) for day in heads.keys() | lists.keys()]
    return Presence(
        attendances=sum(days), listed=sum(lists.values()), counted=sum(heads.values()), known=known["n"],
        people=known["people"], fullest=max(days, default=0),
    )  # fmt: skip


def _by_day(rows: QuerySet, how_many: Sum | Count) -> dict[tuple[int, int], int]:
    found = rows.order_by().values_list("event", "session").annotate(how_many=how_many)
    return {(event, session): n for event, session, n in found}


def cells_of_day(event: Event, session: int) -> Cells:
    """Sex × age band of one day's attendances; what nobody said is a cell of its own.

    The list where it holds as many as the head-count; the head-count where it is larger and knows groups; a bare
    number of heads is filled up with what the list knows.
    """
    return cells_by_day(event).get(session, Counter())


def cells_by_day(event: Event) -> dict[int, Cells]:
    """The same of every day on which somebody was counted."""
    return cells_by_event(Event.objects.filter(pk=event.pk))[event.pk]


def cells_by_event(events: QuerySet[Event]) -> defaultdict[int, dict[int, Cells]]:
    """The same of each of these meetings, by its key; two queries however many meetings and days."""
    ids = events.order_by().values("pk")
    heads = _cells(HeadCount.objects.filter(event__in=ids), Sum("n"))
    lists = _cells(Attendance.objects.filter(event__in=ids, state=Attendance.State.CAME), Count("pk"))
    found: defaultdict[int, dict[int, Cells]] = defaultdict(dict)
    for event, day in sorted(heads.keys() | lists.keys()):
        found[event][day] = _larger(heads[event, day], lists[event, day])
    return found


def _larger(heads: Cells, lists: Cells) -> Cells:
    missing = heads.total() - lists.total()
    if missing <= 0:
        return lists
    if set(heads) <= {UNKNOWN}:
        return lists + Counter({UNKNOWN: missing})
    return heads


def _cells(rows: QuerySet, how_many: Sum | Count) -> defaultdict[tuple[int, int], Cells]:
    found: defaultdict[tuple[int, int], Cells] = defaultdict(Counter)
    rows = rows.order_by().values_list("event", "session", "sex", "band")
    for event, day, sex, band, n in rows.annotate(how_many=how_many):
        found[event, day][sex, band] = n
    return found


def cells_of(event: Event) -> Cells:
    """The same over all days of the event."""
    return sum(cells_by_day(event).values(), Counter())


def days_of(event: Event) -> list[tuple[int, date]]:
    """(number, day) of its sessions; the first is the event's own day."""
    return [(1, legal_day(event.starts_at)), *event.sessions.order_by("number").values_list("number", "on")]


def is_ahead(event: Event, session: int, at: datetime, early: timedelta = NO_TIME) -> bool:
    """This day of the meeting has not begun, `early` before it; of a further day only the date is known."""
    if session == 1:
        return event.starts_at - early > at
    return dict(days_of(event)).get(session, date.min) > legal_day(at)


def needs_used(events: QuerySet[Event]) -> dict[str, int]:
    """Access need → how often it was used, where somebody counted."""
    rows = events.filter(needs_used__isnull=False).order_by().values_list("needs_used__need")
    return dict(rows.annotate(n=Sum("needs_used__n")))


def held_between(first: date, last: date, communities: Iterable[int] | None = None) -> QuerySet[Event]:
    """Meetings that were held in the time, of these communities or of all."""
    span = (moment(first, 0), moment(last + timedelta(days=1), 0))
    rows = Event.objects.filter(state=Event.State.HELD, starts_at__gte=span[0], starts_at__lt=span[1])
    return rows if communities is None else rows.filter(organisation__in=list(communities))
