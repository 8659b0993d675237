"""What of decisions and promises waits for those who lead them: closing windows, promised days, second looks."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from icma.core.access import Who
from icma.core.day import legal_day, moment
from icma.core.prepared import prepared
from icma.front.mine.item import MOST, WEEK, Item, leads, led_by, tone_of
from icma.matters.models import Matter, Window

DAY = timedelta(days=1)


def watched(who: Who, at: datetime) -> Iterable[Item]:
    """Windows that close within a week, and promised days that come or have passed unseen. One query."""
    if not leads(who):
        return
    today = legal_day(at)
    for matter in _near(
        who=who, opens=moment(today, 0), closes=moment(today + WEEK + DAY, 0), week=today + WEEK
    ):
        if matter.kind == Matter.Kind.COMMITMENT:
            due = matter.commitment.due_on
            url, act = reverse("commitment_rate", args=[matter.code]), _("Look how far it is")
            yield Item(
                matter.title,
                url,
                act,
                _("promised until"),
                due,
                "now" if due < today else tone_of(due, today),
            )
        else:
            due = legal_day(matter.closes_at) - DAY
            url = reverse("decision_work", args=[matter.code])
            yield Item(
                matter.title,
                url,
                _("Hand the remarks over"),
                _("last day for remarks"),
                due,
                tone_of(due, today),
            )


@prepared
def _near(*, who: Who, opens: datetime, closes: datetime, week: date) -> QuerySet[Matter]:
    window = Window.objects.filter(
        matter=OuterRef("pk"), verb="remark", closes_at__gt=opens, closes_at__lte=closes
    )
    closing = Q(kind="decision", decision__stage="open") & Q(Exists(window))
    unseen = Q(commitment__rated_on=None) | Q(commitment__rated_on__lt=F("commitment__due_on"))
    due = Q(kind="commitment", commitment__due_on__lte=week) & ~Q(commitment__stage="complete") & unseen
    rows = Matter.objects.filter(led_by(who), closing | due, published_at__isnull=False, hidden_at=None)
    rows = rows.annotate(closes_at=Subquery(window.values("closes_at")[:1])).select_related("commitment")
    return rows.exclude(stage__in=("closed", "merged")).defer("text", "search_text").order_by("id")[:MOST]
