"""The director's Monday page: one line a community, on one sheet of paper."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q

from icma.core.day import legal_day
from icma.events.models import Event
from icma.matters.lateness import to_ask
from icma.matters.models import Clock, Entry, Letter, Matter
from icma.people.models import Organisation

QUIET = 21  # days without a sign of life after which somebody should call


@dataclass(frozen=True)
class Line:
    """One community, or the union's desk (organisation None): what nobody leads, what the union took up itself, and
    what communities led that have ended.

    `seen_on`: its last sign of life; `waiting`: matters that wait for its decision or near it for a community;
    `ask`: terms after which nobody has asked; `late`: our own terms passed; `unread`: answers nobody has
    looked at; `needs`: what it says it needs.
    """

    organisation: Organisation | None
    seen_on: date | None
    live: int
    waiting: int
    ask: int
    late: int
    unread: int
    needs: str
    quiet: bool


def sheet(at: datetime) -> list[Line]:
    """All living communities, the quietest first, then the desk. Seven queries whatever their number."""
    today = legal_day(at)
    groups = list(Organisation.objects.exclude(kind="partner").select_related("place"))
    living = [group for group in groups if group.kind == "community" and group.until is None]
    signs, live, waiting, unread = _signs(), _live(), _waiting(), _unread()
    ask, late = _terms(to_ask(today)), _terms(Q(owner="us", state="running", due_on__lt=today))
    counts = (live, waiting, ask, late, unread)
    lines = [_line(group, [group.pk], today, signs, *counts) for group in living]
    lines.sort(key=lambda line: line.seen_on or date.min)
    desk = [None, *(group.pk for group in groups if group not in living)]
    return [*lines, _line(None, desk, today, signs, *counts)]


def _line(group: Organisation | None, of: list[int | None], today: date, signs: dict, *counts: Any) -> Line:
    live, waiting, ask, late, unread = (sum(counted.get(pk, 0) for pk in of) for counted in counts)
    seen = signs.get(group.pk) if group else None
    quiet = group is not None and (seen is None or today - seen > timedelta(days=QUIET))
    return Line(group, seen, live, waiting, ask, late, unread, group.needs if group else "", quiet)


def _signs() -> dict[int | None, date]:
    """The last day on which its people wrote on a thread or met."""
    found: dict[int | None, date] = {}
    wrote = Entry.objects.exclude(by=None).filter(matter__community__isnull=False)
    met = Event.objects.filter(state="held")
    rows = [
        *wrote.values_list("matter__community").annotate(last=Max("at")).order_by(),
        *met.values_list("organisation").annotate(last=Max("starts_at")).order_by(),
    ]
    for pk, last in rows:
        found[pk] = max(found.get(pk, date.min), legal_day(last))
    return found


def _counted(rows: Any, by: str) -> dict[int | None, int]:
    return dict(rows.values_list(by).annotate(n=Count("pk")).order_by())


def _live() -> dict[int | None, int]:
    live = Matter.objects.exclude(stage__in=("planned", "raised", "rejected", "closed", "merged"))
    return _counted(live.filter(hidden_at=None), "community")


def _waiting() -> dict[int | None, int]:
    """A decision is awaited: which way, or what the answer is worth; at the desk: who takes it up."""
    return _counted(
        Matter.objects.filter(stage__in=("taken", "answered", "open"), hidden_at=None), "community"
    )


def _terms(which: Q) -> dict[int | None, int]:
    return _counted(Clock.objects.filter(which), "matter__community")


def _unread() -> dict[int | None, int]:
    """Answers of matters that still stand at "answered": nobody has said what they are worth."""
    came = Letter.objects.filter(direction="in", matter__stage="answered")
    return _counted(came.exclude(answer__in=("registration", "extension")), "matter__community")
