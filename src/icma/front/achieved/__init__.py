"""What has been achieved: what is counted live from public rows, and what was released about people.

Declared figures of the time before İcma are not known here, so that nothing can add them (tests/front/test_achieved.py).
"""

from datetime import date

from django.utils.translation import get_language

from icma.core.kept import kept
from icma.front.achieved.figure import Figure
from icma.front.achieved.people import helped, took_part
from icma.front.achieved.record import campaigns, communities, letters, meetings, solved

__all__ = ["Figure", "achieved", "computed"]


def computed(today: date) -> list[Figure]:
    """Every figure of the page, in its order; at most a minute old."""

    def make() -> list[Figure]:
        return [
            *communities(today), *campaigns(today), *solved(today), *letters(today), *helped(), *meetings(today),
            *took_part(),
        ]  # fmt: skip

    return kept(("achieved", today, get_language()), make)


def achieved(today: date) -> dict[str, Figure]:
    return {figure.name: figure for figure in computed(today)}
