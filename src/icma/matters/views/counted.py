"""How somebody who leads a community wants to be counted: voluntary, seen by nobody, taken back at any time."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from icma.core.day import legal_day
from icma.core.door import holds
from icma.matters.actions.acts import said_of
from icma.matters.actions.sums import count_me
from icma.matters.bands import AgeBand, Sex
from icma.matters.forms.support import AboutForm
from icma.matters.views.steps import step


@holds("coordinator", "officer")
def counted(request: HttpRequest) -> HttpResponse:
    """Two choices; empty is "not given", also for what was said before."""
    at, person = timezone.now(), request.user.person
    sex, band = said_of(person)
    initial = {"sex": "" if sex == Sex.UNKNOWN else sex, "band": "" if band == AgeBand.UNKNOWN else band}
    form = AboutForm(request.POST or None, initial=initial)
    return step(
        request, form, f"counted:{request.user.pk}",
        lambda: count_me(by=request.user, on=legal_day(at), **form.given()), reverse("counted"), at,
        "matters/counted.html", thanks=_("Saved. It is counted from this quarter on."),
    )  # fmt: skip
