"""Communities as officers enter them; villages of the districts. A community's own pages stand in front."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from icma.core.door import can, holds
from icma.people.actions.organisations import create_organisation, edit_organisation
from icma.people.actions.places import add_village
from icma.people.forms import NewOrganisationForm, OrganisationForm, VillageForm
from icma.people.models import Organisation, Place
from icma.people.views.staff import done


@holds("officer")
def organisation_new(request: HttpRequest) -> HttpResponse:
    form = NewOrganisationForm(request.POST or None, initial={"form": "group", "seen": "unlisted"})
    if form.is_valid():
        given, at = form.cleaned_data, timezone.now()
        if done(request, form, "organisation", lambda: create_organisation(by=request.user, at=at, **given)):
            messages.success(request, _("The community is entered."))
            return redirect("../")
    return render(request, "people/organisation.html", {"form": form, "row": None})


@holds("officer")
@can("found", Organisation, select=("place", "mentor"))
def organisation(request: HttpRequest, row: Organisation) -> HttpResponse:
    first = {
        "name": row.name, "form": row.form, "place": row.place.code if row.place else "",
        "mentor": row.mentor.person if row.mentor else "",
    }  # fmt: skip
    form = OrganisationForm(request.POST or None, initial=first)
    if form.is_valid():
        given, at = form.cleaned_data, timezone.now()
        if done(request, form, f"organisation:{row.code}", lambda: edit_organisation(
            organisation=row, by=request.user, at=at, **given
        )):  # fmt: skip
            messages.success(request, _("Saved."))
            return redirect("../")
    return render(request, "people/organisation.html", {"form": form, "row": row})


@holds("officer", "coordinator")
@can("grow", Place)
def villages(request: HttpRequest, unit: Place) -> HttpResponse:
    form = VillageForm(request.POST or None)
    if form.is_valid():
        name = form.cleaned_data["name"]
        if done(request, form, f"village:{unit.code}", lambda: add_village(
            unit=unit, name=name, by=request.user, at=timezone.now()
        )):  # fmt: skip
            messages.success(
                request, _("The village is entered. The public sees it once three matters exist.")
            )
            return redirect("villages", code=unit.code)
    return render(request, "people/villages.html", {"form": form, "unit": unit, "rows": unit.children.all()})
