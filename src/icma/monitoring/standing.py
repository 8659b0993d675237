"""Where an initiative stands, now or as it stood at any moment: from rows that are never written twice.

Public figures are made of confirmed reports alone. The team sees what was sent at once, marked until a second
person has looked at it.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Q

from icma.core.day import legal_day
from icma.engines import rollup
from icma.engines.rollup import Said
from icma.monitoring.models import (
    Definition,
    Indicator,
    Initiative,
    Period,
    Report,
    ReportCell,
    Reporter,
    Target,
)
from icma.monitoring.slots import (
    PUBLIC,
    REPORTED,
    WITHHELD,
    Slot,
    in_days,
    is_small,
    plain,
    said_in,
    slot_of,
    status_of,
)

Group = tuple[str, str, int | None]  # sex, band, place; "" and None: everyone
ALL: Group = ("", "", None)
MEASURED = ("kind", "direction", "baseline", "across_periods", "across_reporters")


def measured(indicator: Indicator) -> dict[str, Any]:
    """How an indicator is measured, as plain values: what a `Definition` keeps."""
    known = {name: getattr(indicator, name) for name in MEASURED}
    return known | {"baseline": None if indicator.baseline is None else plain(indicator.baseline)}


@dataclass(frozen=True)
class Goal:
    """A target, and what it was before if it was changed after the start of what it is for."""

    value: Decimal | None = None
    was: Decimal | None = None
    changed_on: date | None = None  # set or changed after the start


NO_GOAL = Goal()


@dataclass(frozen=True)
class Span:
    """An indicator in one period, over all who report."""

    period: Period
    slots: tuple[Slot, ...]
    said: Said | None
    goal: Goal
    progress: Decimal | None
    status: str  # of the figure: "reported", or the word in its place
    was: Said | None = None  # before what was corrected

    @property
    def reported(self) -> int:
        return sum(slot.status == REPORTED for slot in self.slots)

    @property
    def expected(self) -> int:
        return sum(slot.is_owed for slot in self.slots)

    @property
    def is_late(self) -> bool:
        return any(slot.is_late for slot in self.slots)


@dataclass(frozen=True)
class Row:
    """One indicator as it stands."""

    indicator: Indicator
    how: dict[str, Any]
    baseline: Decimal | None
    spans: tuple[Span, ...]
    said: Said | None
    goal: Goal
    groups: dict[Group, Goal]
    counted: tuple[Report, ...]
    status: str
    cells: list[ReportCell] = field(default_factory=list)
    was: Said | None = None  # before what was corrected, where that was another figure

    @property
    def slots(self) -> list[Slot]:
        return [slot for span in self.spans for slot in span.slots]

    @cached_property
    def progress(self) -> Decimal | None:
        return rollup.progress(self.said.value if self.said else None, self.baseline, self.goal.value)

    @property
    def reported(self) -> int:
        return sum(span.reported for span in self.spans)

    @property
    def expected(self) -> int:
        return sum(span.expected for span in self.spans)

    @property
    def unseen(self) -> int:
        return sum(slot.is_unseen for slot in self.slots)

    @property
    def late(self) -> list[Slot]:
        return [slot for slot in self.slots if slot.is_late]

    def broken_down(self, keep: Sequence[int] = (0, 1)) -> dict[tuple[Any, ...], Decimal]:
        """The figure by sex (0), age band (1), place (2); unknown is a group, and together they make the figure."""
        cells = (((cell.sex, cell.band, cell.place_id), cell.value) for cell in self.cells)
        return rollup.margin(cells, keep)

    @property
    def unknown(self) -> Decimal:
        """How much of the figure is not broken down by sex or by age."""
        return sum((c.value for c in self.cells if "unknown" in (c.sex, c.band)), Decimal(0))

    def in_group(self, group: Group) -> Decimal:
        """The figure of one group of which a target speaks."""
        sex, band, place = group
        return sum(
            (
                cell.value for cell in self.cells
                if sex in ("", cell.sex) and band in ("", cell.band) and place in (None, cell.place_id)
            ),
            Decimal(0),
        )  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """All indicators of an initiative at a moment, for an audience."""

    initiative: Initiative
    at: datetime
    audience: str
    rows: tuple[Row, ...]

    @property
    def on(self) -> date:
        return legal_day(self.at)

    @property
    def reported(self) -> int:
        return sum(row.reported for row in self.rows)

    @property
    def expected(self) -> int:
        return sum(row.expected for row in self.rows)

    @property
    def late(self) -> int:
        return sum(len(row.late) for row in self.rows)


def standing_of(
    initiative: Initiative, at: datetime, audience: str = PUBLIC, days: tuple[date, date] | None = None,
    hides: bool | None = None,
) -> Standing:  # fmt: skip
    """Every indicator of `initiative` as it stood at `at`. Seven queries, whatever the number of rows.

    `days`: only the periods that have a day among these (first, last) make the figures. `hides`: shares of few people
    are withheld, as they are from the public.
    """
    then = Q(made_at__lte=at) & (Q(gone_at=None) | Q(gone_at__gt=at))
    indicators = list(Indicator.objects.filter(then, initiative=initiative))
    mine = Q(indicator__in=[one.pk for one in indicators])
    periods = _by(Period.objects.filter(then & mine, first__lte=legal_day(at)), "indicator_id")
    there = Reporter.objects.filter(initiative=initiative, since__lte=legal_day(at), made_at__lte=at)
    reporters = list(there)
    targets = _by(Target.objects.filter(mine, set_at__lte=at).order_by("set_at", "id"), "indicator_id")
    hows = {
        row.indicator_id: row.data for row in Definition.objects.filter(mine, at__lte=at).order_by("at", "id")
    }
    reports = _by(
        Report.objects.filter(sent_at__lte=at, period__in=[p.pk for rows in periods.values() for p in rows])
        .defer("note")
        .order_by("sent_at", "id"),
        "period_id",
    )
    rows = tuple(
        _row(
            _Given(
                one, hows.get(one.pk) or measured(one), [p for p in periods[one.pk] if in_days(p, days)], reporters,
                targets[one.pk], reports, at, audience,
                periods[one.pk][0].first if periods[one.pk] else initiative.starts_on,
                audience == PUBLIC if hides is None else hides,
            ),
        )
        for one in indicators
    )  # fmt: skip
    _add_cells(rows)
    return Standing(initiative, at, audience, rows)


def _by(rows: Any, name: str) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found


@dataclass(frozen=True)
class _Given:
    """What one indicator is made of."""

    indicator: Indicator
    how: dict[str, Any]
    periods: list[Period]
    reporters: list[Reporter]
    targets: list[Target]
    reports: dict[int, list[Report]]
    at: datetime
    audience: str
    start: date
    hides: bool

    @cached_property
    def grid(self) -> dict[tuple[int, int], Slot]:
        return {
            (period.pk, one.pk): slot_of(period, one, self.reports[period.pk], self.at, self.audience)
            for period in self.periods
            for one in self.reporters
            if one.owes(period)
        }

    def said(self, slot: Slot) -> Said | None:
        return None if self.how["kind"] == Indicator.Kind.TEXT else slot.said

    def spans(self, baseline: Decimal | None) -> tuple[Span, ...]:
        """Each period over all who report."""
        made = []
        for period in self.periods:
            slots = tuple(
                self.grid[period.pk, one.pk] for one in self.reporters if (period.pk, one.pk) in self.grid
            )
            said = rollup.across_units([self.said(slot) for slot in slots], self.how["across_reporters"])
            said, status = self.shown(said, list(slots))
            goal = _goal(self.targets, period.pk, ALL, period.first)
            done = rollup.progress(said.value if said else None, baseline, goal.value)
            made.append(Span(period, slots, said, goal, done, status, self.was(slots) if said else None))
        return tuple(made)

    def was(self, slots: Sequence[Slot]) -> Said | None:
        """The figure as it stood before the corrections in it; None where nothing was corrected."""
        if not self.has_before(slots):
            return None
        return rollup.across_units([_before(slot) for slot in slots], self.how["across_reporters"])

    def has_before(self, slots: Sequence[Slot]) -> bool:
        """Was something corrected, and may this audience see what it was?"""
        if not any(slot.before for slot in slots) or self.how["kind"] == Indicator.Kind.TEXT:
            return False
        shares = (one for slot in slots for one in (slot.said, said_in(slot.before)))
        return not (self.hides and any(is_small(self.indicator, one) for one in shares))

    def was_total(self, said: Said | None) -> Said | None:
        """As `was`, over the periods: None where no correction has changed `said`."""
        rows, rule = self.by_unit(), self.how["across_periods"]
        if said is None or not self.has_before([slot for row in rows for slot in row]):
            return None
        units = [rollup.across_periods([_before(slot) for slot in row], rule) for row in rows]
        was = rollup.across_units(units, self.how["across_reporters"])
        return None if was == said else was

    def shown(self, said: Said | None, slots: list[Slot]) -> tuple[Said | None, str]:
        """The figure for this audience, and the word beside it or in its place."""
        if self.hides and is_small(self.indicator, said):
            return None, WITHHELD
        return said, status_of(slots, said is not None or self.how["kind"] == Indicator.Kind.TEXT)

    def total(self, said: Said | None, spans: tuple[Span, ...]) -> tuple[Said | None, str]:
        """As `shown`; and withheld where what is withheld of the periods could be got by taking away the others."""
        slots = [slot for span in spans for slot in span.slots]
        hidden = [
            one
            for span in spans
            if span.status == WITHHELD
            for slot in span.slots
            if (one := self.said(slot))
        ]
        if hidden and is_small(self.indicator, rollup.across_units(hidden, rollup.RATIO)):
            return None, WITHHELD
        return self.shown(said, slots)

    def by_unit(self) -> list[list[Slot]]:
        """The slots of each reporter that counts; where the latest counts, the last state of one that left is nobody's."""
        rule, today = self.how["across_periods"], legal_day(self.at)
        return [
            [self.grid[p.pk, one.pk] for p in self.periods if (p.pk, one.pk) in self.grid]
            for one in self.reporters
            if rule != rollup.LATEST or one.until is None or one.until > today
        ]

    def units(self) -> tuple[list[Said | None], list[list[Report | None]]]:
        """Each reporter over the periods, and the reports that make its figure."""
        rule = self.how["across_periods"]
        units, counted = [], []
        for row in self.by_unit():
            said = [self.said(slot) for slot in row]
            units.append(rollup.across_periods(said, rule))
            counted.append([row[place].report for place in rollup.contributing(said, rule)])
        return units, counted


