"""What of figures waits for a second person; front hands these kinds to the page of reviews."""

from datetime import date

from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from icma.people.models import Review
from icma.people.reviews import Kind, Pairs
from icma.research.actions.releases import KIND
from icma.research.quarters import span_words


def _about(review: Review) -> Pairs:
    data = review.data
    words = data["title"].get(get_language() or "az") or data["title"]["az"]
    span = span_words(date.fromisoformat(data["first"]), date.fromisoformat(data["last"]))
    return [(gettext("What is counted"), words), (gettext("Period"), span)]


def _page(review: Review) -> str:
    """The table is looked at and decided on its own page."""
    return reverse("release_desk", args=[review.subject.removeprefix("release:")])


KINDS = (Kind(KIND, _("Figures about people are to be published"), describe=_about, link=_page),)
