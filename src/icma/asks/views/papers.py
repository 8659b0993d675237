"""Paper: piles of sheets that are typed in, codes to cut out; and own words, opened by a researcher."""

from typing import Any

from django.conf import settings
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

import icma.asks.access  # noqa: F401  (its rules)
from icma.asks import pages
from icma.asks.actions import answering, reading
from icma.asks.forms.answering import AgainForm, CodesForm, PileForm, ReadForm, SheetForm, VersionForm
from icma.asks.models import Batch, Form, Version
from icma.core.action import Refused
from icma.core.day import legal_day
from icma.core.door import can
from icma.core.once import run_once
from icma.matters.addresses import local
from icma.matters.views.steps import run

WITH, MOST = ("organisation",), 50


@can("edit", Form, select=WITH)
def piles(request: HttpRequest, form: Form) -> HttpResponse:
    """Piles of sheets, and a new one."""
    version, still = pages.shown(form), answering.typed_still(form, legal_day(timezone.now()))
    asked = (
        VersionForm(request.POST or None, versions=still)
        if len(still) > 1
        else PileForm(request.POST or None)
    )
    if version is not None and asked.is_valid() and (number := _counted(request, still or [version], asked)):
        return redirect("ask_pile", code=form.code, number=number)
    rows = Batch.objects.filter(version__form=form).select_related("version")
    rows = rows.annotate(done=Count("sheets")).order_by("-number")[:MOST]
    page = pages.words(version or pages.newest(form)) | {"form": form, "version": version}
    status = 422 if asked.errors else 200
    return render(request, "asks/piles.html", page | {"asked": asked, "rows": rows}, status=status)


def _counted(request: HttpRequest, versions: list[Version], asked: PileForm) -> int:
    """Number of the new pile; 0 when the form says why there is none."""
    at, given = timezone.now(), dict(asked.cleaned_data)
    number = int(given.pop("version", versions[0].number))
    version = next(row for row in versions if row.number == number)

    def do() -> dict[str, Any]:
        pile = answering.count_pile(version=version, at=at, by=request.user, **given)
        return {"n": pile.number}

    try:
        return int(run_once(f"pile:{version.form_id}", request.POST.get("once", ""), do, at)["n"])
    except Refused as refusal:
        asked.add_error(None, str(refusal))
        return 0


@can("edit", Form, select=WITH)
def pile(request: HttpRequest, form: Form, number: int) -> HttpResponse:
    """The next sheet of a pile; the page comes back empty until the pile is through."""
    batch = _batch(form, number)
    asked = SheetForm(
        request.POST if "sheet" in request.POST else None, version=batch.version,
        questions=list(batch.version.questions.all()),
    )  # fmt: skip
    again = AgainForm(request.POST if "total" in request.POST else None, initial={"total": batch.total})
    if (
        asked.is_valid()
        and _typed(request, batch, asked)
        or again.is_valid()
        and _recounted(request, batch, again)
    ):
        return redirect("ask_pile", code=form.code, number=number)
    done = batch.sheets.count()
    page = {
        **pages.words(batch.version), "form": form, "batch": batch, "asked": asked, "again": again, "done": done,
        "left": batch.total - done, "last": batch.sheets.order_by("-pk").first(),
    }  # fmt: skip
    return render(request, "asks/pile.html", page, status=422 if asked.errors or again.errors else 200)


def _batch(form: Form, number: int) -> Batch:
    """Also of a version that was closed: its sheets come in for some time yet."""
    rows = Batch.objects.select_related("version__form__organisation")
    return get_object_or_404(rows, version__form=form, number=number)


def _typed(request: HttpRequest, batch: Batch, asked: SheetForm) -> bool:
    at = timezone.now()
    if asked.is_child:
        asked.add_error(
            "band", _("Nobody under 14 is counted: put the sheet aside and count the pile again.")
        )
        return False
    given, sheet = asked.given(get_language() or "az"), asked.cleaned_data["sheet"]

    def do() -> None:
        answering.enter_sheet(batch=batch, sheet=sheet, given=given, at=at, by=request.user)

    try:
        run(request, f"sheet:{batch.version.form.code}", do, at)
    except Refused as refusal:
        asked.add_error("sheet", str(refusal))
        return False
    return True


def _recounted(request: HttpRequest, batch: Batch, again: AgainForm) -> bool:
    at = timezone.now()

    def do() -> None:
        answering.count_again(batch=batch, at=at, by=request.user, **again.cleaned_data)

    try:
        run(request, f"recount:{batch.version.form.code}", do, at)
    except Refused as refusal:
        again.add_error("total", str(refusal))
        return False
    return True


@can("edit", Form, select=WITH)
def codes(request: HttpRequest, form: Form) -> HttpResponse:
    """Codes to cut out, shown once: a second tap with the same form shows none and makes none."""
    request.keep_nothing = True
    at, asked = timezone.now(), CodesForm(request.POST or None)
    made: list[str] = []
    if asked.is_valid():

        def do() -> None:
            made.extend(answering.issue_codes(form=form, n=asked.cleaned_data["n"], at=at, by=request.user))

        try:
            run(request, f"ask_codes:{form.code}", do, at)
        except Refused as refusal:
            asked.add_error(None, str(refusal))
    page = {
        **pages.words(pages.newest(form)), "form": form, "asked": asked, "codes": made,
        "shown": asked.is_bound and not asked.errors, "address": f"{settings.BASE_URL}{local(f'/anket/{form.code}/')}",
    }  # fmt: skip
    return render(request, "asks/codes.html", page, status=422 if asked.errors else 200)


@can("read", Form, select=WITH)
def texts(request: HttpRequest, form: Form) -> HttpResponse:
    """Own words: opened with a reason, and the opening stays in sight for every researcher."""
    request.keep_nothing = True
    at, asked = timezone.now(), ReadForm(request.POST or None)
    found: reading.Texts = []
    if asked.is_valid():
        try:
            found = reading.read_texts(form=form, why=asked.cleaned_data["why"], by=request.user, at=at)
        except Refused as refusal:
            asked.add_error("why", str(refusal))
    page = {
        **pages.words(pages.newest(form)), "form": form, "asked": asked, "found": found,
        "opened": asked.is_bound and not asked.errors,
        "readings": form.readings.select_related("by").order_by("-at")[:50],
    }  # fmt: skip
    return render(request, "asks/texts.html", page, status=422 if asked.errors else 200)
