"""How a promise stands: what its ratings come to, and whether its day has passed. Nothing here writes.

A promise is overdue by itself once its day has passed and nobody has seen it done. Beside that word stands what is known:
that nobody has looked since, that no evidence was found, that two see it differently, or that somebody saw it not done;
only the last is a breach.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Now, TruncDate
from django.utils.translation import gettext_lazy as _

from icma.advocacy.flow import LEVELS, UNRATED
from icma.advocacy.models import Commitment, Rating
from icma.core.day import BAKU
from icma.engines.agreement import Agreement, cohen

SOON = timedelta(days=7)
LEAST = 5  # pairs, below which no figure on agreement is given
MOST_RATERS = 3


@dataclass(frozen=True, slots=True)
class Round:
    """A first rating and those that check it, in their order."""

    ratings: tuple[Rating, ...]

    @property
    def raters(self) -> set[int | None]:
        return {rating.by_id for rating in self.ratings}

    @property
    def split(self) -> bool:
        """Two saw it differently and nobody has decided."""
        return len(self.ratings) == 2 and self.ratings[0].status != self.ratings[1].status

    @property
    def agreed(self) -> bool:
        return len(self.ratings) >= 2 and not self.split

    @property
    def status(self) -> str:
        """One rater's word, two equal ones, or the middle of three; '' while two differ."""
        if self.split:
            return ""
        order = sorted(self.ratings, key=lambda rating: LEVELS.index(rating.status))
        return order[len(order) // 2].status


def rounds_of(ratings: Iterable[Rating]) -> list[Round]:
    """In the order of their first rating."""
    found: dict[int, list[Rating]] = {}
    for rating in sorted(ratings, key=lambda row: row.pk):
        found.setdefault(rating.first_id or rating.pk, []).append(rating)
    return [Round(tuple(rows)) for rows in found.values()]


def outcome_of(rounds: list[Round]) -> tuple[str, date | None]:
    """(status, the day of which it speaks): of the last round that is not split."""
    for one in reversed(rounds):
        if one.status:
            return one.status, max(rating.on for rating in one.ratings)
    return UNRATED, None


def agreement(ratings: Iterable[Rating]) -> Agreement:
    """Of everything that two people have rated independently: the first and the second of each round."""
    pairs = [one.ratings[:2] for one in rounds_of(ratings) if len(one.ratings) >= 2]
    return cohen((first.status, second.status) for first, second in pairs)


# --- its day ------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Stand:
    """`sign`: the hourglass may be shown. `tone` is that of its tag."""

    state: str
    label: Any
    tone: str
    sign: bool = False


_STANDS = {
    "kept": (_("kept"), "done"),
    "no_day": (_("no day was named"), "quiet"),
    "running": (_("its day has not come"), "calm"),
    "due_soon": (_("its day comes within a week"), "now"),
    "disputed": (_("disputed: another person looks"), "now"),
    "overdue_seen": (_("overdue: not done in full"), "late"),
    "overdue_no_evidence": (_("overdue: no evidence found that it is done"), "now"),
    "overdue_disputed": (_("overdue; disputed: another person looks"), "now"),
    "overdue_unseen": (_("overdue: nobody has looked since"), "now"),
}
OVERDUE = "overdue"  # what a list can be asked for: all of these


def stand(commitment: Commitment, today: date) -> Stand:
    """How it stands on a day, from its own columns: no query."""
    state = _state(commitment, today)
    label, tone = _STANDS[state]
    return Stand(state, label, tone, sign=state == "overdue_seen")


def _state(commitment: Commitment, today: date) -> str:
    due, seen = commitment.due_on, commitment.rated_on
    if commitment.disputed_at:
        over = due is not None and due < today and commitment.stage != "complete"
        return "overdue_disputed" if over else "disputed"
    if commitment.stage == "complete":
        return "kept"
    if due is None:
        return "no_day"
    if due >= today:
        return "due_soon" if due - today <= SOON else "running"
    if seen is None or seen <= due:
        return "overdue_unseen"
    return "overdue_seen" if commitment.stage in SHORT_OF_IT else "overdue_no_evidence"


# Nothing found is no sight of anything: it makes the promise no breach.
SHORT_OF_IT = ("not_started", "limited", "substantial")


def choices() -> list[tuple[str, Any]]:
    """What a list can be asked for; that its day is near is told by the row."""
    each = [(state, label) for state, (label, _tone) in _STANDS.items() if state != "due_soon"]
    return [(OVERDUE, _("overdue, all of them")), *each]


def stands(state: str) -> Q:
    """The same, asked of the database, whose own clock says what day it is: a prepared query keeps no date."""
    today = TruncDate(Now(), tzinfo=BAKU)
    disputed, kept = Q(disputed_at__isnull=False), Q(stage="complete")
    open_ = ~kept & Q(disputed_at=None)
    passed = ~Q(stage="complete") & Q(due_on__lt=today)
    over = passed & Q(disputed_at=None)
    looked, short = Q(rated_on__gt=F("due_on")), Q(stage__in=SHORT_OF_IT)
    return {
        "disputed": disputed & (Q(stage="complete") | Q(due_on=None) | Q(due_on__gte=today)),
        "overdue_disputed": passed & disputed, OVERDUE: passed, "kept": kept & Q(disputed_at=None), "no_day": open_ & Q(due_on=None),
        "running": open_ & Q(due_on__gte=today), "overdue_seen": over & looked & short,
        "overdue_no_evidence": over & looked & ~short,
        "overdue_unseen": over & (Q(rated_on=None) | Q(rated_on__lte=F("due_on"))),
    }[state]  # fmt: skip
