"""The indicator tracking table: one set of lines, written as CSV, XLSX and JSON, so that all say the same.

Lines of the public: "total" and "period". The team has also "reporter" (one report), "group" (crossed sex × age
× place of the total, unknown included) and "target" (of one group).
"""

import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from icma.core.cells import csv_line, safe_cell
from icma.engines.rollup import Said
from icma.monitoring.slots import REPORTED, TEAM, Slot, plain
from icma.monitoring.standing import Row, Span, Standing
from icma.monitoring.wording import figure, no_figure, share
from icma.people.models import Place

COLUMNS = (
    "level", "code", "indicator", "unit", "kind", "direction", "from", "to", "reporter", "place", "sex", "band", "value",
    "part", "whole", "status", "was", "why", "baseline", "target", "target_was", "target_changed_on", "progress",
    "reported", "expected", "late", "unconfirmed", "as_of",
)  # fmt: skip
DAYS = {"from", "to", "target_changed_on", "as_of"}
NUMBERS = {
    "value", "part", "whole", "was", "baseline", "target", "target_was", "progress", "reported", "expected", "late",
    "unconfirmed",
}  # fmt: skip


def _said(said: Said | None, status: str) -> dict[str, Any]:
    """The value, or in its place the words why there is none; `status` says it to machines."""
    if said is None:
        return {"value": no_figure(status), "status": status}
    pair = {"part": said.part, "whole": said.whole}
    return {"value": plain(said.value), "status": status} | {
        name: plain(n) for name, n in pair.items() if n is not None
    }


def _goal(of: Row | Span) -> dict[str, Any]:
    goal = of.goal
    return {
        "target": _plain(goal.value), "target_was": _plain(goal.was),
        "target_changed_on": goal.changed_on.isoformat() if goal.changed_on else "",
        "progress": share(of.progress),
    }  # fmt: skip


def _was(of: Row | Span) -> str:
    return _plain(of.was.value if of.was else None)


def _plain(value: Decimal | None) -> str:
    return "" if value is None else plain(value)


def _total(row: Row) -> dict[str, Any]:
    counts = {"reported": row.reported, "expected": row.expected, "late": len(row.late)}
    head = {"level": "total", "baseline": _plain(row.baseline), "unconfirmed": row.unseen, "was": _was(row)}
    return head | counts | _said(row.said, row.status) | _goal(row)


def _span(span: Span) -> dict[str, Any]:
    return {
        "level": "period", "from": span.period.first.isoformat(), "to": span.period.last.isoformat(),
        "reported": span.reported, "expected": span.expected, "late": sum(slot.is_late for slot in span.slots),
        "unconfirmed": sum(slot.is_unseen for slot in span.slots), "was": _was(span),
    } | _said(span.said, span.status) | _goal(span)  # fmt: skip


def _slot(slot: Slot, places: dict[int, str]) -> dict[str, Any]:
    report, before = slot.report, slot.before
    return {
        "level": "reporter", "from": slot.period.first.isoformat(), "to": slot.period.last.isoformat(),
        "reporter": slot.reporter.name, "place": places.get(slot.reporter.place_id or 0, ""),
        "was": _plain(before.value) if before else "", "why": report.why if report else "",
        "late": int(slot.is_late), "unconfirmed": int(slot.is_unseen),
    } | _said(slot.said, slot.status)  # fmt: skip


def lines(standing: Standing) -> list[dict[str, Any]]:
    """Every line of the table as plain values; the public's figures are never broken down."""
    is_team = standing.audience == TEAM
    places = _places(standing) if is_team else {}
    made = []
    for row in standing.rows:
        one = row.indicator
        head = {
            "code": one.code, "indicator": one.title, "unit": one.unit, "kind": row.how["kind"],
            "direction": row.how["direction"], "as_of": standing.on.isoformat(),
        }  # fmt: skip
        made += [head | line for line in _of_row(row, is_team, places)]
    return [{name: line.get(name, "") for name in COLUMNS} for line in made]


