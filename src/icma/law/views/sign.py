"""The advocate's page: read the rule, check three worked examples, confirm or correct it, with a name."""

import hashlib
import json
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from icma.core.action import Refused
from icma.core.day import legal_day
from icma.core.door import holds
from icma.engines.clockrules import Rule as EngineRule
from icma.engines.clocks import compute
from icma.law import actions
from icma.law.book import book, rule_of
from icma.law.card import answer_card
from icma.law.forms import SignForm
from icma.law.models import Rule
from icma.law.pages import rule_line
from icma.law.views.once import done


@holds("advocate")
def law_rule_sign(request: HttpRequest, key: str) -> HttpResponse:
    row = get_object_or_404(Rule, key=key, until=None)
    if row.data.get("kind") == "note" or key.startswith("own."):
        raise Http404
    today = legal_day(timezone.now())
    form = SignForm(request.POST or None, row=row, initial=_example_days(today))
    examples, mark = _examples(form, row, today)
    if examples and request.POST.get("do") == "sign" and form.is_valid():
        if form.cleaned_data["checked"] != mark:
            form.add_error(None, _("The examples below were computed anew. Check them, then confirm."))
        elif _signed(request, form, key):
            return redirect("law_rule", key=key)
    page = {
        "form": form,
        "row": row,
        "line": rule_line(rule_of(row.data), book()),
        "examples": examples,
        "mark": mark,
    }
    return render(request, "law/rule_sign.html", page)


def _signed(request: HttpRequest, form: SignForm, key: str) -> bool:
    now, given = timezone.now(), form.cleaned_data
    return done(
        request, form, "law_sign", now, lambda: actions.sign_rule(
            key=key, data=form.data_of_rule, name=given["name"], examples=form.examples, seen=given["seen"],
            by=request.user, at=now,
        ), _("Thank you. The rule now bears your name."),
    )  # fmt: skip


def _example_days(today: date) -> dict[str, date]:
    """A plain day, one before Novruz, one before the New Year: where counting goes wrong first."""
    days = [today, date(today.year, 3, 13), date(today.year, 12, 21)]
    if len(set(days)) < len(days):
        days = [today, today + timedelta(days=45), today + timedelta(days=90)]
    return {f"example_{n}": day for n, day in enumerate(days, start=1)}


def _examples(form: SignForm, row: Rule, today: date) -> tuple[list[dict[str, Any]], str]:
    """Cards of the examples as the form now stands, and their fingerprint; ([], '') while something is wrong."""
    if not form.is_bound:
        data, days = row.data, list(_example_days(today).values())
    elif form.can_compute:
        data, days = form.data_of_rule, form.examples
    else:
        return [], ""
    law = book()
    try:
        rule: EngineRule = rule_of(data)
        worked = actions.worked_examples(rule, days, law.calendar)
    except (Refused, ValueError) as error:
        if form.is_bound:
            form.add_error(None, str(error))
        return [], ""
    mark = hashlib.sha256(json.dumps([data, worked], sort_keys=True).encode()).hexdigest()
    cards = [answer_card(compute(rule, day, law.calendar), law, day) for day in days]
    return [{"event": day, "card": card} for day, card in zip(days, cards, strict=True)], mark
