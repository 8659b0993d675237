"""Cell suppression: the sums of a table, and the search for cells to hide beside those that must be.

Each guarded cell keeps two witnesses, directions in which the whole table could differ from the true one: one moves
the cell up, one down, together `width` apart. They are sparse solutions of linear programs (`programs.py`); afterwards
every cell that no witness needs is shown again. Sources: Fischetti & Salazar-González, "Models and algorithms for the
2-dimensional cell suppression problem", Mathematical Programming 84 (1999); Candès, Wakin & Boyd, "Enhancing sparsity by
reweighted l1 minimization" (2008). Pure; used by `disclosure.py`.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from icma.engines.programs import INFINITE, Program, Row

MARGIN = "*"
Key = tuple[str, ...]
Tie = tuple[dict[Key, float], float]  # cells with their signs, and what they come to together
EPSILON, TURNS, LARGE = 1e-6, 3, 500  # of larger tables each plan is asked once
HEAVY = 1000.0  # what a person costs by whom a sum does not add up
DEAR = 20  # what a cell weighs more that is withheld only where nothing else helps
WHOLE = 60  # tables up to so many cells are held against whole numbers too


def structure(keys: Iterable[Key]) -> list[tuple[Key, list[Key]]]:
    """(margin, its parts) of a table as its keys promise: along one dimension, along several where nothing is between.

    A margin that has no row, while others of its kind have one, is a cell like any other: nobody published it. So is
    what two tables have in common: regions by sex and ages come to one total, whether that has a row or not.
    """
    known = _with_common(keys)
    while True:
        groups = _children(known)
        between = {key: _between(*key, parts) for key, parts in groups.items() if len(key[1]) > 1}
        have = set(known)
        absent = dict.fromkeys(
            key for kinds in between.values() for kind in kinds if not have.isdisjoint(kind)
            for key in kind if key not in have
        )  # fmt: skip
        if not absent:
            break
        known += absent
    return [
        (margin, parts) for (margin, opened), parts in groups.items()
        if len(opened) == 1 or all(have.isdisjoint(kind) for kind in between[margin, opened])
    ]  # fmt: skip


def _with_common(keys: Iterable[Key]) -> list[Key]:
    """The keys, and margins without a row that tables counting by other columns share."""
    known = list(dict.fromkeys(keys))
    shapes = {_counted_by(key) for key in known}
    while more := {one & other for one, other in combinations(shapes, 2)} - shapes:
        shapes |= more
        for shape in more:
            whole = (_closed(key, [n for n in range(len(key)) if n not in shape]) for key in known
                     if shape <= _counted_by(key))  # fmt: skip
            known = list(dict.fromkeys([*known, *whole]))
    return known


def _counted_by(key: Key) -> frozenset[int]:
    return frozenset(n for n, part in enumerate(key) if part != MARGIN)


def following(values: Mapping[Key, int | None], keys: Iterable[Key]) -> dict[Key, int]:
    """Which of `keys` a table without a value for them tells all the same, by its sums: by those over every category
    that there is, also among `keys`; what of a crossing it does not list did not occur."""
    known = {key: n for key, n in values.items() if n is not None}
    asked = [key for key in dict.fromkeys(keys) if key not in known]
    every = [set(parts) - {MARGIN} for parts in zip(*values, *asked, strict=True)]
    own = [set(parts) - {MARGIN} for parts in zip(*values, strict=True)]

    def holds(margin: Key, parts: list[Key]) -> bool:
        opened = [n for n, part in enumerate(margin) if part != parts[0][n]]
        listed = (
            own
            if all(part in values for part in parts)
            else [{part[n] for part in parts} for n in range(len(own))]
        )
        return all(listed[n] >= every[n] for n in opened)

    sums = [dict(signed(*one)) for one in structure([*values, *asked]) if holds(*one)] if asked else []
    while True:
        new = {}
        for line in sums:
            open_ = [key for key in line if key not in known]
            if len(open_) == 1:
                rest = sum(sign * known[key] for key, sign in line.items() if key in known)
                if (n := int(-rest / line[open_[0]])) >= 0:
                    new[open_[0]] = n
        if not new:
            return {key: known[key] for key in asked if key in known}
        known |= new


def _children(keys: list[Key]) -> dict[tuple[Key, tuple[int, ...]], list[Key]]:
    """(margin, dimensions that are taken apart) → parts, the simplest first."""
    found: dict[tuple[Key, tuple[int, ...]], list[Key]] = {}
    known = set(keys)
    for key in keys:
        for opened in _some(tuple(n for n, part in enumerate(key) if part != MARGIN)):
            margin = _closed(key, opened)
            if margin in known:
                found.setdefault((margin, opened), []).append(key)
    return dict(sorted(found.items(), key=lambda item: len(item[0][1])))


def _between(margin: Key, opened: tuple[int, ...], parts: list[Key]) -> list[list[Key]]:
    """Margins that lie between a margin and its parts, each kind by itself."""
    return [[_closed(part, some) for part in parts] for some in _some(opened) if some != opened]


def _some(numbers: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    return (some for size in range(1, len(numbers) + 1) for some in combinations(numbers, size))


def _closed(key: Key, dimensions: Collection[int]) -> Key:
    return tuple(MARGIN if n in dimensions else part for n, part in enumerate(key))


def loosened(rows: Sequence[Row], right: Any, low: Any, cost: Any, whole: bool = False) -> tuple[Any, Any]:
    """(x, rest) with rows·x + rest = right and x ≥ low, as little rest as can be, and then as little cost·x."""
    import numpy

    count, many = len(rows), len(low)
    more = [[*row, (many + n, 1.0), (many + count + n, -1.0)] for n, row in enumerate(rows)]
    kinds = numpy.repeat([True, False], [many, 2 * count]) if whole else None
    program = Program(more, right, many + 2 * count, kinds, 1.0 if whole else INFINITE)
    costs = numpy.concatenate([cost, numpy.full(2 * count, HEAVY)])
    x, _endless = program.least(costs, numpy.concatenate([low, numpy.zeros(2 * count)]), costs * 0 + INFINITE)
    if x is None:
        return low, right - numpy.array([sum(sign * low[n] for n, sign in row) for row in rows])
    return x[:many], x[many : many + count] - x[many + count :]


def supposed(values: Mapping[Key, int | None], sums: Sequence[tuple[Key, list[Key]]]) -> dict[Key, float]:
    """What cells without a value hold at least, if every sum is to keep.

    One that is no sum itself and may hold nothing is left out: totals are then sums of what was counted, and from who
    knows that as much has to be hidden.
    """
    import numpy

    margins = {margin for margin, _parts in sums}
    at: dict[Key, int] = {}
    rows, right = [], []
    for margin, parts in sums:
        open_ = [(key, sign) for key, sign in signed(margin, parts) if values.get(key) is None]
        if open_:
            rows.append([(at.setdefault(key, len(at)), sign) for key, sign in open_])
            right.append(-sum(sign * (values.get(key) or 0) for key, sign in signed(margin, parts)))
    if not at:
        return {}
    low, cost = numpy.zeros(len(at)), numpy.array([float(key not in margins) for key in at])
    found, _rest = loosened(rows, numpy.array(right), low, cost)
    if abs(found - found.round()).max() > EPSILON:
        found, _rest = loosened(rows, numpy.array(right), low, cost, whole=True)
    return {key: float(found[n]) for key, n in at.items() if key in margins or found[n] > EPSILON}


def signed(margin: Key, parts: list[Key]) -> list[tuple[Key, float]]:
    """The cells of a sum, which come to nothing together."""
    return [(margin, -1.0), *((part, 1.0) for part in parts)]


class Table:
    """Cells that are not zero, their sums as a sparse matrix, and the linear programs asked of them.

    A direction is an array over the cells: how far each moves away from its true value, sums kept.
    """

    def __init__(
        self, values: Mapping[Key, int | None], dear: Iterable[Key] = (), ties: Iterable[Tie] = ()
    ) -> None:
        import numpy

        self.np = numpy
        sums = structure(values)
        missing = supposed(values, sums)
        known = [key for key, value in values.items() if value]
        self.keys: list[Key | None] = [*known, *(None for _key in missing)]
        self.real = len(known)
        at = {key: n for n, key in enumerate([*known, *missing])}
        truth = [*(float(values[key] or 0) for key in known), *missing.values()]
        # Sums that do not add up stay: an attacker may know what is lacking.
        lines = [*(signed(*one) for one in sums), *(list(free.items()) for free, _right in ties)]
        rows = [row for line in lines if (row := [(at[key], sign) for key, sign in line if key in at])]
        many = len(self.keys)
        both = [[*row, *((many + n, -sign) for n, sign in row)] for row in rows]
        self.moves = Program(rows, [0.0] * len(rows), many)
        self.ways = Program(both, [0.0] * len(rows), 2 * many, anew=True)
        self.jumps = Program(rows, [0.0] * len(rows), many, [True] * many) if self.real <= WHOLE else None
        self.truth = numpy.array(truth)
        floor = numpy.array([0.0 if key is None else 1.0 for key in self.keys])
        self.room = self.truth - floor  # how far each may fall
        self.weight = numpy.array([0.0 if key is None else 1 + 0.2 * key.count(MARGIN) for key in self.keys])
        self.weight[: self.real] += (
            1e-3 * self.truth[: self.real] / max(truth, default=1)
        )  # of two the smaller
        self.weight[[at[key] for key in dear if key in at]] *= DEAR
        self.out = numpy.zeros(len(self.keys), bool)  # known already: they move no more

    def furthest(self, cell: int, hidden: Any, sign: int, most: float, whole: bool = False) -> Any:
        """The direction over hidden cells in which `cell` moves furthest up (1) or down (−1), at most `most`."""
        low, high = self.np.where(hidden, -self.room, 0.0), self.np.where(hidden, INFINITE, 0.0)
        low[cell], high[cell] = max(low[cell], -most), most
        cost = self.np.zeros(len(self.keys))
        cost[cell] = -sign
        program = self.jumps if whole and self.jumps else self.moves
        found, _endless = program.least(cost, low, high)
        return cost * 0 if found is None else found

    def cheapest(self, cell: int, hidden: Any, move: float) -> Any:
        """A direction that moves `cell` by `move` and opens few cells that are not hidden; None if there is none."""
        np, count = self.np, len(self.keys)
        low = np.concatenate([np.where(hidden, -self.room, 0.0), np.zeros(count)])
        high = np.concatenate([np.full(count, INFINITE), np.where(hidden, 0.0, self.room)])
        there, back = (cell, count + cell) if move > 0 else (count + cell, cell)
        high[self.np.concatenate([self.out, self.out])] = 0
        low[back] = high[back] = 0
        low[there] = high[there] = abs(move)
        price, best, fewest = np.where(hidden, 0.0, self.weight), None, INFINITE
        for _turn in range(TURNS if self.real <= LARGE else 1):
            found, _endless = self.ways.least(np.concatenate([price, price]), low, high)
            if found is None:
                break
            moved = found[:count] - found[count:]
            added = float(self.weight[touched(moved) & ~hidden].sum())
            if added >= fewest - EPSILON:
                break
            best, fewest = moved, added
            if not added:
                break
            price = np.where(hidden, 0.0, self.weight / (abs(moved) + 0.05))
        return best


def touched(moved: Any) -> Any:
    return abs(moved) > EPSILON


class Pool:
    """Directions, the first of them none at all; and in which each cell moves furthest up, and down."""

    def __init__(self, np: Any, moves: list[Any]) -> None:
        self.moves, table = moves, np.array(moves)
        self.up, self.down = table.argmax(axis=0), table.argmin(axis=0)
        self.most, self.least = table.max(axis=0), table.min(axis=0)

    def with_(self, pair: tuple[Any, Any]) -> tuple[Any, Any]:
        for move in pair:
            more, less = move > self.most, move < self.least
            self.most[more], self.least[less] = move[more], move[less]
            self.up[more] = self.down[less] = len(self.moves)
            self.moves.append(move)
        return pair

    def furthest(self, cell: int) -> tuple[Any, Any]:
        return self.moves[self.up[cell]], self.moves[self.down[cell]]


class Search:
    """Which cells to hide beside those that are `guarded`; `already` are hidden anyway, `out` cannot be hidden."""

    def __init__(
        self, table: Table, guarded: Sequence[int], already: Any, width: int, late: Callable[[], bool],
        out: Sequence[bool] = (),
    ):  # fmt: skip
        self.table, self.width, self.late = table, width, late
        self.whole = table.real <= WHOLE
        if any(out):
            table.out = table.np.array(out, bool)
        self.guarded = [cell for cell in guarded if not table.out[cell]]  # what is known nothing can guard
        self.hidden = already.copy()
        self.hidden[self.guarded] = True
        self.hidden &= ~table.out
        self.hidden[table.real :] = True
        self.fixed = self.hidden.copy()
        self.witness: dict[int, tuple[Any, Any]] = {}
        self.refused = Counter[int]()

    def run(self, patient: bool = False) -> bool:
        """False when there was no time to protect every guarded cell; `patient`: only what is optional is cut short."""
        pool = Pool(self.table.np, [self.table.truth * 0])
        for cell in sorted(self.guarded, key=lambda one: (self.table.truth[one], one)):
            if not patient and self.late():
                return False
            self.witness[cell] = self._in(pool, cell) or pool.with_(self._seen(cell) or self._hide_for(cell))
        self._show_again()
        return True

    def possible(self) -> bool:
        """Could every guarded cell be protected if all were hidden that is not out?"""
        before, self.hidden = self.hidden, ~self.table.out
        try:
            return all(self._seen(cell) for cell in self.guarded)
        finally:
            self.hidden = before

    def _seen(self, cell: int) -> tuple[Any, Any] | None:
        """Witnesses under what is hidden now, if they are wide enough; small tables in whole numbers too."""
        for whole in (False, True) if self.whole else (False,):
            up = self.table.furthest(cell, self.hidden, 1, self.width, whole)
            down = up * 0
            if up[cell] < self.width - EPSILON:
                down = self.table.furthest(cell, self.hidden, -1, self.width - up[cell], whole)
            if up[cell] - down[cell] < self.width - EPSILON:
                return None
        return up, down

    def _in(self, pool: Pool, cell: int) -> tuple[Any, Any] | None:
        """Witnesses of others that are wide enough for this cell too."""
        up, down = pool.furthest(cell)
        return (up, down) if not self.whole and up[cell] - down[cell] >= self.width - EPSILON else None

    def _hide_for(self, cell: int) -> tuple[Any, Any]:
        before = self.hidden
        for more in range(4):  # a little wider where whole numbers do not follow
            plans = [plan for plan in self._plans(cell, before, self.width + more) if plan is not None]
            for plan in sorted(plans, key=lambda one: self.table.weight[one].sum()):
                self.hidden = plan
                if found := self._seen(cell):
                    return found
        self.hidden = ~self.table.out  # everything moves with the grand total
        return self._seen(cell) or (before * 0.0, before * 0.0)

    def _plans(self, cell: int, before: Any, width: int) -> Iterator[Any]:
        """What is hidden if the cell moves up only; and if it also falls as far as it can."""
        for down in dict.fromkeys((0.0, min(self.table.room[cell], width - 1.0))):
            hidden = before
            for move in (width - down, -down):
                if move and hidden is not None:
                    moved = self.table.cheapest(cell, hidden, move)
                    hidden = None if moved is None else hidden | touched(moved)
            yield hidden

    def _show_again(self) -> None:
        """What no witness needs, and then what another witness can do without; the dearest first."""
        needed = self.fixed.copy()
        for up, down in self.witness.values():
            needed |= touched(up) | touched(down)
        self.hidden &= needed
        extra = self.table.np.flatnonzero(self.hidden & ~self.fixed)
        for cell in sorted(extra, key=lambda one: (-self.table.weight[one], -self.table.truth[one])):
            if self.late():
                return
            self._without(cell)

    def _without(self, cell: int) -> None:
        """Show a cell again if all that lean on it find other witnesses; who has refused before is asked first."""
        self.hidden[cell] = False
        leaning = [
            one for one, (up, down) in self.witness.items() if touched(up)[cell] or touched(down)[cell]
        ]
        moves = (move for pair in self.witness.values() for move in pair if abs(move[cell]) <= EPSILON)
        pool = Pool(self.table.np, [self.table.truth * 0, *moves])
        found = {}
        for small in sorted(leaning, key=lambda one: -self.refused[one]):
            again = self._in(pool, small) or self._seen(small)
            if again is None:
                self.refused[small] += 1
                self.hidden[cell] = True
                return
            found[small] = pool.with_(again)
        self.witness |= found
