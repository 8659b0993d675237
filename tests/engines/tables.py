"""Random tables of counts with margins, an attacker and a plain greedy method of the tests' own."""

import random
from collections.abc import Collection
from itertools import product

import numpy
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

Key = tuple[str, ...]


def with_margins(inner: dict[Key, int]) -> dict[Key, int]:
    found: dict[Key, int] = {}
    for key, n in inner.items():
        for masked in product((0, 1), repeat=len(key)):
            margin = tuple("*" if hide else part for hide, part in zip(masked, key, strict=True))
            found[margin] = found.get(margin, 0) + n
    return found


def any_table(dice: random.Random) -> dict[Key, int]:
    """One to four dimensions; sparse or full, small counts or large."""
    count = dice.choice((1, 2, 2, 3, 3, 4))
    sizes = [dice.randint(2, 5 if count < 4 else 3) for _ in range(count)]
    dense, mean = dice.choice((0.5, 0.8, 1.0)), dice.choice((5, 12, 30, 80))
    keys = product(*([f"{'abcd'[d]}{n}" for n in range(size)] for d, size in enumerate(sizes)))
    return with_margins(
        {key: int(dice.expovariate(1 / mean)) if dice.random() < dense else 0 for key in keys}
    )


def with_holes(
    dice: random.Random, values: dict[Key, int], margins: int, inner: int
) -> dict[Key, int | None]:
    """Some margins and some inner cells are missing: their value is None, or of a margin there is no row."""
    found: dict[Key, int | None] = dict(values)
    for some, many in (
        ([key for key in values if "*" in key], margins),
        ([key for key in values if "*" not in key], inner),
    ):
        for key in dice.sample(some, min(many, len(some) - 1)):
            found[key] = None
            if "*" in key and dice.random() < 0.3:
                del found[key]
    return found


class Attacker:
    """Knows what is shown, the zeros, that margins are sums along each dimension, that withheld is at least 1, and that
    what is missing is not negative."""

    def __init__(self, shown: dict[Key, int | None], missing: Collection[Key] = ()) -> None:
        """`shown`: None where withheld or missing."""
        self.unknown = [key for key, n in shown.items() if n is None]
        self.low = [0 if key in missing else 1 for key in self.unknown]
        at = {key: n for n, key in enumerate(self.unknown)}
        rows, right = [], []
        for margin in shown:
            for d, part in enumerate(margin):
                parts = [k for k in shown if k[d] != "*" and (*k[:d], "*", *k[d + 1 :]) == margin]
                if part != "*" or not parts:
                    continue
                row, known = numpy.zeros(len(self.unknown)), 0
                for key, sign in [(margin, -1), *((one, 1) for one in parts)]:
                    if key in at:
                        row[at[key]] += sign
                    else:
                        known -= sign * shown[key]
                rows.append(row), right.append(known)
        self.a, self.b, self.at = numpy.array(rows), numpy.array(right), at

    def width(self, key: Key, whole: bool = False) -> float:
        ends = [self._end(self.at[key], sign, whole) for sign in (1, -1)]
        return ends[1] - ends[0]

    def _end(self, place: int, sign: int, whole: bool) -> float:
        cost = numpy.zeros(len(self.unknown))
        cost[place] = sign
        if whole:
            rule = [LinearConstraint(self.a, self.b, self.b)] if len(self.b) else []
            found = milp(
                cost, integrality=numpy.ones(len(cost)), bounds=Bounds(self.low, 10**6), constraints=rule
            )
        else:
            more = {"A_eq": self.a, "b_eq": self.b} if len(self.b) else {}
            found = linprog(cost, bounds=[(low, 10**6) for low in self.low], **more)
        assert found.status == 0, found.message
        return float(found.x[place])


def greedy(values: dict[Key, int], k: int = 5) -> int:
    """How many other cells the plain way hides: where a sum has one withheld cell its smallest other one, until an
    attack on every small cell fails."""
    small = [key for key, n in values.items() if 0 < n < k]
    hidden = set(small)
    sums = {}
    for margin in values:
        for d, part in enumerate(margin):
            if part == "*":
                parts = [o for o in values if o[d] != "*" and (*o[:d], "*", *o[d + 1 :]) == margin]
                sums[margin, d] = [margin, *parts]
    for key in small:
        while Attacker({o: None if o in hidden else n for o, n in values.items()}).width(key) < k:
            near = [c for c in sums.values() if len(hidden & set(c)) == 1] or [
                c for c in sums.values() if key in c
            ]
            free = [o for cells in near for o in cells if o not in hidden and values[o]]
            hidden.add(
                min(free or [o for o, n in values.items() if n and o not in hidden], key=lambda o: values[o])
            )
    return len(hidden) - len(small)