def _of_row(row: Row, is_team: bool, places: dict[int, str]) -> Iterator[dict[str, Any]]:
    yield _total(row)
    for span in row.spans:
        yield _span(span)
        if is_team:
            yield from (_slot(slot, places) for slot in span.slots)
    if is_team:
        for (sex, band, place), value in sorted(row.broken_down((0, 1, 2)).items(), key=str):
            where = places.get(place or 0, "unknown")
            group = {"sex": sex, "band": band, "place": where}
            yield {"level": "group", "value": plain(value), "status": REPORTED} | group
        yield from _aims(row, places)


def _aims(row: Row, places: dict[int, str]) -> Iterator[dict[str, Any]]:
    """Targets of groups, each with the figure of its group."""
    for group, goal in row.groups.items():
        sex, band, place = group
        where = places.get(place, "unknown") if place else ""
        yield {
            "level": "target", "sex": sex, "band": band, "place": where, "value": plain(row.in_group(group)),
            "status": REPORTED, "target": _plain(goal.value), "target_was": _plain(goal.was),
            "target_changed_on": goal.changed_on.isoformat() if goal.changed_on else "",
        }  # fmt: skip


def _places(standing: Standing) -> dict[int, str]:
    """Names of all places that are spoken of: one query."""
    wanted = {slot.reporter.place_id for row in standing.rows for slot in row.slots}
    wanted |= {cell.place_id for row in standing.rows for cell in row.cells}
    wanted |= {place for row in standing.rows for _sex, _band, place in row.groups}
    return {place.pk: str(place) for place in Place.objects.filter(pk__in=wanted - {None})}


def csv_of(standing: Standing) -> str:
    """The table as CSV with a byte order mark."""
    rows = [COLUMNS, *(line.values() for line in lines(standing))]
    return "\ufeff" + "".join(csv_line([_cell(value) for value in row]) for row in rows)


def _cell(value: Any) -> Any:
    """A negative number stays a number: only words can be formulas."""
    text = str(value)
    return text if text[1:].replace(".", "", 1).isdigit() and text[0] == "-" else safe_cell(value)


def xlsx_of(standing: Standing) -> bytes:
    """The same lines in a workbook; numbers are numbers, what is missing is words."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet(standing.initiative.code)
    sheet.freeze_panes = "A2"
    for letter, wide in (("C", 40), ("I", 28), ("R", 28)):  # indicator, reporter, why
        sheet.column_dimensions[letter].width = wide
    sheet.append(COLUMNS)
    for line in lines(standing):
        sheet.append([_typed(name, value) for name, value in line.items()])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _typed(name: str, value: Any) -> Any:
    if name in DAYS and value:
        return date.fromisoformat(value)
    if name not in NUMBERS:
        return safe_cell(value)
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        return safe_cell(value) or None
    return int(number) if number == int(number) else float(number)


def json_of(standing: Standing) -> dict[str, Any]:
    """The same for programs: null where there is no figure, and the words why."""
    made: list[dict[str, Any]] = []
    rows = {row.indicator.code: row for row in standing.rows}
    for line in lines(standing):
        known = line["status"] == REPORTED and line["kind"] != "text"  # else words stand in place of a figure
        value = {name: text for name, text in line.items() if text != "" and name not in ("level", "as_of")}
        value["value"] = line["value"] if known else None
        if line["level"] == "total":
            row = rows[line["code"]]
            value["words"] = figure(row.said, row.status, row.indicator.unit)
            made.append(value | {"periods": [], "reporters": [], "groups": [], "targets": []})
        else:
            made[-1][f"{line['level']}s"].append(value)
    if standing.audience != TEAM:
        for one in made:
            del one["reporters"], one["groups"], one["targets"]
    return {
        "initiative": standing.initiative.code, "title": standing.initiative.title, "as_of": standing.on.isoformat(),
        "audience": standing.audience, "indicators": made,
    }  # fmt: skip
