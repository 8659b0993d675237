"""Every measure that figures are made of: one explicit list; and the figures that leave by a door of their own."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from icma.monitoring.figures import COUNTED
from icma.research.asks import ask_measures
from icma.research.figures import MEASURES
from icma.research.measures import Elsewhere, Measure

ELSEWHERE = (
    Elsewhere(
        _("Legal aid"),
        _(
            "How many were helped, with what and where. Counted apart, from sealed facts that one small group can open, "
            "and protected in the same way."
        ),
        lambda: reverse("legalaid_figures"),
    ),
)


def measures() -> tuple[Measure, ...]:
    """Asked anew for every page: questions of questionnaires are data."""
    return (*MEASURES, COUNTED, *ask_measures())
