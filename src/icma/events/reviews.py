"""What of a meeting waits for a second person; front hands these kinds to the page of reviews."""

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from icma.events.actions import MINUTES
from icma.people.models import Review
from icma.people.reviews import Kind, Pairs


def _page(review: Review) -> str:
    """The minutes are read and decided on their own page."""
    return reverse("event_release", args=[review.subject.removeprefix("event:")])


def _about(review: Review) -> Pairs:
    return [(gettext("Meeting"), review.data["title"]), (gettext("Community"), review.data["community"])]


KINDS = (Kind(MINUTES, _("Minutes of a meeting for everyone"), describe=_about, link=_page),)
