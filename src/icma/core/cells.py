"""Cells and lines of CSV files: of ours for the public, and of those that come in."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # some spreadsheets read the wide ones too


def safe_cell(value: Any) -> Any:
    """A value for a public CSV: text that a spreadsheet would take for a formula gets an apostrophe."""
    if value is None or isinstance(value, bool):
        return "" if value is None else int(value)
    if isinstance(value, int | float):
        return value
    if isinstance(value, date | datetime):
        return value.isoformat()
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


class BadFile(ValueError):
    """The file as a whole cannot be read; its text is for the reader."""


def text_of(data: bytes, megabytes: int) -> str:
    """The text of a file that came in. Raises BadFile when it is too large or no UTF-8 text."""
    if len(data) > megabytes * 1_000_000:
        raise BadFile(_("The file is larger than %(n)s MB.") % {"n": megabytes})
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadFile(_("The file is not UTF-8 text. Save it as “CSV UTF-8”.")) from None
    if "\0" in text:
        raise BadFile(_("The file is not a CSV. Save the table as CSV first."))
    return text


def csv_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """(number of its last line, cells) of each row, by comma, semicolon or tab. Raises BadFile."""
    first = text.partition("\n")[0]
    sheet = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))
    try:
        for row in sheet:
            yield sheet.line_num, row
    except csv.Error:
        raise BadFile(_("The file cannot be read at line %(line)s.") % {"line": sheet.line_num}) from None


def csv_line(cells: Iterable[Any]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()
