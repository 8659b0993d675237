"""What inclusion writes: sums of acts, tables of who lives where, markers, goals."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Max
from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.codes import public_code
from icma.core.day import legal_day
from icma.people.actions.changes import log_change
from icma.people.models import User
from icma.research.inclusion import sums
from icma.research.inclusion.checklists import CHECKLISTS, lacking
from icma.research.inclusion.levels import GROUPS, LEVELS
from icma.research.inclusion.sheet import Line
from icma.research.models import ActQuarter, ActSum, Goal, Marker, PopulationCell, PopulationTable

BATCH = 2000


@action
def sum_quarter(*, first: date, last: date, at: datetime) -> int:
    """The sums of one quarter anew, from its acts; how many rows. Late or doubled leaves the same rows."""
    mark = sums.mark_of(
        first, last
    )  # before the counting: what comes in meanwhile is noticed by the next round
    found = sums.grouped(first, last)
    quarter, _new = ActQuarter.objects.update_or_create(first=first, defaults={"mark": mark, "at": at})
    quarter.sums.all().delete()
    totals: Counter[sums.Key] = Counter()
    for (level, region, *_rest), n in found.items():
        totals[level, region, sums.ALL, sums.ALL, sums.ALL] += n
    ActSum.objects.bulk_create(
        (
            ActSum(quarter=quarter, level=level, region=region, sex=sex, band=band, channel=channel, n=n)
            for (level, region, sex, band, channel), n in (found + totals).items()
        ),
        batch_size=BATCH,
    )
    return len(found)


# --- who lives where -------------------------------------------------------------------------------
@action
def import_population(
    *, lines: Iterable[Line], source: str, year: int, at: datetime, by: User | None
) -> PopulationTable:
    """One table of an office, whole or not at all: `lines` come checked from `sheet.read`."""
    lines, source = list(lines), " ".join(source.split())
    if not lines:
        raise Refused(_("The file has no row that could be read."))
    if not source:
        raise Refused(_("Write where the numbers come from."))
    if not 1990 <= year <= legal_day(at).year:
        raise Refused(_("Look at the year again: it lies outside what is possible."))
    if PopulationTable.objects.filter(source=source, year=year, gone_at=None).exists():
        raise Refused(_("This table is here already. Remove the old one first."))
    table = PopulationTable.objects.create(code=public_code(), source=source, year=year, at=at, by=by)
    PopulationCell.objects.bulk_create(
        (PopulationCell(table=table, place=o.place, sex=o.sex, band=o.band, n=o.n) for o in lines),
        batch_size=BATCH,
    )
    after = {"source": source, "year": year, "rows": len(lines)}
    log_change(table="population", row=table.code, before=None, after=after, by=by, at=at)
    return table


@action
def remove_population(*, table: PopulationTable, at: datetime, by: User | None) -> None:
    """It is compared with no longer; the row stays and says since when."""
    if PopulationTable.objects.filter(pk=table.pk, gone_at=None).update(gone_at=at) != 1:
        raise Refused(_("Somebody has removed this table already."))
    before = {"source": table.source, "year": table.year}
    log_change(table="population", row=table.code, before=before, after=None, by=by, at=at)


# --- markers ---------------------------------------------------------------------------------------
@action
def set_marker(
    *, kind: str, subject: str, which: str, score: int, criteria: Iterable[str], at: datetime, by: User | None
) -> Marker:
    """Say how far something aims at equality. 1 and 2 only with each of their minimum criteria ticked."""
    if kind not in Marker.Subject.values or which not in Marker.Which.values or score not in (0, 1, 2):
        raise ValueError(f"no such marker: {kind} {which} {score}")
    ticked = [key for key in CHECKLISTS[which] if key in set(criteria)]
    missing = lacking(which, score, ticked)
    if missing:
        raise Refused(
            _("This score needs also: %(criteria)s")
            % {"criteria": "; ".join(str(words) for words in missing)}
        )
    earlier = Marker.objects.filter(kind=kind, subject=subject, which=which)
    version = (earlier.aggregate(last=Max("version"))["last"] or 0) + 1
    return Marker.objects.create(
        kind=kind, subject=subject, which=which, version=version, score=score, criteria=ticked, met=len(ticked),
        on=legal_day(at), by=by,
    )  # fmt: skip


# --- goals -----------------------------------------------------------------------------------------
@action
def set_goal(*, level: str, group: str, percent: int, until: date, at: datetime, by: User | None) -> Goal:
    """A share that the union wants to reach; it takes the place of the one before."""
    if level not in LEVELS or group not in GROUPS:
        raise ValueError(f"no such goal: {level} {group}")
    if not 1 <= percent <= 99:
        raise Refused(_("A goal is a share between 1 and 99 percent."))
    today = legal_day(at)
    if until <= today:
        raise Refused(_("A goal lies in the future."))
    Goal.objects.filter(level=level, group=group, ended_on=None).update(ended_on=today)
    return Goal.objects.create(
        level=level, group=group, share=Decimal(percent) / 100, until=until, on=today, by=by
    )


@action
def end_goal(*, goal: Goal, at: datetime, by: User | None) -> None:
    if Goal.objects.filter(pk=goal.pk, ended_on=None).update(ended_on=legal_day(at)) != 1:
        raise Refused(_("Somebody has ended this goal already."))
