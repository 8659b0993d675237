"""To be called at a safe hour and hours of reception days: the client's page and the lawyer's."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from icma.core.access import allowed
from icma.core.action import Refused
from icma.core.day import BAKU, legal_day
from icma.core.once import run_once
from icma.core.words import date_words
from icma.engines.aztext import clean_text
from icma.legalaid.actions import meeting as actions
from icma.legalaid.actions.audit import note_read
from icma.legalaid.actions.reading import read_wishes
from icma.legalaid.doors import unlocked, with_code
from icma.legalaid.forms.meeting import CallForm, DayForm, HourForm
from icma.legalaid.models import Case, Sealed, Slot
from icma.matters.views.steps import press

SHOWN = 60


@sensitive_post_parameters()
@sensitive_variables()
@with_code
@never_cache
def client_meeting(request: HttpRequest) -> HttpResponse:
    """Under the code: be called, or choose an hour; both can be taken back here."""
    at, case, do = timezone.now(), request.receipt.case, request.POST.get("do", "")
    call = CallForm(request.POST if do == "call" else None)
    hours = HourForm(request.POST if do == "pick" else None, hours=_hours(case, at))
    form = {"call": call, "pick": hours}.get(do)
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            run_once(f"meet:{case.code}", request.POST.get("once", ""), lambda: _asked(request, form, at), at)
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("client_meeting")
    page = {
        "call": call,
        "hours": hours,
        "form": form,
        "wishes": read_wishes(ring=request.ring, case=case, at=at),
    }
    page["has"] = {one["kind"] for one in page["wishes"]}
    return render(request, "legalaid/client_meeting.html", page, status=422 if form and form.errors else 200)


def _hours(case: Case, at: datetime) -> list[tuple[str, str]]:
    """Code of a free hour and its words: when, where, with whom."""
    return [(one.code, " · ".join([f"{date_words(one.starts_at)}, {one.starts_at.astimezone(BAKU):%H:%M}",
                                   actions.where_of(one) or _("at the union's office"), one.user.pseudonym]))
            for one in actions.free_for(case, at)[:SHOWN]]  # fmt: skip


def _asked(request: HttpRequest, form: Any, at: datetime) -> dict[str, Any]:
    do, given = request.POST.get("do", ""), {"ring": request.ring, "case": request.receipt.case, "at": at}
    if do == "call":
        actions.ask_call(**given, **form.cleaned_data)
        messages.success(request, _("We call you within a working day, at the hour that you have named."))
    elif do == "pick":
        actions.pick(code=form.cleaned_data["slot"], **given)
        messages.success(
            request, _("The hour is yours. Bring your papers; you need not say at the door why you come.")
        )
    elif do in ("callback", "visit"):
        actions.take_back(kind=do, **given)
        messages.success(request, _("Taken back."))
    else:
        raise Http404
    return {}


@unlocked(roles=("lawyer", "advocate"))
def slots(request: HttpRequest) -> HttpResponse:
    """One's reception days: lay hours out, see which are taken and by which case, take free ones away."""
    at, do = timezone.now(), request.POST.get("do", "")
    form = DayForm(request.POST if do == "add" else None, today=legal_day(at))
    if request.method == "POST" and (do != "add" or form.is_valid()):
        try:
            run_once("slots", request.POST.get("once", ""), lambda: _laid_out(request, form, at), at)
        except Refused as refusal:
            form.add_error(None, str(refusal)) if do == "add" else messages.error(request, str(refusal))
        if not form.errors:
            return redirect("slots")
    page = {"form": form, "days": _days(request, at)}
    return render(request, "legalaid/slots.html", page, status=422 if form.errors else 200)


def _laid_out(request: HttpRequest, form: DayForm, at: datetime) -> dict[str, Any]:
    if request.POST.get("do") == "add":
        n = actions.lay_out(user=request.user, at=at, **form.cleaned_data)
        messages.success(request, _("Hours laid out: %(n)s. Clients see them under their code.") % {"n": n})
    else:
        actions.take_away(user=request.user, code=clean_text(request.POST.get("slot", "")))
    return {}


def _days(request: HttpRequest, at: datetime) -> list[dict[str, Any]]:
    """Slots of days ahead by day, each with the case whose client comes, if the asker may see that."""
    comes = actions.expected(
        request.ring, allowed(Case.objects.all(), request.who, "view", at), legal_day(at)
    )
    note_read(
        ring=request.ring,
        role="staff",
        verb="board",
        refs=sorted(case.code for case in comes.values()),
        at=at,
    )
    rows = Slot.objects.filter(user=request.user, starts_at__gte=at).select_related("event__place")
    days: dict[Any, list[dict[str, Any]]] = {}
    for row in rows.order_by("starts_at"):
        one = {"row": row, "where": actions.where_of(row), "case": comes.get(row.code)}
        days.setdefault(legal_day(row.starts_at), []).append(one)
    return [{"on": on, "slots": found} for on, found in days.items()]


@unlocked("view", Case)
def wish_settle(request: HttpRequest, case: Case, row: str) -> HttpResponse:
    """One press after the call or the hour."""
    at, found = timezone.now(), Sealed.objects.filter(case=case, code=row).first()
    if found is None:
        raise Http404
    found.case = case
    back = reverse("case" if case.assignee_id else "desk_facts", args=[case.code])
    do = lambda: actions.settle(ring=request.ring, row=found, outcome=request.POST.get("outcome", ""), at=at)  # noqa: E731
    return press(request, f"wish:{row}", do, back, at, _("Written down."))
