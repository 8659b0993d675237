"""One's own account: name, language, sessions, second factor, what is held, erasing."""

from collections.abc import Iterable
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from icma.core.access import STRONG_ROLES
from icma.core.action import Refused
from icma.core.door import can, signed_in
from icma.core.once import run_once
from icma.people.actions.accounts import close_session, close_sessions, describe_account
from icma.people.actions.erasure import Also, erase_person
from icma.people.actions.returned import came_back
from icma.people.forms import AccountForm
from icma.people.held import held as held_here
from icma.people.models import Signin


@signed_in
def account(request: HttpRequest) -> HttpResponse:
    user = request.user
    first = {"pseudonym": user.pseudonym, "language": user.language, "digest": user.digest}
    form = AccountForm(request.POST or None, initial=first)
    if form.is_valid():
        try:
            describe_account(user=user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("account")
    page = {
        "form": form, "signins": Signin.objects.filter(user=user).order_by("-at"),
        "here": request.session.session_key, "returned": came_back([user.person]),
        "factors": factors_of(user), "needs": any(role in STRONG_ROLES for role, _o, _a in request.who.seats),
    }  # fmt: skip
    return render(request, "people/account.html", page)


def factors_of(user: Any) -> set[str]:
    """Types of second factor that are set up: totp, webauthn, recovery_codes."""
    return set(Authenticator.objects.filter(user=user).values_list("type", flat=True))


@require_POST
@signed_in
def sessions_close(request: HttpRequest) -> HttpResponse:
    close_sessions(user=request.user)
    update_session_auth_hash(request, request.user)
    messages.success(request, _("All other sessions are closed. You stay signed in here alone."))
    return redirect("account")


@require_POST
@can("own", Signin, by="pk")
def session_close(request: HttpRequest, signin: Signin) -> HttpResponse:
    close_session(signin=signin)
    messages.success(request, _("The session is closed."))
    return redirect("account")


@signed_in
def second_factor(request: HttpRequest) -> HttpResponse:
    """Ask for the factor that the role wants, or first help to set one up; then go back to `next`."""
    to = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(to, {request.get_host()}, request.is_secure()):
        to = resolve_url("account")
    if request.who.strong:
        return redirect(to)
    factors = factors_of(request.user)
    query = "?" + urlencode({"next": to})
    if factors:
        passkey = "webauthn" in factors and "totp" not in factors
        page = "mfa_reauthenticate_webauthn" if passkey else "mfa_reauthenticate"
        return redirect(reverse(page) + query)
    return render(request, "people/second_factor.html", {"back": request.path + query})


@signed_in
def held(request: HttpRequest) -> HttpResponse:
    """What this floor holds about the one who asks, and who looked; `front` mounts the page of all floors."""
    return render(request, "people/held.html", {"sections": held_here(request.user.person, timezone.now())})


@signed_in
def account_erase(request: HttpRequest, also: Iterable[Also] = ()) -> HttpResponse:
    """Explain, then erase for good; `also` are the erasures of higher floors."""
    if request.method == "POST":
        user, at = request.user, timezone.now()

        def do() -> dict[str, int]:
            return erase_person(person=user.person, by=user, at=at, also=also)

        try:
            run_once(f"erase:{user.person}"[:40], request.POST.get("once", ""), do, at)
        except Refused as refusal:
            return render(request, "people/account_erase.html", {"refusal": refusal}, status=409)
        logout(request)
        return render(request, "people/account_erased.html")
    return render(request, "people/account_erase.html")
