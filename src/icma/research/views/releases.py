"""Published figures for everybody: what there is, one release, and its files. Nothing is read but releases."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

import icma.research.access  # noqa: F401  (its rules)
from icma.core.door import anyone, can
from icma.research import downloads, shown
from icma.research.body import Body
from icma.research.measures import Measure
from icma.research.models import Release
from icma.research.quarters import span_words
from icma.research.words import method_words

NEWEST = 60
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@anyone
def releases(request: HttpRequest, measures: Any, elsewhere: Any) -> HttpResponse:
    rows = list(Release.objects.out().order_by("-last", "measure", "-decided_at")
                .defer("records", "audit")[:NEWEST])  # fmt: skip
    gone = (
        Release.objects.filter(state="withdrawn").order_by("-withdrawn_at").defer("body", "records")[:NEWEST]
    )
    known = {measure.name: measure for measure in measures()}
    page = {"groups": _groups(known, rows), "gone": gone, "elsewhere": elsewhere}
    return render(request, "research/releases.html", page)


def _groups(known: dict[str, Measure], rows: list[Release]) -> list[dict[str, Any]]:
    """Every measure with what it means, its releases, and a picture of its totals where there are several."""
    by_measure: dict[str, list[tuple[Release, Body]]] = {name: [] for name in known}
    for row in rows:
        by_measure.setdefault(row.measure, []).append((row, Body.read(row.body)))
    return [_group(known.get(name), found) for name, found in by_measure.items() if name in known or found]


def _group(measure: Measure | None, found: list[tuple[Release, Body]]) -> dict[str, Any]:
    body = found[0][1] if found else None
    return {
        "title": measure.title if measure else body and body.title(),
        "definition": measure.definition if measure else body and body.word(body.data["definition"]),
        "is_people": (measure.kind if measure else body and body.data["kind"]) == "people",
        "releases": [line(row, read) for row, read in found], "totals": _totals(found),
        "unit": measure.unit if measure else "",
    }  # fmt: skip


def _totals(found: list[tuple[Release, Body]]) -> list[dict[str, Any]]:
    """One column a quarter, the oldest first; of people only: the public record is not a flow."""
    quarters = {
        span_words(row.first, row.last): shown.total(read)
        for row, read in reversed(found) if read.data["kind"] == "people"
    }  # fmt: skip
    rows = [{"label": label, "value": value} for label, value in sorted(quarters.items())]
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


@can("view", Release)
def release(request: HttpRequest, row: Release) -> HttpResponse:
    if row.state == Release.State.WITHDRAWN:
        page = {"release": row, "span": span_words(row.first, row.last)}
        return render(request, "research/withdrawn.html", page, status=410)
    return render(request, "research/release.html", page_of(row))


def page_of(row: Release) -> dict[str, Any]:
    """What the page of a release, and its preview, draw."""
    body = Body.read(row.body)
    data = body.data
    return {
        "release": row, "title": body.title(), "definition": body.word(data["definition"]), "unit": body.word(data["unit"]),
        "span": span_words(row.first, row.last), "total": shown.total(body), "pictures": shown.pictures(body),
        "tables": shown.tables(body) if data["kind"] == "people" else [], "method": method_words(data["method"], data["kind"]),
        "is_people": data["kind"] == "people", "count": len(body.cells), "crossed": len(body.names) > 2,
        "records": (data["records"] or {}).get("rows"),
        "formats": ("csv", "xlsx", "json", "zip"),
    }  # fmt: skip


def _file(data: bytes, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@can("find", Release)
def release_csv(request: HttpRequest, row: Release) -> HttpResponse:
    return _file(downloads.csv_of(Body.read(row.body)), f"icma-{row.code}.csv", "text/csv; charset=utf-8")


@can("find", Release)
def release_xlsx(request: HttpRequest, row: Release) -> HttpResponse:
    return _file(downloads.xlsx_of(row, Body.read(row.body)), f"icma-{row.code}.xlsx", XLSX)


@can("find", Release)
def release_json(request: HttpRequest, row: Release) -> HttpResponse:
    """The release byte for byte: its sha256 is the one on the page."""
    return _file(bytes(row.body), f"icma-{row.code}.json", "application/json")


@can("find", Release)
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
