"""Coming for help and coming back: no account, no parameters, no script; nothing is kept by browser or server in clear."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from icma.core.action import Refused
from icma.core.door import anyone
from icma.core.limit import within
from icma.core.once import run_once
from icma.core.parts import AWAY
from icma.legalaid.actions.intake import returning, telling
from icma.legalaid.doors import (
    begin_client,
    client_of,
    damage_told,
    forget_client,
    leave_client,
    session_of,
    with_code,
)
from icma.legalaid.forms.intake import LAST, SCREENS, AddForm, CodeForm, EraseForm
from icma.legalaid.keeping import ring_of_code
from icma.legalaid.models import SealedFile
from icma.legalaid.uploads import sealed_uploads, sent

MOST = 20_000_000


def _language() -> str:
    return (get_language() or "az")[:2]


@sensitive_post_parameters()
@sensitive_variables()
@anyone
@never_cache
@sealed_uploads(MOST)
@damage_told
def intake(request: HttpRequest, n: int) -> HttpResponse:
    """Screen `n` of the first five. The first one that is sent makes the key; the others need the session it began."""
    request.keep_nothing = True
    if not 1 <= n < LAST:
        raise Http404
    first = _told(request)
    if first is None and n > 1:
        return _gone(request)
    if first and first["done"]:
        return redirect("client_return")
    form = SCREENS[n - 1][0](request.POST or None, request.FILES or None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            return _kept(request, n, form)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return _screen(request, n, form, 422 if form.is_bound and form.errors else 200)


def _gone(request: HttpRequest) -> HttpResponse:
    """No session (any more): what was typed last can be copied from the page, not lost."""
    if request.method == "GET":
        return redirect("intake", n=1)
    typed = [
        value
        for name, value in request.POST.items()
        if name not in ("csrfmiddlewaretoken", "once") and len(value) > 20
    ]
    return render(request, "legalaid/intake_gone.html", {"typed": typed}, status=409)


def _told(request: HttpRequest) -> dict[str, Any] | None:
    """What was told in this browser so far; None without a live session."""
    if not client_of(request):
        return None
    return returning.told_or_nothing(request.ring, request.receipt.case) or None


@sensitive_variables()
def _kept(request: HttpRequest, n: int, form: Any) -> HttpResponse:
    at, values = timezone.now(), dict(form.cleaned_data)
    files, onward = (
        values.pop("files", []),
        redirect("intake", n=n + 1) if n + 1 < LAST else redirect("intake_code"),
    )
    if getattr(request, "receipt", None) is None:
        values["many"] = not within(request, "intake", per_hour=20, burst=20)
        return begin_client(onward, telling.begin(values=values, language=_language(), at=at))
    case = request.receipt.case
    telling.tell(ring=request.ring, case=case, values=values, at=at)
    returning.keep_all(ring=request.ring, case=case, uploads=files, at=at)
    return onward


def _screen(request: HttpRequest, n: int, form: Any, status: int) -> HttpResponse:
    _form, title, lead = SCREENS[n - 1]
    page = {"form": form, "n": n, "of": LAST, "title": title, "lead": lead, "back": n - 1, "phone": settings.HELP_PHONE,
            "files": "files" in form.fields, "nobody": n == 1 and telling.reception() is None}  # fmt: skip
    if page["files"]:
        there = returning.said_in(request.ring, request.receipt.case)
        page["there"] = [one["name"] for one in there if one["kind"] == "upload"]
    return render(request, "legalaid/intake.html", page, status=status)


@sensitive_post_parameters()
@sensitive_variables()
@with_code
@never_cache
def intake_code(request: HttpRequest) -> HttpResponse:
    """The last screen: a code, shown once; it is typed back, and only then anybody of ours can read."""
    if request.method == "POST" and request.POST.get("do") == "show":
        return _shown(request, "legalaid/intake_code.html")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            telling.hand_in(
                ring=request.ring, receipt=request.receipt, typed=form.cleaned_data["code"], at=timezone.now()
            )
        except Refused as refusal:
            form.add_error("code", str(refusal))
        else:
            return redirect("intake_sent")
    page = {"form": form, "of": LAST, "asked": form.is_bound}
    return render(request, "legalaid/intake_code.html", page, status=422 if form.is_bound else 200)


@sensitive_variables()
def _shown(request: HttpRequest, template: str, unsure: bool = False) -> HttpResponse:
    """A new code on this page alone; the session goes on with it."""
    at, keep = timezone.now(), session_of(request)
    code, ring = telling.change_code(
        ring=request.ring, receipt=request.receipt, at=at, keep=keep, unsure=unsure
    )
    page = {"secret": code, "form": CodeForm(), "of": LAST}
    return begin_client(render(request, template, page), ring)


@with_code
@never_cache
def intake_sent(request: HttpRequest) -> HttpResponse:
    """It has come; what happens next, and what cannot wait."""
    case = request.receipt.case
    return render(request, "legalaid/intake_sent.html", {"urgent": case.urgent, "phone": settings.HELP_PHONE})


@sensitive_post_parameters()
@sensitive_variables()
@anyone
@never_cache
@sealed_uploads(MOST)
@damage_told
def client_return(request: HttpRequest) -> HttpResponse:
    """With the code: what was answered, something to add. A wrong and an erased code are told the same."""
    request.keep_nothing = True
    if client_of(request):
        return _thread(request)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        found = ring_of_code(form.cleaned_data["code"], timezone.now())
        if found is not None:
            return begin_client(redirect("client_return"), found[0])
        form.add_error("code", _("There is nothing under this code. Look at your paper once more."))
    return render(request, "legalaid/client_code.html", {"form": form}, status=422 if form.is_bound else 200)


@sensitive_variables()
def _thread(request: HttpRequest) -> HttpResponse:
    at, case = timezone.now(), request.receipt.case
    first = returning.told_or_nothing(request.ring, case)
    if request.receipt.must_change:
        return redirect("client_change")
    if first and not first["done"]:
        return redirect("intake_code")
    form = AddForm(request.POST if request.method == "POST" else None, request.FILES or None)
    if form.is_bound and form.is_valid():
        try:
            run_once(f"client:{case.code}", request.POST.get("once", ""), lambda: _added(request, form), at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("It has come. Only those who work on it can read it."))
            return redirect("client_return")
    page = returning.read_thread(ring=request.ring, case=case, at=at)
    page |= {"form": form, "case": case, "ended": returning.ended(case, at), "phone": settings.HELP_PHONE}
    return render(request, "legalaid/client_thread.html", page, status=422 if form.errors else 200)


def _added(request: HttpRequest, form: AddForm) -> dict[str, Any]:
    data = form.cleaned_data
    returning.add(
        ring=request.ring,
        case=request.receipt.case,
        text=data["text"],
        uploads=data["files"],
        at=timezone.now(),
    )
    return {}


@with_code
@never_cache
def client_file(request: HttpRequest, row: str) -> HttpResponse:
    found = returning.open_upload(
        ring=request.ring, case=request.receipt.case, code=row, role="client", at=timezone.now()
    )
    stored = SealedFile.objects.filter(row=found[0]).first() if found else None
    if found is None or stored is None:
        raise Http404
    return sent(stored.name, found[1])


@sensitive_post_parameters()
@with_code
@never_cache
def client_change(request: HttpRequest) -> HttpResponse:
    """Another code; the one before opens nothing from this moment. It is typed back: a slip of the pen loses the case."""
    if request.method == "POST" and "code" not in request.POST:
        return _shown(request, "legalaid/client_change.html", request.receipt.must_change)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        if telling.is_code_of(request.receipt, form.cleaned_data["code"]):
            telling.confirm_code(receipt=request.receipt)
            return redirect("client_return")
        form.add_error(
            "code", _("This is another code. Look at your paper once more, or ask for a new code.")
        )
    page = {"form": form, "asked": form.is_bound, "must": request.receipt.must_change}
    return render(request, "legalaid/client_change.html", page, status=422 if form.is_bound else 200)


@with_code
@never_cache
def client_erase(request: HttpRequest) -> HttpResponse:
    """Close and erase: for both sides, at once."""
    form = EraseForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        returning.close_and_erase(ring=request.ring, case=request.receipt.case, at=timezone.now())
        return leave_client(request, render(request, "legalaid/erased.html"))
    return render(request, "legalaid/client_erase.html", {"form": form}, status=422 if form.is_bound else 200)


@anyone
@never_cache
def client_leave(request: HttpRequest) -> HttpResponse:
    """Nobody goes on here after this."""
    return leave_client(request, redirect("help"))


@anyone
@never_cache
def client_exit(request: HttpRequest) -> HttpResponse:
    """The quick way out of every sensitive page: at once to somewhere harmless, and back leads to nothing open."""
    request.keep_nothing = True
    return forget_client(redirect(AWAY))


@anyone
@never_cache
def intake_paper(request: HttpRequest) -> HttpResponse:
    """The same questions to be printed and filled in by hand."""
    request.keep_nothing = True
    return render(
        request,
        "legalaid/intake_paper.html",
        {"screens": [(title, made()) for made, title, _lead in SCREENS]},
    )
