"""Honest figures about shares and waiting times: always with n, an interval, and open cases censored.

Sources: E. B. Wilson, JASA 22 (1927) 209–212; E. L. Kaplan and P. Meier, JASA 53 (1958) 457–481;
variance M. Greenwood (1926); limits on the log(−log S) scale, Kalbfleisch and Prentice (1980);
interval of the median R. Brookmeyer and J. Crowley, Biometrics 38 (1982) 29–41.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt
from statistics import median as _median

Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Share:
    """A share between 0 and 1 with its 95 % limits; n cases stand behind it."""

    value: float | None
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Median:
    """A median, its 95 % limits where they exist (None: not reached yet) and n."""

    value: float | None
    low: float | None
    high: float | None
    n: int


def wilson(k: int, n: int, z: float = Z95) -> Share:
    """Wilson score interval of k in n; n = 0 says nothing: value None, limits 0 and 1."""
    if not 0 <= k <= n:
        raise ValueError(f"{k} of {n} is no share")
    if n == 0:
        return Share(None, 0.0, 1.0, 0)
    share, spread = k / n, z * z / n
    centre = (share + spread / 2) / (1 + spread)
    reach = z / (1 + spread) * sqrt(share * (1 - share) / n + spread / (4 * n))
    low = 0.0 if k == 0 else max(0.0, centre - reach)
    high = 1.0 if k == n else min(1.0, centre + reach)
    return Share(share, low, high, n)


def median(values: Iterable[float]) -> Median:
    """Median with n and distribution-free limits (order statistics, normal approximation)."""
    ordered = sorted(values)
    n = len(ordered)
    if n == 0:
        return Median(None, None, None, 0)
    reach = Z95 * sqrt(n) / 2
    low, high = int(n / 2 - reach), int(n / 2 + reach)
    inside = low >= 1 and high < n
    middle = float(_median(ordered))
    if not inside:
        return Median(middle, None, None, n)
    return Median(middle, ordered[low - 1], ordered[high], n)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Kaplan–Meier curve: after `days[i]` the share `open_[i]` still waits, Greenwood sum `spread[i]`."""

    days: tuple[float, ...]
    open_: tuple[float, ...]
    spread: tuple[float, ...]
    n: int

    def share_by(self, day: float) -> Share:
        """Share answered within `day` days, as if nobody's waiting had been cut off."""
        place = bisect_right(self.days, day) - 1
        if self.n == 0:
            return Share(None, 0.0, 1.0, 0)
        if place < 0:
            return Share(0.0, 0.0, wilson(0, self.n).high, self.n)
        low, high = self._limits(place)
        return Share(1 - self.open_[place], 1 - high, 1 - low, self.n)

    def median(self) -> Median:
        """First day by which half were answered; None while more than half still wait."""
        limits = [self._limits(place) for place in range(len(self.days))]
        value = self._first(self.open_)
        low, high = self._first([low for low, _ in limits]), self._first([high for _, high in limits])
        return Median(value, low, high, self.n)

    def _first(self, still_open: Sequence[float]) -> float | None:
        return next((day for day, left in zip(self.days, still_open, strict=True) if left <= 0.5), None)

    def _limits(self, place: int) -> tuple[float, float]:
        left = self.open_[place]
        if left <= 0:  # all answered: the log scale ends here, the score interval does not
            return 0.0, 1 - wilson(self.n, self.n).low
        reach = exp(Z95 * sqrt(self.spread[place]) / abs(log(left)))
        return left**reach, left ** (1 / reach)


def waiting(cases: Iterable[tuple[float, bool]]) -> Waiting:
    """Curve from (days waited, answered?): an open request is censored at the days it has waited so far.

    Raises ValueError for negative days. On equal days answers come before censoring, as is usual.
    """
    ordered = sorted(cases)
    if ordered and ordered[0][0] < 0:
        raise ValueError("days waited cannot be negative")
    days: list[float] = []
    open_: list[float] = []
    spreads: list[float] = []
    left, spread, place, n = 1.0, 0.0, 0, len(ordered)
    while place < n:
        day, at_risk, answered = ordered[place][0], n - place, 0
        while place < n and ordered[place][0] == day:
            answered += ordered[place][1]
            place += 1
        if answered:
            left *= 1 - answered / at_risk
            spread += answered / (at_risk * (at_risk - answered)) if answered < at_risk else 0.0
            days, open_, spreads = [*days, day], [*open_, left], [*spreads, spread]
    return Waiting(tuple(days), tuple(open_), tuple(spreads), n)
