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

PUBLIC, TEAM = "public", "team"
REPORTED, MISSING = "reported", "missing"
NOT_OWED = ("not_applicable", "not_due")  # reasons for which nobody waits
Group = tuple[str, str, int | None]  # sex, band, place; "" and None: everyone
ALL: Group = ("", "", None)
MEASURED = ("kind", "direction", "baseline", "across_periods", "across_reporters")


def measured(indicator: Indicator) -> dict[str, Any]:
    """How an indicator is measured, as plain values: what a `Definition` keeps."""
    known = {name: getattr(indicator, name) for name in MEASURED}
    return known | {"baseline": None if indicator.baseline is None else plain(indicator.baseline)}


def plain(value: Decimal) -> str:
    """15.0000 → "15", 0.0000 → "0", 98.0392 stays: what exports write."""
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def state_at(report: Report, at: datetime) -> str:
    """draft, sent, returned or confirmed, as it was at `at`."""
    if report.sent_at is None or report.sent_at > at:
        return "draft"
    return "sent" if report.decided_at is None or report.decided_at > at else report.state


def said_in(report: Report | None) -> Said | None:
    """The figure of a report; None for a reason, for words, for no report."""
    if report is None or report.value is None:
        return None
    return Said(report.value, report.numerator, report.denominator)


@dataclass(frozen=True)
class Goal:
    """A target, and what it was before if it was changed after the start of what it is for."""

    value: Decimal | None = None
    was: Decimal | None = None
    changed_on: date | None = None  # set or changed after the start


NO_GOAL = Goal()


@dataclass(frozen=True)
class Slot:
    """One reporter in one period: the report that counts, those beside it, what it corrects."""

    period: Period
    reporter: Reporter
    report: Report | None
    rivals: tuple[Report, ...]
    before: Report | None
    is_confirmed: bool
    is_owed: bool
    is_late: bool

    @property
    def said(self) -> Said | None:
        return said_in(self.report)

    @property
    def status(self) -> str:
        """ "reported", a reason, or "missing"."""
        return MISSING if self.report is None else self.report.reason or REPORTED

    @property
    def is_unseen(self) -> bool:
        return self.report is not None and not self.is_confirmed


@dataclass(frozen=True)
class Span:
    """An indicator in one period, over all who report."""

    period: Period
    slots: tuple[Slot, ...]
    said: Said | None
    goal: Goal
    progress: Decimal | None

    @property
    def reported(self) -> int:
        return sum(slot.status == REPORTED for slot in self.slots)

    @property
    def expected(self) -> int:
        return sum(slot.is_owed for slot in self.slots)

    @property
    def is_late(self) -> bool:
        return any(slot.is_late for slot in self.slots)

    @property
    def status(self) -> str:
        """The word where there is no figure: a reason that all share, else "missing"."""
        if self.reported:
            return REPORTED
        reasons = {slot.status for slot in self.slots}
        return reasons.pop() if len(reasons) == 1 else MISSING


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
    cells: list[ReportCell] = field(default_factory=list)

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

    @property
    def status(self) -> str:
        return REPORTED if self.reported else MISSING

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


