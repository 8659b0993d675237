"""`icma protect TABLE.csv`: which cells of a table of counts may be published. Needs no database."""

import argparse
import csv
import json
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

BUDGET = 3.0  # seconds of the processor for the search; then a column is left out. The attack comes on top
SHARED = 20  # so many times slower may a machine be that does other things as well, before the clock counts
MOST = 10**9  # of larger counts the attack cannot tell one person
REFUSED, EVERYTHING = 3, 4  # exit status
WHY = {
    "known": "an earlier one shows numbers that must be withheld",
    "total": "its total differs from an earlier one by less than k",
    "half": "more than half of its cells would tell the difference",
    "sums": "its sums contradict each other, so that small numbers cannot be protected",
    "beside": "together with an earlier one it would give small numbers away",
}
STATUS = {"refused": REFUSED, "everything": EVERYTHING}
LINE = "\0"  # under this name a row keeps its line in the file


class Unreadable(Exception):
    """The table cannot be used; one line of text a row that is wrong."""


def add_to(words: argparse._SubParsersAction) -> None:
    protect = words.add_parser(
        "protect", help="withhold the cells of a table that would expose somebody",
        epilog="Exit status: 0 OUT may be published; 2 the table cannot be read, nothing is written; 3 refused beside an "
        "earlier one, OUT withholds everything; 4 every number that is not zero had to be withheld. A margin or a "
        "cell without a value, and a margin without a row, are missing: nobody but you knows them. Where 500 cells "
        "take too long the table is made coarser: AUDIT and the rows say so. AUDIT also names the crossings of which most "
        "cells are small; with --coarsen they are left out whole, and their margins are kept.",
    )  # fmt: skip
    protect.add_argument("file", metavar="TABLE.csv", help="long form: one row a cell, `*` for a margin")
    protect.add_argument("--by", required=True, help="columns of the dimensions: region,sex,age")
    protect.add_argument("--value", required=True, help="column of the counts; empty where missing")
    protect.add_argument("--k", type=int, default=5, help="counts from 1 to k-1 are small (default 5)")
    protect.add_argument("--out", required=True, help="the table as it may be published")
    protect.add_argument(
        "--audit", required=True, help="what was withheld, and how the attack on it went (JSON)"
    )
    protect.add_argument("--with", dest="earlier", nargs="+", default=[], metavar="EARLIER.csv",
                         help="what was published before over the same keys")  # fmt: skip
    protect.add_argument("--coarsen", action="store_true",
                         help="leave out crossings of which more than half of the cells are small, before withholding")  # fmt: skip
    protect.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """0 when OUT may be published, 2 when the table cannot be read (nothing is written), 3 when it must not be
    published beside an earlier one: OUT then withholds everything; 4 when nothing but zeros is left to publish."""
    from icma.engines.disclosure import Cell, beside, protect

    by = [column.strip() for column in arguments.by.split(",")]
    try:
        _check(arguments, by)
        head, rows = _rows(arguments.file, [*by, arguments.value])
        values = _counts(rows, by, arguments.value)
        before = [_published(name, by, arguments.value) for name in arguments.earlier]
    except (OSError, csv.Error, Unreadable) as error:
        print(error, file=sys.stderr)
        return 2
    spent, sparse, k = _watch(), _sparse(values, arguments.k), arguments.k
    whole, before = _completed(values, before)
    held = beside(whole, before, k)
    left = {key for key in values if arguments.coarsen and _crossing(key) in sparse} - held.known
    found = protect(
        whole, k, held.near | held.guarded, lambda: spent() > BUDGET,
        hidden=held.kept | left | (whole.keys() - values.keys() - held.known), out=held.known, ties=held.ties,
    )  # fmt: skip
    cells, found = {key: found.cells[key] for key in values}, _of(found, held, values, k)
    why = WHY.get(_refused(found, held, whole, k) or _exposed(cells, values, before, k), "")
    cells = {key: Cell("withheld") if why and values[key] else cell for key, cell in cells.items()}
    left |= {key for key in values if any(key[n] != "*" for n in found.coarsened)}
    _write(arguments.out, head, rows, by, arguments.value, cells, left)
    audit = _audit(found, cells, k, [by[n] for n in found.coarsened], why, spent())
    audit["left_out" if arguments.coarsen else "sparse"] = [" × ".join(by[n] for n in c) for c in sparse]
    if audit["decision"] == "released" and left:
        audit["decision"] = "coarsened"
    audit |= _warned(arguments.file, values, set(head) - {*by, arguments.value, "status", ""})
    Path(arguments.audit).write_text(json.dumps(audit, ensure_ascii=False, indent=2) + "\n", "utf-8")
    if audit["decision"] in STATUS:
        print(f"{audit['decision']}: {audit['why']}", file=sys.stderr)
    return STATUS.get(audit["decision"], 0)


