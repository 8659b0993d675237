"""Consents and what becomes of a case: for the client with the code, for the lawyer."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from icma.core.action import Refused
from icma.core.once import run_once
from icma.legalaid.actions import consent, ending
from icma.legalaid.actions.reading import grade, read_consents
from icma.legalaid.consenting import HOW, PURPOSES
from icma.legalaid.doors import leave_client, unlocked, with_code
from icma.legalaid.forms.beyond import ConsentForm, GradeForm
from icma.legalaid.models import Case
from icma.legalaid.readings import by_role

Do = Callable[[], Any]
ON_PAGE = ("representation", "storage", "statistics", "story")


def _named(value: dict[str, Any]) -> dict[str, Any]:
    """A row of the ledger in words."""
    purpose, how = PURPOSES[value["purpose"]], HOW.get(value.get("how", ""), "")
    said = {"title": purpose.title, "text": purpose.text, "after": purpose.after, "how": how}
    return value | said | {"on": date.fromisoformat(value["on"]), "ours": value["by"] != "client"}


def _page(request: HttpRequest, case: Case) -> dict[str, Any]:
    """What both pages show."""
    found = read_consents(ring=request.ring, case=case, at=timezone.now())
    named = [_named(v) for v in found["standing"]]
    log = [_named(v) for v in reversed(found["ledger"])]
    return found | {"case": case, "standing": named, "ledger": log, "reads": by_role(case)}


def _done(request: HttpRequest, scope: str, do: Do) -> bool:
    """Once for each form that was shown; a refusal is told."""
    try:
        run_once(scope, request.POST.get("once", ""), lambda: do() or {}, timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return False
    return True


def _revoke(request: HttpRequest, case: Case) -> Do:
    purpose, to = request.POST.get("purpose", ""), request.POST.get("to", "")
    if purpose not in PURPOSES:
        raise Http404
    if purpose == "storage" and not request.POST.get("sure"):
        raise Refused(_("Tick that you want the whole case erased."))
    return lambda: consent.revoke(ring=request.ring, case=case, purpose=purpose, to=to, at=timezone.now())


@sensitive_post_parameters()
@with_code
def client_consents(request: HttpRequest) -> HttpResponse:
    """What the client has agreed to, taken back with one button; who has opened the case; a word about us."""
    case = request.receipt.case
    if request.method == "POST":
        if request.POST.get("do") == "grade":
            return _grade(request, case)
        give = request.POST.get("do") == "give"
        try:
            kept = _done(request, f"consent:{case.code}", (_agree if give else _revoke)(request, case))
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("client_consents")
        if not Case.objects.filter(pk=case.pk).exists():
            return leave_client(request, render(request, "legalaid/erased.html"))
        if kept:
            messages.success(request, _("Written down.") if give else _("Taken back."))
        return redirect("client_consents")
    return render(request, "legalaid/client_consents.html", _client_page(request, case, GradeForm()))


def _agree(request: HttpRequest, case: Case) -> Do:
    """The client agrees on the page itself; to pass something on is agreed with the lawyer, body by body."""
    purpose = request.POST.get("purpose", "")
    if purpose not in ON_PAGE:
        raise Http404
    language, at = get_language() or "az", timezone.now()
    return lambda: consent.give(
        ring=request.ring, case=case, purpose=purpose, how="screen", language=language, at=at
    )


def _client_page(request: HttpRequest, case: Case, form: GradeForm) -> dict[str, Any]:
    page = _page(request, case)
    held = {value["purpose"] for value in page["standing"]}
    wanted = [
        {"purpose": name, "title": PURPOSES[name].title, "text": PURPOSES[name].text} for name in ON_PAGE
    ]
    return page | {"form": form, "open": [one for one in wanted if one["purpose"] not in held]}


def _grade(request: HttpRequest, case: Case) -> HttpResponse:
    form = GradeForm(request.POST)
    if form.is_valid():
        value = form.cleaned_data["grade"]
        if _done(request, f"grade:{case.code}",
                 lambda: grade(ring=request.ring, case=case, grade=value, at=timezone.now())):  # fmt: skip
            messages.success(request, _("Thank you. Nobody sees from whom it came."))
        return redirect("client_consents")
    return render(request, "legalaid/client_consents.html", _client_page(request, case, form), status=422)


@sensitive_post_parameters()
@sensitive_variables("form")
@unlocked("lead", Case)
def case_consents(request: HttpRequest, case: Case) -> HttpResponse:
    """The ledger of a case, kept by its lawyer; when it is archived and erased; a legal hold; who opened it."""
    do = request.POST.get("do", "") if request.method == "POST" else ""
    form = ConsentForm(request.POST if do == "give" else None)
    if request.method == "POST" and (do != "give" or form.is_valid()):
        try:
            kept = _done(request, f"consent:{case.code}", _change(request, case, do, form))
        except Refused as refusal:
            messages.error(request, str(refusal))
            kept = False
        if kept:
            messages.success(request, _said(do, request.POST.get("purpose", "")))
        return redirect("case_consents", code=case.code)
    page = _page(request, case) | {"form": form, "ends": ending.ends_on(case), "purposes": PURPOSES.values()}
    page |= {"staff": True, "erasure": ending.waits_to_be_erased(case)}
    return render(request, "legalaid/case_consents.html", page, status=422 if form.errors else 200)


def _said(do: str, purpose: str) -> str:
    if do == "revoke":
        return _("A second person has to agree now.") if purpose == "storage" else _("Taken back.")
    return _("Written down.")


def _change(request: HttpRequest, case: Case, do: str, form: ConsentForm) -> Do:
    if do == "give":
        data = form.cleaned_data
        return lambda: consent.give(ring=request.ring, case=case, at=timezone.now(), **data)
    if do in ("hold", "release"):
        return lambda: ending.hold(case=case, held=do == "hold")
    return _revoke(request, case)