def standing_of(initiative: Initiative, at: datetime, audience: str = PUBLIC) -> Standing:
    """Every indicator of `initiative` as it stood at `at`. Seven queries, whatever the number of rows."""
    then = Q(made_at__lte=at) & (Q(gone_at=None) | Q(gone_at__gt=at))
    indicators = list(Indicator.objects.filter(then, initiative=initiative))
    mine = Q(indicator__in=[one.pk for one in indicators])
    periods = _by(Period.objects.filter(then & mine, first__lte=legal_day(at)), "indicator_id")
    reporters = list(Reporter.objects.filter(initiative=initiative, since__lte=legal_day(at)))
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
            one, initiative,
            _Given(
                hows.get(one.pk) or measured(one), periods[one.pk], reporters, targets[one.pk], reports, at, audience
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

    how: dict[str, Any]
    periods: list[Period]
    reporters: list[Reporter]
    targets: list[Target]
    reports: dict[int, list[Report]]
    at: datetime
    audience: str

    @cached_property
    def grid(self) -> dict[tuple[int, int], Slot]:
        return {
            (period.pk, one.pk): _slot(period, one, self.reports[period.pk], self.at, self.audience)
            for period in self.periods
            for one in self.reporters
            if one.since <= period.last and (one.until is None or one.until > period.first)
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
            goal = _goal(self.targets, period.pk, ALL, period.first)
            done = rollup.progress(said.value if said else None, baseline, goal.value)
            made.append(Span(period, slots, said, goal, done))
        return tuple(made)

    def units(self) -> tuple[list[Said | None], list[list[Report | None]]]:
        """Each reporter over the periods, and the reports that make its figure."""
        rule, today = self.how["across_periods"], legal_day(self.at)
        units, counted = [], []
        for one in self.reporters:
            if rule == rollup.LATEST and one.until is not None and one.until <= today:
                continue  # its last state is nobody's state any more
            row = [self.grid[p.pk, one.pk] for p in self.periods if (p.pk, one.pk) in self.grid]
            said = [self.said(slot) for slot in row]
            units.append(rollup.across_periods(said, rule))
            counted.append([row[place].report for place in rollup.contributing(said, rule)])
        return units, counted


def _row(indicator: Indicator, initiative: Initiative, given: _Given) -> Row:
    how, targets, periods = given.how, given.targets, given.periods
    baseline = None if how["baseline"] is None else Decimal(how["baseline"])
    units, counted = given.units()
    start = periods[0].first if periods else initiative.starts_on
    groups = {(t.sex, t.band, t.place_id) for t in targets if t.period_id is None} - {ALL}
    return Row(
        indicator, how, baseline, given.spans(baseline), rollup.across_units(units, how["across_reporters"]),
        _goal(targets, None, ALL, start),
        {group: _goal(targets, None, group, start) for group in sorted(groups, key=str)},
        tuple(
            report
            for place in rollup_places(units, how["across_reporters"])
            for report in counted[place] if report
        ),
    )  # fmt: skip


def rollup_places(units: Sequence[Said | None], how: str) -> list[int]:
    """Places of the units that make the common figure."""
    if how == rollup.NONE:
        known = [place for place, one in enumerate(units) if one is not None]
        return known if len(known) == 1 else []
    return rollup.contributing(units, how)


def _slot(period: Period, reporter: Reporter, reports: list[Report], at: datetime, audience: str) -> Slot:
    mine = [one for one in reports if one.reporter_id == reporter.pk]
    states = {one.pk: state_at(one, at) for one in mine}
    confirmed = next(
        (
            one for one in mine
            if states[one.pk] == "confirmed" and (one.superseded_at is None or one.superseded_at > at)
        ),
        None,
    )  # fmt: skip
    waiting = [one for one in mine if states[one.pk] == "sent"]
    report = confirmed
    if audience == TEAM:
        corrects = [one for one in waiting if confirmed and one.replaces_id == confirmed.pk]
        report = corrects[-1] if corrects else confirmed or next(iter(waiting), None)
    known = {one.pk: one for one in mine}
    before = known.get(report.replaces_id) if report and report.replaces_id else None
    if before is not None and states[before.pk] != "confirmed":
        before = None  # it came back and never counted
    today = legal_day(at)
    excused = report is not None and report.reason in NOT_OWED
    owed = (period.last < today or (report is not None and not report.reason)) and not excused
    gone = reporter.until is not None and reporter.until <= today
    return Slot(
        period, reporter, report, tuple(one for one in waiting if one is not report), before,
        report is not None and report is confirmed, owed,
        not mine_answered(states) and not excused and not gone and today >= period.late_from,
    )  # fmt: skip


def mine_answered(states: dict[int, str]) -> bool:
    """True where something was sent that did not come back: it may wait, but it is not late."""
    return any(state in ("sent", "confirmed") for state in states.values())


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
