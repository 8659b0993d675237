"""What is to be reported and what is to be confirmed: lists for My work and for the pages of initiatives."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from icma.core.access import Who, allowed
from icma.core.day import legal_day
from icma.monitoring.models import Initiative, Period, Report, Reporter

MOST = 40


@dataclass(frozen=True)
class Due:
    """A report that is owed: nobody has sent one; perhaps a draft of one's own or one that came back is there."""

    period: Period
    reporter: Reporter
    draft: Report | None
    returned: Report | None

    @property
    def by(self) -> date:
        return self.period.late_from


def to_report(who: Who, at: datetime, initiative: Initiative | None = None) -> list[Due]:
    """Periods that have ended and wait for a report, the oldest first; of initiatives that run. Three queries.

    What is answered is left out before the list is cut: an old initiative does not hide what is owed now.
    """
    if who.user_id is None:
        return []
    today = legal_day(at)
    mine = allowed(Initiative.objects.filter(stage="running"), who, "team", at)
    if who.has("officer") and initiative is None:
        mine = mine.filter(organisation__in=who.organisations("coordinator", "member"))
    if initiative is not None:
        mine = mine.filter(pk=initiative.pk)
    periods = list(
        Period.objects.filter(
            Exists(_waiting(today)),
            indicator__initiative__in=mine.values("pk"), indicator__gone_at=None, gone_at=None, last__lt=today, is_locked=False,
        ).select_related("indicator__initiative").order_by("last", "id")[:MOST]
    )  # fmt: skip
    if not periods:
        return []
    reporters = defaultdict(list)
    for one in Reporter.objects.filter(initiative__in={p.indicator.initiative_id for p in periods}):
        reporters[one.initiative_id].append(one)
    written = defaultdict(list)
    for report in Report.objects.filter(period__in=periods).order_by("made_at", "id"):
        written[report.period_id, report.reporter_id].append(report)
    found = (
        _due(period, one, written[period.pk, one.pk], who)
        for period in periods
        for one in reporters[period.indicator.initiative_id]
        if one.owes(period) and (one.until is None or one.until > today)
    )
    return [due for due in found if due is not None][:MOST]


def _waiting(today: date) -> QuerySet[Reporter]:
    """Who is still there and has sent nothing for the period outside, or had it sent back."""
    period = OuterRef(OuterRef("pk"))
    told = Report.objects.filter(period=period, reporter=OuterRef("pk"), state__in=("sent", "confirmed"))
    there = Q(until=None) | (Q(until__gt=today) & Q(until__gt=OuterRef("first")))
    return Reporter.objects.filter(
        there, ~Exists(told), initiative=OuterRef("indicator__initiative"), since__lte=OuterRef("last")
    )


def _due(period: Period, reporter: Reporter, written: Iterable[Report], who: Who) -> Due | None:
    draft = returned = None
    for report in written:
        if report.state in ("sent", "confirmed"):
            return None
        if report.state == "draft" and report.author_id == who.user_id:
            draft = report
        elif report.state == "returned":
            returned = report
    return Due(period, reporter, draft, returned)


def to_confirm(who: Who, at: datetime, initiative: Initiative | None = None) -> list[Report]:
    """Reports that others sent and nobody has looked at, the longest waiting first. One query."""
    if who.user_id is None:
        return []
    rows = Report.objects.filter(state="sent").exclude(author=who.user_id)
    rows = allowed(rows, who, "weigh", at)
    if initiative is not None:
        rows = rows.filter(period__indicator__initiative=initiative)
    rows = rows.select_related("period__indicator__initiative__organisation", "reporter", "author")
    return list(rows.order_by("sent_at", "id")[:MOST])
