"""Reading the directory: which address holds on a day, which body is open; the sheet in and out."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from icma.people.access import live_on
from icma.people.models import Address, Authority

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
MOST_BYTES, MOST_ROWS = 5_000_000, 20_000


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


class BadSheet(ValueError):
    """The file as a whole cannot be read; its text is for the reader."""


def write_sheet(bodies: QuerySet[Authority] | None = None) -> str:
    """The directory as CSV: one line an address (ended ones too), one line for a body without any."""
    rows = Authority.objects.all() if bodies is None else bodies
    ordered = Address.objects.order_by("since", "purpose", "channel", "pk")
    rows = rows.select_related("place", "parent", "superior").prefetch_related(Prefetch("addresses", ordered))
    out = io.StringIO()
    out.write("\ufeff")
    sheet = csv.writer(out, lineterminator="\r\n")
    sheet.writerow(COLUMNS)
    for body in rows.order_by("sort_key", "code"):
        head = _body_cells(body)
        for address in body.addresses.all() or [None]:
            sheet.writerow([*map(_guard, head), *map(_guard, _address_cells(address))])
    return out.getvalue()


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
    """(line number, cells by column) of a CSV with comma or semicolon, with or without a BOM.

    Raises BadSheet when it is no UTF-8 text, has no usable header or is too long.
    """
    if len(data) > MOST_BYTES:
        raise BadSheet(_("The file is larger than 5 MB."))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadSheet(_("The file is not UTF-8 text. Save it as “CSV UTF-8”.")) from None
    if "\0" in text:
        raise BadSheet(_("The file is not a CSV."))
    first = text.split("\n", 1)[0]
    sheet = csv.reader(
        io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ","
    )
    try:
        yield from _cells(sheet)
    except csv.Error as error:
        raise BadSheet(_("The file cannot be read at line %(line)s.") % {"line": sheet.line_num}) from error


def _cells(sheet: Iterable[list[str]]) -> Iterator[tuple[int, dict[str, str]]]:
    header = [name.strip().lower() for name in next(iter(sheet), [])]
    missing = [name for name in NEEDED if name not in header]
    if missing:
        raise BadSheet(_("The file lacks these columns: %(columns)s.") % {"columns": ", ".join(missing)})
    unknown = [name for name in header if name and name not in COLUMNS]
    if unknown:
        raise BadSheet(_("The file has unknown columns: %(columns)s.") % {"columns": ", ".join(unknown)})
    for count, row in enumerate(sheet):
        if count >= MOST_ROWS:
            raise BadSheet(_("The file has more than 20 000 lines."))
        if any(cell.strip() for cell in row):
            line: int = sheet.line_num  # type: ignore[attr-defined]
            yield line, {"_extra": str(max(0, len(row) - len(header)) or ""), **_named(header, row)}


def _named(header: list[str], row: list[str]) -> dict[str, str]:
    return {name: _bare(cell.strip()) for name, cell in zip(header, row, strict=False) if name}


def read_day(text: str) -> date | None:
    """'2026-03-13' or '13.03.2026' as a date; '' as None. Raises ValueError."""
    if not text:
        return None
    if re.fullmatch(r"\d{1,2}\.\d{1,2}\.\d{4}", text):
        return datetime.strptime(text, "%d.%m.%Y").date()  # noqa: DTZ007 (a day has no zone)
    return date.fromisoformat(text)
