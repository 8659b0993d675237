"""One letter: its page, its draft, its paper, and the steps that were done outside: sent, registered."""

import functools
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from icma.core.action import Refused
from icma.core.day import legal_day
from icma.core.door import View, can
from icma.core.files import open_file
from icma.core.models import File
from icma.core.once import run_once
from icma.matters.actions.letters import digest, drop, mark_sent, readdress, redraft, register
from icma.matters.actions.officials import DAYS, issue_reply_code
from icma.matters.addresses import matter_address
from icma.matters.compose import addressee, paper
from icma.matters.forms.letters import (
    OPEN_SENDERS,
    DropForm,
    LetterForm,
    PrintForm,
    RedraftForm,
    RegisterForm,
    SentForm,
    refusals,
)
from icma.matters.mailbox import mail_address
from icma.matters.models import Letter
from icma.matters.views.letterpage import accuses, letter_words

WITH = ("matter", "authority__superior", "authority__parent", "address", "about", "follows", "answers")
_TYPES = {"jpeg": "image/jpeg", "png": "image/png", "pdf": "application/pdf", "mail": "message/rfc822"}
_ENDS = {"jpeg": "jpg", "png": "png", "pdf": "pdf", "mail": "eml"}


def of_matter(view: View) -> View:
    """The address of a letter (or photo) names its matter: another matter's name is no address."""

    @functools.wraps(view)
    def inner(request: HttpRequest, thing: Any, matter: str, **more: Any) -> HttpResponse:
        if thing.matter.code != matter:
            raise Http404
        return view(request, thing, **more)

    return inner


def one_step(
    request: HttpRequest, letter: Letter, form: forms.Form, scope: str, do: Callable[[], Any], **words: Any
) -> HttpResponse:
    """A form that does one thing and comes back to the letter; a refusal stays on the form with what was typed."""
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            run_once(scope, request.POST.get("once", ""), lambda: do() and {} or {}, timezone.now())
            return redirect("letter", matter=letter.matter.code, code=letter.code)
    return shown(request, letter, "matters/letter_step.html", {"form": form, **words})


def shown(request: HttpRequest, letter: Letter, template: str, words: dict[str, Any]) -> HttpResponse:
    """A page about a letter, with the way back to its matter."""
    form = words.get("form")
    return render(
        request, template, {"letter": letter, "matter_url": matter_address(letter.matter.code), **words},
        status=422 if form is not None and form.is_bound and form.errors else 200,
    )  # fmt: skip


@can("lead", Letter, select=WITH)
@of_matter
def letter(request: HttpRequest, letter: Letter) -> HttpResponse:
    return shown(request, letter, "matters/letter.html", letter_words(letter, request.who, timezone.now()))


@can("edit", Letter, select=WITH)
@of_matter
def letter_edit(request: HttpRequest, letter: Letter) -> HttpResponse:
    now = timezone.now()
    addresses = addressee.addresses(letter.authority, letter.kind, legal_day(now))
    chosen = addressee.chosen(letter, legal_day(now))
    first = chosen.address or (chosen.current if chosen.ended else None)
    initial = {
        "subject": letter.subject, "body": letter.body, "address": str(first.pk) if first else "",
        "with_qr": letter.with_qr, "was": digest(letter),
    }  # fmt: skip
    form = RedraftForm(request.POST or None, initial=initial, addresses=addresses, sender=letter.sender)
    return one_step(
        request, letter, form, "letter_edit", lambda: redraft(letter=letter, at=now, by=request.user, **_typed(form)),
        title=_("Change the draft"), button=_("Keep"),
    )  # fmt: skip


@require_POST
@can("edit", Letter, select=WITH)
@of_matter
def letter_address(request: HttpRequest, letter: Letter) -> HttpResponse:
    """A draft takes the address that the directory knows now."""
    now = timezone.now()

    def do() -> dict[str, Any]:
        return {"code": readdress(letter=letter, at=now, by=request.user).code}

    try:
        run_once("letter_address", request.POST.get("once", ""), do, now)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("letter", matter=letter.matter.code, code=letter.code)


def _typed(form: LetterForm) -> dict[str, Any]:
    return {**form.cleaned_data, "address": form.chosen}


