"""A report: written, sent, talked about, confirmed by another person or sent back, corrected."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

import icma.monitoring.access  # noqa: F401  (its rules)
from icma.core.access import may
from icma.core.action import Refused
from icma.core.door import can
from icma.core.files import TYPES, open_file
from icma.core.words import date_words, num
from icma.matters.bands import AgeBand, Sex
from icma.matters.views.steps import press, run, step
from icma.monitoring.actions import reports as actions
from icma.monitoring.actions.months import MARK
from icma.monitoring.forms.reports import EvidenceForm, ReportForm, WordForm, heading, shown
from icma.monitoring.models import Period, Report, Reporter, Word
from icma.monitoring.months import counts_of, months_of
from icma.monitoring.pictures import span_words
from icma.monitoring.slots import REPORTED, said_in
from icma.monitoring.views.initiatives import FORM
from icma.monitoring.wording import figure, number

WITH = ("period__indicator__initiative__organisation", "reporter", "author", "decided_by", "replaces")
OF_PERIOD = ("indicator__initiative",)
CLOSED = "default-src 'none'; sandbox"
ENDS = {"jpeg": "jpg", "png": "png", "pdf": "pdf"}


def address(report: Report) -> str:
    return reverse("report", args=[report.code])


def who_may(period: Period) -> list[Reporter]:
    """Who reports for this period."""
    return [one for one in period.indicator.initiative.reporters.all() if one.owes(period)]


@can("team", Period, select=OF_PERIOD)
def new(request: HttpRequest, period: Period) -> HttpResponse:
    """A report on one period. What others have sent for it stands above the form."""
    reporters, indicator = who_may(period), period.indicator
    first = {"reporter": request.GET.get("kim", "")}
    form = ReportForm(request.POST or None, indicator=indicator, reporters=reporters, initial=first)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data.get("reporter", "") or first["reporter"]
        reporter = next((one for one in reporters if one.code == chosen), next(iter(reporters), None))
        if reporter is None:
            form.add_error(None, _("Nobody reports for this period."))
        elif code := _save(request, form, period, reporter):
            return redirect("report", code=code)
    return _page(request, form, period, None)


def _save(
    request: HttpRequest, form: ReportForm, period: Period, reporter: Reporter, replaces: Report | None = None
) -> str:
    """The code of the draft, sent at once if that was pressed; "" when it was refused and the form says why."""
    at = timezone.now()

    def do() -> dict[str, str]:
        made = actions.draft_report(
            period=period, reporter=reporter, replaces=replaces, at=at, by=request.user, **form.content()
        )
        if "send" in request.POST:
            actions.send_report(report=made, at=at, by=request.user)
        return {"code": made.code}

    try:
        return str(run(request, f"report:{period.code}", do, at)["code"])
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return ""


def _page(request: HttpRequest, form: ReportForm, period: Period, report: Report | None) -> HttpResponse:
    others = period.reports.filter(state__in=("sent", "confirmed"), superseded_at=None)
    unit = period.indicator.unit
    page = {
        "form": form, "period": period, "indicator": period.indicator, "words": span_words(period),
        "sent_back": why_back(report) if report else None,
        "others": [(one, figure(said_in(one), status_of(one), unit)) for one in others.select_related("reporter", "author")],
        "back": address(report) if report else reverse("initiative_work", args=[period.indicator.initiative.code]),
    }  # fmt: skip
    return render(request, "monitoring/report_form.html", page, status=422 if form.errors else 200)


def months_behind(report: Report) -> dict[str, Any]:
    """Of a draft that several months have filled in: what each counted, and between what the truth lies."""
    if report.note != MARK or report.value is None or report.reporter.organisation_id is None:
        return {}
    counted = counts_of(months_of(report.period, report.reporter.organisation_id))
    if len(counted) < 2:
        return {}
    each = ", ".join(f"{date_words(first, 'month')}: {num(n)}" for first, n in counted)
    return {"each": each, "least": max(n for _first, n in counted), "most": sum(n for _first, n in counted)}


def why_back(report: Report) -> Word | None:
    """What whoever sent it back said, also over the draft that is to replace it."""
    if report.state == "draft" and report.replaces is not None:
        report = report.replaces
    return report.words.filter(by=report.decided_by_id).last() if report.state == "returned" else None


def status_of(report: Report) -> str:
    return report.reason or REPORTED


@can("view", Report, select=WITH)
def report(request: HttpRequest, report: Report) -> HttpResponse:
    at, indicator = timezone.now(), report.period.indicator
    mine, sent = report.author_id == request.user.pk, report.state == "sent"
    weighs = sent and not mine and may(request.who, "weigh", report, at)
    rivals = rivals_of(report) if sent else []
    corrected = report.replaced_by.filter(state__in=("sent", "confirmed")).exists()
    stands = actions.standing(report.period, report.reporter) if report.state == "returned" else None
    chosen = stands if stands and stands != actions.corrected(report) else None
    note = _("From the community's month") if report.note == MARK else report.note
    page = {
        "report": report, "indicator": indicator, "initiative": indicator.initiative, "words": span_words(report.period),
        "figure": figure(said_in(report), status_of(report), indicator.unit), "mine": mine, "weighs": weighs,
        "old": figure(said_in(report.replaces), status_of(report.replaces), indicator.unit) if report.replaces else "",
        "note": note, "grid": grid_of(report), "evidence": report.evidence.select_related("file"),
        "talk": report.words.select_related("by"), "word": WordForm(), "evidence_form": EvidenceForm() if mine else None,
        "rivals": rivals, "party": any(one.author_id == request.user.pk for one, _said in rivals), "chosen": chosen,
        "may_correct": report.state in ("confirmed", "returned") and report.superseded_at is None and not corrected and not chosen,
        "sent_back": why_back(report), "months": months_behind(report),
        "state": report.get_state_display(), "gone": indicator.gone_at is not None,
    }  # fmt: skip
    return render(request, "monitoring/report.html", page)


def rivals_of(report: Report) -> list[tuple[Report, str]]:
    """Other reports of the same period that wait, each with its figure."""
    rows = Report.objects.filter(period=report.period_id, reporter=report.reporter_id, state="sent")
    others, unit = rows.exclude(pk=report.pk).select_related("author"), report.period.indicator.unit
    return [(one, figure(said_in(one), status_of(one), unit)) for one in others]


def grid_of(report: Report) -> list[tuple[str, list[str]]]:
    """Age bands against sexes; they add up to the figure."""
    cells = {(one.sex, one.band): one.value for one in report.cells.all()}
    if not cells:
        return []
    return [
        (heading(band), [number(cells.get((sex.value, band.value))) or "0" for sex in Sex])
        for band in AgeBand
    ]


@can("edit", Report, select=WITH)
def edit(request: HttpRequest, report: Report) -> HttpResponse:
    """A draft of one's own; what was sent is corrected instead."""
    if report.state != "draft":
        return redirect(address(report))
    form = _form(request, report, actions.corrected(report.replaces) is not None)
    if request.method == "POST" and form.is_valid() and _written(request, form, report):
        return redirect(address(report))
    return _page(request, form, report.period, report)


