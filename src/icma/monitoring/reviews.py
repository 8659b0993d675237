"""What of results a second person looks at: it is seen and decided on the page of the report."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from icma.core.words import date_words
from icma.monitoring.actions.indicators import PAGE
from icma.monitoring.actions.reports import KIND
from icma.monitoring.models import Initiative, Report
from icma.people.models import Review
from icma.people.reviews import Kind, Pairs


def _report(review: Review) -> Pairs:
    data = review.data
    span = " – ".join(date_words(date.fromisoformat(data[name]), "short") for name in ("from", "to"))
    return [(_("Initiative"), data["initiative"]), (_("Indicator"), data["indicator"]), (_("Period"), span)]


def _page(review: Review) -> str:
    """ "" where the report is no longer there."""
    code = review.subject
    return reverse("report", args=[code]) if Report.objects.filter(code=code).exists() else ""


def _initiative(review: Review) -> Pairs:
    return [(_("Initiative"), review.data["initiative"])]


def _dashboard(review: Review) -> str:
    code = review.subject
    return reverse("initiative", args=[code]) if Initiative.objects.filter(code=code).exists() else ""


KINDS = (
    Kind(KIND, gettext_lazy("A report is to be confirmed"), None, _report, _page),
    Kind(PAGE, gettext_lazy("An initiative asks for its public page"), None, _initiative, _dashboard),
)
