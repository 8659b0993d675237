"""Reading the directory: which address holds on a day, which body is open; the sheet in and out."""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from icma.core.cells import BadFile, csv_rows, text_of
from icma.people.access import live_on
from icma.people.models import Address, Authority

# What stands behind the name of a district in tables of others; of folded text.
OF_PLACE = re.compile(r"\s+(rayonu|rayon|seheri|seher|qesebesi|rayony|gorod|district|city)$")
BODY = (
    "code",
    "kind",
    "name_az",
    "name_en",
    "name_ru",
    "place",
    "parent",
    "superior",
    "source",
    "since",
    "until",
)
ADDRESS = (
    "purpose",
    "channel",
    "address",
    "limit",
    "attachments",
    "address_source",
    "address_since",
    "address_until",
)
COLUMNS = BODY + ADDRESS
NEEDED = ("kind", "name_az", "source")
MEGABYTES, MOST_ROWS = 5, 20_000


def open_bodies(on: date) -> QuerySet[Authority]:
    """Authorities that exist on the day: one that was closed yesterday is not among them."""
    return Authority.objects.filter(live_on(on))


def is_open(authority: Authority, on: date) -> bool:
    return (authority.since is None or authority.since <= on) and (
        authority.until is None or authority.until >= on
    )


def addresses_on(authority: Authority, on: date) -> list[Address]:
    """Addresses that hold on the day, one a purpose and channel. Of two that began on one day the later written."""
    rows = authority.addresses.filter(live_on(on)).order_by("purpose", "channel", "-since", "-pk")
    newest: dict[tuple[str, str], Address] = {}
    for row in rows:
        newest.setdefault((row.purpose, row.channel), row)
    return list(newest.values())


def addresses_for(authority: Authority, purpose: str, on: date) -> list[Address]:
    """The one rule: addresses that hold on the day for exactly this purpose; those for another are never used.

    Empty: "ünvan təsdiqlənməyib".
    """
    return [row for row in addresses_on(authority, on) if row.purpose == purpose]


def address_for(authority: Authority, purpose: str, on: date, channel: str = "") -> Address | None:
    """The first address for a purpose, if there is one of this channel that one, or None."""
    rows = addresses_for(authority, purpose, on)
    return next((row for row in rows if row.channel == channel), rows[0] if rows else None)


def holds_on(address: Address, on: date) -> bool:
    return address.since <= on and (address.until is None or address.until >= on)


def write_sheet(kind: str = "csv") -> str:
    """The directory as CSV or "json": one line an address (ended ones too), one line for a body without any."""
    if kind == "json":
        named = [dict(zip(COLUMNS, cells, strict=True)) for cells in _lines()]
        return json.dumps(named, ensure_ascii=False, indent=1) + "\n"
    out = io.StringIO()
    out.write("\ufeff")
    sheet = csv.writer(out, lineterminator="\r\n")
    sheet.writerow(COLUMNS)
    sheet.writerows(map(_guard, cells) for cells in _lines())
    return out.getvalue()


def _lines() -> Iterator[list[str]]:
    ordered = Address.objects.order_by("since", "purpose", "channel", "pk")
    rows = Authority.objects.select_related("place", "parent", "superior")
    for body in rows.prefetch_related(Prefetch("addresses", ordered)).order_by("sort_key", "code"):
        head = _body_cells(body)
        yield from ([*head, *_address_cells(address)] for address in body.addresses.all() or [None])


def _body_cells(body: Authority) -> list[str]:
    codes = [thing.code if thing else "" for thing in (body.place, body.parent, body.superior)]
    names = [body.code, body.kind, body.name_az, body.name_en, body.name_ru]
    return [*names, *codes, body.source, _iso(body.since), _iso(body.until)]


def _address_cells(row: Address | None) -> list[str]:
    if row is None:
        return [""] * len(ADDRESS)
    limit, attachments = str(row.limit or ""), "yes" if row.attachments else "no"
    dates = [_iso(row.since), _iso(row.until)]
    return [row.purpose, row.channel, row.value, limit, attachments, row.source, *dates]


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _guard(cell: str) -> str:
    """A cell that a spreadsheet would run gets an apostrophe, `_bare` takes exactly one away again."""
    return f"'{cell}" if re.match(r"'*[=+\-@\t＝＋－＠]", cell) else cell


def _bare(cell: str) -> str:
    return cell[1:] if re.match(r"'+[=+\-@\t＝＋－＠]", cell) else cell


def read_sheet(data: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """(line number, cells by column) of a CSV with comma or semicolon, with or without a BOM, or of a JSON list.

    Raises BadFile when it is no UTF-8 text, has no usable header or is too long.
    """
    text = text_of(data, MEGABYTES)
    if text.lstrip().startswith("["):
        yield from _objects(text)
        return
    rows = csv_rows(text)
    header = [name.strip().lower() for name in next(rows, (1, []))[1]]
    _check(header)
    for count, (line, row) in enumerate(rows):
        if count >= MOST_ROWS:
            raise BadFile(_("The file has more than 20 000 lines."))
        if any(cell.strip() for cell in row):
            yield line, {"_extra": str(max(0, len(row) - len(header)) or ""), **_named(header, row)}


def _objects(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The same of a JSON list of objects; a column that an object lacks changes nothing of its body."""
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError):
        raise BadFile(_("The file cannot be read as JSON.")) from None
    if not all(isinstance(row, dict) for row in rows):
        raise BadFile(_("The file cannot be read as JSON."))
    if len(rows) > MOST_ROWS:
        raise BadFile(_("The file has more than 20 000 lines."))
    _check(list(dict.fromkeys(name for row in rows for name in row)))
    for number, row in enumerate(rows, 1):
        yield (
            number,
            {"_extra": ""} | dict.fromkeys(NEEDED, "") | {k: _cell(value) for k, value in row.items()},
        )


def _cell(value: Any) -> str:
    """A value as the sheet writes it; what is no word, number or yes and no is left for the line to complain of."""
    words = {None: "", True: "yes", False: "no"}
    return words[value] if value is None or isinstance(value, bool) else str(value).strip()


def _check(header: list[str]) -> None:
    missing = [name for name in NEEDED if name not in header]
    if missing:
        raise BadFile(_("The file lacks these columns: %(columns)s.") % {"columns": ", ".join(missing)})
    unknown = [name for name in header if name and name not in COLUMNS]
    if unknown:
        raise BadFile(_("The file has unknown columns: %(columns)s.") % {"columns": ", ".join(unknown)})


def _named(header: list[str], row: list[str]) -> dict[str, str]:
    return {name: _bare(cell.strip()) for name, cell in zip(header, row, strict=False) if name}


def read_day(text: str) -> date | None:
    """'2026-03-13' or '13.03.2026' as a date; '' as None. Raises ValueError."""
    if not text:
        return None
    if re.fullmatch(r"\d{1,2}\.\d{1,2}\.\d{4}", text):
        return datetime.strptime(text, "%d.%m.%Y").date()  # noqa: DTZ007 (a day has no zone)
    return date.fromisoformat(text)