def _form(request: HttpRequest, report: Report, correcting: bool, **first: Any) -> ReportForm:
    return ReportForm(
        request.POST or None, indicator=report.period.indicator, reporters=[report.reporter], correcting=correcting,
        initial=shown(report) | first,
    )  # fmt: skip


def _written(request: HttpRequest, form: ReportForm, report: Report) -> bool:
    """True when the draft took the form's content and, if that was pressed, was sent."""
    at = timezone.now()

    def do() -> None:
        actions.write_report(report=report, at=at, by=request.user, **form.content())
        if "send" in request.POST:
            actions.send_report(report=report, at=at, by=request.user)

    try:
        run(request, f"report:{report.code}", do, at)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@can("team", Report, select=WITH)
def correct(request: HttpRequest, report: Report) -> HttpResponse:
    """A report that replaces this one: with its reason where it was confirmed. The old value stays in sight."""
    if report.state == "sent":
        raise Http404
    form = _form(
        request,
        report,
        actions.corrected(report) is not None,
        why="" if report.state == "confirmed" else report.why,
    )
    good = request.method == "POST" and form.is_valid()
    if good and (code := _save(request, form, report.period, report.reporter, replaces=report)):
        return redirect("report", code=code)
    return _page(request, form, report.period, report)


@can("edit", Report, select=WITH)
def send(request: HttpRequest, report: Report) -> HttpResponse:
    at = timezone.now()
    return press(
        request, f"send:{report.code}", lambda: actions.send_report(report=report, at=at, by=request.user), address(report), at,
        _("Sent. It counts for the community at once; a second person looks at it."),
    )  # fmt: skip