def _row(given: _Given) -> Row:
    how, targets, start = given.how, given.targets, given.start
    baseline = None if how["baseline"] is None else Decimal(how["baseline"])
    units, counted = given.units()
    spans = given.spans(baseline)
    said, status = given.total(rollup.across_units(units, how["across_reporters"]), spans)
    groups = {(t.sex, t.band, t.place_id) for t in targets if t.period_id is None} - {ALL}
    return Row(
        given.indicator, how, baseline, spans, said,
        _goal(targets, None, ALL, start),
        {group: _goal(targets, None, group, start) for group in sorted(groups, key=str)},
        tuple(
            report
            for place in rollup_places(units, how["across_reporters"])
            for report in counted[place] if report
        ),
        status, was=given.was_total(said),
    )  # fmt: skip


def _before(slot: Slot) -> Said | None:
    return said_in(slot.before) if slot.before else slot.said


def rollup_places(units: Sequence[Said | None], how: str) -> list[int]:
    """Places of the units that make the common figure."""
    if how == rollup.NONE:
        known = [place for place, one in enumerate(units) if one is not None]
        return known if len(known) == 1 else []
    return rollup.contributing(units, how)


def _goal(targets: list[Target], period: int | None, group: Group, start: date) -> Goal:
    rows = [t for t in targets if t.period_id == period and (t.sex, t.band, t.place_id) == group]
    if not rows:
        return NO_GOAL
    changes = [t for t in rows if legal_day(t.set_at) > start]
    before = [t for t in rows if legal_day(t.set_at) <= start]
    was = before[-1].value if before else changes[0].value if len(changes) > 1 else None
    return Goal(rows[-1].value, was, legal_day(changes[-1].set_at) if changes else None)


def _add_cells(rows: tuple[Row, ...]) -> None:
    """Cells of the reports that count, one query for all indicators."""
    at = {report.pk: row for row in rows for report in row.counted if row.indicator.counts_people}
    if not at:
        return
    for cell in ReportCell.objects.filter(report__in=at):
        at[cell.report_id].cells.append(cell)
