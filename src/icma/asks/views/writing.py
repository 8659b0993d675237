"""Writing a questionnaire: the list, its workshop, its questions, preview, the moderator's look, opening and closing."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

import icma.asks.access  # noqa: F401  (its rules)
from icma.asks import pages
from icma.asks.actions import stages, studies, writing
from icma.asks.forms.answering import AnswerForm
from icma.asks.forms.writing import ModerateForm, OpenForm, QuestionForm, StartForm, WordsForm
from icma.asks.kinds import MOST_QUESTIONS
from icma.asks.models import Form, Question, Version
from icma.asks.views.answering import printed
from icma.core.access import allowed, may
from icma.core.action import Refused
from icma.core.day import legal_day
from icma.core.door import can, holds
from icma.core.once import run_once
from icma.matters.addresses import local
from icma.matters.views.steps import press, run, step
from icma.people.models import Organisation

WITH = ("organisation",)
PAGE, MONTH = 100, timedelta(days=28)


def _organisations(request: HttpRequest) -> Any:
    """In whose name this person may ask; the union's own stands first."""
    roles = request.who.organisations("coordinator", "researcher", "officer")
    mine = Organisation.objects.filter(until=None).exclude(kind="partner")
    if request.who.has("officer"):
        return mine.order_by("-kind", "sort_key")
    return mine.filter(pk__in=roles).order_by("-kind", "sort_key")


@holds("officer", "researcher", "coordinator", "lawyer", "advocate", "moderator")
def forms(request: HttpRequest) -> HttpResponse:
    """What this person may write, also as a mentor, and the ready studies."""
    at = timezone.now()
    rows = allowed(Form.objects.all(), request.who, "edit", at).order_by("-pk")[:PAGE]
    versions = Version.objects.filter(form__in=list(rows.values_list("pk", flat=True)))
    newest = {
        version.form_id: version
        for version in versions.select_related("form__organisation").order_by("number")
    }
    own = _organisations(request).first()  # for whom a study would be made
    made = set(Form.objects.filter(organisation=own).values_list("study", flat=True))
    ready = [(key, title, key in made) for key, title in studies.titles(get_language() or "az").items()]
    shown = sorted(newest.values(), key=lambda version: -version.form_id)
    page = {"versions": shown, "ready": ready if own else [], "others": _read(request, newest)}
    return render(request, "asks/forms.html", page)


def _read(request: HttpRequest, known: dict[int, Version]) -> list[Version]:
    """Questionnaires of communities whose own words a researcher may open."""
    asked = allowed(Form.objects.exclude(pk__in=known), request.who, "read", timezone.now()).order_by("-pk")[
        :PAGE
    ]
    rows = Version.objects.filter(form__in=list(asked.values_list("pk", flat=True))).exclude(opened_on=None)
    return list(
        {row.form_id: row for row in rows.select_related("form__organisation").order_by("number")}.values()
    )