@can("edit", Report, select=WITH)
def drop(request: HttpRequest, report: Report) -> HttpResponse:
    at, back = timezone.now(), reverse("initiative_work", args=[report.period.indicator.initiative.code])
    return press(
        request,
        f"drop:{report.code}",
        lambda: actions.drop_report(report=report, at=at, by=request.user),
        back,
        at,
    )


@can("weigh", Report, select=WITH)
def confirm(request: HttpRequest, report: Report) -> HttpResponse:
    """403 for the one who wrote it, whatever else he or she leads."""
    at = timezone.now()
    if report.author_id == request.user.pk:
        raise PermissionDenied
    return press(
        request, f"confirm:{report.code}", lambda: actions.confirm_report(report=report, at=at, by=request.user),
        address(report), at, _("Confirmed: it now stands among the public figures."),
    )  # fmt: skip


@can("weigh", Report, select=WITH)
def give_back(request: HttpRequest, report: Report) -> HttpResponse:
    at, form = timezone.now(), WordForm(request.POST or None)
    if report.author_id == request.user.pk:
        raise PermissionDenied
    return step(
        request, form, f"return:{report.code}",
        lambda: actions.return_report(report=report, at=at, by=request.user, **form.cleaned_data),
        address(report), at, FORM, title=_("Send it back"), button=_("Send it back"), where=report.period.indicator.title,
        lead=_("Say what should be different. Whoever wrote it is told, and your words stay with the report."),
    )  # fmt: skip


@can("view", Report, select=WITH)
def say(request: HttpRequest, report: Report) -> HttpResponse:
    at, form = timezone.now(), WordForm(request.POST or None)
    return step(
        request, form, f"say:{report.code}",
        lambda: actions.say(report=report, at=at, by=request.user, **form.cleaned_data) and None,
        address(report) + "#talk", at, FORM, title=_("Your words"), button=_("Say it"), where=report.period.indicator.title,
    )  # fmt: skip


@can("edit", Report, select=WITH)
def evidence_new(request: HttpRequest, report: Report) -> HttpResponse:
    at, form = timezone.now(), EvidenceForm(request.POST or None, request.FILES or None)

    def do() -> None:
        data, title = form.cleaned_data["file"].read(), form.cleaned_data["title"]
        actions.add_evidence(report=report, data=data, title=title, at=at, by=request.user)

    return step(
        request, form, f"evidence:{report.code}", do, address(report), at, FORM, title=_("Evidence"), button=_("Add"),
        where=report.period.indicator.title,
        lead=_("Only the team sees it. It is stamped with its hash, so that nobody can change it afterwards."),
    )  # fmt: skip


@can("view", Report)
def evidence(request: HttpRequest, report: Report, number: int) -> HttpResponse:
    """The file as an attachment, through this door alone."""
    found = report.evidence.select_related("file").filter(pk=number).first()
    if found is None:
        raise Http404
    try:
        response = FileResponse(open_file(found.file), content_type=TYPES[found.file.kind])
    except FileNotFoundError as error:
        raise Http404 from error
    name = f"icma-{report.code}-{found.file.sha256[:8]}.{ENDS[found.file.kind]}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"], response["Content-Security-Policy"] = "nosniff", CLOSED
    response["Cache-Control"] = "no-store, private"
    return response
