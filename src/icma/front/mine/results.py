"""Reports that are due or came back."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from icma.core.access import Who
from icma.core.day import legal_day
from icma.front.mine.item import Item
from icma.monitoring.due import to_report


def reports(who: Who, at: datetime) -> Iterable[Item]:
    """For who works in a community: each period that has ended and waits for its report."""
    if not who.has("coordinator", "member"):
        return
    today = legal_day(at)
    for due in to_report(who, at):
        indicator, tone = due.period.indicator, "late" if due.by <= today else "now"
        if due.draft or due.returned:
            written = due.draft or due.returned
            url, act = reverse("report", args=[written.code]), _("Finish the report")
        else:
            url = f"{reverse('period_report', args=[due.period.code])}?kim={due.reporter.code}"
            act = _("Report")
        yield Item(indicator.title, url, act, indicator.initiative.title, due.by, tone)
