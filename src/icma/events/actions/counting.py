"""How many were there: heads of a day, who took the floor, what was used; and the acts that follow from it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.events.figures import cells_by_day, cells_of_day, days_of
from icma.events.models import Attendance, Event, HeadCount, NeedUsed
from icma.events.needs import ACCESS
from icma.matters.actions.acts import MOST, replace_acts
from icma.matters.actions.thread import note
from icma.matters.bands import AgeBand, Channel, Doing, Sex
from icma.matters.models import Act, Entry
from icma.people.models import User

Counts = Mapping[tuple[str, str], int]  # (sex, band) → people


def _sane(numbers: Mapping[Any, int]) -> None:
    if not all(0 <= n <= MOST for n in numbers.values()):
        raise Refused(_("A number of people lies between 0 and 5000."))


def lock(event: Event) -> None:
    """Of two who count at once one waits for the other; then `event` knows what the first has done."""
    now = Event.objects.select_for_update(no_key=True).get(pk=event.pk)
    for name in ("kind", "starts_at", "state", "present"):
        setattr(event, name, getattr(now, name))


def source_of(event: Event, session: int) -> str:
    """What the acts of one day are counted from."""
    return f"event:{event.code}" + (f":{session}" if session > 1 else "")


@action
def count_day(*, event: Event, session: int, counts: Counts, spoke: Mapping[str, int] | None = None) -> None:
    """Heads of one day in place of the earlier ones. None counted at all is refused where nobody signed in either.

    `spoke`: how many took the floor, by sex; not more than were there. None leaves what was entered before.
    """
    for sex, band in counts:
        if sex not in Sex.values or band not in AgeBand.values:
            raise ValueError(f"no such cell: {sex} {band}")
    _sane(counts)
    if session not in {number for number, _on in days_of(event)}:
        raise ValueError(f"no such day: {session}")
    came = event.attendances.filter(session=session, state=Attendance.State.CAME)
    if not any(counts.values()) and not came.exists():
        raise Refused(_("Enter at least one participant. If nobody came, cancel the meeting."))
    event.counts.filter(session=session).delete()
    HeadCount.objects.bulk_create(
        HeadCount(event=event, session=session, sex=sex, band=band, n=n)
        for (sex, band), n in counts.items()
        if n
    )
    if spoke is not None:
        _count_speakers(event, session, spoke)


def _count_speakers(event: Event, session: int, spoke: Mapping[str, int]) -> None:
    _sane(spoke)
    if sum(spoke.values()) > cells_of_day(event, session).total():
        raise Refused(_("More people took the floor than were there. Look at the numbers again."))
    cells = [(sex, AgeBand.UNKNOWN.value, n) for sex, n in spoke.items()]
    _replace(event, session, Doing.SPEAK, cells)


def _replace(event: Event, session: int, verb: str, cells: list[tuple[str, str, int]]) -> int:
    on = dict(days_of(event))[session]
    return replace_acts(
        source=source_of(event, session), verb=verb, channel=Channel.MEETING, cells=cells, on=on,
        place=event.place or event.organisation.place, matter=event.matter,
    )  # fmt: skip


@action
def recount(*, event: Event) -> int:
    """Acts and the kept sum anew from heads and lists; how many attendances. Again: nothing changes."""
    total = 0
    by_day = cells_by_day(event)
    for session, _on in days_of(event):
        cells = by_day.get(session, {})
        total += _replace(event, session, Doing.ATTEND, [(*cell, n) for cell, n in sorted(cells.items())])
    Event.objects.filter(pk=event.pk).update(present=total or None)
    event.present = total or None
    return total


@action
def count_needs(*, event: Event, used: Mapping[str, int]) -> None:
    """How many used each access need, in place of the earlier numbers; a need that is not named was not counted."""
    _sane(used)
    if any(need not in ACCESS for need in used):
        raise ValueError(f"not countable: {set(used) - set(ACCESS)}")
    if any(n > total_of(event) for n in used.values()):
        raise Refused(_("More people used it than were there. Look at the numbers again."))
    event.needs_used.all().delete()
    NeedUsed.objects.bulk_create(NeedUsed(event=event, need=need, n=n) for need, n in used.items())


def total_of(event: Event) -> int:
    """Attendances over all days, as they were counted last."""
    return event.present or 0


def spoke_at(event: Event, session: int) -> dict[str, int]:
    """Sex → how many took the floor."""
    rows = Act.objects.filter(source=source_of(event, session), verb=Doing.SPEAK)
    return dict(rows.values_list("sex", "n"))


@action
def tell_thread(*, event: Event, at: datetime, by: User | None) -> None:
    """One entry on the matter, and one more when the sum is another than was told last. Never a breakdown."""
    if event.matter is None:
        return
    total, seen = total_of(event), event.organisation.seen == "full"
    data: dict[str, Any] = {"event": event.code} | ({"total": total} if total else {})
    shared = {
        "matter": event.matter, "at": at, "by": by, "data": data, "visibility": "public" if seen else "team",
    }  # fmt: skip
    day, verb = legal_day(event.starts_at), "met_counted" if total else "met"
    first = note(verb=verb, on=day, once=f"met:{event.code}", **shared)
    if first is None and total != _told(event):
        note(verb="met_corrected", on=legal_day(at), **shared)


def _told(event: Event) -> int:
    """The sum that the matter's thread told last."""
    told = Entry.objects.filter(matter=event.matter, verb__in=("met", "met_counted", "met_corrected"))
    last = told.filter(data__event=event.code).order_by("-pk").first()
    return int(last.data.get("total", 0)) if last else 0
