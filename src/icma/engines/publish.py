"""From counts to a table that may stand beside everything that was published before.

A measure has columns; a key names a value for each, "*" where it is not counted by that column. All tables of one
measure therefore are parts of one large table, and an attacker who holds several of them is asked about all together.
Coarser comes before withheld: where most cells of a crossing are small, the crossing is left out and its margins stay;
where a table cannot stand beside what is out, crossings are left out one by one.
Pure; the algorithms are in `disclosure.py`.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, product

from icma.engines.disclosure import (
    SHOWN,
    WITHHELD,
    Cell,
    Exposed,
    Memo,
    TooSlow,
    beside,
    crossed,
    nearly_known,
    protect,
    same_rows,
    too_close,
)
from icma.engines.suppression import EPSILON, MARGIN, Key

MOST_CELLS = 1000
Cells = Mapping[Key, Cell]
Columns = tuple[int, ...]


@dataclass(frozen=True)
class Outcome:
    """What may be published, or why nothing may (`refused`: everything, total, half, beside; else "").

    `crossings`: the columns that are counted at once, by number; `crossed`: how many at most; `coarser`: why it is fewer than asked for ("", sparse,
    large, slow, everything, beside). `narrowest`: the narrowest interval of a small cell in the attack, None where none
    is small. `small`, `near`: how many cells were guarded; never for the public.
    """

    cells: dict[Key, Cell]
    refused: str = ""
    crossed: int = 0
    crossings: tuple[Columns, ...] = ()
    coarser: str = ""
    narrowest: float | None = None
    small: int = 0
    near: int = 0

    @property
    def withheld(self) -> int:
        return sum(cell.status == WITHHELD for cell in self.cells.values())

    @property
    def share_withheld(self) -> float:
        """Of the cells that are not zero or missing."""
        some = self.withheld + sum(cell.status == SHOWN for cell in self.cells.values())
        return round(self.withheld / some, 4) if some else 0.0


@dataclass(frozen=True)
class Asked:
    """`rows`: counts by the values of all columns. `chosen`: numbers of the columns to count by. `values`: for each of
    them every value that there is. `earlier`: what was published of the same rows or of an earlier state of them.
    `covered`: of a column the values that were counted at all, where that is not every one: the others are missing."""

    rows: Mapping[Key, int]
    chosen: tuple[int, ...]
    values: Mapping[int, Collection[str]]
    earlier: Sequence[Cells] = field(default=())
    k: int = 5
    covered: Mapping[int, Collection[str]] = field(default_factory=dict)


def publish(asked: Asked, late: Callable[[], bool] = lambda: False) -> Outcome:
    """The finest table that may be published: everything crossed, or crossings left out one by one; else refused."""
    family, why, memo = [asked.chosen], "", Memo()
    while True:
        last = all(len(columns) < 2 for columns in family)
        table = counted(asked, lattice(asked, family))
        reason, worst = ("", ()) if last else _too_fine(asked, table, family)
        if not reason:
            found = _protected(asked, table, late, last, memo)
            if not found.refused or last:
                crossed = max(len(columns) for columns in family)
                return replace(found, crossed=crossed, crossings=tuple(family), coarser=why)
            reason, worst = found.refused, _worst(asked, table, family)
        why = why or reason
        family = _without(family, worst) if reason != "slow" else [(column,) for column in asked.chosen]


def _without(family: list[Columns], columns: Columns) -> list[Columns]:
    """One crossing is left out; what it was made of stays."""
    parts = combinations(columns, len(columns) - 1)
    rest = [one for one in family if one != columns]
    return rest + [part for part in parts if not any(set(part) <= set(one) for one in rest)]


def _worst(asked: Asked, table: Mapping[Key, int | None], family: list[Columns]) -> Columns:
    """The crossing to leave out first: of most columns, then of most small cells."""
    return max(
        (columns for columns in family if len(columns) > 1),
        key=lambda columns: (
            len(columns),
            sum(0 < (n or 0) < asked.k for n in _inner(table, columns)),
            columns,
        ),
    )


def _inner(table: Mapping[Key, int | None], columns: Columns) -> list[int | None]:
    return [n for key, n in table.items() if n and _shape(key) == columns]


def lattice(asked: Asked, family: Sequence[Columns]) -> list[Key]:
    """Keys of the table: a line for each value, crossings of values that occur, totals."""
    known = (
        key for cells in (asked.rows, *asked.earlier) for key in cells
    )  # of a quarter without rows those of the earlier
    width = len(next(known, ())) or max(asked.chosen, default=-1) + 1
    present = {d: sorted({key[d] for key, n in asked.rows.items() if n}) for d in asked.chosen}
    shapes = {
        part for columns in family for size in range(len(columns) + 1) for part in combinations(columns, size)
    }
    found: list[Key] = []
    for columns in sorted(shapes, key=lambda one: (len(one), one)):
        parts = [asked.values[d] if len(columns) == 1 else present[d] for d in columns]
        for values in product(*parts):
            at = dict(zip(columns, values, strict=True))
            found.append(tuple(at.get(d, MARGIN) for d in range(width)))
    return found


def counted(asked: Asked, keys: Iterable[Key]) -> dict[Key, int | None]:
    """The value of every key; None where nobody counted, which is not the same as nobody."""
    return {
        key: None if not n and any(key[d] not in (MARGIN, *all) for d, all in asked.covered.items()) else n
        for key, n in cube(asked.rows, keys).items()
    }


def cube(rows: Mapping[Key, int], keys: Iterable[Key]) -> dict[Key, int | None]:
    """The value of every key: sums over what it leaves open."""
    wanted = list(keys)
    shapes: dict[tuple[int, ...], Counter[Key]] = {}
    for key in wanted:
        shapes.setdefault(_shape(key), Counter())
    for shape, sums in shapes.items():
        for row, n in rows.items():
            sums[tuple(row[d] for d in shape)] += n
    return {key: shapes[_shape(key)][tuple(key[d] for d in _shape(key))] for key in wanted}


def _shape(key: Key) -> tuple[int, ...]:
    return tuple(d for d, part in enumerate(key) if part != MARGIN)


def _too_fine(asked: Asked, table: Mapping[Key, int | None], family: list[Columns]) -> tuple[str, Columns]:
    """Why a crossing is not tried, and which: too many cells, or more than half of its cells would be small."""
    if len(table) > MOST_CELLS:
        return "large", max(
            family, key=lambda columns: (len(columns) > 1, len(_inner(table, columns)), columns)
        )
    for columns in (one for one in family if len(one) > 1):
        inner = _inner(table, columns)
        if 2 * sum((n or 0) < asked.k for n in inner) > len(inner):
            return "sparse", columns
    return "", ()


# --- beside what is out already --------------------------------------------------------------------------


def _protected(
    asked: Asked, table: dict[Key, int | None], late: Callable[[], bool], last: bool, memo: Memo
) -> Outcome:
    """Protect `table` together with everything that was published before; refused where that cannot be."""
    k, whole = asked.k, dict(table)
    for cells in asked.earlier:
        whole |= counted(asked, [key for key in cells if key not in whole])
    held = beside(whole, asked.earlier, k, memo)
    if held.near & held.known:
        return Outcome({}, "total")
    hidden = held.kept | (whole.keys() - table.keys() - held.known)
    total = [key for key in table if not _shape(key)]
    try:
        found = protect(
            whole, k, held.near | held.guarded, late, hidden=hidden, out=held.known, dear=total, ties=held.ties,
            give_up=not last,
        )  # fmt: skip
    except TooSlow:
        return Outcome({}, "slow")
    except Exposed:
        return Outcome({}, "beside")
    near = held.near & table.keys()
    cells = {key: found.cells[key] for key in table}
    small = sum(1 for n in table.values() if n and n < k)
    refused = _refused(cells, near, found.narrowest, k) or _through_others(cells, whole, asked)
    return Outcome(cells, refused, narrowest=found.narrowest, small=small, near=len(near))


def _through_others(cells: Cells, whole: Mapping[Key, int | None], asked: Asked) -> str:
    """ "beside" where all tables of the same rows tell a small cell together, through crossings that are in none."""
    tables = [*(one for one in asked.earlier if same_rows(whole, one)), cells]
    hidden = {key for table in tables for key, cell in table.items() if cell.status == WITHHELD}
    small = {key for key in hidden if (whole.get(key) or 0) < asked.k}
    known = nearly_known(tables, small, asked.k) if small and crossed(whole) else set()
    return "beside" if known and known - nearly_known(tables[:-1], known, asked.k) else ""


def _refused(cells: Cells, near: Collection[Key], narrowest: float | None, k: int) -> str:
    if why := too_close(cells, near):
        return why
    if any(cell.status == WITHHELD for cell in cells.values()) and not any(
        cell.status == SHOWN for cell in cells.values()
    ):
        return "everything"
    return "beside" if narrowest is not None and narrowest < k - EPSILON else ""
