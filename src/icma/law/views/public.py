"""How the law's clocks work: the rules, the calendar, and a calculator that anyone can use."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from icma.core.day import legal_day
from icma.core.door import anyone
from icma.engines.workdays import ClockError
from icma.law.book import Book, book
from icma.law.forms import CalculatorForm
from icma.law.pages import Calculation, YearPage, calculation, rule_groups, year_page


@anyone
def clocks(request: HttpRequest) -> HttpResponse:
    now, law = timezone.now(), book()
    asked = "day" in request.GET
    rule = request.GET.get("rule", "")
    form = CalculatorForm(
        request.GET if asked else None,
        book=law,
        initial={"rule": rule if rule in law.rules else "appeal.general"},
    )
    page = {
        "form": form, "result": _result(form, law, now) if asked else None, "groups": rule_groups(law),
        "year": year_asked(request, law, now), "edition": law.number,
    }  # fmt: skip
    return render(request, "law/clocks.html", page)


def _result(form: CalculatorForm, law: Book, now: datetime) -> Calculation | None:
    if not form.is_valid():
        return None
    try:
        return calculation(law, form.cleaned_data["rule"], form.event, legal_day(now))
    except ClockError:
        form.add_error("day", _("There is no calendar for that year."))
        return None


def year_asked(request: HttpRequest, law: Book, now: datetime) -> YearPage:
    """The calendar of `?il=`, or of this year where that cannot be read."""
    this = legal_day(now).year
    given = request.GET.get("il", "")
    year = int(given) if given.isascii() and given.isdigit() and len(given) == 4 else this
    try:
        return year_page(law, year)
    except LookupError:
        return year_page(law, this)
