"""Entering what came from an authority, and saying what kind of answer it is."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from icma.core.day import legal_day
from icma.core.door import can
from icma.core.once import run_once
from icma.law.book import book
from icma.matters.actions.incoming import record
from icma.matters.actions.mails import mark_entered
from icma.matters.actions.officials import ask_contact, classify, confirm_answer, contact_mail, disown_answer
from icma.matters.compose.addressee import suggestions
from icma.matters.forms.incoming import ClassifyForm, IncomingForm
from icma.matters.forms.letters import DropForm, refusals
from icma.matters.mailbox import Opened, mail_of
from icma.matters.models import Letter
from icma.matters.views.letters import WITH, of_matter, one_step, shown
from icma.people.access import live_on
from icma.people.models import Mail, User


@can("lead", Letter, select=WITH)
@of_matter
def letter_incoming(request: HttpRequest, letter: Letter) -> HttpResponse:
    """`?what=forwarded` comes from the button of that step, `?mail=` from a mail that is entered."""
    now, step = timezone.now(), request.POST.get("step", "")
    opened = mail_of(letter, request.POST.get("mail") or request.GET.get("mail", ""))
    given = {"rule": book().rules.get(letter.rule), "papers": opened.papers if opened else []}
    if step == "keep":
        form = IncomingForm(request.POST, request.FILES, **given)
    else:
        form = IncomingForm(
            initial=request.POST.dict() if step else _start(request, letter, opened, now), **given
        )
    if form.is_bound and form.is_valid():
        with refusals(form):
            return _keep(request, letter, form, opened)
    query, what = str(form["find"].value() or ""), str(form["what"].value() or "")
    form.offer(suggestions(letter.matter, "", legal_day(now), query))
    words = {
        "form": form, "query": query, "open_forward": what == "forwarded" or step == "find",
        "open_registration": what == "registration", "opened": opened,
    }  # fmt: skip
    return shown(request, letter, "matters/incoming.html", words)


def _start(request: HttpRequest, letter: Letter, opened: Opened | None, now: datetime) -> dict[str, Any]:
    """A mail brings its dates: those of its head, to be compared with the letter that hangs on it."""
    today, first = legal_day(now), {"what": request.GET.get("what", "substance")}
    if opened is None:
        return first | {"received_on": today}
    written = legal_day(opened.words.sent_at) if opened.words and opened.words.sent_at else None
    fits = written is not None and (letter.sent_on or written) <= written <= today
    came = written if opened.row.by_id and fits else legal_day(opened.row.received_at)
    return first | {
        "mail": opened.row.code, "dated_on": written if fits else None, "received_on": came, "channel": "email"
    }  # fmt: skip


def _keep(request: HttpRequest, letter: Letter, form: IncomingForm, opened: Opened | None) -> HttpResponse:
    now, by = timezone.now(), request.user

    def keep() -> dict[str, str]:
        why = record(letter=letter, given=form.cleaned_data, came=form.came(), at=now, by=by)
        if opened is not None:
            mark_entered(mail=opened.row, at=now, by=by)
        return {"why": why}

    kept = run_once("letter_incoming", request.POST.get("once", ""), keep, now)
    if kept["why"]:
        messages.warning(request, _("The letter is kept, but the date did not move: %(why)s") % kept)
    return redirect("letter", matter=letter.matter.code, code=letter.code)


@can("lead", Letter, select=WITH)
@of_matter
def letter_classify(request: HttpRequest, letter: Letter) -> HttpResponse:
    form = ClassifyForm(request.POST or None)

    def do() -> None:
        classify(reply=letter, answer=form.cleaned_data["answer"], at=timezone.now(), by=request.user)

    return one_step(
        request, letter, form, "letter_classify", do, title=_("What kind of answer is it?"), button=_("Keep"),
        lead=_("The next steps depend on it. Judge by what was asked."),
    )  # fmt: skip


@can("confirm", Letter, select=WITH)
@of_matter
def letter_confirm(request: HttpRequest, letter: Letter) -> HttpResponse:
    """An officer who has asked the directory's contact, or the body's own official."""
    form, now = DropForm(request.POST if request.method == "POST" else None), timezone.now()

    def do() -> None:
        DECIDE[request.POST["verdict"]](reply=letter, at=now, by=request.user)

    if request.POST.get("verdict") in DECIDE and form.is_valid():
        with refusals(form):
            run_once("letter_confirm", request.POST.get("once", ""), lambda: do() or {}, now)
            return redirect("authority_letters", code=letter.authority.code)
    return shown(request, letter, "matters/letter_confirm.html", {"form": form, **_contacts(letter, now)})


def _mail_again(*, reply: Letter, at: datetime, by: User) -> None:
    ask_contact(reply=reply, at=at)


DECIDE = {"confirm": confirm_answer, "disown": disown_answer, "mail": _mail_again}


def _contacts(letter: Letter, now: datetime) -> dict[str, Any]:
    """How the body can be asked, and whether its mailbox has been."""
    mails = Mail.objects.filter(kind="vouch", key__startswith=f"vouch:{letter.code}:").order_by("-at")
    rows = letter.authority.addresses.filter(live_on(legal_day(now))).order_by("channel", "purpose")
    return {"contacts": rows, "mailed": mails.first(), "has_mail": bool(contact_mail(letter, now))}
