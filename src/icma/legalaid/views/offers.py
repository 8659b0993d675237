"""Offers: made, answered step by step; referrals to another body."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

import icma.legalaid.access  # noqa: F401  (its rules)
from icma.core.day import legal_day
from icma.legalaid.actions.cases import offers as actions
from icma.legalaid.actions.cases import reading
from icma.legalaid.actions.reading import read_offer
from icma.legalaid.doors import unlocked
from icma.legalaid.forms import cases as forms
from icma.legalaid.models import Case, Offer
from icma.legalaid.staff import staff_rows
from icma.legalaid.views.cases import FORM, base
from icma.matters.views.steps import press, step


@unlocked("lead", Case)
def offer(request: HttpRequest, case: Case) -> HttpResponse:
    at = timezone.now()
    staff = staff_rows(at).exclude(pk=request.user.pk)
    load = reading.workload(list(staff), legal_day(at))
    form = forms.OfferForm(request.POST or None, staff=staff, load=load)
    return step(
        request, form, f"offer:{case.code}", lambda: actions.offer(ring=request.ring, case=case, at=at, **form.cleaned_data),
        base(case), at, FORM, case=case, title=_("Offer to a colleague"), button=_("Offer"), thanks=_("It was offered."),
        lead=_("Names first, then the summary, then the file: each step is the colleague's own. The client must have agreed."),
    )  # fmt: skip


@unlocked("lead", Case)
def refer(request: HttpRequest, case: Case) -> HttpResponse:
    at, form = timezone.now(), forms.ReferForm(request.POST or None)
    return step(
        request, form, f"refer:{case.code}", lambda: actions.refer(ring=request.ring, case=case, at=at, **form.cleaned_data),
        base(case), at, FORM, case=case, title=_("Refer to another body"), button=_("Note the referral"),
        lead=_("Only to a body that the client has agreed to by name."),
    )  # fmt: skip


@unlocked("view", Offer)
def answer(request: HttpRequest, offer: Offer) -> HttpResponse:
    at, ring, here = timezone.now(), request.ring, reverse("offer_answer", args=[offer.code])
    answers = {
        "clear": (lambda: actions.no_conflict(ring=ring, row=offer), here),
        "decline": (lambda: actions.decline(ring=ring, row=offer), reverse("cases")),
        "accept": (
            lambda: actions.accept(ring=ring, row=offer, at=at) and None,
            reverse("case", args=[offer.case.code]),
        ),
    }
    do = request.POST.get("do", "")
    if do in answers:
        act, back = answers[do]
        return press(request, f"offer:{offer.code}:{do}", act, back, at)
    if request.method == "POST":
        return redirect(here)
    page = {"offer": offer} | read_offer(ring=ring, row=offer, at=at)
    return render(request, "legalaid/offer.html", page)