@holds("officer", "researcher", "coordinator")
def new(request: HttpRequest) -> HttpResponse:
    at, form = timezone.now(), StartForm(request.POST or None, organisations=_organisations(request))
    made: dict[str, Any] = {}
    if form.is_valid():

        def do() -> dict[str, Any]:
            return {"code": writing.start_form(at=at, by=request.user, **form.cleaned_data).form.code}

        try:
            made = run_once("form", request.POST.get("once", ""), do, at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    if made:
        return redirect("ask_work", code=made["code"])
    return render(request, "asks/new.html", {"form": form}, status=422 if form.errors else 200)


@holds("officer", "researcher", "coordinator")
def study(request: HttpRequest, key: str) -> HttpResponse:
    """One press: the draft of a ready study, for the union or for one's own community."""
    organisation = _organisations(request).first()
    if request.method != "POST" or key not in studies.shipped()["studies"] or organisation is None:
        raise Http404
    at = timezone.now()

    def do() -> dict[str, Any]:
        made = studies.start_study(key=key, organisation=organisation, at=at, by=request.user)
        return {"code": made.form.code}

    try:
        return redirect("ask_work", code=run_once("form", request.POST.get("once", ""), do, at)["code"])
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("ask_forms")


@can("edit", Form, select=WITH)
def work(request: HttpRequest, form: Form) -> HttpResponse:
    version, at = pages.newest(form), timezone.now()
    last, today = form.closes_on or legal_day(at) + MONTH, legal_day(at)
    first = {"opens_on": today, "closes_on": max(last, today), "wants_code": form.wants_code}
    return render(request, "asks/work.html", {
        **pages.words(version), "form": form, "version": version, "lines": pages.lines(version), "total": pages.total(form),
        "public": pages.shown(form), "editable": version.state == "draft", "most": MOST_QUESTIONS,
        "open_form": OpenForm(initial=first) if version.state == "ready" else None,
        "earlier": form.versions.exclude(pk=version.pk).order_by("-number"),
        "may_change": version.state in ("open", "closed"), "reads": request.who.has("researcher"),
        "makes": local("/is/reqemler/") if request.who.has("researcher", "officer") else "",
    })  # fmt: skip


@can("edit", Form, select=WITH)
def words(request: HttpRequest, form: Form) -> HttpResponse:
    version, at = pages.newest(form), timezone.now()
    asked, back = WordsForm(request.POST or None, version=version), reverse("ask_work", args=[form.code])
    return step(
        request, asked, f"words:{form.code}",
        lambda: writing.change_words(version=version, at=at, by=request.user, **asked.values()),
        back, at, "asks/words.html", title=_("Title and introduction"), version=version,
    )  # fmt: skip


@can("edit", Form, select=WITH)
def question(request: HttpRequest, form: Form, n: int = 0) -> HttpResponse:
    """A new question, or the one with this number."""
    version, at = pages.newest(form), timezone.now()
    row = version.questions.filter(order=n).first() if n else None
    if n and row is None:
        raise Http404
    asked = QuestionForm(request.POST or None, version=version, question=row)
    title = _("Question %(n)s") % {"n": n} if n else _("A new question")

    def do() -> Question:
        return writing.ask(version=version, asked=asked.asked(), order=n, at=at, by=request.user)

    back = reverse("ask_work", args=[form.code])
    scope = f"question:{form.code}:{n}"
    return step(request, asked, scope, do, back, at, "asks/question.html", title=title, version=version)


@can("edit", Form, select=WITH)
def place(request: HttpRequest, form: Form, n: int, step: str) -> HttpResponse:
    """A question one up, one down, or out: that one is asked once more before."""
    version, at, back = pages.newest(form), timezone.now(), reverse("ask_work", args=[form.code]) + "#suallar"
    if step not in ("yuxari", "asagi", "sil"):
        raise Http404
    if step == "sil" and request.method == "POST" and request.POST.get("sure") != "on":
        page = {"form": form, "row": version.questions.filter(order=n).first(), "n": n, "back": back}
        return render(request, "asks/drop.html", page | {"title": _("Question %(n)s") % {"n": n}})

    def do() -> None:
        seen = request.POST.get("row", "")
        given = {"row": int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 16 else 0}
        if step == "sil":
            writing.drop_question(version=version, order=n, at=at, by=request.user, **given)
        else:
            writing.move_question(
                version=version, order=n, up=step == "yuxari", at=at, by=request.user, **given
            )

    return press(request, f"place:{form.code}:{n}:{step}", do, back, at)


@can("look", Form, select=WITH)
def preview(request: HttpRequest, form: Form) -> HttpResponse:
    """The newest version as it will be asked; nothing is sent."""
    version, at = pages.newest(form), timezone.now()
    asked = AnswerForm(version=version, questions=list(version.questions.all()), wants_code=form.wants_code)
    page = {
        **pages.words(version),
        "form": form,
        "version": version,
        "asked": asked,
        "phase": "open",
        "preview": reverse(
            "ask_work" if may(request.who, "edit", form, at) else "ask_moderate", args=[form.code]
        ),
    }
    return render(request, "asks/form.html", page)


@can("look", Form, select=WITH)
def preview_paper(request: HttpRequest, form: Form) -> HttpResponse:
    return printed(request, pages.newest(form))


@can("edit", Form, select=WITH)
def submit(request: HttpRequest, form: Form) -> HttpResponse:
    return _press(request, form, "submit", _("A moderator reads it now."))


@can("edit", Form, select=WITH)
def take_back(request: HttpRequest, form: Form) -> HttpResponse:
    return _press(request, form, "take_back")


@can("edit", Form, select=WITH)
def close(request: HttpRequest, form: Form) -> HttpResponse:
    return _press(request, form, "close_form", _("No answers are taken any more."))


def _press(request: HttpRequest, form: Form, name: str, thanks: str = "") -> HttpResponse:
    at, version = timezone.now(), pages.newest(form)
    if name == "close_form":  # while the next version is being written, the one that is open
        version = form.versions.filter(state="open").first() or version
    do, back = getattr(stages, name), reverse("ask_work", args=[form.code])
    return press(
        request, f"{name}:{form.code}", lambda: do(version=version, at=at, by=request.user), back, at, thanks
    )


@can("edit", Form, select=WITH)
def renew(request: HttpRequest, form: Form) -> HttpResponse:
    """The next version, with the words of this one."""
    at, back = timezone.now(), reverse("ask_work", args=[form.code])

    def do() -> None:
        writing.next_version(form=form, at=at, by=request.user)

    return press(request, f"renew:{form.code}", do, back, at)


@can("edit", Form, select=WITH)
def open_up(request: HttpRequest, form: Form) -> HttpResponse:
    at, version = timezone.now(), pages.newest(form)
    asked, back = OpenForm(request.POST or None), reverse("ask_work", args=[form.code])
    if request.method != "POST":
        return redirect(back)

    def do() -> None:
        stages.open_form(version=version, at=at, by=request.user, **asked.cleaned_data)

    return step(
        request, asked, f"open:{form.code}", do, back, at, "asks/step.html", title=_("Open it"), button=_("Open it"),
        thanks=_("It is open. Share its address, or print the sheet."),
    )  # fmt: skip


@can("release", Form, select=WITH)
def moderate(request: HttpRequest, form: Form) -> HttpResponse:
    """A moderator reads the questions before anybody is asked them."""
    at, version = timezone.now(), pages.newest(form)
    asked, verdict = ModerateForm(request.POST or None), request.POST.get("verdict", "")
    if asked.is_valid() and _moderated(request, version, asked, verdict, at):
        return redirect("reviews")
    waits = stages.waiting_review(form) if version.state == "waiting" else None
    page = {
        **pages.words(version),
        "form": form,
        "version": version,
        "lines": pages.lines(version),
        "waits": waits,
        "mark": stages.mark_of(version),
    }
    return render(request, "asks/moderate.html", page | {"asked": asked}, status=422 if asked.errors else 200)


def _moderated(
    request: HttpRequest, version: Version, asked: ModerateForm, verdict: str, at: datetime
) -> bool:
    given = {"verdict": "agreed" if verdict == "agreed" else "refused", "words": asked.cleaned_data["words"]}
    given["read"] = request.POST.get("read", "")
    try:
        run(
            request, f"moderate:{version.form.code}",
            lambda: stages.moderate(version=version, at=at, by=request.user, **given), at,
        )  # fmt: skip
    except Refused as refusal:
        asked.add_error("words" if given["verdict"] == "refused" else None, str(refusal))
        return False
    return True
