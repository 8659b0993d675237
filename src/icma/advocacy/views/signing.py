"""Signing as anybody does it: no cookie is set, no token asked; the browser's `Origin` says where a form came from.

What is answered never tells whether an address was known: everybody is sent to the page that waits for the mail.
"""

import functools
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from icma.advocacy.actions.codes import PAPER, confirm_by_digits, paper_of
from icma.advocacy.actions.signing import (
    SIGN,
    VOICES,
    WITHDRAW,
    Asked,
    Confirmation,
    Outcome,
    pending_of,
)
from icma.advocacy.committer import Busy
from icma.advocacy.forms.signing import DigitsForm, SignForm, WithdrawForm, plain
from icma.advocacy.models import Pending
from icma.advocacy.now import Open, code_of, find_open
from icma.advocacy.shells import MARK as MARKED
from icma.advocacy.shells import shell
from icma.advocacy.tokens import MARK, REF, ref_of
from icma.core.door import View, anyone
from icma.core.limit import delay
from icma.matters.addresses import matter_address

PER_HOUR, BURST = 6_000, 6_000  # mails for one network prefix: a telephone company may stand behind it
LONGEST = timedelta(hours=24)
# Seconds behind others of one's network from which that is said, and its name in the address, where minutes stand.
TOLD, LATER = 120, "gec"
RETRY = "30"
BUSY = "icma.busy"  # in the environment of a request that was busy once: the gate gives it on, and nothing is tried again
FORMS = {SIGN: "advocacy/sign.html", WITHDRAW: "advocacy/sign_withdraw.html"}


def from_here(view: View) -> View:
    """A form of another site is refused; no cookie is involved, so there is nothing else to protect.

    A database that cannot be reached or written promises nothing: 503, with what was typed.
    """

    @csrf_exempt
    @functools.wraps(view)
    def inner(request: HttpRequest, *args: Any, **more: Any) -> HttpResponse:
        request.keep_nothing = True  # type: ignore[attr-defined]
        if request.method == "POST" and not _is_ours(request):
            return render(request, "advocacy/sign_foreign.html", status=403)
        if BUSY in request.META:
            return busy(request)
        try:
            return view(request, *args, **more)
        except (Busy, OperationalError, InterfaceError):
            request.META[BUSY] = True
            return busy(request)

    return inner


def _is_ours(request: HttpRequest) -> bool:
    """`Origin`, or where a browser sends none (or "null") its `Referer`, names our own address."""
    said = request.headers.get("Origin", "")
    if said in ("", "null"):
        said = request.headers.get("Referer", "")
    parts, ours = urlsplit(said), urlsplit(settings.BASE_URL)
    return parts.netloc in {ours.netloc, request.get_host()}


@from_here
@anyone
def sign(request: HttpRequest, code: str) -> HttpResponse:
    """The form of the petition's page comes here."""
    petition = find_open(code)
    if request.method == "POST" and petition.is_open(timezone.now()) and (given := plain(request.POST)):
        return _keep(request, petition, Asked(petition.pk, wish=SIGN, language=_language(), **given), False)
    form = SignForm(request.POST or None, protected=petition.mode == "protected")
    if request.method == "POST" and form.is_valid() and petition.is_open(timezone.now()):
        if form.cleaned_data["code"]:
            return _by_code(request, petition, form, SIGN)
        asked = Asked(petition.pk, wish=SIGN, language=_language(), **form.given())
        return _keep(request, petition, asked, form.is_dropped())
    return _form(request, petition, form, SIGN)


@from_here
@anyone
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    petition = find_open(code)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and petition.is_open(timezone.now(), WITHDRAW):
        if form.cleaned_data["code"]:
            return _by_code(request, petition, form, WITHDRAW)
        asked = Asked(petition.pk, wish=WITHDRAW, language=_language(), mail=form.cleaned_data["mail"])
        return _keep(request, petition, asked, False)
    return _form(request, petition, form, WITHDRAW)


def _language() -> str:
    return (get_language() or "az")[:2]


def _form(request: HttpRequest, petition: Open, form: Any, wish: str) -> HttpResponse:
    """What was typed stays; a petition that is closed or paused says so."""
    page = {
        "petition": petition,
        "form": form,
        "page": matter_address(petition.code),
        "open": petition.is_open(timezone.now(), wish),
    }
    return render(request, FORMS[wish], page, status=422 if form.errors else 200)