@can("lead", Letter, select=WITH)
@of_matter
def letter_sent(request: HttpRequest, letter: Letter) -> HttpResponse:
    now = timezone.now()
    form = SentForm(
        request.POST or None, request.FILES or None, initial={"channel": letter.channel, "on": legal_day(now)}
    )

    def do() -> Letter:
        given = form.cleaned_data
        proof = given["proof"].read() if given["proof"] else None
        return mark_sent(
            letter=letter, channel=given["channel"], on=given["on"], proof=proof, at=now, by=request.user
        )

    lead = _(
        "You have sent it yourselves; here it is only recorded. From now on it waits for its registration."
    )
    return one_step(
        request, letter, form, "letter_sent", do, title=_("It has been sent"), lead=lead, button=_("Record")
    )


@can("lead", Letter, select=WITH)
@of_matter
def letter_registered(request: HttpRequest, letter: Letter) -> HttpResponse:
    now = timezone.now()
    form = RegisterForm(request.POST or None)

    def do() -> Letter:
        return register(letter=letter, at=now, by=request.user, **form.cleaned_data)

    lead = _("Ask the authority for number and date. The term of the law is counted from this date.")
    return one_step(
        request, letter, form, "letter_registered", do, title=_("Number and date of registration"), lead=lead,
        button=_("Start the clock"),
    )  # fmt: skip


@can("lead", Letter, select=WITH)
@of_matter
def letter_drop(request: HttpRequest, letter: Letter) -> HttpResponse:
    form = DropForm(request.POST if request.method == "POST" else None)
    return one_step(
        request, letter, form, "letter_drop", lambda: drop(letter=letter, at=timezone.now(), by=request.user),
        title=_("Do not send this letter"), lead=_("Its text will be deleted."), button=_("Do not send"),
    )  # fmt: skip


@sensitive_post_parameters()
@never_cache
@can("lead", Letter, select=WITH)
@of_matter
def letter_print(request: HttpRequest, letter: Letter) -> HttpResponse:
    """Name and address go from this form onto the paper and nowhere else."""
    if letter.direction != Letter.Direction.OUT or not letter.body:
        raise Http404
    now, ours, mailed = timezone.now(), letter.sender in OPEN_SENDERS, mail_address(letter)
    form = PrintForm(
        request.POST or None, initial={"with_code": ours, "with_mail": ours}, has_mail=bool(mailed)
    )
    problem = ""
    if request.method == "POST" and form.is_valid():
        html = _paper(request, letter, form, mailed)
        if request.POST.get("make") == "page":
            return HttpResponse(html)
        try:
            return _attachment(paper.pdf(html), "application/pdf", f"icma-{letter.code}.pdf")
        except paper.NoPango:
            problem = _(
                "The PDF library is not complete on this server: install Pango (libpango). Use the print page."
            )
    words = {"form": form, "problem": problem, "chosen": addressee.chosen(letter, legal_day(now))}
    more = {"length": len(letter.body), "has_mail": bool(mailed), "too_much": accuses(letter, legal_day(now))}
    return shown(request, letter, "matters/letter_print.html", words | more)


def _paper(request: HttpRequest, letter: Letter, form: PrintForm, mailed: str) -> str:
    """One print; a copy of what was sent bears its day."""
    now, given = timezone.now(), dict(form.cleaned_data)
    code = issue_reply_code(letter=letter, at=now) if given.pop("with_code") else ""
    mail = mailed if given.pop("with_mail", False) else ""
    on = letter.sent_on or legal_day(now)
    return paper.page(letter, paper.Sender(**given), on, code, str(request.csp_nonce), DAYS, mail)


@can("lead", Letter, select=WITH)
@of_matter
def letter_text(request: HttpRequest, letter: Letter) -> HttpResponse:
    """The body as a text file, for portals."""
    return _attachment(paper.text(letter).encode(), "text/plain; charset=utf-8", f"icma-{letter.code}.txt")


@can("read_scan", Letter, select=("matter", "scan"))
@of_matter
def letter_scan(request: HttpRequest, letter: Letter) -> HttpResponse:
    return file_response(letter.scan, f"icma-{letter.code}")


@can("view", Letter, select=("matter", "redacted"))
@of_matter
def letter_copy(request: HttpRequest, letter: Letter) -> HttpResponse:
    """The redacted copy, once a second person has released it."""
    return file_response(letter.redacted, f"icma-{letter.code}-suret")


def file_response(file: File | None, name: str) -> HttpResponse:
    """A file through its door: always an attachment, never sniffed, never kept on the way."""
    try:
        data = open_file(file) if file else None
    except FileNotFoundError as error:  # restored without its files or keys
        raise Http404 from error
    if file is None or data is None:
        raise Http404
    response = _attachment(data, _TYPES[file.kind], f"{name}.{_ENDS[file.kind]}")
    response["Cache-Control"] = "no-store, private"
    return response


def _attachment(data: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
