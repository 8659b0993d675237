"""A report in one click: asked for, looked at, taken along as PDF, DOCX or XLSX."""

from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

import icma.monitoring.access_outcomes  # noqa: F401  (its rules)
from icma.core.access import allowed, may
from icma.core.action import Refused
from icma.core.day import legal_day
from icma.core.door import can, holds
from icma.core.files import open_file
from icma.matters.views.steps import press, run
from icma.monitoring import onpaper_files as files
from icma.monitoring.actions import papers as actions
from icma.monitoring.forms.months import PaperForm
from icma.monitoring.models import Paper
from icma.monitoring.onpaper import outcomes_in, scope_of, whole_of
from icma.people.models import Organisation

OF = ("organisation", "pdf", "by")


def _led(request: HttpRequest) -> QuerySet[Organisation]:
    rows = Organisation.objects.filter(kind="community", until=None)
    return allowed(rows, request.who, "lead", timezone.now())


@holds("coordinator", "officer")
def papers(request: HttpRequest) -> HttpResponse:
    at, led = timezone.now(), _led(request)
    today = legal_day(at)
    first: dict[str, Any] = {"first": today.replace(month=1, day=1), "last": today}
    first |= dict.fromkeys(("language", "printed_in"), get_language())
    if led.count() == 1:
        first["organisation"] = led.get().code
    form = PaperForm(request.POST or None, groups=led, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("paper", _ask(request, form, at))
        except Refused as refusal:
            form.add_error(None, str(refusal))
    rows = allowed(Paper.objects.select_related("organisation"), request.who, "view", at).order_by("-pk")[:20]
    page = {"form": form, "rows": [(row, scope_of(row)) for row in rows]}
    return render(request, "monitoring/papers.html", page, status=422 if form.errors else 200)


def _ask(request: HttpRequest, form: PaperForm, at: Any) -> str:
    """Whoever is no officer asks for one of the own communities."""
    data = dict(form.cleaned_data)
    if data["organisation"] is None and not request.who.has("officer"):
        raise Refused(_("Choose your community."))

    def do() -> dict[str, Any]:
        return {"code": actions.ask_paper(at=at, by=request.user, **data).code}

    return run(request, "paper", do, at)["code"]


@can("view", Paper, select=OF)
def paper(request: HttpRequest, paper: Paper) -> HttpResponse:
    """How far it is, what it holds, and what it leaves out."""
    found = paper.found
    lacks = [(label, found["lacks"].get(name, [])) for name, label in files.LACKS.items()] if found else []
    return render(request, "monitoring/paper_page.html", {
        "paper": paper, "found": found, "scope": scope_of(paper), "lacks": lacks,
        "counted": files.counted_words(found["counted"]) if found else "", "outcomes": outcomes_in(paper), "leads": may(request.who, "lead", paper, timezone.now()),
        "omitted": set(paper.omissions.values_list("outcome", flat=True)),
    })  # fmt: skip


@can("view", Paper, select=OF)
def paper_file(request: HttpRequest, paper: Paper, name: str) -> HttpResponse:
    """docx, xlsx and the page for the printer are made at once; the PDF was made by the worker."""
    if name == "pdf":
        return _pdf(paper)
    with override(paper.printed_in):
        whole = whole_of(paper)
        if name == "html":
            return HttpResponse(files.page(whole, paper.printed_in, str(request.csp_nonce)))  # type: ignore[attr-defined]
        makers = {"docx": (files.docx, files.DOCX), "xlsx": (files.xlsx, files.XLSX)}
        if name not in makers:
            raise Http404
        make, kind = makers[name]
        return _attachment(HttpResponse(make(whole), content_type=kind), paper, name)


def _pdf(paper: Paper) -> HttpResponse:
    if paper.pdf is None or paper.stage != "ready":
        raise Http404
    try:
        source = open_file(paper.pdf)
    except FileNotFoundError as error:
        raise Http404 from error
    return _attachment(FileResponse(source, content_type="application/pdf"), paper, "pdf")


def _attachment(response: Any, paper: Paper, end: str) -> HttpResponse:
    response["Content-Disposition"] = f'attachment; filename="icma-{paper.code}.{end}"'
    response["X-Content-Type-Options"], response["Cache-Control"] = "nosniff", "no-store, private"
    return response


@can("lead", Paper)
def paper_again(request: HttpRequest, paper: Paper) -> HttpResponse:
    at = timezone.now()
    back = reverse("paper", args=[paper.code])
    return press(request, f"again:{paper.code}", lambda: actions.make_again(paper=paper, at=at, by=request.user), back, at)  # fmt: skip


@can("lead", Paper)
def paper_omit(request: HttpRequest, paper: Paper) -> HttpResponse:
    """Leave the words of one outcome out, with a reason; or take it in again (`undo`)."""
    at, back = timezone.now(), reverse("paper", args=[paper.code])
    outcome = next((one for one in outcomes_in(paper) if one.code == request.POST.get("outcome")), None)
    if outcome is None:
        raise Http404

    def do() -> None:
        if request.POST.get("undo"):
            actions.take_in(paper=paper, outcome=outcome, at=at, by=request.user)
        else:
            actions.omit(
                paper=paper, outcome=outcome, reason=request.POST.get("reason", ""), at=at, by=request.user
            )

    return press(request, f"omit:{paper.code}", do, back, at)
