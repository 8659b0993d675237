"""A moderator moves a text that is too personal for the public form to legal aid."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from icma.core.door import can
from icma.front.actions import move_to_legal_aid
from icma.matters.forms.raising import SureForm
from icma.matters.models import Matter
from icma.matters.views.steps import step


class MoveForm(SureForm):
    urgent = forms.BooleanField(
        label=gettext_lazy("Urgent"), required=False,
        help_text=gettext_lazy("Somebody is beaten, detained or put out of a home, or a term ends within days."),
    )  # fmt: skip


@can("moderate", Matter, select=("place", "village"))
def move(request: HttpRequest, matter: Matter) -> HttpResponse:
    """Afterwards it is read by the reception of legal aid alone; the sender is told at the return code."""
    at, form = timezone.now(), MoveForm(request.POST or None)
    do = lambda: move_to_legal_aid(matter=matter, at=at, by=request.user, urgent=form.cleaned_data["urgent"])  # noqa: E731
    return step(
        request, form, f"move:{matter.code}", do,
        reverse("moderate"), at, "matters/moderate_step.html", matter=matter, title=_("Move it to confidential legal aid"),
        button=_("Move it"), lead=_("Words, photos and the contact are sealed for a lawyer and erased here for good. The sender reads that at the return code."),
    )  # fmt: skip
