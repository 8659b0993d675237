"""One reporter in one period as it stood at a moment: which of its reports counts, and the word where none does."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from icma.core.day import legal_day
from icma.engines.disclosure import RATE_LEAST
from icma.engines.rollup import Said
from icma.monitoring.models import Indicator, Period, Report, Reporter

PUBLIC, TEAM = "public", "team"
# What stands beside a figure, or in its place; every `Report.Reason` does too.
REPORTED, MISSING, APART, WITHHELD = "reported", "missing", "apart", "withheld"
UNCONFIRMED = "unconfirmed"  # it was sent, and the public waits for the second person
NOT_DUE = Report.Reason.NOT_DUE.value
NOT_OWED = (Report.Reason.NOT_APPLICABLE.value, NOT_DUE)  # reasons for which nobody waits


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


def is_small(indicator: Indicator, said: Said | None) -> bool:
    """A share of so few people that it says something of single ones."""
    return indicator.counts_people and said is not None and said.whole is not None and said.whole < RATE_LEAST


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
        """ "reported", a reason, "unconfirmed", "missing", or "not_due" while the period runs."""
        if self.report is None:
            if self.is_owed and self.rivals:
                return UNCONFIRMED
            return MISSING if self.is_owed else NOT_DUE
        return self.report.reason or REPORTED

    @property
    def is_unseen(self) -> bool:
        return self.report is not None and not self.is_confirmed


def status_of(slots: list[Slot], has_figure: bool) -> str:
    """The word for many slots, the oldest first. Silence where one is owed is "missing", whatever others say."""
    words = [slot.status for slot in slots]
    if REPORTED in words:
        return REPORTED if has_figure else APART
    given = [word for word in words if word not in (MISSING, NOT_DUE)]
    if MISSING in words:
        return MISSING
    return given[-1] if given else NOT_DUE


def slot_of(period: Period, reporter: Reporter, reports: list[Report], at: datetime, audience: str) -> Slot:
    """The public counts what is confirmed; the team what was sent as well, a correction before what it corrects."""
    mine = {one.pk: one for one in reports if one.reporter_id == reporter.pk}
    states = {pk: state_at(one, at) for pk, one in mine.items()}
    confirmed = next(
        (one for one in mine.values() if states[one.pk] == "confirmed" and _stands(one, at)), None
    )
    waiting = [one for one in mine.values() if states[one.pk] == "sent"]
    report = confirmed
    if audience == TEAM:
        corrects = [one for one in waiting if confirmed and _corrected(one, mine, states) is confirmed]
        report = corrects[-1] if corrects else confirmed or next(iter(waiting), None)
    today = legal_day(at)
    excused = report is not None and report.reason in NOT_OWED
    owed = (period.last < today or (report is not None and not report.reason)) and not excused
    gone = reporter.until is not None and reporter.until <= today
    answered = any(
        state in ("sent", "confirmed") for state in states.values()
    )  # it may wait, but it is not late
    return Slot(
        period, reporter, report, tuple(one for one in waiting if one is not report),
        _corrected(report, mine, states) if report else None, report is not None and report is confirmed, owed,
        not answered and not excused and not gone and today >= period.late_from,
    )  # fmt: skip


def _stands(report: Report, at: datetime) -> bool:
    return report.superseded_at is None or report.superseded_at > at


def _corrected(report: Report, mine: dict[int, Report], states: dict[int, str]) -> Report | None:
    """The confirmed report in whose place it stands; what came back between them never counted."""
    before = mine.get(report.replaces_id or 0)
    while before is not None and states[before.pk] == "returned":
        before = mine.get(before.replaces_id or 0)
    return before if before is not None and states[before.pk] == "confirmed" else None


def in_days(period: Period, days: tuple[date, date] | None) -> bool:
    return days is None or (period.first <= days[1] and period.last >= days[0])


def plain(value: Decimal) -> str:
    """15.0000 → "15", 0.0000 → "0", 98.0392 stays: what exports write."""
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
