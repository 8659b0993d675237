"""Tables of counts as files: what `icma protect` reads, and what it says of a row that it cannot use."""

import csv
import unicodedata
from collections import Counter
from collections.abc import Iterable
from io import StringIO
from pathlib import Path
from typing import Any

from icma.engines.aztext import fold

MOST = 10**9  # of larger counts the attack cannot tell one person
LINE = "\0"  # under this name a row keeps its line in the file
MARGIN = "*"
# Who writes a margin so has a table whose sums nobody would know of, and small cells that anybody could subtract.
TOTALS = frozenset(("cəmi", "yekun", "hamısı", "total", "subtotal", "grand total", "all", "итого", "всего"))
Row = dict[str, str]
Key = tuple[str, ...]


class Unreadable(Exception):
    """The table cannot be used; one line of text a row that is wrong."""


def rows_of(name: str, wanted: list[str]) -> tuple[list[str], list[Row]]:
    try:
        text = Path(name).read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"{name}: not UTF-8; save it anew as “CSV UTF-8”") from error
    found = [_read(text, sign) for sign in ",;\t"]
    reader = max(found, key=lambda one: (len({*wanted} & {*_head(one)}), len(_head(one))))
    head = _head(reader)
    absent = [column for column in wanted if column not in head]
    if absent:
        raise Unreadable(f"{name}: no column {', '.join(absent)}; there are: {', '.join(head) or '(none)'}")
    if twice := sorted({column for column in head if head.count(column) > 1}):
        raise Unreadable(f"{name}: two columns of the same name: {', '.join(twice) or '(none)'}")
    rows, wrong = [], []
    for row in reader:
        if None in row or None in row.values():
            wrong.append(f"{name}, line {reader.line_num}: {len(head)} columns are expected")
        rows.append(row | {LINE: str(reader.line_num)})
    if wrong:
        raise Unreadable("\n".join(wrong))
    return head, rows


def _read(text: str, sign: str) -> Any:
    reader = csv.DictReader(StringIO(text, newline=""), delimiter=sign)
    reader.fieldnames = [column.strip() for column in reader.fieldnames or []]
    return reader


def _head(reader: Any) -> list[str]:
    return list(reader.fieldnames)


def key_of(row: Row, by: list[str]) -> Key:
    """Letters written in two ways (ç as one sign, or as c with a tail) are the same."""
    return tuple(unicodedata.normalize("NFC", row[column].strip()) for column in by)


def counts(rows: list[Row], by: list[str], value: str) -> dict[Key, int | None]:
    values: dict[Key, int | None] = {}
    wrong = []
    for row in rows:
        key, text = key_of(row, by), row[value].strip()
        if key in values:
            wrong.append(f"line {row[LINE]}: {', '.join(key)} stands twice")
        elif "" in key:
            wrong.append(f"line {row[LINE]}: a dimension is empty; `*` is the margin")
        elif looks := next((part for part in key if _is_total(part)), ""):
            wrong.append(f"line {row[LINE]}: “{looks}” would be a category; a margin is written `*`")
        elif text and not is_count(text):
            wrong.append(
                f"line {row[LINE]}: “{text[:40]}” is no count (0, 1, 2… to {MOST}; empty where missing)"
            )
        values[key] = int(text) if is_count(text) else None
    if wrong:
        raise Unreadable("\n".join(wrong))
    if not values:
        raise Unreadable("the table has no rows")
    return values


def _is_total(part: str) -> bool:
    plain = unicodedata.normalize("NFKC", part)
    return part != MARGIN and (not plain.strip("* ()") or fold(plain.strip(" ():*")) in FOLDED)


FOLDED = frozenset(map(fold, TOTALS))


def is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= len(str(MOST)) and int(text) <= MOST


def published(name: str, by: list[str], value: str) -> dict[Key, Any]:
    """An earlier OUT. Its value has the name that it has now; else it is the only column beside the dimensions."""
    from icma.engines.disclosure import Cell

    head, rows = rows_of(name, [*by, "status"])
    if value not in head:
        others = [column for column in head if column not in (*by, "status", "coarsened")]
        if len(others) != 1:
            raise Unreadable(f"{name}: no column {value}")
        value = others[0]
    cells: dict[Key, Any] = {}
    for row in rows:
        key, status, text = key_of(row, by), row["status"], row[value].strip()
        if key in cells:
            raise Unreadable(
                f"{name}, line {row[LINE]}: {', '.join(key)} stands twice. Is it counted by a further column? Name it "
                "in --by; the other tables have `*` in it"
            )
        if not _stands(status, text):
            raise Unreadable(f"{name}, line {row[LINE]}: not a row of a protected table")
        cells[key] = Cell(status, int(text) if text else None)
    return cells


def _stands(status: str, text: str) -> bool:
    """Do the mark and the value say the same?"""
    if status in ("withheld", "missing"):
        return not text
    return is_count(text) and status == ("shown" if int(text) else "zero")


def alike(keys: Iterable[Key]) -> list[str]:
    """Categories that differ by capitals, blanks or signs alone: for the sums they are different ones."""
    found: dict[tuple[int, str], set[str]] = {}
    for key in keys:
        for number, part in enumerate(key):
            found.setdefault((number, "".join(fold(part).split())), set()).add(part)
    return sorted(" / ".join(sorted(parts)) for parts in found.values() if len(parts) > 1)


def order_tells(rows: list[Row], by: list[str], values: dict[Key, int | None]) -> bool:
    """Do rows of a kind stand in the order of their counts, and not of their names? A withheld one then lies between
    its neighbours. Of five rows or fewer it may be chance."""
    kinds: dict[tuple[bool, ...], list[Key]] = {}
    for row in rows:
        if values[key := key_of(row, by)]:
            kinds.setdefault(tuple(part == MARGIN for part in key), []).append(key)
    for keys in kinds.values():
        numbers = [values[key] or 0 for key in keys]
        in_order = numbers in (sorted(numbers), sorted(numbers, reverse=True))
        if (
            in_order
            and len(keys) > 5
            and Counter(numbers).most_common(1)[0][1] < len(keys)
            and keys != sorted(keys)
        ):
            return True
    return False


def by_name(rows: list[Row], by: list[str]) -> list[Row]:
    return sorted(rows, key=lambda row: [(part == MARGIN, part) for part in key_of(row, by)])
