"""The term on a letter: its page with every event, and what may be entered about it."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from icma.core.day import legal_day
from icma.core.door import can
from icma.law.book import book
from icma.law.words import basis_words
from icma.matters.actions import clocks
from icma.matters.actions.clocks.silence import OBJECTIONS
from icma.matters.addresses import matter_address
from icma.matters.clockview import clock_view
from icma.matters.forms.clocks import CorrectForm, DayForm, ExtendForm, ObjectionForm, SilenceForm
from icma.matters.lateness import askable, standing
from icma.matters.models import Clock, Entry, Letter
from icma.matters.verbs import SENTENCES
from icma.matters.views.letters import WITH, of_matter, one_step


def _clock(letter: Letter) -> Clock:
    """The authority's term on this letter, the one that could last longest."""
    rows = letter.clocks.filter(owner=Clock.Owner.AUTHORITY).select_related("edition", "matter", "letter")
    clock = rows.order_by("-latest_on", "-pk").first()
    if clock is None:
        raise Http404
    return clock


@can("lead", Letter, select=WITH)
@of_matter
def clock(request: HttpRequest, letter: Letter) -> HttpResponse:
    today, term = legal_day(timezone.now()), _clock(letter)
    page = {
        "letter": letter, "matter_url": matter_address(letter.matter.code), "clock": term,
        "view": clock_view(term, today), "standing": standing(term, today),
        "events": [(row, basis_words(row.basis)) for row in term.events.select_related("by").order_by("pk")],
        "steps": _steps(term),
        "may_ask": askable(term, today), "may_decide": term.disputed_at is not None and request.who.has("officer"),
    }  # fmt: skip
    return render(request, "matters/clock.html", page)


def _steps(term: Clock) -> list[tuple[str, str]]:
    """(step, its words) that the state of the clock leaves open."""
    found = [("correct", _("A date was wrong"))]
    if term.state == Clock.State.PAUSED:
        found.insert(0, ("resume", _("It runs again")))
    elif term.state == Clock.State.RUNNING:
        found[:0] = [("extend", _("The authority extended it")), ("pause", _("It was paused"))]
    return found


@can("lead", Letter, select=WITH)
@of_matter
def clock_step(request: HttpRequest, letter: Letter, step: str) -> HttpResponse:
    term, now = _clock(letter), timezone.now()
    if step not in TITLES:
        raise Http404
    form = _form(step, term, request.POST or None)

    def do() -> Clock:
        return getattr(clocks, step)(clock=term, at=now, by=request.user, **form.cleaned_data)

    title, lead = TITLES[step]
    return one_step(request, letter, form, f"clock_{step}", do, title=title, lead=lead, button=_("Record"))


def _form(step: str, term: Clock, data: Any) -> forms.Form:
    if step == "extend":
        return ExtendForm(data, clock=term, law=book(term.edition))
    if step == "correct":
        return CorrectForm(data, initial={"what": "start"})
    return DayForm(data)


TITLES = {
    "pause": (gettext_lazy("Pause the term"), gettext_lazy("For example while a mediation runs (article 80-1).")),
    "resume": (gettext_lazy("The term runs again"), gettext_lazy("The day from which it is counted again.")),
    "extend": (
        gettext_lazy("The authority extended the term"),
        gettext_lazy("Only as far as the law allows; the notice must be older than the end of the term."),
    ),
    "correct": (
        gettext_lazy("Correct a date"),
        gettext_lazy("The old date stays in the record; the term is counted from the right one."),
    ),
}  # fmt: skip


@can("lead", Letter, select=WITH)
@of_matter
def silence(request: HttpRequest, letter: Letter) -> HttpResponse:
    term, now = _clock(letter), timezone.now()
    form = SilenceForm(request.POST or None, initial={"on": legal_day(now)})

    def do() -> Clock:
        return clocks.confirm_silence(
            letter=letter, clock=term, on=form.cleaned_data["on"], at=now, by=request.user
        )

    lead = _("Without this the page only says that there is no record. Confirm again at each later step.")
    return one_step(
        request, letter, form, "silence", do, title=_("Asked: nothing has come"), lead=lead,
        button=_("Nothing has come"),
    )  # fmt: skip


@can("decide", Letter, select=WITH)
@of_matter
def objection(request: HttpRequest, letter: Letter) -> HttpResponse:
    now = timezone.now()
    term = letter.clocks.filter(owner=Clock.Owner.AUTHORITY, disputed_at__isnull=False).first()
    since = term.disputed_at if term else getattr(clocks.objected(letter), "started_at", None)
    if since is None:
        raise Http404
    form, about = ObjectionForm(request.POST or None), {"clock": term} if term else {"letter": letter}
    words = {"n": (legal_day(now) - legal_day(since)).days}

    def do() -> None:
        clocks.decide_objection(at=now, by=request.user, **about, **form.cleaned_data)

    return one_step(
        request, letter, form, "objection", do, title=_("Decide the objection"), button=_("Decide"),
        lead=_("Meanwhile the authority is not shown as late. Days since the objection: %(n)s.") % words,
        said=_said(letter, since), term=term,
    )  # fmt: skip


def _said(letter: Letter, since: datetime) -> list[dict[str, Any]]:
    """What the authority said, with its own words for the team: who decides reads it where it is decided."""
    rows = Entry.objects.filter(letter=letter, verb__in=OBJECTIONS.values(), on__gte=legal_day(since))
    said: dict[str, dict[str, Any]] = {}
    for row in rows.select_related("words").order_by("id"):
        words = getattr(row, "words", None)
        one = said.setdefault(row.verb, {"title": SENTENCES[row.verb], "on": row.on, "text": ""})
        one["text"] = words.text if words else one["text"]
    return list(said.values())
