"""`icma protect TABLE.csv`: which cells of a table of counts may be published. Needs no database."""

import argparse
import csv
import json
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from icma.cli.protect_tables import (
    MARGIN,
    Unreadable,
    alike,
    by_name,
    counts,
    key_of,
    order_tells,
    published,
    rows_of,
)

BUDGET = 3.0  # seconds of the processor for the search; then a column is left out. The attack comes on top
SHARED = 20  # so many times slower may a machine be that does other things as well, before the clock counts
REFUSED, EVERYTHING = 3, 4  # exit status
WHY = {
    "known": "an earlier one shows numbers that must be withheld",
    "total": "its total differs from an earlier one by less than k",
    "half": "more than half of its cells would tell the difference",
    "sums": "its sums contradict each other, so that small numbers cannot be protected",
    "alone": "its margins, taken together, would give small numbers away",
    "beside": "together with an earlier one it would give small numbers away",
}
NOTED = {
    "kept_as_they_are": "kept as they are, look whether they tell a count",
    "sums_differ": "not the sum of their parts; if a row was left out, anybody can work it out",
    "missing_but_told": "without a value, yet the other rows tell it, and it is small",
    "alike": "taken for different categories",
    "not_compared": "nothing in it could be compared with the table",
    "sorted_anew": "its rows stood in the order of their counts, which tells withheld ones; those of OUT are sorted",
}
STATUS = {"refused": REFUSED, "everything": EVERYTHING}


