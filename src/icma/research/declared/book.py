"""A workbook of the past: its template, its lines as they are read, and the lines that could not be brought in.

Every sheet has a hidden first row of fixed keys, a second row of headings in the reader's language, and an example.
Cells are found by the keys, or where somebody has taken that row out, by the headings of any of our languages.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from icma.core.words import num
from icma.engines.aztext import clean_text, fold
from icma.people.directory import read_day

# A rehearsal holds the database for writing; 150 lines a sheet are a few seconds.
MOST_BYTES, MOST_UNPACKED, MOST_ROWS, MOST_CELL = 2_000_000, 60_000_000, 150, 5000
MOST_BLANK = 20_000  # rows of a sheet, with those in which nothing is written
LOOKED = 4  # rows in which a heading may stand
REASON, WHY = "reason", gettext_lazy("Why it was not brought in")  # a column of the sheet of errors
EXAMPLE = frozenset({"numune", "example", "primer"})
FOUND = 2  # names that make a row a heading


class BadBook(ValueError):
    """The file as a whole cannot be read; its text is for the reader."""


@dataclass(frozen=True)
class Col:
    """A column. `kind`: text, day, choice or name (of a thing of ours); `choices()` gives key → word."""

    key: str
    label: Any
    example: str = ""
    kind: str = "text"
    is_needed: bool = False
    choices: Callable[[], Mapping[str, Any]] | None = None
    most: int = 300

    @property
    def heading(self) -> str:
        return f"{self.label}{' *' if self.is_needed else ''}"


@dataclass(frozen=True)
class Sheet:
    name: str
    title: Any
    columns: tuple[Col, ...]

    @property
    def titles(self) -> set[str]:
        return {fold(word) for word in (self.name, *in_all_languages(self.title))}


@dataclass(frozen=True)
class Line:
    """One line: `cells` by key; `row` as it stands, and `keys` of its columns, to see what has slipped."""

    sheet: Sheet
    number: int
    cells: dict[str, str]
    row: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()

    @property
    def besides(self) -> list[str]:
        """Cells that stand where the sheet has no column."""
        return [cell for cell, key in zip(self.row, self._padded, strict=True) if cell and not key]

    @property
    def _padded(self) -> tuple[str, ...]:
        return (*self.keys, *[""] * (len(self.row) - len(self.keys)))

    def moved(self, by: int) -> dict[str, str]:
        """The cells as they would stand had the line not slipped by so many columns."""
        return {
            key: self.row[at + by] if 0 <= at + by < len(self.row) else ""
            for at, key in enumerate(self.keys)
            if key
        }


@dataclass
class Book:
    lines: list[Line] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)  # names of sheets that we do not know


def in_all_languages(text: Any) -> list[str]:
    found = []
    for code, _name in settings.LANGUAGES:
        with override(code):
            found.append(str(text))
    return found


# --- reading -----------------------------------------------------------------------------------------
def read_book(data: bytes, sheets: Sequence[Sheet]) -> Book:
    """Every line of every sheet that we know. Raises BadBook for what is no workbook, is too large, lacks a column or
    whose headings have moved against their keys."""
    known = {title: sheet for sheet in sheets for title in sheet.titles}
    book, found = Book(), False
    for title, rows in _tables(data):
        sheet = known.get(fold(title))
        if sheet is None:
            book.unknown.append(title)
        else:
            found = True
            book.lines += _lines(sheet, rows)
    if not found:
        raise BadBook(_("The file has none of the sheets of our template."))
    return book


def _tables(data: bytes) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    """(title, rows of text) of each sheet."""
    import openpyxl

    if len(data) > MOST_BYTES:
        raise BadBook(_("The file is larger than 2 MB."))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
                raise BadBook(_("The file is too large when unpacked."))
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        tables = [(sheet.title, _rows(sheet)) for sheet in book.worksheets]
    except (
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        TypeError,
        OSError,
        SyntaxError,
        AttributeError,
        RuntimeError,
        zlib.error,
    ) as error:
        if isinstance(error, BadBook):
            raise
        raise BadBook(_("The file is no XLSX workbook. Save it as “Excel workbook (.xlsx)”.")) from error
    yield from tables


def _rows(sheet: Any) -> list[tuple[str, ...]]:
    rows, written = [], 0
    for row in sheet.iter_rows(values_only=True):
        cells = [_text(cell) for cell in row[:60]]
        while cells and not cells[-1]:
            cells.pop()
        rows.append(tuple(cells))
        written += bool(cells)
        if written > MOST_ROWS + LOOKED or len(rows) > MOST_BLANK:
            raise BadBook(_("A sheet has more than %(n)s lines.") % {"n": num(MOST_ROWS)})
    return rows


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return clean_text(str(cell)[: MOST_CELL + 1]).strip()


def _lines(sheet: Sheet, rows: list[tuple[str, ...]]) -> Iterator[Line]:
    keys, begin = _head(sheet, rows)
    lacking = [str(col.label) for col in sheet.columns if col.is_needed and col.key not in keys]
    if lacking:
        words = {"sheet": str(sheet.title), "columns": ", ".join(lacking)}
        raise BadBook(_("The sheet “%(sheet)s” lacks these columns: %(columns)s.") % words)
    for number, row in enumerate(rows[begin:], begin + 1):
        if not any(row) or any(fold(cell) in EXAMPLE for cell in row[:1]):
            continue
        padded = (*row, *[""] * (len(keys) - len(row)))
        cells = {key: cell for key, cell in zip(keys, padded, strict=False) if key}
        yield Line(sheet, number, cells, padded, keys)


def _head(sheet: Sheet, rows: list[tuple[str, ...]]) -> tuple[tuple[str, ...], int]:
    """(key of each column, first row of data); of the row of keys and the row of headings both must say the same."""
    names = {col.key: col.key for col in sheet.columns} | {
        fold(word): col.key for col in sheet.columns for word in in_all_languages(col.label)
    }
    names |= {REASON: REASON} | {fold(word): REASON for word in in_all_languages(WHY)}
    heads = []
    for at, row in enumerate(rows[:LOOKED]):
        keys = tuple(names.get(cell) or names.get(fold(re.sub(r"\s*\*$", "", cell)), "") for cell in row)
        if sum(bool(key) for key in keys) >= FOUND:
            heads.append((at, keys))
    if not heads:
        raise BadBook(
            _("The sheet “%(sheet)s” has no headings. Begin with our template.") % {"sheet": sheet.title}
        )
    first = heads[0][1]
    for _at, other in heads[1:]:
        if any(a and b and a != b for a, b in zip(first, other, strict=False)):
            raise BadBook(
                _(
                    "In the sheet “%(sheet)s” the headings have moved by a column. Begin with our template anew."
                )
                % {"sheet": sheet.title}
            )
    return first, heads[-1][0] + 1


# --- what a cell says ----------------------------------------------------------------------------------
def values_of(sheet: Sheet, cells: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """(values by key: text, date or None, key of a choice; what is wrong, in words)."""
    values: dict[str, Any] = {}
    wrong = []
    for col in sheet.columns:
        text = cells.get(col.key, "")
        try:
            values[col.key] = _value(col, text)
        except ValueError as error:
            wrong.append(f"{col.label}: {error}")
    return values, wrong


def _value(col: Col, text: str) -> Any:
    if not text:
        if col.is_needed:
            raise ValueError(_("nothing is written here"))
        return None if col.kind == "day" else ""
    if len(text) > col.most:
        raise ValueError(_("longer than %(n)s characters") % {"n": num(col.most)})
    if col.kind == "day":
        return _day(text)
    if col.kind == "choice" and col.choices is not None:
        found = _words(col).get(fold(text))
        if found is None:
            words = {"text": text[:40], "choices": _listed(col)}
            raise ValueError(_("“%(text)s” is not among the choices: %(choices)s") % words)
        return found
    return text


def _day(text: str) -> date:
    try:
        found = read_day(text.split(" ")[0])
    except ValueError:
        found = None
    if found is None or not 1990 <= found.year <= 2100:
        raise ValueError(_("“%(text)s” is not a date (13.03.2026)") % {"text": text[:40]})
    return found


def _words(col: Col) -> dict[str, str]:
    """Every word by which a choice may be called, in any of our languages."""
    assert col.choices is not None
    found = {}
    for key, label in col.choices().items():
        for word in (key, *in_all_languages(label)):
            found[fold(word)] = key
    return found


def _listed(col: Col) -> str:
    """The choices as one reads them; a word of them may have a comma."""
    return "; ".join(map(str, col.choices().values())) if col.choices else ""


def slipped(line: Line) -> int:
    """By how many columns its cells have slipped to the right (negative: to the left); 0 where they have not.

    Told from days and choices: these fit nowhere else.
    """
    typed = [col for col in line.sheet.columns if col.kind in ("day", "choice") and col.key in line.keys]
    if not _misfits(typed, line.cells):
        return 0
    for by in (1, -1):
        cells = line.moved(by)
        if sum(bool(cells.get(col.key)) for col in typed) >= FOUND and not _misfits(typed, cells):
            return by
    return 0


def _misfits(typed: Iterable[Col], cells: Mapping[str, str]) -> bool:
    for col in typed:
        try:
            _value(col, cells.get(col.key, ""))
        except ValueError:
            return True
    return False


# --- writing -------------------------------------------------------------------------------------------
def write_template(sheets: Sequence[Sheet]) -> bytes:
    """An empty workbook: hidden keys, headings, one example that is never read."""
    return _written(sheets, lambda sheet: [[col.example for col in sheet.columns]], ())


def write_lines(sheets: Sequence[Sheet], lines: Sequence[tuple[Line, str]]) -> bytes:
    """The lines with why each could not be brought in; corrected, the same file comes in again."""

    def rows(sheet: Sheet) -> list[list[str]]:
        return [
            [*(line.cells.get(col.key, "") for col in sheet.columns), why, *line.besides]
            for line, why in lines
            if line.sheet.name == sheet.name
        ]

    return _written(sheets, rows, (REASON, str(WHY)))


def _written(sheets: Sequence[Sheet], rows: Callable[[Sheet], list[list[str]]], more: Sequence[str]) -> bytes:
    import openpyxl
    from openpyxl.styles import Alignment, Font

    book = openpyxl.Workbook()
    book.remove(book.active)
    for sheet in sheets:
        page = book.create_sheet(str(sheet.title)[:31])
        heads = [[col.key for col in sheet.columns], [col.heading for col in sheet.columns]]
        for head, word in zip(heads, more, strict=False):
            head.append(word)
        for at, row in enumerate([*heads, *rows(sheet)], 1):
            for column, text in enumerate(row, 1):
                cell = page.cell(at, column, text or None)
                if text:
                    cell.data_type = "s"  # what begins with = is text here, never a formula
                cell.alignment = Alignment(wrap_text=True, vertical="top")
                cell.font = Font(bold=at == 2)
        page.row_dimensions[1].hidden = True
        page.freeze_panes = "A3"
        for column in range(1, len(heads[0]) + 1):
            page.column_dimensions[openpyxl.utils.get_column_letter(column)].width = 24
        _offer(page, sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _offer(page: Any, sheet: Sheet) -> None:
    """Cells of a choice say what may stand in them, and offer it where a spreadsheet can."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    for column, col in enumerate(sheet.columns, 1):
        if listed := _listed(col):
            offer = DataValidation(prompt=listed, showInputMessage=True, showErrorMessage=False)
            if "," not in listed:
                offer.type, offer.formula1 = "list", f'"{listed.replace("; ", ",")}"'
            offer.add(f"{get_column_letter(column)}3:{get_column_letter(column)}{MOST_ROWS + LOOKED}")
            page.add_data_validation(offer)
