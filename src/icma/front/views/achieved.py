"""What has been achieved: the page, its CSV; computed figures and declared ones side by side, never together."""

import csv
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from icma.core.cells import safe_cell
from icma.core.day import legal_day
from icma.core.door import anyone
from icma.front.achieved import achieved as achieved_figures
from icma.front.achieved import computed
from icma.front.achieved.figure import SECTIONS, Figure
from icma.research.declared.public import public_declared

HEAD = ("figure", "title", "split", "key", "label", "value", "on", "kind", "counted", "left_out", "is_least")


@anyone
def achieved(request: HttpRequest) -> HttpResponse:
    today = legal_day(timezone.now())
    of = achieved_figures(today)
    parts = [
        {"id": id, "title": title, "figures": [of[name] for name in names]} for id, title, names in SECTIONS
    ]
    shares = [_bar(one) for one in (of["women"], of["youth"]) if one.share]
    page = {"parts": parts, "of": of, "today": today, "shares": shares, "declared": public_declared()}
    return render(request, "front/achieved.html", page)


def _bar(one: Figure) -> dict[str, Any]:
    assert one.share is not None
    share = one.share
    return {
        "label": one.words.title,
        "share": share.value,
        "low": share.low,
        "high": share.high,
        "n": share.n,
    }


@anyone
def achieved_csv(request: HttpRequest) -> HttpResponse:
    """The computed figures, whole and by part; declared ones follow under a kind of their own."""
    today = legal_day(timezone.now())
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="icma-achieved.csv"'
    out = csv.writer(response)
    out.writerow(HEAD)
    for one in computed(today):
        out.writerows([safe_cell(cell) for cell in row] for row in _rows(one))
    out.writerows(_declared())
    return response


def _declared() -> list[list[Any]]:
    """Rows of a kind of their own, each with the span it is of."""
    rows = []
    for row in public_declared():
        span = f"{row.first.isoformat()}/{row.last.isoformat()}"
        rows.append(
            [
                f"declared:{row.code}",
                row.title,
                "",
                "",
                row.unit,
                row.value,
                span,
                "declared",
                row.definition,
                row.source,
                int(row.is_least),
            ]
        )
    return [[safe_cell(cell) for cell in cells] for cells in rows]


def _rows(one: Figure) -> list[tuple[Any, ...]]:
    """The figure itself, then its parts."""
    words = one.words
    tail = (one.on, words.kind, str(words.counted), str(words.left_out), int(one.is_least))
    rows: list[tuple[Any, ...]] = [(one.name, str(words.title), "", "", "", one.value, *tail)]
    for split in one.splits:
        rows += [
            (one.name, str(words.title), split.name, row["key"], str(row["label"]), row["value"], *tail)
            for row in split.rows
        ]
    return rows