def add_to(words: argparse._SubParsersAction) -> None:
    protect = words.add_parser(
        "protect", help="withhold the cells of a table that would expose somebody",
        epilog="Exit status: 0 OUT may be published; 2 the table cannot be read, nothing is written; 3 refused beside an "
        "earlier one, OUT withholds everything; 4 every number that is not zero had to be withheld. A margin or a "
        "cell without a value, and a margin without a row, are missing: nobody but you knows them. AUDIT is for you: it says how "
        "many of the withheld are small. Where 500 cells "
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
    by = [column.strip() for column in arguments.by.split(",")]
    try:
        _check(arguments, by)
        head, rows = rows_of(arguments.file, [*by, arguments.value])
        values = counts(rows, by, arguments.value)
        before = {name: published(name, by, arguments.value) for name in arguments.earlier}
    except (OSError, csv.Error, Unreadable) as error:
        print(error, file=sys.stderr)
        return 2
    spent, sparse, k = _watch(), _sparse(values, arguments.k), arguments.k
    left = {key for key in values if arguments.coarsen and _crossing(key) in sparse}
    found, cells, why = _protected(values, list(before.values()), left, k, spent)
    left = {key for key in left if cells[key].status != "shown"}
    left |= {key for key in values if any(key[n] != MARGIN for n in found.coarsened)}
    if sorted_anew := order_tells(rows, by, values) and any(c.status == "withheld" for c in cells.values()):
        rows = by_name(rows, by)
    _write(arguments.out, head, rows, by, arguments.value, cells, left)
    audit = _audit(found, cells, k, [by[n] for n in found.coarsened], why, spent())
    audit["left_out" if arguments.coarsen else "sparse"] = [" × ".join(by[n] for n in c) for c in sparse]
    if audit["decision"] == "released" and left:
        audit["decision"] = "coarsened"
    beside = set(head) - {*by, arguments.value, "status", "coarsened", ""}
    said = _noted(values, cells, beside, before, k) | ({"sorted_anew": ["by name"]} if sorted_anew else {})
    for name, some in said.items():
        print(f"{arguments.file}: {NOTED[name]}: {'; '.join(some[:9])}", file=sys.stderr)
    Path(arguments.audit).write_text(json.dumps(audit | said, ensure_ascii=False, indent=2) + "\n", "utf-8")
    if audit["decision"] in STATUS:
        print(f"{audit['decision']}: {audit['why']}", file=sys.stderr)
    return STATUS.get(audit["decision"], 0)


def _protected(
    values: Mapping, before: list[dict], left: set, k: int, spent: Callable[[], float]
) -> tuple[Any, dict, str]:  # fmt: skip
    """(protection, cells as they may be published, why they may not: ""). First by the rows that there are; where the
    rows that there are not tell something, with them: margins of a crossing that is not in the table bound each other."""
    from icma.engines.disclosure import Cell, beside, crossed, protect

    whole, before = _completed(values, before)
    held = beside(whole, before, k)
    for more in ({}, dict.fromkeys(crossed(whole) or ())):
        found = protect(
            whole | more, k, held.near | held.guarded, lambda: spent() > BUDGET, out=held.known, ties=held.ties,
            hidden=held.kept | (left | {key for key in whole if values.get(key) is None}) - held.known,
        )  # fmt: skip
        cells = {key: Cell("missing") if n is None else found.cells[key] for key, n in values.items()}
        why = _refused(found, held, whole, k) or _exposed(cells, values, before, k)
        if why not in ("alone", "beside"):
            break
    cells = {key: Cell("withheld") if why and values[key] else cell for key, cell in cells.items()}
    return _of(found, held, values, k), cells, WHY.get(why, "")


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
    """ "beside" where this table and earlier ones of the same rows, read as one, tell what each of them withholds;
    "alone" where this one does so by itself, through cells that have no row."""
    from icma.engines.disclosure import crossed, nearly_known, same_rows

    same = [one for one in before if same_rows(values, one)]
    told = {key for one in same for key, cell in one.items() if cell.status == "withheld"}
    lost = {key for key in told if values.get(key) is None}
    if lost:
        lost -= nearly_known(same, lost, k)
    small = {key for key, n in values.items() if 0 < (n or 0) < k and cells[key].status == "withheld"}
    if (same or crossed(cells)) and nearly_known([*same, cells], lost | small, k):
        return "beside" if same else "alone"
    return ""


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


def _noted(values: Mapping, cells: Mapping, beside: set, before: Mapping, k: int) -> dict[str, list[str]]:
    """What whoever publishes the table should look at, by its name in AUDIT."""
    from icma.engines.suppression import following

    told = following(
        {key: cell.value for key, cell in cells.items()}, [key for key, n in values.items() if n is None]
    )
    found = {
        "kept_as_they_are": sorted(beside),
        "sums_differ": _differing(values),
        "missing_but_told": [", ".join(key) for key, n in told.items() if 0 < n < k],
        "alike": alike([*values, *(key for one in before.values() for key in one)]),
        "not_compared": [name for name, one in before.items() if not _meet(values, one)],
    }
    return {name: some for name, some in found.items() if some}


def _meet(values: Mapping, earlier: Mapping) -> bool:
    """Have two tables a category in common, or a cell? Else nothing could be compared."""
    parts = [[{key[n] for key in one if key[n] != MARGIN} for n in range(len(next(iter(one), ())))]
             for one in (values, earlier)]  # fmt: skip
    return any(key in values for key in earlier) or any(a & b for a, b in zip(*parts, strict=False))


def _differing(values: Mapping) -> list[str]:
    """Margins that are not the sum of their parts, where nothing of both is missing."""
    from icma.engines.suppression import structure

    some = [(margin, [values.get(key) for key in parts]) for margin, parts in structure(values)]
    return sorted({", ".join(margin) for margin, parts in some
                   if None not in (*parts, n := values.get(margin)) and sum(parts) != n})  # fmt: skip


def _write(
    name: str, head: list[str], rows: list[dict[str, str]], by: list[str], value: str, cells: Mapping, coarse: set
) -> None:  # fmt: skip
    extra = ["coarsened"] if coarse else []
    with open(name, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        kept = [column for column in head if column not in ("status", "coarsened")]
        out.writerow([*kept, "status", *extra])
        for row in rows:
            key = key_of(row, by)
            row[value] = "" if cells[key].value is None else str(cells[key].value)
            said = ["yes" if key in coarse else "no"] if coarse else []
            out.writerow([*(row[column] for column in kept), cells[key].status, *said])


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
