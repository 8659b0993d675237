"""Who comes to the meetings of a community, over a year."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

import icma.events.access  # noqa: F401  (its rules)
from icma.core.day import legal_day
from icma.core.door import can
from icma.events.figures import held_between, needs_used, presence
from icma.events.models import Attendance, HeadCount
from icma.events.needs import ACCESS
from icma.people.models import Organisation

YEAR = timedelta(days=365)
SHOWN = 60


@can("lead", Organisation)
def people(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Three figures of a year, attendances by quarter, what was used, and every meeting with its own numbers."""
    today = legal_day(timezone.now())
    events = held_between(today - YEAR, today, [organisation.pk])
    rows = list(_with_numbers(events).order_by("-starts_at")[:SHOWN])
    used, said = needs_used(events), presence(events)
    among = said.attendances or 1
    return render(request, "events/people.html", {
        "organisation": organisation, "presence": said, "rows": rows, "since": today - YEAR,
        "quarters": _quarters(organisation, today),
        "used": [{"label": words, "value": used[need], "share": used[need] / among} for need, words in ACCESS.items() if need in used],
    })  # fmt: skip


def _with_numbers(events: Any) -> Any:
    """Each meeting with what its lists and its head-counts say."""
    heads = HeadCount.objects.filter(event=OuterRef("pk")).order_by().values("event").annotate(n=Sum("n"))
    came = Q(attendances__state=Attendance.State.CAME)
    return events.annotate(
        heads=Coalesce(Subquery(heads.values("n")), 0), listed=Count("attendances", filter=came)
    )  # fmt: skip


def _quarters(organisation: Organisation, today: date) -> list[dict[str, Any]]:
    """Attendances of the last five quarters, the one that still runs marked; a quarter without a meeting is zero."""
    now = today.year * 4 + (today.month - 1) // 3
    spans = [divmod(now - back, 4) for back in range(4, -1, -1)]
    held = held_between(date(spans[0][0], spans[0][1] * 3 + 1, 1), today, [organisation.pk])
    sums: Counter[tuple[int, int]] = Counter()
    for starts_at, present in held.values_list("starts_at", "present"):
        on = legal_day(starts_at)
        sums[on.year, (on.month - 1) // 3] += present or 0
    return [
        {
            "label": f"{['I', 'II', 'III', 'IV'][quarter]} {year}",
            "value": sums[year, quarter],
            "now": (year * 4 + quarter) == now,
        }
        for year, quarter in spans
    ]
