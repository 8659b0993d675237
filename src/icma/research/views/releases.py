"""Published figures for everybody: what there is, one release, and its files. Nothing is read but releases."""

import functools
from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language

import icma.research.access  # noqa: F401  (its rules)
from icma.core.door import anyone, can
from icma.core.kept import kept
from icma.research import csvw, downloads, shown
from icma.research.body import Body
from icma.research.measures import Measure
from icma.research.models import Release
from icma.research.quarters import span_words
from icma.research.words import method_words

NEWEST = 60  # releases a page; withdrawn ones, and measures of which nothing is out
EACH = 12  # releases of one measure; the others stand on a page of their own
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@anyone
def releases(request: HttpRequest, measures: Any, elsewhere: Any) -> HttpResponse:
    """Kept for a minute: the list changes a few times a quarter. `?measure=`: everything of one, page by page."""
    name = request.GET.get("measure", "")
    if name and name in set(Release.objects.out().values_list("measure", flat=True)):
        known = {measure.name: measure for measure in measures()}
        return render(
            request, "research/releases.html", _every(name, known.get(name), request.GET.get("page", ""))
        )
    groups, gone, waiting = kept(("releases", get_language()), lambda: _listed(measures()))
    page = {"groups": groups, "gone": gone, "waiting": waiting, "elsewhere": elsewhere}
    return render(request, "research/releases.html", page)


def _every(name: str, measure: Measure | None, page: str) -> dict[str, Any]:
    """Releases of one measure, the newest first."""
    numbers = Release.objects.out().filter(measure=name).order_by("-last", "-decided_at", "-pk")
    part = Paginator(numbers.values_list("pk", flat=True), NEWEST).get_page(page)
    rows, there = _read(Release.objects.filter(pk__in=list(part))), f"?measure={name}&page="
    links = {
        "prev": there + str(part.previous_page_number()) if part.has_previous() else None,
        "next": there + str(part.next_page_number()) if part.has_next() else None,
    }
    return {"groups": [_group(measure, rows)], "page": links}


def _listed(measures: tuple[Measure, ...]) -> tuple[list[dict[str, Any]], list[Release], list[Measure]]:
    """Measures with what is out of them; what was withdrawn; measures of which nothing is out yet."""
    gone = Release.objects.filter(state="withdrawn").order_by("-withdrawn_at").defer("body", "records")
    numbers: dict[str, list[int]] = {}
    for name, pk in Release.objects.out().order_by("-last", "-decided_at").values_list("measure", "pk"):
        numbers.setdefault(name, []).append(pk)
    shown = [pk for found in numbers.values() for pk in found[:EACH]]
    by_measure: dict[str, list[tuple[Release, Body]]] = {}
    for row, body in _read(Release.objects.filter(pk__in=shown)):
        by_measure.setdefault(row.measure, []).append((row, body))
    known = {measure.name: measure for measure in measures}
    names = [
        *(name for name in known if name in by_measure),
        *(name for name in by_measure if name not in known),
    ]
    groups = [
        _group(known.get(name), by_measure[name]) | {"more": name if len(numbers[name]) > EACH else ""}
        for name in names
    ]
    return groups, list(gone[:NEWEST]), [m for m in measures if m.name not in by_measure][:NEWEST]


def _read(rows: QuerySet[Release]) -> list[tuple[Release, Body]]:
    found = rows.order_by("-last", "-decided_at").defer("records", "audit")
    return [(row, Body.read(row.body)) for row in found]


def _group(measure: Measure | None, found: list[tuple[Release, Body]]) -> dict[str, Any]:
    body, lines = found[0][1], [line(row, read) for row, read in found]
    newest = [one for one in lines if one["span"] == lines[0]["span"]]
    return {
        "title": str(measure.title) if measure else body.heading(), "newest": newest, "earlier": lines[len(newest) :],
        "definition": str(measure.definition) if measure else body.word(body.data["definition"]),
        "unit": body.word(body.data["unit"]), "totals": _totals(found),
    }  # fmt: skip


