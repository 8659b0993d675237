"""Every number of a published package is computed anew and compared; and the package is attacked.

Pure: works on the bytes of the zip alone, without a database. What each part is: `research/downloads.py`.
"""

import csv
import io
import json
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from icma.engines.disclosure import MISSING, SHOWN, WITHHELD, ZERO, Cell, attack
from icma.engines.publish import cube
from icma.engines.suppression import Key, structure

MOST_BYTES = 200_000_000


class Unreadable(Exception):
    """Not a package that can be read; its text says why."""


@dataclass(frozen=True)
class Checked:
    """What was compared: how many numbers, and every one that is not equal (in words)."""

    numbers: int
    unequal: tuple[str, ...]
    sha256: str

    @property
    def equal(self) -> bool:
        return not self.unequal


def rebuild(package: bytes) -> Checked:
    """Hashes, the table against the release, and every number from what it is made of. Raises Unreadable."""
    parts = _parts(package)
    try:
        return _rebuilt(parts)
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError, csv.Error) as error:
        raise Unreadable(f"not a release: {error}") from error


def _rebuilt(parts: Mapping[str, bytes]) -> Checked:
    release, hash_found = parts["release.json"], sha256(parts["release.json"]).hexdigest()
    data, descriptor = json.loads(release), json.loads(parts["datapackage.json"])
    cells = {tuple(key): Cell(status, value) for key, status, value in data["cells"]}
    table = _table(parts["data/cells.csv"], [d["name"] for d in data["dimensions"]])
    records = data.get("records")
    wrong = list(_same_hash("release.json", hash_found, descriptor.get("icma", {}).get("sha256", "")))
    wrong += _same_table(cells, table)
    if records:
        found = parts.get("data/records.csv", b"")
        wrong += _same_hash("data/records.csv", sha256(found).hexdigest(), records["sha256"])
        wrong += _from_records(table, found, [d["name"] for d in data["dimensions"]])
    else:
        wrong += _from_parts(table, int(data["k"]))
    return Checked(len(table), tuple(wrong), hash_found)


def _parts(package: bytes) -> dict[str, bytes]:
    wanted = ("release.json", "datapackage.json", "data/cells.csv")
    try:
        with zipfile.ZipFile(io.BytesIO(package)) as zipped:
            infos = zipped.infolist()
            if sum(info.file_size for info in infos) > MOST_BYTES:
                raise Unreadable("the package is larger than a release can be")
            found = {info.filename: zipped.read(info) for info in infos}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
        raise Unreadable(f"not a zip that can be read: {error}") from error
    if absent := [name for name in wanted if name not in found]:
        raise Unreadable(f"not a release: {', '.join(absent)} is absent")
    return found


def _table(text: bytes, names: list[str]) -> dict[Key, Cell]:
    rows = csv.DictReader(io.StringIO(text.decode()))
    return {
        tuple(_plain(row[name]) for name in names): Cell(row["status"], int(row["value"]) if row["value"] else None)
        for row in rows
    }  # fmt: skip


def _plain(text: str) -> str:
    """A cell that was quoted against spreadsheets, as it was."""
    return text[1:] if text[:1] == "'" and text[1:2] in "=+-@" else text


def _same_hash(name: str, found: str, said: str) -> Iterator[str]:
    if found != said:
        yield f"{name}: sha256 {found}, the package says {said or 'nothing'}"


def _same_table(release: Mapping[Key, Cell], table: Mapping[Key, Cell]) -> Iterator[str]:
    for key in sorted(set(release) | set(table)):
        if release.get(key) != table.get(key):
            yield f"{_name(key)}: the release has {_said(release.get(key))}, the table {_said(table.get(key))}"


def _from_records(table: Mapping[Key, Cell], text: bytes, names: list[str]) -> Iterator[str]:
    """The public record: every cell counted from the rows."""
    rows = Counter(tuple(_plain(row[n]) for n in names) for row in csv.DictReader(io.StringIO(text.decode())))
    counted = cube(rows, table)
    for key, cell in table.items():
        if counted[key] != (cell.value or 0):
            yield f"{_name(key)}: {_said(cell)}, counted from the rows {counted[key]}"


def _from_parts(table: Mapping[Key, Cell], k: int) -> Iterator[str]:
    """People: every total from its parts; with withheld parts it lies where they allow it."""
    for key, cell in table.items():
        if cell.status == SHOWN and (cell.value is None or 0 < cell.value < k):
            yield f"{_name(key)}: {_said(cell)} is below {k} and shown"
        if (cell.status == ZERO) != (cell.value == 0) or (
            cell.status in (WITHHELD, MISSING) and cell.value is not None
        ):
            yield f"{_name(key)}: {cell.value} does not fit {cell.status}"
    for margin, keys in structure(table):
        if margin not in table or (value := table[margin].value) is None:
            continue
        parts = [table.get(key, Cell(MISSING)) for key in keys]
        found = Counter(part.status for part in parts)
        known = sum(part.value or 0 for part in parts)
        least = known + found[WITHHELD]
        exact = not found[WITHHELD] and not found[MISSING]
        if (exact and value != known) or value < least:
            more = "" if exact else "at least "
            yield f"{_name(margin)}: {value}, from its parts {more}{least}"


def _name(key: Key) -> str:
    return " × ".join(key) or "total"


def _said(cell: Cell | None) -> str:
    return "nothing" if cell is None else str(cell.value) if cell.value is not None else cell.status


# --- the attack -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Attacked:
    """What linear programming finds in tables that lie side by side. `exact`: withheld cells with one possible value;
    `narrow`: known more closely than k and possibly small; `narrowest`: width of the narrowest interval."""

    cells: int
    withheld: int
    exact: int
    narrow: int
    narrowest: float | None
    intervals: Mapping[Key, tuple[float, float]]


def attacked(cells: Mapping[Key, Cell], k: int = 5) -> Attacked:
    found = attack(cells)
    widths = {key: high - low for key, (low, high) in found.items()}
    narrow = [key for key, width in widths.items() if width < k - 1e-6 and found[key][0] < k]
    exact = sum(width < 1 for width in widths.values())
    return Attacked(len(cells), len(found), exact, len(narrow), min(widths.values(), default=None), found)


def cells_of(package: bytes) -> tuple[dict[Key, Cell], int]:
    """The cells and k of a package, for the attack."""
    data: Any = json.loads(_parts(package)["release.json"])
    return {tuple(key): Cell(status, value) for key, status, value in data["cells"]}, int(data["k"])
