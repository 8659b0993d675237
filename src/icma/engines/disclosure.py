"""Which cells of a table of counts are withheld, so that nobody can work out a small one.

Cells of 1 to k−1 are *small*. Others are withheld with them (complementary suppression) until an attacker who knows
every shown value, every zero, that margins are sums, k, and that a withheld cell is at least 1, can say of no small
cell more than an interval `k` wide. Source: Hundepool et al., "Statistical Disclosure Control" (2012) §4; the search
for the fewest other cells is `suppression.py`. Pure: time is asked of `late()`.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import prod
from typing import Any

from icma.engines.programs import INFINITE, Program, Row
from icma.engines.suppression import (
    EPSILON,
    MARGIN,
    WHOLE,
    Key,
    Search,
    Table,
    Tie,
    loosened,
    signed,
    structure,
)

SHOWN, ZERO, WITHHELD, MISSING = "shown", "zero", "withheld", "missing"
RATE_LEAST = 20
MOST_CROSSED = 2000  # cells and margins over all categories, up to which those without a row are attacked too
WIDE = 1e6  # of whole numbers the solver cannot say that there is no end
Spans = dict[Key, tuple[float, float]]  # least and most that a withheld cell can be
Memo = dict[int, Spans]


class TooSlow(Exception):
    """There was no time to protect the table, and no coarser one was wanted."""


class Exposed(Exception):
    """A small cell is known already, whatever else is withheld."""


@dataclass(frozen=True)
class Cell:
    """One cell as the world sees it."""

    status: str
    value: int | None = None


@dataclass(frozen=True)
class Protection:
    """What may be published, and how well it stands.

    `small`, `beside`: how many cells are withheld because they are small, and with them. `narrowest`: width of the
    narrowest interval of a small cell in the attack on the result; None where there is none. `coarsened`: numbers of
    the dimensions of which only the margin is left. `close`: cells guarded because of an earlier release.
    """

    cells: dict[Key, Cell]
    small: int
    beside: int
    narrowest: float | None
    coarsened: tuple[int, ...] = ()
    close: int = 0


def protect(
    values: Mapping[Key, int | None], k: int = 5, near: Iterable[Key] = (),
    late: Callable[[], bool] = lambda: False, dimensions: Sequence[int] = (),
    hidden: Iterable[Key] = (), out: Iterable[Key] = (), dear: Collection[Key] = (),
    ties: Sequence[Tie] = (), give_up: bool = False,
) -> Protection:  # fmt: skip
    """What of a table may be published. `values`: counts by key, None where missing; margins have "*" in their key.

    `near`: further cells to be treated like small ones. `late()`: there is no more time; then the table is made
    coarser, of the dimension with most categories only the margin is left. `dimensions`: those coarsened already.
    `hidden` were withheld before and stay so; `out` are known and cannot be withheld any more: where that leaves a
    small cell narrower than k, `narrowest` says so. `dear` are withheld only where nothing else helps. `ties`: further
    sums that the attacker knows to hold (all three: see `beside`).
    `give_up`: raise TooSlow instead of making the table coarser, and Exposed instead of doing what helps nobody.
    """
    table, near, before, known = Table(values, dear, ties), set(near), set(hidden), set(out)
    small = [n for n in range(table.real) if table.truth[n] < k]
    guarded = [*small, *(n for n in range(table.real) if table.truth[n] >= k and table.keys[n] in near)]
    already = [
        key is not None and key not in known and (key in before or any(key[d] != MARGIN for d in dimensions))
        for key in table.keys
    ]
    search = Search(
        table, guarded, table.np.array(already, bool), k, late, [key in known for key in table.keys]
    )
    if give_up and known and (len(search.guarded) < len(guarded) or not search.possible()):
        raise Exposed
    if not search.run(patient=bool(dimensions)):
        if give_up:
            raise TooSlow
        return protect(values, k, near, late, (_coarsest(values),), before, known, dear, ties)
    withheld = {key for n, key in enumerate(table.keys) if key and search.hidden[n]}
    cells = {key: _published(value, key in withheld) for key, value in values.items()}
    least = narrowest(cells, [key for n in guarded if (key := table.keys[n])], ties)
    if least is not None and least < k - EPSILON and not known and not set(values) <= before:
        return protect(values, k, near, late, dimensions, values, known, dear, ties)
    return Protection(
        cells, len(small), len(withheld) - len(small), least, tuple(dimensions), len(guarded) - len(small)
    )


def _published(value: int | None, hidden: bool) -> Cell:
    if value is None:
        return Cell(MISSING)
    if value == 0:
        return Cell(ZERO, 0)
    return Cell(WITHHELD) if hidden else Cell(SHOWN, value)


def _coarsest(values: Mapping[Key, int | None]) -> int:
    """The dimension with most categories: leaving it out helps most."""
    return max(range(len(next(iter(values)))), key=lambda n: len({key[n] for key in values}))


# --- earlier releases --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Beside:
    """What earlier releases of the same figures leave to a new table.

    `near`: cells whose difference to an earlier release is small. `known`: shown before with the number that they have
    still; who guesses that nothing changed is right. `kept`: withheld before, and they stay so. `guarded`: those of
    them that were withheld when the rows were others, and well: from what they are one must not learn what they were.
    `ties`: sums of an earlier table that hold for what it withheld as it is now.
    """

    near: set[Key] = field(default_factory=set)
    known: set[Key] = field(default_factory=set)
    kept: set[Key] = field(default_factory=set)
    guarded: set[Key] = field(default_factory=set)
    ties: list[Tie] = field(default_factory=list)


def beside(
    values: Mapping[Key, int | None], earlier: Iterable[Mapping[Key, Cell]], k: int = 5, memo: Memo | None = None
) -> Beside:  # fmt: skip
    """`memo` keeps the attack on each earlier table, for who asks several times."""
    memo = {} if memo is None else memo
    found = Beside()
    for number, cells in enumerate(earlier):
        same = same_rows(values, cells)
        withheld = {key for key, cell in cells.items() if cell.status == WITHHELD and values.get(key)}
        found.known.update(
            key for key, cell in cells.items() if cell.status == SHOWN and values.get(key) == cell.value
        )
        found.kept.update(withheld)
        if not same:
            if number not in memo:
                memo[number] = attack(cells, wide=k)
            spans = memo[number]
            found.near.update(_close(values, cells, spans, k))
            found.guarded.update(key for key in withheld if spans[key][1] - spans[key][0] >= k - EPSILON)
        if not same or not cells.keys() <= values.keys():
            found.ties.extend(_ties(values, cells))
    found.kept.difference_update(found.known)
    found.guarded.difference_update(found.known)
    return found


def same_rows(values: Mapping[Key, int | None], cells: Mapping[Key, Cell]) -> bool:
    """Does an earlier table agree with the rows as they stand now? What it withheld nobody knows any more; what is
    missing now says neither."""
    return all(
        n == cell.value if cell.status in (SHOWN, ZERO) else bool(n)
        for key, cell in cells.items()
        if cell.status != MISSING and (n := values.get(key)) is not None
    )


def _ties(values: Mapping[Key, int | None], cells: Mapping[Key, Cell]) -> Iterator[Tie]:
    """Sums of an earlier table among what it withheld, where they are true still."""
    for margin, parts in structure(cells):
        signs = {margin: -1.0} | dict.fromkeys(parts, 1.0)
        if any(key not in cells or cells[key].status == MISSING for key in signs):
            continue
        free = {key: sign for key, sign in signs.items() if cells[key].value is None}
        right = -sum(sign * (cells[key].value or 0) for key, sign in signs.items())
        now = [sign * n for key, sign in free.items() if (n := values.get(key)) is not None]
        if free and len(now) == len(free) and sum(now) == right:
            yield free, right


def close_to(values: Mapping[Key, int | None], earlier: Mapping[Key, Cell], k: int = 5) -> set[Key]:
    """Cells that must be withheld because their difference to an earlier release is small and could be computed.

    The two tables share no unknown, so the interval of a difference is as wide as those of its two cells together:
    where the earlier cell was shown, or is known nearly, the new one has to be as uncertain as a small cell.
    """
    return _close(values, earlier, attack(earlier, wide=k), k)


def _close(
    values: Mapping[Key, int | None], earlier: Mapping[Key, Cell], spans: Spans, k: int
) -> set[Key]:  # fmt: skip
    known = {key: cell.value for key, cell in earlier.items() if cell.value is not None}
    found = set()
    for key, value in values.items():
        if not value or key not in earlier or earlier[key].status == MISSING:
            continue
        low, high = (known[key], known[key]) if key in known else spans[key]
        if (
            high - low < k
            and any(0 < abs(value - old) < k for old in (low, high))
            or high - low < k
            and low < value < high
        ):
            found.add(key)
    return found


def too_close(cells: Mapping[Key, Cell], near: Collection[Key]) -> str:
    """Why a table must not stand beside an earlier one ("" when it may): `total`, its broadest figure would tell the
    difference; `half`, more than half of its cells would. `near` as of `close_to`."""
    most = max((key.count(MARGIN) for key in cells), default=0)
    if any(key.count(MARGIN) == most and key in near for key in cells):
        return "total"
    withheld = sum(cell.status == WITHHELD for cell in cells.values())
    some = withheld + sum(cell.status == SHOWN for cell in cells.values())
    return "half" if near and 2 * withheld > some else ""


def share_of(part: int | None, whole: int | None, least: int = RATE_LEAST) -> float | None:
    """A rate as a fraction of one; None where it is not to be shown: something is withheld or missing, or the
    denominator is below `least`, where one person more or less moves it by five points."""
    return None if part is None or whole is None or whole < max(least, 1) else part / whole


def attack(
    published: Mapping[Key, Cell], only: Collection[Key] | None = None, ties: Iterable[Tie] = (),
    whole: bool = False, wide: float = INFINITE,
) -> Spans:  # fmt: skip
    """What an attacker knows of each withheld cell: (least, most); most may be infinite. By linear programming.

    Several tables over the same columns are given as one: keys with `*` where a table does not count by a column.
    `only`: just these cells. `ties`: further sums that are known. `whole`: by whole numbers, of which fewer are possible.
    `wide`: of a cell that can move so far no more is asked; it may move further.
    """
    return _Attacker(published, ties, whole).intervals(only, wide)


def crossed(keys: Collection[Key]) -> list[Key] | None:
    """Every cell and margin over all categories of a table that has no row in it; None where there are very many."""
    parts = [dict.fromkeys([*column, MARGIN]) for column in zip(*keys, strict=True)]
    if prod(map(len, parts)) > MOST_CROSSED:
        return None
    return [key for key in product(*parts) if key not in keys]


def nearly_known(tables: Sequence[Mapping[Key, Cell]], asked: Collection[Key], k: int) -> set[Key]:
    """Which cells are less than `k` wide to who holds all these tables of the same rows. The sums of each hold as it is;
    over all categories of them together a cell without a row may be anything that is not negative: so margins bound
    each other through a crossing that nobody printed."""
    mark = {SHOWN: 0, ZERO: 0, WITHHELD: 1, MISSING: 2}
    lines = [one for table in tables for one in table.items()]
    if not lines or not asked:
        return set()
    both = dict(sorted(lines, key=lambda one: -mark[one[1].status]))
    more, own = crossed(both), []
    if more is not None:
        own = [(dict(signed(*line)), 0.0) for table in tables for line in structure(table)]
    both |= dict.fromkeys(more or (), Cell(MISSING))
    found = set()
    for whole in (False, True) if len(both) <= WHOLE else (False,):
        spans = attack(both, asked, own, whole, k)
        found |= {key for key, (low, high) in spans.items() if high - low < k - EPSILON}
    return found


def narrowest(
    cells: Mapping[Key, Cell], guarded: Collection[Key], ties: Collection[Tie] = ()
) -> float | None:
    """Width of the narrowest interval of a guarded cell in the attack on nothing but what is published; None where none
    is guarded. Small tables by whole numbers too."""
    if any(cells[key].status == SHOWN for key in guarded):
        return 0.0
    if not guarded:
        return None
    ways = (False, True) if len(cells) <= WHOLE else (False,)
    return min(_Attacker(cells, ties, whole).narrowest(guarded) for whole in ways)


class _Attacker:
    """Sees only what is published: every margin is the sum of its parts, what is missing may be nothing or not. Of sums
    that cannot all be true the fewest people's worth are given up."""

    def __init__(self, published: Mapping[Key, Cell], ties: Iterable[Tie] = (), whole: bool = False) -> None:
        import numpy

        sums = structure(published)
        absent = dict.fromkeys(key for _m, parts in sums for key in parts if key not in published)
        told = {key: cell.value for key, cell in published.items() if cell.status in (SHOWN, ZERO)}
        self.unknown = [*(key for key in published if key not in told), *absent]
        self.withheld = [n for n, key in enumerate(self.unknown) if _is_withheld(published.get(key))]
        at = {key: n for n, key in enumerate(self.unknown)}
        rows: list[Row] = []
        right: list[float] = []
        for line, due in [*((signed(*one), 0.0) for one in sums), *((list(f.items()), r) for f, r in ties)]:
            if row := [(at[key], sign) for key, sign in line if key in at]:
                rows.append(row)
                right.append(due - sum(sign * (told[key] or 0) for key, sign in line if key in told))
        self.np, count = numpy, len(self.unknown)
        self.low, self.high = numpy.zeros(count), numpy.full(count, INFINITE)
        self.low[self.withheld] = 1.0
        if whole:
            self.high[:] = WIDE + 2 * max((value or 0 for value in told.values()), default=0)
        if rows:
            _found, rest = loosened(rows, numpy.array(right), self.low, self.low * 0, whole)
            held = numpy.flatnonzero(abs(rest) < EPSILON)
            rows, right = [rows[n] for n in held], [right[n] - rest[n] for n in held]
        self.program = Program(rows, right, count, [True] * count if whole else None)

    def intervals(self, only: Collection[Key] | None = None, wide: float = INFINITE) -> Spans:
        """Whoever is seen to move by `wide` in the tables found on the way is not asked."""
        np, spans = self.np, {}
        low, high = np.full(len(self.low), INFINITE), np.full(len(self.low), -INFINITE)
        for cell in (n for n in self.withheld if only is None or self.unknown[n] in only):
            span = (float(low[cell]), float(high[cell]))
            if span[1] - span[0] < wide:
                (first, table), (last, other) = self._end(cell, 1), self._end(cell, -1)
                low, high = _seen(np, low, high, table, other)
                span = (first, last)
            spans[self.unknown[cell]] = span
        return spans

    def narrowest(self, only: Collection[Key]) -> float:
        """The least width of these. Whoever is seen to move further in the tables found on the way is not asked."""
        np, least = self.np, INFINITE
        open_ = {n for n in self.withheld if self.unknown[n] in only}
        low, high = np.full(len(self.low), INFINITE), np.full(len(self.low), -INFINITE)
        while open_:
            cell = min(open_, key=lambda n: (high[n] - low[n], n))
            if high[cell] - low[cell] >= least:
                break
            open_.remove(cell)
            (first, table), (last, other) = self._end(cell, 1), self._end(cell, -1)
            least = min(least, last - first)
            low, high = _seen(np, low, high, table, other)
        return least

    def _end(self, cell: int, sign: int) -> tuple[float, Any]:
        """The least (1) or most (−1) that a cell can be, and a table in which it is so."""
        cost = self.np.zeros(len(self.unknown))
        cost[cell] = sign
        found, endless = self.program.least(cost, self.low, self.high)
        if found is not None:
            return float(found[cell]), found
        return (-sign if endless else sign) * INFINITE, None


def _seen(np: Any, low: Any, high: Any, *tables: Any) -> tuple[Any, Any]:
    """How far cells are seen to move, with these tables too."""
    for table in tables:
        if table is not None:
            low, high = np.minimum(low, table), np.maximum(high, table)
    return low, high


def _is_withheld(cell: Cell | None) -> bool:
    return cell is not None and cell.status == WITHHELD
