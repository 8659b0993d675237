"""One line on an event's page: who came, as a share of women, where the head-count is large enough."""

from collections.abc import Mapping
from dataclasses import dataclass

from icma.engines.intervals import Share, wilson
from icma.matters.bands import Sex
from icma.research.inclusion.panel import FLOOR

LEAST = 5  # people behind a number that is shown


@dataclass(frozen=True)
class Came:
    """How many came; women among those whose sex was seen, where that may be said."""

    total: int
    women: int = 0
    known: int = 0
    unknown: int = 0
    share: Share | None = None


def came(counts: Mapping[tuple[str, str], int]) -> Came:
    """From a head-count by (sex, band). Women of y with its interval if y ≥ 20 and no cell by sex is 1 to 4."""
    by_sex = {sex: sum(n for (one, _band), n in counts.items() if one == sex) for sex in Sex}
    total, unknown = sum(by_sex.values()), by_sex[Sex.UNKNOWN]
    women, known = by_sex[Sex.FEMALE], total - unknown
    if known < FLOOR or any(0 < n < LEAST for n in by_sex.values()):
        return Came(total)
    return Came(total, women, known, unknown, wilson(women, known))
