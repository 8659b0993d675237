"""How far two raters agree beyond chance: Cohen's kappa.

Jacob Cohen, "A Coefficient of Agreement for Nominal Scales", Educational and Psychological Measurement 20 (1960) 37–46.
"""

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Agreement:
    """`n` pairs, `same` of them equal. `kappa` is None where chance alone would make all of them equal, or n = 0."""

    n: int
    same: int
    kappa: float | None


def cohen(pairs: Iterable[tuple[Hashable, Hashable]]) -> Agreement:
    """Of pairs (first rater, second rater); 1: always the same, 0: as by chance, below: less than by chance."""
    rows = list(pairs)
    n, same = len(rows), sum(a == b for a, b in rows)
    first, second = Counter(a for a, _b in rows), Counter(b for _a, b in rows)
    # In whole numbers, so that "by chance alone" is exactly that.
    chance = sum(count * second[label] for label, count in first.items())
    if n == 0 or chance == n * n:
        return Agreement(n, same, None)
    return Agreement(n, same, (same * n - chance) / (n * n - chance))
