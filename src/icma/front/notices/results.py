"""What stands in the mail about a report that came back: never its figure, never the words."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from icma.monitoring.models import Report
from icma.people.models import Mail


def words_of_report(mail: Mail, address: Callable[..., str]) -> dict[str, Any] | None:
    """None when it was written anew meanwhile."""
    report = Report.objects.filter(code=mail.data["code"], state="returned", replaced_by=None).first()
    if report is None:
        return None
    words = _("A report that you sent came back with a remark. It stands on its page.")
    return {"sentence": words, "url": address("report", report.code)}
