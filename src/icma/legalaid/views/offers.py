"""Offers: made, answered step by step; referrals to another body."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

import icma.legalaid.access  # noqa: F401  (its rules)
from icma.core.access import allowed
from icma.core.day import legal_day
from icma.legalaid.actions.cases import offers as actions
from icma.legalaid.actions.cases import reading, seats
from icma.legalaid.actions.reading import read_consents, read_offer
from icma.legalaid.doors import unlocked
from icma.legalaid.forms import cases as forms
from icma.legalaid.forms.desk import WallForm
from icma.legalaid.models import Case, KeyPair, Offer
from icma.legalaid.procedure import OFFERED
from icma.legalaid.staff import staff_rows, who_meets
from icma.legalaid.views.cases import FORM, base
from icma.matters.views.steps import press, step


@unlocked("lead", Case)
def offer(request: HttpRequest, case: Case) -> HttpResponse:
    at = timezone.now()
    staff = staff_rows(at, case).exclude(pk__in=[request.user.pk, case.assignee_id])
    load = reading.workload(list(staff), legal_day(at), request.user)
    form = forms.OfferForm(request.POST or None, staff=staff, load=load)
    return step(
        request, form, f"offer:{case.code}", lambda: actions.offer(ring=request.ring, case=case, at=at, **form.cleaned_data),
        base(case), at, FORM, case=case, title=_("Offer to a colleague"), button=_("Offer"), thanks=_("It was offered."),
        lead=_("Names first, then the summary, then the file: each step is the colleague's own. The client must have agreed."),
    )  # fmt: skip


@unlocked("lead", Case)
def refer(request: HttpRequest, case: Case) -> HttpResponse:
    at = timezone.now()
    agreed = read_consents(ring=request.ring, case=case, at=at)["standing"]
    bodies = [value["to"] for value in agreed if value["purpose"] == "sharing"]
    if not bodies:
        messages.warning(request, _("The client has not agreed yet that anything is passed on. Record that consent first, with the name of the body."))  # fmt: skip
        return redirect("case_consents", code=case.code)
    form = forms.ReferForm(request.POST or None, bodies=bodies)
    return step(
        request, form, f"refer:{case.code}", lambda: actions.refer(ring=request.ring, case=case, at=at, **form.cleaned_data),
        base(case), at, FORM, case=case, title=_("Refer to another body"), button=_("Note the referral"), thanks=_("Noted."),
        lead=_("Only to a body that the client has agreed to by name."),
    )  # fmt: skip


@unlocked("lead", Case)
def holders(request: HttpRequest, case: Case) -> HttpResponse:
    """Who opens this case, until when, and what was offered: taken back, withdrawn, answered by a body."""
    at, do = timezone.now(), request.POST.get("do", "")
    if request.method == "POST":
        if do not in STEPS:
            raise Http404
        key, act = STEPS[do](request, case, at)
        return press(request, f"{do}:{key}", act, reverse("case_holders", args=[case.code]), at, _("Done."))
    page = reading.open_holders(ring=request.ring, case=case, at=at)
    return render(request, "legalaid/case_holders.html", page | {"case": case, "back": base(case)})


Step = tuple[str, Callable[[], Any]]


def _take(request: HttpRequest, case: Case, at: datetime) -> Step:
    pair = get_object_or_404(KeyPair, code=request.POST.get("holder", ""), owner__isnull=False)
    return pair.code, lambda: seats.take_back(ring=request.ring, case=case, holder=pair, at=at)


def _open(request: HttpRequest, case: Case) -> Offer:
    return get_object_or_404(Offer, case=case, code=request.POST.get("offer", ""))


def _withdraw(request: HttpRequest, case: Case, at: datetime) -> Step:
    row = _open(request, case)
    return row.code, lambda: actions.revoke(by=request.user, row=row)


def _body(request: HttpRequest, case: Case, at: datetime) -> Step:
    row, yes = _open(request, case), request.POST["do"] == "accepted"
    return row.code, lambda: actions.body_answers(ring=request.ring, row=row, accepted=yes, at=at)


STEPS = {"take": _take, "withdraw": _withdraw, "accepted": _body, "declined": _body}


@unlocked("lead", Case)
def wall(request: HttpRequest, case: Case) -> HttpResponse:
    at = timezone.now()
    staff = who_meets(at, case).exclude(pk__in=[request.user.pk, case.assignee_id])
    form = WallForm(request.POST or None, staff=staff)
    do = lambda: seats.wall_off(ring=request.ring, case=case, user=form.cleaned_data["who"], at=at)  # noqa: E731
    return step(
        request, form, f"wall:{case.code}", do, reverse("case_holders", args=[case.code]), at, FORM, case=case,
        title=_("A wall"), button=_("Build the wall"),
        lead=_("For this person the case is nowhere: in no list, search, calendar or count."),
    )  # fmt: skip


def over(request: HttpRequest, rows: QuerySet[Offer]) -> HttpResponse | None:
    """Whoever pressed twice comes to the case; an offer that was withdrawn, or whose minute is over, is said to be so."""
    at = timezone.now()
    row = allowed(rows.select_related("case"), request.who, "made", at).first()
    if row is None:
        return None
    if (
        row.state == Offer.State.ACCEPTED
        and allowed(Case.objects.filter(pk=row.case_id), request.who, "work", at).exists()
    ):
        return redirect(base(row.case))
    waits = row.state == Offer.State.PROPOSED
    said = (
        _("The time of this offer is over. Ask for a new one.") if waits else _("This offer stands no more.")
    )
    messages.warning(request, said)
    return redirect("cases")


@unlocked("view", Offer, over=over)
def answer(request: HttpRequest, offer: Offer) -> HttpResponse:
    at, ring, here = timezone.now(), request.ring, reverse("offer_answer", args=[offer.code])
    answers = {
        "clear": (lambda: actions.no_conflict(ring=ring, row=offer), here),
        "decline": (lambda: actions.decline(ring=ring, row=offer, at=at), reverse("cases")),
        "accept": (
            lambda: actions.accept(ring=ring, row=offer, at=at, keep=bool(request.POST.get("keep"))) and None,
            reverse("case", args=[offer.case.code]),
        ),
    }
    do = request.POST.get("do", "")
    if do in answers:
        act, back = answers[do]
        thanks = _("Declined.") if do == "decline" else ""
        return press(request, f"offer:{offer.code}:{do}", act, back, at, thanks)
    if request.method == "POST":
        return redirect(here)
    page = {"offer": offer, "what": OFFERED[offer.kind]} | read_offer(ring=ring, row=offer, at=at)
    return render(request, "legalaid/offer.html", page)
