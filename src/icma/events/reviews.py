"""What of a meeting waits for a second person; front hands these kinds to the page of reviews."""

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from icma.core.words import capital
from icma.events.actions import MINUTES, READ, WORDS, undo_open
from icma.events.models import Event
from icma.matters.addresses import local
from icma.people.models import Review
from icma.people.reviews import Kind, Pairs, by_effects


def _page(review: Review) -> str:
    """The minutes are read and decided on their own page."""
    return reverse("event_release", args=[review.subject.removeprefix("event:")])


def _about(review: Review) -> Pairs:
    return [(gettext("Meeting"), review.data["title"]), (gettext("Community"), review.data["community"])]


def _opened(review: Review) -> Pairs:
    """As everybody reads it now."""
    event = Event.objects.filter(code=review.subject.removeprefix("event:")).first()
    if event is None:
        return _about(review)
    label = lambda name: capital(Event._meta.get_field(name).verbose_name)  # noqa: E731
    words = [(label(name), getattr(event, name)) for name in WORDS if getattr(event, name)]
    return [(gettext("Community"), review.data["community"]), *words]


def _meeting(review: Review) -> str:
    return local(f"/gorus/{review.subject.removeprefix('event:')}/")


KINDS = (
    Kind(MINUTES, _("Minutes of a meeting for everyone"), describe=_about, link=_page),
    Kind(READ, _("A meeting was opened for everyone"), by_effects(revert=undo_open), _opened, _meeting),
)
