"""Officers change rules and calendar; every change asks why and is an edition of its own."""

from datetime import date
from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from icma.core.door import holds
from icma.core.words import date_words
from icma.law import actions
from icma.law.book import book, rule_of
from icma.law.forms import ChangeForm, DayForm, RemoveDayForm, YearForm
from icma.law.models import CalendarDay, Edition, Rule
from icma.law.pages import rule_groups, rule_line
from icma.law.views.once import done
from icma.law.views.public import year_asked

SAVED = _("Saved. Every clock that is running is computed anew within a minute.")
_done = partial(done, thanks=SAVED)


@holds("officer", "advocate", "lawyer")
def law_rules(request: HttpRequest) -> HttpResponse:
    law = book()
    history = Edition.objects.select_related("by")[:12]
    return render(request, "law/rules.html", {"groups": rule_groups(law), "history": history, "law": law})


@holds("officer", "advocate", "lawyer")
def law_rule(request: HttpRequest, key: str) -> HttpResponse:
    row, law = get_object_or_404(Rule, key=key, until=None), book()
    rows = Rule.objects.filter(key=key).order_by("-since")
    versions = [(version, rule_line(rule_of(version.data), law)) for version in rows]
    page = {"row": row, "line": rule_line(law.rules[key], law), "versions": versions,
            "examples": [_in_words(example) for example in row.examples]}  # fmt: skip
    return render(request, "law/rule.html", page)


def _in_words(example: dict) -> dict:
    """A kept example with its dates as the reader writes them; an hour stays as it is."""

    def say(text: str) -> str:
        return date_words(date.fromisoformat(text)) if len(text) == 10 else text.replace("T", " ")

    said = {name: say(example[name]) for name in ("event", "due")}
    return {**example, **said, "readings": [say(text) for text in example["readings"]]}


@holds("officer")
def law_rule_change(request: HttpRequest, key: str) -> HttpResponse:
    row = get_object_or_404(Rule, key=key, until=None)
    form = ChangeForm(request.POST or None, row=row)
    if form.is_valid():
        given, now = form.cleaned_data, timezone.now()
        if _done(request, form, "law_rule", now, lambda: actions.change_rule(
            key=key, data=form.data_of_rule, why=given["why"], seen=given["seen"], by=request.user, at=now
        )):  # fmt: skip
            return redirect("law_rule", key=key)
    return render(request, "law/rule_change.html", {"form": form, "row": row})


@holds("officer", "advocate", "lawyer")
def law_days(request: HttpRequest) -> HttpResponse:
    now, law = timezone.now(), book()
    year = year_asked(request, law, now)
    rows = {row.day: row for row in CalendarDay.objects.filter(day__year=year.year, until=None)}
    unsure = year.provisional or any(row.provisional for row in rows.values())
    page = {"year": year, "rows": rows, "form": YearForm(), "unsure": unsure}
    return render(request, "law/days.html", page)


@holds("officer")
def law_day_add(request: HttpRequest) -> HttpResponse:
    form = DayForm(request.POST or None, initial={"working": "no"})
    if form.is_valid():
        given, now = {**form.cleaned_data}, timezone.now()
        given.pop("seen")
        if _done(request, form, "law_day", now,
                 lambda: actions.change_day(**given, by=request.user, at=now)):  # fmt: skip
            return _to_year(given["day"])
    return render(request, "law/day.html", {"form": form, "row": None})


@holds("officer")
def law_day(request: HttpRequest, day: str) -> HttpResponse:
    row = _row(day)
    first = {"day": row.day, "working": "yes" if row.working else "no", "name": row.name, "source": row.source,
             "provisional": row.provisional, "seen": row.since}  # fmt: skip
    form = DayForm(request.POST or None, initial=first, moved=True)
    if form.is_valid():
        now, given = timezone.now(), {**form.cleaned_data, "day": row.day}
        to = given.pop("to")
        if _done(request, form, "law_day", now, lambda: _change_or_move(given, to, by=request.user, at=now)):
            return _to_year(to or row.day)
    return render(request, "law/day.html", {"form": form, "row": row, "remove": RemoveDayForm(initial=first)})


@holds("officer")
def law_day_remove(request: HttpRequest, day: str) -> HttpResponse:
    row = _row(day)
    form = RemoveDayForm(request.POST or None, initial={"seen": row.since})
    if form.is_valid():
        now, given = timezone.now(), form.cleaned_data
        if _done(request, form, "law_day", now, lambda: actions.remove_day(
            day=row.day, why=given["why"], seen=given["seen"], by=request.user, at=now
        )):  # fmt: skip
            return _to_year(row.day)
    return render(request, "law/day_remove.html", {"form": form, "row": row})


@holds("officer")
def law_year_confirm(request: HttpRequest, year: int) -> HttpResponse:
    form = YearForm(request.POST or None)
    if form.is_valid():
        now = timezone.now()
        if _done(request, form, "law_year", now, lambda: actions.confirm_year(
            year=year, source=form.cleaned_data["source"], by=request.user, at=now
        )):  # fmt: skip
            return _to_year(date(year, 1, 1))
    return render(request, "law/year_confirm.html", {"form": form, "year": year})


def _change_or_move(given, to, *, by, at):
    if to:
        keep = {name: given[name] for name in ("day", "source", "why", "seen")}
        return actions.move_day(to=to, by=by, at=at, **keep)
    return actions.change_day(**given, by=by, at=at)


def _row(day: str) -> CalendarDay:
    try:
        return get_object_or_404(CalendarDay, day=date.fromisoformat(day), until=None)
    except ValueError:
        raise Http404 from None


def _to_year(day: date) -> HttpResponse:
    response = redirect("law_days")
    response["Location"] += f"?il={day.year}"
    return response