def _check(arguments: argparse.Namespace, by: list[str]) -> None:
    """What is written takes the place of nothing that was read, and can be written: said before the work begins."""
    if arguments.k < 2 or len({*by, arguments.value}) <= len(by):
        raise Unreadable("--k: at least 2; --by and --value: each column once")
    read = {Path(name).resolve() for name in (arguments.file, *arguments.earlier)}
    out, audit = (Path(name).resolve() for name in (arguments.out, arguments.audit))
    if {out, audit} & read or out == audit:
        raise Unreadable("--out and --audit: a file of its own each; they would overwrite another")
    for name in (out, audit):
        if name.is_dir() or not name.parent.is_dir():
            raise Unreadable(f"{name}: cannot be written; is there such a folder?")


def _watch() -> Callable[[], float]:
    """Seconds since now, of the processor: a busy machine must not make a table coarser. Of a very busy one the clock."""
    began, worked = time.monotonic(), time.process_time()
    return lambda: max((time.monotonic() - began) / SHARED, time.process_time() - worked)


def _crossing(key: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(n for n, part in enumerate(key) if part != "*")


def _sparse(values: Mapping, k: int) -> list[tuple[int, ...]]:
    """Crossings, by the numbers of their columns, of which more than half of the cells that are not zero are small."""
    some: dict[tuple[int, ...], list[int]] = {}
    for key, n in values.items():
        if n and len(_crossing(key)) > 1:
            some.setdefault(_crossing(key), []).append(n)
    return sorted(shape for shape, all in some.items() if 2 * sum(n < k for n in all) > len(all))


def _completed(values: Mapping, before: list[dict]) -> tuple[dict, list[dict]]:
    """Each table with what follows from it of the others: of one the totals, of the other the parts may be published."""
    from icma.engines.disclosure import Cell
    from icma.engines.suppression import following

    whole = values | following(values, (key for cells in before for key in cells))
    more = [following({key: cell.value for key, cell in cells.items()}, whole) for cells in before]
    told = [{key: Cell("shown" if n else "zero", n) for key, n in found.items()} for found in more]
    return whole, [cells | found for cells, found in zip(before, told, strict=True)]


def _exposed(cells: Mapping, values: Mapping, before: list[dict], k: int) -> str:
    """ "beside" where this table tells of earlier ones what they withheld and it has no row for."""
    from icma.engines.disclosure import attack, same_rows
    from icma.engines.suppression import EPSILON

    told: dict = {}
    for earlier in (one for one in before if same_rows(values, one)):
        told |= {key: cell for key, cell in earlier.items() if key not in told or cell.value is not None}
    lost = [key for key, cell in told.items() if cell.status == "withheld" and key not in cells]
    if not lost:
        return ""
    alone = attack(told, lost, wide=k)
    wide = [key for key, (low, high) in alone.items() if high - low >= k - EPSILON]
    both = told | {key: cell for key, cell in cells.items() if key not in told or cell.value is not None}
    spans = attack(both, wide, wide=k).values()
    return "beside" if any(high - low < k - EPSILON for low, high in spans) else ""


def _of(found: Any, held: Any, values: Mapping, k: int) -> Any:
    """The protection, its counts of rows that the table itself has."""
    guarded = held.near | held.guarded
    small = sum(0 < (n or 0) < k for n in values.values())
    return replace(found, small=small, close=sum((values.get(key) or 0) >= k for key in guarded))


def _refused(found: Any, held: Any, values: Mapping, k: int) -> str:
    """Why the table must not stand beside what is out; "" when it may."""
    from icma.engines.disclosure import too_close
    from icma.engines.suppression import EPSILON

    if why := too_close(found.cells, held.near):
        return why
    if any(0 < (values[key] or 0) < k or key in held.near | held.guarded for key in held.known):
        return "known"
    if found.narrowest is None or found.narrowest >= k - EPSILON:
        return ""
    return "beside" if held.known or held.kept or held.near else "sums"


def _rows(name: str, wanted: list[str]) -> tuple[list[str], list[dict[str, str]]]:
    try:
        text = Path(name).read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"{name}: not UTF-8; save it anew as “CSV UTF-8”") from error
    with StringIO(text, newline="") as file:
        first = text.partition("\n")[0]
        reader = csv.DictReader(file, delimiter=max(",;\t", key=first.count))
        head = list(reader.fieldnames or [])
        absent = [column for column in wanted if column not in head]
        if absent:
            raise Unreadable(f"{name}: no column {', '.join(absent)}")
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


