"""A moderator moves a text that is too personal for the public form to legal aid."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from icma.core.door import can
from icma.front.actions import move_to_legal_aid
from icma.matters.forms.raising import SureForm
from icma.matters.models import Matter
from icma.matters.views.steps import step


@can("moderate", Matter, select=("place", "village"))
def move(request: HttpRequest, matter: Matter) -> HttpResponse:
    """Afterwards it is read by the reception of legal aid alone; the sender is told at the return code."""
    at, form = timezone.now(), SureForm(request.POST or None)
    return step(
        request, form, f"move:{matter.code}", lambda: move_to_legal_aid(matter=matter, at=at, by=request.user),
        reverse("moderate"), at, "matters/moderate_step.html", matter=matter, title=_("Move it to confidential legal aid"),
        button=_("Move it"), lead=_("Words, photos and the contact are sealed for a lawyer and erased here for good. The sender reads that at the return code."),
    )  # fmt: skip
