"""Officers: figures of the past are declared, a workbook of the past is brought in line by line."""

import base64

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _

import icma.research.declared.access  # noqa: F401  (its rules)
from icma.advocacy.actions.past import Report, bring_past
from icma.advocacy.past import SHEETS
from icma.core.door import can, holds
from icma.front.forms import BookForm
from icma.people.views.staff import done
from icma.research.declared.actions import declare, withdraw_declared
from icma.research.declared.book import BadBook, Book, read_book, write_lines, write_template
from icma.research.declared.forms import DeclareForm, WithdrawForm
from icma.research.models import Declared

MOST_KEPT = 1_500_000  # bytes of a rehearsed workbook that travel in the form
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@holds("officer")
def achieved_work(request: HttpRequest) -> HttpResponse:
    """Every declared figure, also those that wait or were withdrawn."""
    rows = Declared.objects.select_related("made_by", "decided_by").order_by("-made_at")
    return render(request, "front/achieved_work.html", {"rows": rows})


@holds("officer")
def declare_figure(request: HttpRequest) -> HttpResponse:
    form = DeclareForm(request.POST or None)
    language = translation.get_language() or "az"
    if form.is_valid() and done(request, form, "declare", lambda: declare(
        claim=form.claim(), by=request.user, at=timezone.now(), language=language
    )):  # fmt: skip
        messages.success(request, _("It waits for a second person."))
        return redirect("achieved_work")
    return render(request, "front/declare_figure.html", {"form": form})


@holds("officer")
@can("edit", Declared, select=("made_by", "decided_by"))
def declared_figure(request: HttpRequest, declared: Declared) -> HttpResponse:
    """One declared figure; a public one can be withdrawn."""
    form = WithdrawForm(request.POST or None)
    if form.is_valid() and done(request, form, f"withdraw:{declared.code}", lambda: withdraw_declared(
        declared=declared, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()
    )):  # fmt: skip
        messages.success(request, _("It is withdrawn."))
        return redirect("achieved_work")
    return render(request, "front/declared_figure.html", {"row": declared, "form": form})


@holds("officer")
def past_template(request: HttpRequest) -> HttpResponse:
    return _workbook(write_template(SHEETS), "icma-kecmis.xlsx")


@holds("officer")
def bring_in(request: HttpRequest) -> HttpResponse:
    """First a rehearsal that changes nothing, then the same file for good; errors go home as a workbook."""
    form = BookForm(request.POST or None, request.FILES or None)
    if not form.is_valid():
        return render(request, "front/bring_in.html", {"form": form})
    data, for_good = form.cleaned_data["data"], "go" in request.POST
    try:
        book = read_book(data, SHEETS)
    except BadBook as bad:
        form.add_error("file", str(bad))
        return render(request, "front/bring_in.html", {"form": form})
    report = _bring(request, book, for_good)
    if "errors" in request.POST:
        return _workbook(write_lines(SHEETS, report.errors), "icma-sehvler.xlsx")
    kept = base64.b64encode(data).decode() if len(data) <= MOST_KEPT else ""
    page = {"form": BookForm(), "report": report, "book": book, "for_good": for_good, "kept": kept}
    return render(request, "front/bring_in.html", page)


def _bring(request: HttpRequest, book: Book, for_good: bool) -> Report:
    """A second tap brings nothing in twice: every line of it stands already by then."""
    return bring_past(lines=book.lines, by=request.user, at=timezone.now(), dry=not for_good)


def _workbook(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
