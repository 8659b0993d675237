"""People and roles: officers seat colleagues and freeze them in one step."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from icma.core.action import Refused
from icma.core.day import legal_day
from icma.core.door import can, holds
from icma.core.once import run_once
from icma.engines.aztext import clean_text
from icma.people.access import held_on
from icma.people.actions.accounts import ask_unfreeze, create_account, freeze, renew_factors
from icma.people.actions.roles import end_role, give_role
from icma.people.forms import FreezeForm, NewPersonForm, RoleForm
from icma.people.models import Change, Membership, Review, User

MOST = 100


def done(request: HttpRequest, form: Form | None, scope: str, do: Callable[[], Any]) -> bool:
    """Run an action once; a refusal is shown on the form (or as a message) and nothing typed is lost."""

    def plain() -> dict[str, Any]:
        do()
        return {}

    try:
        run_once(scope, request.POST.get("once", ""), plain, timezone.now())
    except Refused as refusal:
        if form is None:
            messages.error(request, str(refusal))
        else:
            form.add_error(None, str(refusal))
        return False
    return True


@holds("officer")
def people(request: HttpRequest) -> HttpResponse:
    form = NewPersonForm(request.POST or None)
    if form.is_valid():
        email = User.objects.normalize_email(form.cleaned_data["email"]).lower()
        user = User.objects.filter(email=email).first()
        if user or done(request, form, "person", lambda: create_account(email=email, at=timezone.now())):
            return redirect("person", person=(user or User.objects.get(email=email)).person)
    text = clean_text(request.GET.get("q", ""))[:60]
    rows = _people(text)
    page = {"form": form, "rows": rows[:MOST], "more": len(rows) > MOST, "text": text}
    return render(request, "people/people.html", page)


def _people(text: str) -> list[User]:
    """Those who hold a seat, and the frozen; with `text` everybody whose public name holds it."""
    seats = Membership.objects.filter(held_on(legal_day(timezone.now())))
    rows: QuerySet[User] = User.objects.annotate(
        seated=Exists(seats.filter(user=OuterRef("pk"))),
        has_factor=Exists(Authenticator.objects.filter(user=OuterRef("pk"))),
    )
    wanted = Q(pseudonym__icontains=text) if text else Q(seated=True) | Q(frozen_at__isnull=False)
    live = Prefetch("memberships", seats.select_related("organisation", "authority"), "seats")
    return list(rows.filter(wanted).prefetch_related(live).order_by("pseudonym", "pk")[: MOST + 1])


@holds("officer")
@can("view", User, by="person")
def person(request: HttpRequest, user: User) -> HttpResponse:
    form = RoleForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        if done(request, form, "role", lambda: give_role(
            user=user, role=given["role"], organisation=given["organisation"], authority=given["authority"],
            by=request.user, at=timezone.now(),
        )):  # fmt: skip
            messages.success(request, _("The role is given. A second officer can undo it for 14 days."))
            return redirect("person", person=user.person)
    seats = user.memberships.select_related("organisation", "authority").order_by("until", "-since")
    history = Change.objects.filter(table="account", row=user.person).select_related("by").order_by("-at")
    page = {
        "one": user, "form": form, "freeze_form": FreezeForm(), "seats": seats, "history": history[:20],
        "factor": Authenticator.objects.filter(user=user).exists(), "is_me": user.pk == request.user.pk,
        "asked": Review.objects.filter(kind="unfreeze", subject=user.person, verdict="").exists(),
    }  # fmt: skip
    return render(request, "people/person.html", page)


@require_POST
@holds("officer")
@can("edit", Membership, by="pk", select=("user",))
def role_end(request: HttpRequest, seat: Membership) -> HttpResponse:
    if done(request, None, "role_end", lambda: end_role(seat=seat, by=request.user, at=timezone.now())):
        messages.success(request, _("The role is ended. A second officer can undo it for 14 days."))
    return redirect("person", person=seat.user.person)


@require_POST
@holds("officer")
@can("freeze", User, by="person")
def person_freeze(request: HttpRequest, user: User) -> HttpResponse:
    why = clean_text(request.POST.get("why", ""))[:200]
    if done(request, None, "freeze", lambda: freeze(user=user, by=request.user, at=timezone.now(), why=why)):
        messages.success(request, _("Frozen. Sessions, feeds and links have ended."))
    return redirect("person", person=user.person)


@require_POST
@holds("officer")
@can("freeze", User, by="person")
def person_codes(request: HttpRequest, user: User) -> HttpResponse:
    """New paper codes, shown once; the press is not repeated by a key, which would have to keep them."""
    try:
        codes = renew_factors(user=user, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("person", person=user.person)
    return render(request, "people/person_codes.html", {"one": user, "codes": codes})


@require_POST
@holds("officer")
def person_unfreeze(request: HttpRequest, person: str) -> HttpResponse:
    user = get_object_or_404(User, person=person)
    if done(request, None, "unfreeze", lambda: ask_unfreeze(user=user, by=request.user, at=timezone.now())):
        messages.success(request, _("A second officer must agree: it stands on their list."))
    return redirect("person", person=person)