def _counts(rows: list[dict[str, str]], by: list[str], value: str) -> dict[tuple[str, ...], int | None]:
    values: dict[tuple[str, ...], int | None] = {}
    wrong = []
    for row in rows:
        key, text = tuple(row[column].strip() for column in by), row[value].strip()
        if key in values:
            wrong.append(f"line {row[LINE]}: {', '.join(key)} stands twice")
        elif "" in key:
            wrong.append(f"line {row[LINE]}: a dimension is empty; `*` is the margin")
        elif text and not _is_count(text):
            wrong.append(
                f"line {row[LINE]}: “{text[:40]}” is no count (0, 1, 2… to {MOST}; empty where missing)"
            )
        values[key] = int(text) if _is_count(text) else None
    if wrong:
        raise Unreadable("\n".join(wrong))
    if not values:
        raise Unreadable("the table has no rows")
    return values


def _warned(name: str, values: Mapping, kept: set[str]) -> dict[str, list[str]]:
    """What a reader of the table should look at, said and kept: columns beside the counts, sums that are none."""
    said = {}
    if kept:
        said["kept_as_they_are"] = sorted(kept)
        print(
            f"{name}: kept as they are, look whether they tell a count: {', '.join(sorted(kept))}",
            file=sys.stderr,
        )
    if differing := _differing(values):
        said["sums_differ"] = differing
        print(f"{name}: not the sum of their parts: {'; '.join(differing[:9])}", file=sys.stderr)
    return said


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= len(str(MOST)) and int(text) <= MOST


def _differing(values: Mapping) -> list[str]:
    """Margins that are not the sum of their parts, where nothing of both is missing."""
    from icma.engines.suppression import structure

    some = [(margin, [values.get(key) for key in parts]) for margin, parts in structure(values)]
    return sorted({", ".join(margin) for margin, parts in some
                   if None not in (*parts, n := values.get(margin)) and sum(parts) != n})  # fmt: skip


def _published(name: str, by: list[str], value: str) -> dict[tuple[str, ...], Any]:
    """An earlier OUT. Its value has the name that it has now; else it is the only column beside the dimensions."""
    from icma.engines.disclosure import Cell

    head, rows = _rows(name, [*by, "status"])
    if value not in head:
        others = [column for column in head if column not in (*by, "status", "coarsened")]
        if len(others) != 1:
            raise Unreadable(f"{name}: no column {value}")
        value = others[0]
    known = {"shown", "zero", "withheld", "missing"}
    cells = {}
    for row in rows:
        status, text = row["status"], row[value].strip()
        if status not in known or (status in {"shown", "zero"} and not _is_count(text)):
            raise Unreadable(f"{name}, line {row[LINE]}: not a row of a protected table")
        shown = status in {"shown", "zero"}
        cells[tuple(row[column].strip() for column in by)] = Cell(status, int(text) if shown else None)
    return cells


def _write(
    name: str, head: list[str], rows: list[dict[str, str]], by: list[str], value: str, cells: Mapping, coarse: set
) -> None:  # fmt: skip
    extra = ["coarsened"] if coarse else []
    with open(name, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow([*(column for column in head if column != "status"), "status", *extra])
        for row in rows:
            key = tuple(row[column].strip() for column in by)
            row[value] = "" if cells[key].value is None else str(cells[key].value)
            said = ["yes" if key in coarse else "no"] if coarse else []
            out.writerow([*(row[column] for column in head if column != "status"), cells[key].status, *said])


def _audit(found: Any, cells: Mapping, k: int, inner: list[str], why: str, seconds: float) -> dict[str, Any]:
    count = {status: sum(cell.status == status for cell in cells.values())
             for status in ("shown", "zero", "withheld", "missing")}  # fmt: skip
    some = count["shown"] + count["withheld"]
    beside = count["withheld"] - found.small - found.close
    decision = "refused" if why else "coarsened" if inner else "released"
    if not why and count["withheld"] and not count["shown"]:
        decision, why = "everything", "every number that is not zero had to be withheld"
    return {
        "decision": decision, "why": why, "k": k, "rows": len(cells), **count, "small": found.small,
        "close_to_earlier": found.close, "other_withheld": beside,
        "share_withheld": round(count["withheld"] / some, 4) if some else 0,
        "share_other_withheld": round(beside / some, 4) if some else 0,
        "narrowest_interval": found.narrowest and round(min(max(found.narrowest, 0.0), 1e9), 6), "coarsened": inner,
        "seconds": round(seconds, 2),
        "attacker": "knows shown values, zeros, sums, k, that a withheld cell is at least 1, and that a missing one is "
        "not negative; linear programming, up to 60 cells also by whole numbers",
    }  # fmt: skip
