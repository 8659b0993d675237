"""Single reports made into figures: on two axes, up a tree, without a figure that nobody reported.

First each unit (a reporter) over its periods, then units over units; so a unit that reports its latest state every
quarter counts once, with its latest state. A ratio is the sum of parts over the sum of wholes, never a mean of
shares. Nothing is clipped, nothing that is missing is taken for nought: a total carries how many have reported of
how many should.

Sources: the rule on two axes is that of UNICEF's Partner Reporting Portal (`calculation_formula_across_periods`,
`_across_locations`); progress from the baseline is that of USAID ADS 201 indicator practice.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from typing import Any

SUM, LATEST, MAX, RATIO, NONE = "sum", "latest", "max", "ratio", "none"
PERIODS, UNITS = (SUM, LATEST, MAX, RATIO), (SUM, MAX, RATIO, NONE)
HUNDRED, FINE = Decimal(100), Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Said:
    """What one report says: a value, for a share also the part and the whole (value = 100 · part / whole)."""

    value: Decimal
    part: Decimal | None = None
    whole: Decimal | None = None


def share(part: Decimal, whole: Decimal) -> Said:
    """A share in percent to four places. Raises ZeroDivisionError where there is no whole."""
    if not whole:
        raise ZeroDivisionError("a share of nothing")
    with localcontext() as exact:
        exact.prec = 40
        return Said((part * HUNDRED / whole).quantize(FINE, ROUND_HALF_EVEN), part, whole)


def progress(actual: Decimal | None, baseline: Decimal | None, target: Decimal | None) -> Decimal | None:
    """(actual − baseline) / (target − baseline), a fraction of one; None where it means nothing.

    Below 0 when things got worse, above 1 when more came than was hoped for. A falling indicator needs no sign:
    60 → 20 that stands at 40 is one half.
    """
    if actual is None or baseline is None or target is None or target == baseline:
        return None
    return (actual - baseline) / (target - baseline)


def across_periods(said: Sequence[Said | None], how: str) -> Said | None:
    """One unit over its periods, oldest first; None in a place: nothing was reported for that period."""
    known = [one for one in said if one is not None]
    return known[-1] if known and how == LATEST else _joined(known, how)


def across_units(said: Iterable[Said | None], how: str) -> Said | None:
    """Units over units; "none" gives a figure only where a single unit has reported."""
    known = [one for one in said if one is not None]
    if how == NONE:
        return known[0] if len(known) == 1 else None
    return _joined(known, how)


def _joined(known: list[Said], how: str) -> Said | None:
    if not known:
        return None
    if how == MAX:
        return max(known, key=lambda one: one.value)
    if how == RATIO:
        if any(one.part is None or one.whole is None for one in known):
            raise ValueError("a ratio needs part and whole")
        return share(sum(one.part for one in known), sum(one.whole for one in known))  # type: ignore[arg-type, misc]
    if how == SUM:
        return Said(sum((one.value for one in known), Decimal(0)))
    raise ValueError(f"unknown way to join figures: {how}")


def contributing(said: Sequence[Said | None], how: str) -> list[int]:
    """Places of the reports that make the figure of `across_periods`: their breakdowns make its breakdown."""
    places = [place for place, one in enumerate(said) if one is not None]
    if not places or how in (SUM, RATIO):
        return places
    if how == LATEST:
        return places[-1:]
    return [max(places, key=lambda place: (said[place].value, -place))]  # type: ignore[union-attr]


def margin(
    cells: Iterable[tuple[tuple[Hashable, ...], Decimal]], keep: Sequence[int]
) -> dict[tuple[Hashable, ...], Decimal]:
    """Crossed cells summed over all dimensions but those at the places `keep`: the same in whatever order."""
    out: dict[tuple[Hashable, ...], Decimal] = {}
    for key, value in cells:
        kept = tuple(key[place] for place in keep)
        out[kept] = out.get(kept, Decimal(0)) + value
    return out


@dataclass(frozen=True, slots=True)
class Total:
    """A node's figure: None where nothing was reported, or where the units have no common figure."""

    said: Said | None
    reported: int
    expected: int
    units: int  # units with a figure below this node


EMPTY = Total(None, 0, 0, 0)


class Tree:
    """A tree of nodes whose leaves report for periods. A change drops only the totals on its way to the root.

    `parents`: node → its parent, None at the top; `periods`: how many periods each leaf owes.
    """

    def __init__(
        self,
        parents: Mapping[Any, Any],
        periods: int,
        over_periods: str = SUM,
        over_units: str = SUM,
    ) -> None:
        if over_periods not in PERIODS or over_units not in UNITS:
            raise ValueError("unknown way to join figures")
        self.parents, self.periods = dict(parents), periods
        self.over_periods, self.over_units = over_periods, over_units
        self.children: dict[Hashable, list[Hashable]] = {node: [] for node in self.parents}
        for node, parent in self.parents.items():
            if parent is not None:
                self.children[parent].append(node)
        self.rows: dict[Hashable, list[Said | None]] = {
            node: [None] * periods for node, below in self.children.items() if not below
        }
        self._kept: dict[Hashable, Total] = {}

    def put(self, leaf: Hashable, period: int, said: Said | None) -> None:
        """What a leaf reports for a period; None takes it back. Raises KeyError for what is no leaf."""
        self.rows[leaf][period] = said
        node: Hashable | None = leaf
        while node is not None:
            self._kept.pop(node, None)
            node = self.parents[node]

    def total(self, node: Hashable) -> Total:
        """The figure of a node with all that lies below it."""
        kept = self._kept.get(node)
        if kept is None:
            kept = self._kept[node] = self._made(node)
        return kept

    def _made(self, node: Hashable) -> Total:
        if node in self.rows:
            row = self.rows[node]
            said = across_periods(row, self.over_periods)
            return Total(said, sum(one is not None for one in row), self.periods, int(said is not None))
        parts = [self.total(child) for child in self.children[node]]
        units = sum(part.units for part in parts)
        known = [part.said for part in parts]
        alone = self.over_units == NONE and units > 1
        return Total(
            None if alone else across_units(known, self.over_units),
            sum(part.reported for part in parts), sum(part.expected for part in parts), units,
        )  # fmt: skip
