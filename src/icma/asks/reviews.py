"""What of a questionnaire waits for a second person; front hands these kinds to the page of reviews."""

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from icma.asks.actions.stages import QUESTIONNAIRE
from icma.people.models import Review
from icma.people.reviews import Kind, Pairs


def _page(review: Review) -> str:
    """The questions are read and decided on their own page."""
    return reverse("ask_moderate", args=[review.subject.removeprefix("form:")])


def _about(review: Review) -> Pairs:
    return [
        (gettext("Questionnaire"), review.data["title"]),
        (gettext("Who asks?"), review.data["community"]),
    ]


KINDS = (Kind(QUESTIONNAIRE, _("Questions before anybody is asked them"), describe=_about, link=_page),)
