"""The directory's sheet comes in: every line is reported, a bad one does not stop the others."""

import contextlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.codes import public_code
from icma.people.actions.directory import write_address, write_body
from icma.people.actions.review import ask_review
from icma.people.directory import ADDRESS, read_day, read_sheet
from icma.people.models import Authority, Change, Place, User

SHIPPED = Path(__file__).resolve().parent.parent / "data" / "authorities.csv"
NO, YES = (
    frozenset({"no", "0", "false", "xeyr", "yox", "нет"}),
    frozenset({"", "yes", "1", "true", "bəli", "hə", "да"}),
)


@dataclass(frozen=True)
class Line:
    """`outcome` is created, changed, unchanged or error; `text` says why for an error."""

    number: int
    outcome: str
    name: str
    text: str = ""


@dataclass
class Report:
    lines: list[Line] = field(default_factory=list)

    @property
    def counts(self) -> Counter[str]:
        return Counter(line.outcome for line in self.lines)


@dataclass
class Seen:
    """What earlier lines of the sheet stand for: cells of a body by its code, rows of addresses."""

    bodies: dict[str, dict[str, str]] = field(default_factory=dict)
    addresses: set[int] = field(default_factory=set)


class _DryRun(Exception):
    """Rolls the rehearsal back."""


def import_directory(*, data: bytes, by: User | None, at: datetime, dry: bool = False) -> Report:
    """Bring in a sheet as `write_sheet` makes it; `dry` rehearses it and leaves nothing behind.

    Bodies are found by code, or without one by kind, name and place. Nothing that the sheet leaves out is
    removed. Raises BadFile when the file as a whole cannot be read.
    """
    lines = list(read_sheet(data))
    report = Report()
    with contextlib.suppress(_DryRun):
        _import(lines=lines, report=report, by=by, at=at, dry=dry)
    return report


@action
def load_authorities(*, at: datetime) -> Report:
    """The bodies that ship with İcma; those that stand already are left as officers have made them."""
    known = set(Authority.objects.values_list("code", flat=True))
    lines = [
        (number, cells) for number, cells in read_sheet(SHIPPED.read_bytes()) if cells["code"] not in known
    ]
    report = Report()
    _import(lines=lines, report=report, by=None, at=at, dry=False)
    return report


@action
def _import(*, lines: list, report: Report, by: User | None, at: datetime, dry: bool) -> None:
    report.lines.clear()  # the action may be tried again
    changes: list[Change] = []
    seen = Seen()
    waiting = lines
    while waiting:
        later = []
        for number, cells in waiting:
            if _refers_ahead(cells, waiting):
                later.append((number, cells))
            else:
                report.lines.append(_line(number, cells, seen, changes, by, at))
        if len(later) == len(waiting):  # a ring of bodies that name each other
            report.lines += [
                _error(number, cells, _("Bodies name each other in a ring.")) for number, cells in later
            ]
            break
        waiting = later
    report.lines.sort(key=lambda line: line.number)
    if dry:
        raise _DryRun
    if by is not None and changes:
        data = {"changes": [change.pk for change in changes], "name": _("CSV")}
        ask_review(kind="directory", subject="sheet", when="after", by=by, at=at, data=data)


def _refers_ahead(cells: dict[str, str], waiting: list) -> bool:
    """A line waits while another line that is still waiting makes the body it names."""
    named = {cells.get("parent"), cells.get("superior")} - {"", None, cells.get("code")}
    if not named:
        return False
    missing = named - set(Authority.objects.filter(code__in=named).values_list("code", flat=True))
    return any(other.get("code") in missing for _number, other in waiting)


def _line(number: int, cells: dict, seen: Seen, changes: list, by: User | None, at: datetime) -> Line:
    try:
        with transaction.atomic():
            made, moved = _bring_in(cells, seen, by, at)
    except (Refused, ValueError) as error:
        return _error(number, cells, str(error))
    changes += moved
    outcome = "created" if made else "changed" if moved else "unchanged"
    return Line(number, outcome, cells["name_az"])


def _error(number: int, cells: dict[str, str], text: str) -> Line:
    return Line(
        number, "error", cells.get("name_az", ""), _("Line %(line)s: %(why)s") % {"line": number, "why": text}
    )


def _bring_in(cells: dict, seen: Seen, by: User | None, at: datetime) -> tuple[bool, list[Change]]:
    """One line: (something was made, its changes). Raises Refused or ValueError."""
    if cells["_extra"]:
        raise Refused(_("the line has more cells than the header"))
    body = _find(cells)
    values = _body_values(cells)
    head = {name: cells.get(name, "") for name in cells if name not in ADDRESS and name != "_extra"}
    if seen.bodies.get(body.code, head) != head:
        raise Refused(_("it differs from an earlier line about the same body"))
    made = body.pk is None
    moved = [write_body(body=body, values=values, by=by, at=at, why="csv")]
    if any(cells.get(name) for name in ADDRESS):
        row, rows = write_address(
            authority=body, values=_address_values(cells), by=by, at=at, why="csv", besides=seen.addresses
        )
        seen.addresses.add(row.pk)
        moved += rows
        made = made or rows[-1] is not None and rows[-1].before is None
    seen.bodies[body.code] = head
    return made, [change for change in moved if change]


def _find(cells: dict[str, str]) -> Authority:
    code = cells.get("code", "")
    if code:
        if len(code) > 8 or not code.isalnum() or not code.isascii():
            raise Refused(_("the code must be up to eight letters and digits"))
        return Authority.objects.filter(code=code).first() or Authority(code=code)
    same = Authority.objects.filter(kind=cells["kind"], name_az=cells["name_az"])
    same = same.filter(place__code=cells["place"]) if cells.get("place") else same.filter(place=None)
    return same.first() or Authority(code=public_code())


def _body_values(cells: dict[str, str]) -> dict[str, Any]:
    """Values of the columns that the sheet has; a column it lacks changes nothing."""
    plain = ("kind", "name_az", "name_en", "name_ru", "source")
    values: dict[str, Any] = {name: cells[name] for name in plain if name in cells}
    for name in ("since", "until"):
        if name in cells:
            values[name] = _day(cells[name])
    for name, model in (("place", Place), ("parent", Authority), ("superior", Authority)):
        if name in cells:
            values[name] = _named(model, cells[name])
    return values


def _named(model: type[Place] | type[Authority], code: str) -> Place | Authority | None:
    if not code:
        return None
    row = model._default_manager.filter(code=code).first()
    if row is None:
        raise Refused(_("nothing has the code “%(code)s”") % {"code": code})
    return row


def _day(text: str) -> Any:
    try:
        return read_day(text)
    except ValueError:
        raise Refused(_("“%(text)s” is not a date (13.03.2026)") % {"text": text}) from None


def _address_values(cells: dict[str, str]) -> dict[str, Any]:
    limit, attachments = cells.get("limit", ""), cells.get("attachments", "")
    if limit and not (limit.isascii() and limit.isdigit() and len(limit) < 10):
        raise Refused(_("“%(text)s” is not a number of characters") % {"text": limit})
    if attachments not in NO | YES:
        raise Refused(_("attachments: write yes or no"))
    return {
        "purpose": cells.get("purpose", ""), "channel": cells.get("channel", ""),
        "value": cells.get("address", ""),
        "limit": int(limit) if limit else None, "attachments": attachments not in NO,
        "source": cells.get("address_source", ""), "since": _day(cells.get("address_since", "")),
        "until": _day(cells.get("address_until", "")),
    }  # fmt: skip
