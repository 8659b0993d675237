"""Ten thousand reports over a five-level tree: read from rows, rolled up, edited a thousand times, checked against SQL.

Levels: the union, 14 regions, 75 districts, 500 communities, 2,500 reporters with four periods each.
"""

import random
import sqlite3
import time
from decimal import Decimal

from icma.engines.rollup import LATEST, SUM, Said, Tree, across_periods

REGIONS, DISTRICTS, COMMUNITIES, REPORTERS, PERIODS, EDITS = 14, 75, 500, 2500, 4, 1000


def parents() -> dict[str, str | None]:
    found: dict[str, str | None] = {"union": None}
    found |= {f"r{n}": "union" for n in range(REGIONS)}
    found |= {f"d{n}": f"r{n % REGIONS}" for n in range(DISTRICTS)}
    found |= {f"c{n}": f"d{n % DISTRICTS}" for n in range(COMMUNITIES)}
    return found | {f"p{n}": f"c{n % COMMUNITIES}" for n in range(REPORTERS)}


PARENTS = parents()


def parents_of(leaf: str) -> list[str]:
    """The leaf and all that lies above it."""
    way = [leaf]
    while (above := PARENTS[way[-1]]) is not None:
        way.append(above)
    return way


def rows() -> sqlite3.Connection:
    """Reports as rows; one in ten has no value."""
    db, rnd = sqlite3.connect(":memory:"), random.Random(7)
    db.execute("CREATE TABLE report (leaf TEXT, period INTEGER, value TEXT, PRIMARY KEY (leaf, period))")
    made = (
        (f"p{leaf}", period, None if rnd.random() < 0.1 else str(Decimal(rnd.randrange(400)) / 4))
        for leaf in range(REPORTERS)
        for period in range(PERIODS)
    )
    db.executemany("INSERT INTO report VALUES (?, ?, ?)", made)
    return db


def rolled(db: sqlite3.Connection, how: str) -> Tree:
    """The tree with every total, from rows."""
    tree = Tree(PARENTS, PERIODS, how, SUM)
    for leaf, period, value in db.execute("SELECT leaf, period, value FROM report"):
        tree.rows[leaf][period] = None if value is None else Said(Decimal(value))
    for node in tree.parents:
        tree.total(node)
    return tree


def edited(db: sqlite3.Connection, tree: Tree, rnd: random.Random) -> None:
    """A thousand reports are changed, in the rows and in the tree, whose top is asked for after each."""
    for _turn in range(EDITS):
        leaf, period = f"p{rnd.randrange(REPORTERS)}", rnd.randrange(PERIODS)
        value = None if rnd.random() < 0.2 else Decimal(rnd.randrange(400)) / 4
        db.execute(
            "UPDATE report SET value = ? WHERE leaf = ? AND period = ?",
            (None if value is None else str(value), leaf, period),
        )
        tree.put(leaf, period, None if value is None else Said(value))
        tree.total("union")


def wrong(db: sqlite3.Connection, tree: Tree, how: str) -> int:
    """Nodes whose total differs from what the rows say, computed without the tree."""
    said: dict[str, list[Said | None]] = {}
    for leaf, value in db.execute("SELECT leaf, value FROM report ORDER BY leaf, period"):
        said.setdefault(leaf, []).append(None if value is None else Said(Decimal(value)))
    sums: dict[str, Decimal] = {}
    for leaf, row in said.items():
        one = across_periods(row, how)
        for above in parents_of(leaf) if one is not None else ():
            sums[above] = sums.get(above, Decimal(0)) + one.value  # type: ignore[union-attr]
    found = {node: tree.total(node).said for node in PARENTS}
    return sum((said_one.value if said_one else None) != sums.get(node) for node, said_one in found.items())


def figures(long: bool = False) -> dict[str, tuple[float, str]]:
    slowest, edits, bad = 0.0, 0.0, 0
    for how in (SUM, LATEST):
        db = rows()
        begin = time.perf_counter()
        tree = rolled(db, how)
        slowest = max(slowest, time.perf_counter() - begin)
        begin = time.perf_counter()
        edited(db, tree, random.Random(11))
        edits = max(edits, time.perf_counter() - begin)
        bad += wrong(db, tree, how)
    said = (
        f"{REPORTERS * PERIODS} reports read from rows, {len(tree.parents)} nodes on five levels, sum and latest, the slower; "
        f"{EDITS} edits with the top asked after each: {edits:.2f} s; totals that differ from the rows afterwards: {bad}"
    )
    return {"figures.rollup10000.s": (slowest if not bad else float("inf"), said)}
