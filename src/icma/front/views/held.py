"""What is held about me, and the request about it: for an account, for a return code, for the officer who answers."""

import functools
from collections.abc import Callable
from typing import Any

from django.db.models import Count, Min, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from icma.core.access import allowed
from icma.core.day import legal_day
from icma.core.door import View, can, holds, signed_in
from icma.front.actions import erase_and_answer
from icma.front.forms import AskDataForm, DecideDataForm, PaperDataForm
from icma.front.held import asked_by, author_of, cards, named, person_of_code, sections, sourced
from icma.law import actions
from icma.law.models import DataRequest
from icma.matters.models import Matter
from icma.matters.views.own import secret
from icma.matters.views.steps import press, step
from icma.people.actions.contacts import look

PAGE = "front/held_ask.html"


def unkept(view: View) -> View:
    """Neither a browser nor anyone on the way keeps the page."""

    @functools.wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.keep_nothing = True
        return view(request, *args, **kwargs)

    return inner


@signed_in
def held(request: HttpRequest) -> HttpResponse:
    """Everything about the one who asks, who looked, and what he or she has asked for."""
    at = timezone.now()
    words = {
        "sections": sections(request.who.person, at),
        "requests": asked_by(request.who, at),
        "ask": reverse("held_ask"),
    }
    return render(request, "front/held.html", words)


@signed_in
def held_ask(request: HttpRequest) -> HttpResponse:
    return _ask(request, request.who.person, "", reverse("held"))


@secret
@can("own", Matter)
def own_held(request: HttpRequest, matter: Matter) -> HttpResponse:
    """The same for one without account, who has proven the return code of a matter."""
    author = author_of(matter)
    if author is not None and author.user_id is not None:
        return redirect("held")  # an account asks with its own key
    at, person = timezone.now(), person_of_code(matter)
    words = {
        "matter": matter, "sections": sections(person, at) if person else [], "requests": asked_by(request.who, at),
        "ask": reverse("own_held_ask", args=[matter.code]) if person else "",
    }  # fmt: skip
    return render(request, "front/own_held.html", words)


@secret
@can("own", Matter)
def own_held_ask(request: HttpRequest, matter: Matter) -> HttpResponse:
    person = person_of_code(matter)
    if not person:
        raise Http404
    return _ask(request, person, f"matter:{matter.code}", reverse("own_held", args=[matter.code]))


def _ask(request: HttpRequest, person: str, via: str, back: str) -> HttpResponse:
    at, form = timezone.now(), AskDataForm(request.POST or None)

    def do() -> None:
        by = request.user if request.user.is_authenticated else None
        actions.ask_for_data(person=person, via=via, at=at, by=by, **form.cleaned_data)

    return step(
        request, form, f"ask:{person}", do, back, at, PAGE, title=_("Ask about your data"), button=_("Send the request"),
        lead=_("From today a term of the law runs for us. You see here until when, and our answer."),
        thanks=_("Your request is kept; its term runs from today."),
    )  # fmt: skip


@unkept
@can("own", DataRequest)
def data_own(request: HttpRequest, asked: DataRequest) -> HttpResponse:
    """One's own request: until when, what was answered."""
    shown = {
        "asked": asked,
        "said": actions.words_of(asked),
        "cards": cards(asked, legal_day(timezone.now())),
    }
    return render(request, "front/held_request.html", shown)


@unkept
@can("own", DataRequest)
def data_withdraw(request: HttpRequest, asked: DataRequest) -> HttpResponse:
    at, by = timezone.now(), request.user if request.user.is_authenticated else None
    back = reverse("data_own", args=[asked.code])
    return press(
        request, "data_withdraw", lambda: actions.withdraw_data(request=asked, at=at, by=by), back, at
    )


# --- the officer -----------------------------------------------------------------------------------
@holds("officer")
def data_requests(request: HttpRequest) -> HttpResponse:
    """What waits, by its last day; what was decided; whom we still have to tell."""
    at = timezone.now()
    rows = allowed(DataRequest.objects.all(), request.who, "decide", at)
    rows = rows.annotate(
        due_on=Min("clocks__due_on", filter=Q(clocks__rule="pd.access")),
        untold=Count("clocks", filter=Q(clocks__rule="pd.recipients", clocks__state="running")),
    )
    words = {
        "waiting": sourced(rows.filter(stage="waiting").order_by("due_on", "pk")), "today": legal_day(at),
        "recent": rows.exclude(stage="waiting").order_by("-ended_at")[:40],
    }  # fmt: skip
    return render(request, "front/data_requests.html", words)


@can("decide", DataRequest)
def data_request(request: HttpRequest, asked: DataRequest) -> HttpResponse:
    """Answer, or refuse with reasons. What is held is not shown here: it would be one more who looked."""
    at, form = timezone.now(), DecideDataForm(request.POST or None, kind=asked.kind)

    def do() -> None:
        given = {"request": asked, "text": form.cleaned_data["text"], "at": at, "by": request.user}
        if form.cleaned_data["verdict"] == "refuse":
            actions.refuse_data(**given)
        else:
            done = erase_and_answer if asked.kind == "erase" else actions.answer_data
            done(passed_on=form.cleaned_data["passed_on"], **given)

    said, terms = actions.words_of(asked), cards(asked, legal_day(at))
    return step(
        request, form, "data_request", do, reverse("data_requests"), at, "front/data_request.html", asked=asked,
        said=said, cards=terms, extends=actions.may_extend(asked, at), told=actions.waits_for_recipients(asked),
        thanks=_("The answer stands on the person's page."),
    )  # fmt: skip


def _pressed(request: HttpRequest, asked: DataRequest, name: str, do: Callable[..., Any]) -> HttpResponse:
    at = timezone.now()
    back = reverse("data_request", args=[asked.code])
    return press(request, name, lambda: do(request=asked, at=at, by=request.user) and None, back, at)


@can("decide", DataRequest)
def data_extend(request: HttpRequest, asked: DataRequest) -> HttpResponse:
    return _pressed(request, asked, "data_extend", actions.extend_data)


@can("decide", DataRequest)
def data_told(request: HttpRequest, asked: DataRequest) -> HttpResponse:
    return _pressed(request, asked, "data_told", actions.tell_recipients)


@can("decide", DataRequest)
def data_sheet(request: HttpRequest, asked: DataRequest) -> HttpResponse:
    """All that is held, to print for one who asked on paper. To look is to be on the list of those who looked."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    at = timezone.now()
    look(person=asked.person, by=request.user, who=request.who, reason="request", at=at)
    return render(
        request, "front/data_sheet.html", {"asked": asked, "sections": sections(asked.person, at), "at": at}
    )


@holds("officer")
def data_new(request: HttpRequest) -> HttpResponse:
    """A request that came on paper or by voice, entered for a person whom we can name by account or matter."""
    at, form = timezone.now(), PaperDataForm(request.POST or None, initial={"on": legal_day(timezone.now())})

    def do() -> None:
        given = dict(form.cleaned_data)
        person, via = named(given.pop("who"))
        actions.ask_for_data(person=person, via=via, channel="paper", at=at, by=request.user, **given)

    return step(
        request, form, "data_new", do, reverse("data_requests"), at, PAGE, title=_("A request on paper or by voice"),
        lead=_("The term runs from the day on which it reached us."), button=_("Enter it"),
    )  # fmt: skip
