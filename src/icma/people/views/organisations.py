"""Communities as officers enter them; villages of the districts. A community's own pages stand in front."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from icma.core.access import allowed
from icma.core.day import legal_day
from icma.core.door import can, holds
from icma.people.actions.organisations import close_organisation, create_organisation, edit_organisation
from icma.people.actions.places import add_village, rename_village, same_name
from icma.people.forms import ClosingForm, NewOrganisationForm, OrganisationForm, PartnerForm, VillageForm
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
    if row.kind == Organisation.Kind.PARTNER:
        return redirect("partner", code=row.code)
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


@holds("officer")
def partners(request: HttpRequest) -> HttpResponse:
    rows = Organisation.objects.filter(kind="partner").select_related("place").order_by("until", "sort_key")
    return render(
        request, "people/partners.html", {"rows": sorted(rows, key=lambda row: row.until is not None)}
    )


@holds("officer")
def partner_new(request: HttpRequest) -> HttpResponse:
    form = PartnerForm(request.POST or None, initial={"seen": "full"})
    if form.is_valid():
        given, at = form.cleaned_data, timezone.now()
        if done(request, form, "partner", lambda: create_organisation(
            kind="partner", form="registered", by=request.user, at=at, **given
        )):  # fmt: skip
            messages.success(request, _("The partner is entered."))
            return redirect("partners")
    return render(request, "people/partner.html", {"form": form, "row": None})


@holds("officer")
@can("found", Organisation, select=("place",))
def partner(request: HttpRequest, row: Organisation) -> HttpResponse:
    if row.kind != Organisation.Kind.PARTNER:
        return redirect("organisation", code=row.code)
    names = ("name", "aims", "public_contact", "seen")
    first = {name: getattr(row, name) for name in names} | {"place": row.place.code if row.place else ""}
    form = PartnerForm(request.POST or None, initial=first)
    if form.is_valid():
        given, at = form.cleaned_data, timezone.now()
        if done(request, form, f"partner:{row.code}", lambda: edit_organisation(
            organisation=row, by=request.user, at=at, **given
        )):  # fmt: skip
            messages.success(request, _("Saved."))
            return redirect("partners")
    return render(request, "people/partner.html", {"form": form, "row": row})


@holds("officer")
@can("found", Organisation)
def organisation_close(request: HttpRequest, row: Organisation) -> HttpResponse:
    """The last day of a partner or a community; everything that was done stays."""
    at = timezone.now()
    form = ClosingForm(request.POST or None, initial={"until": legal_day(at)})
    back = (
        reverse("partners") if row.kind == Organisation.Kind.PARTNER else "../../"
    )  # the communities' list is front's
    if form.is_valid() and done(request, form, f"close:{row.code}", lambda: close_organisation(
        organisation=row, until=form.cleaned_data["until"], by=request.user, at=at
    )):  # fmt: skip
        messages.success(request, _("It is closed."))
        return redirect(back)
    return render(request, "people/organisation_close.html", {"form": form, "row": row, "back": back})


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
    mine = set(
        allowed(unit.children.all(), request.who, "correct", timezone.now()).values_list("pk", flat=True)
    )
    rows = [(village, village.pk in mine) for village in unit.children.all()]
    return render(request, "people/villages.html", {"form": form, "unit": unit, "rows": rows})


Join = Callable[..., Place]


@holds("officer", "coordinator")
@can("correct", Place, select=("parent",))
def village(request: HttpRequest, village: Place, join: Join | None = None) -> HttpResponse:
    """The name of a village is corrected; where the district has that name already, both become one."""
    form, twin, at = (
        VillageForm(request.POST or None, initial={"name": village.name_az}),
        None,
        timezone.now(),
    )
    if form.is_valid():
        name = form.cleaned_data["name"]
        twin = same_name(village.parent, name, village) if join else None
        if twin is None:
            do, said = partial(rename_village, village=village, name=name), _("The name is corrected.")
        else:
            do, said = partial(join, village=village, into=twin), _("Both are one village now.")
        sure = twin is None or request.POST.get("join") == twin.code
        if sure and done(request, form, f"name:{village.code}", lambda: do(by=request.user, at=at)):
            messages.success(request, said)
            return redirect("villages", code=village.parent.code)
    return render(request, "people/village.html", {"form": form, "row": village, "twin": twin})
