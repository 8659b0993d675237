"""Complaints about us: written by anybody, read by those whom the sender left in, answered in their terms."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from icma.core.action import Refused
from icma.core.day import legal_day
from icma.core.door import anyone
from icma.core.limit import within
from icma.core.once import run_once
from icma.legalaid.actions import complaints as actions
from icma.legalaid.doors import unlocked
from icma.legalaid.forms.beyond import AnswerForm, ComeBackForm, ComplaintForm
from icma.legalaid.keeping import kept_for, shown_again
from icma.legalaid.models import Complaint


@sensitive_post_parameters()
@sensitive_variables()
@anyone
@never_cache
def complaint(request: HttpRequest) -> HttpResponse:
    """Write one; afterwards its code, once."""
    request.keep_nothing = True
    form = ComplaintForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not within(request, "complaint", per_hour=20, burst=10):
            form.add_error(None, _("Many have come from this connection. Wait a little, or call us."))
        else:
            return _kept(request, form)
    page = {"form": form, "phone": settings.HELP_PHONE}
    return render(request, "legalaid/complaint.html", page, status=422 if form.errors else 200)


@sensitive_variables()
def _kept(request: HttpRequest, form: ComplaintForm) -> HttpResponse:
    """The code is in this answer alone, and in the one to who taps twice."""
    data, at, once = form.cleaned_data, timezone.now(), request.POST.get("once", "")

    def do() -> dict[str, Any]:
        row, secret = actions.complain(text=data["text"], without=data["without"], at=at)
        return {"row": row.code} | kept_for(once, secret, at)

    try:
        result = run_once("complaint", once, do, at)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return render(request, "legalaid/complaint.html", {"form": form}, status=422)
    page = {"row": get_object_or_404(Complaint, code=result["row"]), "secret": shown_again(once, result, at)}
    return render(request, "legalaid/complaint_kept.html", page)


@sensitive_post_parameters()
@sensitive_variables()
@anyone
@never_cache
def complaint_back(request: HttpRequest) -> HttpResponse:
    """Come back with the code: answers, and something to add."""
    request.keep_nothing = True
    form, found = ComeBackForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            found = _came_back(request, form)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            if found is None:
                form.add_error("code", _("There is nothing under this code. Look at your paper once more."))
    page = {"form": form, "row": found and found[0], "lines": found and found[1]}
    return render(request, "legalaid/complaint_back.html", page, status=422 if form.errors else 200)


def _came_back(request: HttpRequest, form: ComeBackForm) -> Any:
    """What was written is added once, however often the page is sent."""
    secret, at = form.cleaned_data["code"], timezone.now()
    if form.cleaned_data["text"].strip():
        run_once(
            "complaint-back", request.POST.get("once", ""),
            lambda: {"there": actions.come_back(secret=secret, text=form.cleaned_data["text"], at=at) is not None}, at,
        )  # fmt: skip
    return actions.come_back(secret=secret, at=at)


@unlocked()
def complaints(request: HttpRequest) -> HttpResponse:
    """Those that the reader's own key opens; what is due first stands first."""
    mine = actions.readable(request.ring.pair).order_by("due_on", "pk")
    return render(request, "legalaid/complaints.html", {"rows": mine, "today": legal_day(timezone.now())})


@sensitive_post_parameters()
@unlocked()
def complaint_answer(request: HttpRequest, code: str) -> HttpResponse:
    row = get_object_or_404(actions.readable(request.ring.pair), code=code)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        once = request.POST.get("once", "")
        try:
            run_once(f"complaint:{code}", once, lambda: _answered(request, row, form), timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Answered."))
            return redirect("complaint_answer", code=code)
    lines = actions.read(row=row, ring=request.ring, at=timezone.now())
    page = {"row": row, "lines": lines, "form": form, "today": legal_day(timezone.now())}
    return render(request, "legalaid/complaint_answer.html", page, status=422 if form.errors else 200)


def _answered(request: HttpRequest, row: Complaint, form: AnswerForm) -> dict[str, Any]:
    data = form.cleaned_data
    actions.answer(row=row, ring=request.ring, text=data["text"], final=data["final"], at=timezone.now())
    return {}
