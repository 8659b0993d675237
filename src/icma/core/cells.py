"""Cells and lines of public CSV files."""

import csv
import io
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

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


def csv_line(cells: Iterable[Any]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()