def _totals(found: list[tuple[Release, Body]]) -> list[dict[str, Any]]:
    """One bar a quarter, the oldest first; of people only: the public record is not a flow."""
    quarters = {
        span_words(row.first, row.last): shown.total(read)
        for row, read in reversed(found) if read.data["kind"] == "people"
    }  # fmt: skip
    most = max((value for value in quarters.values() if isinstance(value, int)), default=0) or 1
    rows = [
        {"label": label, "value": value, "share": value / most if isinstance(value, int) else None}
        for label, value in sorted(quarters.items())
    ]  # fmt: skip
    return rows if len(rows) > 1 else []


def line(row: Release, body: Body) -> dict[str, Any]:
    """A release in a list."""
    by = " × ".join(body.head(n) for n in range(len(body.names)))
    return {
        "code": row.code,
        "span": span_words(row.first, row.last),
        "by": by,
        "total": shown.total(body),
        "row": row,
    }


def standing(view: Callable[[HttpRequest, Release], HttpResponse]) -> Callable[..., HttpResponse]:
    """Behind the door: of a withdrawn release its page and each of its files are gone (410), and the reason is told."""

    @functools.wraps(view)
    def inner(request: HttpRequest, row: Release) -> HttpResponse:
        if row.state != Release.State.WITHDRAWN:
            return view(request, row)
        page = {"release": row, "span": span_words(row.first, row.last)}
        return render(request, "research/withdrawn.html", page, status=410)

    return inner


@can("view", Release)
@standing
def release(request: HttpRequest, row: Release) -> HttpResponse:
    return render(request, "research/release.html", page_of(row))


def page_of(row: Release) -> dict[str, Any]:
    """What the page of a release, and its preview, draw."""
    body = Body.read(row.body)
    data = body.data
    return {
        "release": row, "title": body.heading(), "definition": body.word(data["definition"]), "unit": body.word(data["unit"]),
        "span": span_words(row.first, row.last), "total": shown.total(body), "pictures": shown.pictures(body),
        "tables": shown.tables(body) if data["kind"] == "people" else [], "method": method_words(body),
        "is_people": data["kind"] == "people", "count": len(body.cells), "crossed": len(body.names) > 2,
        "records": (data["records"] or {}).get("rows"),
        "opened": False,
    }  # fmt: skip


def _file(data: bytes, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@can("view", Release)
@standing
def release_csv(request: HttpRequest, row: Release) -> HttpResponse:
    response = _file(downloads.csv_of(Body.read(row.body)), f"icma-{row.code}.csv", "text/csv; charset=utf-8")
    response["Link"] = f'<{reverse("release_csvw", args=[row.code])}>; rel="describedby"; type="{csvw.TYPE}"'
    return response


@can("view", Release)
@standing
def release_csvw(request: HttpRequest, row: Release) -> JsonResponse:
    """Where the standard looks for what a CSV means: its own address and `-metadata.json`."""
    url = reverse("release_csv", args=[row.code]).rpartition("/")[2]
    return JsonResponse(csvw.cells(url, Body.read(row.body)), content_type=csvw.TYPE)


@can("view", Release)
@standing
def release_xlsx(request: HttpRequest, row: Release) -> HttpResponse:
    return _file(downloads.xlsx_of(row, Body.read(row.body)), f"icma-{row.code}.xlsx", XLSX)


@can("view", Release)
@standing
def release_json(request: HttpRequest, row: Release) -> HttpResponse:
    """The release byte for byte: its sha256 is the one on the page."""
    return _file(bytes(row.body), f"icma-{row.code}.json", "application/json")


@can("view", Release)
@standing
def release_zip(request: HttpRequest, row: Release) -> HttpResponse:
    return _file(downloads.package_of(row), f"icma-{row.code}.zip", "application/zip")


@anyone
def letters_zip(request: HttpRequest) -> HttpResponse:
    """A lasting address for the newest package of letters and terms."""
    code = (
        Release.objects.out()
        .filter(measure="letters")
        .order_by("-last", "-decided_at")
        .values_list("code", flat=True)
        .first()
    )
    if code is None:
        raise Http404
    return redirect("release_zip", code=code)