def _keep(request: HttpRequest, petition: Open, asked: Asked, dropped: bool) -> HttpResponse:
    """One durable row, whoever asked; then the page that waits. When more waits from one network prefix than can be
    mailed in a day, nothing more is taken from it for a while: its rows have an end."""
    wait = delay(request, "petition", PER_HOUR, BURST, LONGEST.total_seconds())
    if wait >= LONGEST.total_seconds():
        raise Busy
    row = pending_of(asked, timezone.now(), timedelta(seconds=wait), dropped)
    VOICES.submit(row)
    address = _waiting_address(get_language()).replace("~code~", petition.code).replace("~ref~", row.ref)
    later = f"?{LATER}={wait // 60:.0f}" if wait >= TOLD else ""
    return HttpResponse(status=303, headers={"Location": address + later})


def _behind(request: HttpRequest) -> str:
    said = request.GET.get(LATER, "")[:4]
    return said if said.isascii() and said.isdigit() else ""


@functools.lru_cache(maxsize=8)
def _waiting_address(language: str | None) -> str:
    """To look an address up costs more than all else of a press."""
    return reverse("petition_waiting", args=["~code~", "~ref~"])


def _by_code(request: HttpRequest, petition: Open, form: Any, wish: str) -> HttpResponse:
    """A paper code proves itself: nothing has to be confirmed."""
    outcome: Outcome = PAPER.submit(paper_of(petition.pk, wish, form.cleaned_data, timezone.now()))
    if outcome.state == "unknown":
        form.add_error("code", _("This code does not work here. It may be mistyped."))
        return _form(request, petition, form, wish)
    return _thanks(request, petition, outcome)


def busy(request: HttpRequest) -> HttpResponse:
    """Nothing was promised: too many at once, the disk is full, or the database is away. It asks no database."""
    typed = (row for row in request.POST.items() if row[0] in SignForm.base_fields or row[0] == "digits")
    fields = format_html_join("", '<input type="hidden" name="{}" value="{}">', typed)
    response = shell(request, "advocacy/sign_busy.html", (), {"page": "/d/", "typed": MARKED}, fields)
    response.status_code, response["Retry-After"] = 503, RETRY
    return response


@from_here
@anyone
def waiting(request: HttpRequest, code: str, ref: str) -> HttpResponse:
    """Look at your mail; or type the eight digits here."""
    petition = find_open(code)
    form = DigitsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = confirm_by_digits(petition=petition.pk, ref=ref[:REF], digits=form.cleaned_data["digits"])
        if found:
            return _confirm(request, ref[:REF])
        form.add_error(
            "digits", _("These are not the digits, or they were tried five times. Ask for a new mail.")
        )
    behind = _behind(request)
    page = _page(petition) | {"form": form, "late": petition.minutes_late, "behind": behind}
    if form.is_bound:
        return render(request, "advocacy/sign_waiting.html", page, status=422)
    return shell(request, "advocacy/sign_waiting.html", (petition.code, petition.minutes_late, behind), page)


@from_here
@anyone
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Behind the link: looking changes nothing, pressing confirms. Scanners of mail only look."""
    ref = ref_of(token[: REF + MARK + 8])
    if ref is not None and request.method == "POST":
        return _confirm(request, ref)
    rows = Pending.objects.filter(ref=ref).values_list("petition__matter__code", "wish") if ref else []
    for code, wish in rows:
        petition = find_open(code)
        page = _page(petition) | {"wish": wish}
        return shell(request, "advocacy/sign_confirm.html", (petition.code, wish), page)
    return render(request, "advocacy/sign_expired.html", status=404)


def _confirm(request: HttpRequest, ref: str) -> HttpResponse:
    outcome: Outcome = VOICES.submit(Confirmation(ref, timezone.now()))
    if not outcome.petition:
        return render(request, "advocacy/sign_expired.html", status=404)
    return _thanks(request, find_open(code_of(outcome.petition)), outcome)


def _thanks(request: HttpRequest, petition: Open, outcome: Outcome) -> HttpResponse:
    if outcome.state in ("expired", "closed", "stays"):
        page = {"petition": petition, "state": outcome.state, "page": matter_address(petition.code)}
        return render(request, "advocacy/sign_expired.html", page, status=410)
    receipt = f"{petition.code}-{outcome.nonce.hex()}" if outcome.nonce else ""
    page = _page(petition) | {"state": outcome.state, "receipt": MARKED if receipt else ""}
    return shell(
        request,
        "advocacy/sign_thanks.html",
        (petition.code, petition.mode, outcome.state, bool(receipt)),
        page,
        receipt,
    )


def _page(petition: Open) -> dict[str, Any]:
    return {"petition": petition, "page": matter_address(petition.code)}
