"""Communities as their coordinators and the officers describe them; villages of their districts."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from icma.core.access import allowed
from icma.core.door import can, holds
from icma.people.actions.organisations import create_organisation, edit_organisation
from icma.people.actions.places import add_village
from icma.people.forms import OrganisationForm, VillageForm
from icma.people.models import Organisation, Place
from icma.people.views.staff import done

FIELDS = ("name", "form", "place", "seen", "aims", "needs", "offers", "public_contact", "mentor")


@holds("officer", "coordinator")
def organisations(request: HttpRequest) -> HttpResponse:
    rows = allowed(Organisation.objects.all(), request.who, "edit", timezone.now())
    page = {"rows": rows.select_related("place", "mentor"), "may_found": request.who.has("officer")}
    return render(request, "people/organisations.html", page)


@holds("officer")
def organisation_new(request: HttpRequest) -> HttpResponse:
    form = OrganisationForm(request.POST or None, officer=True, initial={"form": "group", "seen": "unlisted"})
    if form.is_valid():
        given, at = form.cleaned_data, timezone.now()
        if done(request, form, "organisation", lambda: create_organisation(by=request.user, at=at, **given)):
            messages.success(request, _("The community is entered."))
            return redirect("organisations")
    return render(request, "people/organisation.html", {"form": form, "row": None})


@holds("officer", "coordinator")
@can("edit", Organisation, select=("place",))
def organisation(request: HttpRequest, row: Organisation) -> HttpResponse:
    first = {name: getattr(row, name) for name in FIELDS} | {
        "place": row.place.code if row.place else "", "mentor": row.mentor.person if row.mentor else "",
    }  # fmt: skip
    form = OrganisationForm(request.POST or None, officer=request.who.has("officer"), initial=first)
    if form.is_valid():
        given, at = form.cleaned_data, timezone.now()
        if done(request, form, f"organisation:{row.code}", lambda: edit_organisation(
            organisation=row, by=request.user, at=at, **given
        )):  # fmt: skip
            messages.success(request, _("Saved."))
            return redirect("organisation", code=row.code)
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
