"""What the public sees: the questions, thanks, the paper twin. Who is signed in makes no difference here."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

import icma.asks.access  # noqa: F401  (its rules)
from icma.asks import pages
from icma.asks import paper as papers
from icma.asks.actions.answering import answer, changed
from icma.asks.forms.answering import AnswerForm, carried
from icma.asks.models import Form, Version
from icma.core.action import Refused
from icma.core.day import legal_day, moment
from icma.core.door import can
from icma.core.limit import within
from icma.core.once import run_once
from icma.matters.compose.paper import NoPango

WITH = ("organisation",)
PER_HOUR, BURST = 400, 200  # answers from one connection: a whole hall may stand behind it


@can("view", Form, select=WITH)
def form(request: HttpRequest, form: Form) -> HttpResponse:
    """The questions on one page; an error keeps what was typed. After it the browser is sent to the thanks.

    No browser keeps the page: whoever takes the telephone next and goes back finds it empty.
    """
    request.keep_nothing = True
    at, version = timezone.now(), pages.shown(form)
    assert version is not None  # the rule asks for one
    phase = pages.phase(form, version, legal_day(at))
    page = pages.words(version) | {
        "form": form,
        "version": version,
        "phase": phase,
        "total": pages.total(form),
    }
    if phase != "open":
        return render(request, "asks/form.html", page, status=422 if request.method == "POST" else 200)
    asked = _asked(request, form, version)
    if asked.is_valid() and _take(request, form, asked, at):
        return redirect("ask_thanks", code=form.code)
    return render(request, "asks/form.html", page | {"asked": asked}, status=422 if asked.errors else 200)


def _asked(request: HttpRequest, form: Form, version: Version) -> AnswerForm:
    """The questions; answers that were typed to another version's are shown once more before they are sent."""
    questions, sent = list(version.questions.all()), request.POST.get("version", "")
    other = (
        form.versions.filter(number=sent).first()
        if sent.isascii() and sent.isdigit() and len(sent) < 4
        else None
    )
    is_other = other is not None and other.pk != version.pk
    data = (
        carried(request.POST, list(other.questions.all()), questions) if other and is_other else request.POST
    )
    asked = AnswerForm(data or None, version=version, questions=questions, wants_code=form.wants_code)
    if is_other:
        asked.add_error(None, changed())
    return asked


def _take(request: HttpRequest, form: Form, asked: AnswerForm, at: datetime) -> bool:
    """Lay it down once. The key of the page is kept with the day alone, and under no form's name.

    What a machine filled in, or a child under 14, is thanked for and not kept.
    """
    if asked.is_child or request.POST.get("website"):
        return True
    if not within(request, "answer", PER_HOUR, BURST):
        asked.add_error(
            None, _("Very many answers come from here at once. Wait a minute, please; what you typed stays.")
        )
        return False
    given, code = asked.given(get_language() or "az"), asked.cleaned_data.get("code", "")
    day = moment(legal_day(at), 0)

    def do() -> dict[str, bool]:
        answer(form=form, given=given, code=code, at=day, read=asked.version)
        return {}

    try:
        run_once("answer", request.POST.get("once", ""), do, day)
    except Refused as refusal:
        asked.add_error("code" if "code" in asked.fields else None, str(refusal))
        return False
    return True


@can("view", Form, select=WITH)
def thanks(request: HttpRequest, form: Form) -> HttpResponse:
    version = pages.shown(form)
    assert version is not None
    return render(request, "asks/thanks.html", {"form": form, **pages.words(version)})


@can("view", Form, select=WITH)
def paper(request: HttpRequest, form: Form) -> HttpResponse:
    version = pages.shown(form)
    assert version is not None
    return printed(request, version)


def printed(request: HttpRequest, version: Version) -> HttpResponse:
    """PDF; without the native library the page for the printer."""
    try:
        made = papers.made(papers.page(version))
    except NoPango:
        return HttpResponse(papers.page(version, str(request.csp_nonce)))
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = (
        f'inline; filename="icma-anket-{version.form.code}-{version.number}.pdf"'
    )
    return response
