"""The page "Nəzərdən keçirin": what waits for a second person, and what can still be undone.

Higher floors have kinds of their own; `front` gives the whole tuple to the page.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from icma.core.access import Who, allowed
from icma.core.words import date_words
from icma.people.actions.accounts import unfreeze
from icma.people.actions.directory import apply_proposal, undo_directory
from icma.people.actions.review import UNDO_DAYS, decide_review, undo
from icma.people.actions.roles import undo_role
from icma.people.models import Address, Authority, Change, Membership, Review

Pairs = list[tuple[Any, Any]]


@dataclass(frozen=True)
class Kind:
    """How one kind of review is shown and decided; `decide(review=, verdict=, by=, at=)`.

    Verdicts: "agreed" and "refused" for what waits, "agreed" and "undone" for what has happened. Without
    `decide` the page only leads to `link(review)`, where the thing itself is seen and decided.
    """

    name: str
    label: Any
    decide: Callable[..., Any] | None = None
    describe: Callable[[Review], Pairs] = lambda review: []
    link: Callable[[Review], str] | None = None


def by_effects(apply: Callable | None = None, revert: Callable | None = None) -> Callable[..., Any]:
    """A `decide` from the effect of agreeing to what waits and of undoing what has happened."""

    def decide(*, review: Review, verdict: str, by: Any, at: datetime) -> Review:
        if verdict == "undone":
            return undo(review=review, by=by, at=at, revert=revert)
        return decide_review(review=review, verdict=verdict, by=by, at=at, apply=apply)

    return decide


def _role(review: Review) -> Pairs:
    role = Membership.Role(review.data["role"]).label
    return [(_("Whose role"), review.data["who"]), (_("ended") if review.data["ended"] else _("given"), role)]


def _changes(review: Review) -> Pairs:
    """What was entered, and before → after of what moved, for at most ten changes."""
    pairs: Pairs = [(_("Authority"), review.data["name"])]
    for change in review.changes[:10]:
        before, after = change.before, change.after or {}
        for name, label in FIELDS.items():
            new, old = after.get(name), (before or {}).get(name)
            if new == old:
                continue
            said = _said(name, new)
            pairs.append((label, f"{_said(name, old)} → {said}" if before else said))
    if len(review.changes) > 10:
        pairs.append((_("and more changes"), len(review.changes) - 10))
    return pairs


def _proposal(review: Review) -> Pairs:
    data = review.data
    pairs = [(_("Authority"), data["name"] or _("a new body")), (_("Source"), data["source"])]
    shown = {**data["values"], **data["address"]}
    return pairs + [(FIELDS[name], _said(name, value)) for name, value in shown.items() if name in FIELDS]


def _said(name: str, value: Any) -> str:
    """A kept value as people read it: choices by their label, days in words."""
    if value in (None, ""):
        return "–"
    if name in CHOICES:
        return str(CHOICES[name](value).label) if value in CHOICES[name].values else str(value)
    return date_words(date.fromisoformat(value)) if name in ("since", "until") else str(value)


CHOICES = {"kind": Authority.Kind, "purpose": Address.Purpose, "channel": Address.Channel}
FIELDS = {
    "kind": gettext_lazy("Kind"),
    "name_az": gettext_lazy("Name in Azerbaijani"),
    "name_en": gettext_lazy("Name in English"),
    "name_ru": gettext_lazy("Name in Russian"),
    "since": gettext_lazy("Valid from"),
    "until": gettext_lazy("Valid until"),
    "source": gettext_lazy("Source"),
    "purpose": gettext_lazy("For what"),
    "channel": gettext_lazy("Way"),
    "value": gettext_lazy("Address"),
    "limit": gettext_lazy("Most characters"),
}

KINDS = (
    Kind("role", gettext_lazy("A role was given or ended"), by_effects(revert=undo_role), _role),
    Kind(
        "unfreeze",
        gettext_lazy("Open a frozen account again"),
        by_effects(apply=unfreeze),
        lambda review: [(_("Whose account"), review.data["who"])],
    ),
    Kind(
        "proposal",
        gettext_lazy("A change of the directory was proposed"),
        by_effects(apply_proposal),
        _proposal,
    ),
    Kind("directory", gettext_lazy("The directory was changed"), by_effects(revert=undo_directory), _changes),
)


@dataclass(frozen=True)
class Item:
    """One line of the page."""

    review: Review
    label: Any
    pairs: Pairs
    url: str
    can_decide: bool
    undo_until: datetime


def items(rows: Iterable[Review], kinds: Sequence[Kind]) -> list[Item]:
    """Lines for the page; three queries whatever their number."""
    rows, known = list(rows), {kind.name: kind for kind in kinds}
    ids = [change for row in rows for change in row.data.get("changes", [])]
    changes = Change.objects.in_bulk(ids)
    found = []
    for row in rows:
        kind = known.get(row.kind, Kind(row.kind, row.kind))
        row.changes = [changes[pk] for pk in row.data.get("changes", []) if pk in changes]
        url = kind.link(row) if kind.link else ""
        until = row.asked_at + timedelta(days=UNDO_DAYS)
        found.append(Item(row, kind.label, kind.describe(row), url, kind.decide is not None, until))
    return found


def waiting_for(who: Who, at: datetime) -> Any:
    """Reviews that `who` may decide now: what waits, and what happened in the last 14 days."""
    recent = Q(when="before") | Q(when="after", asked_at__gte=at - timedelta(days=UNDO_DAYS))
    rows = allowed(Review.objects.filter(recent, verdict=""), who, "decide", at)
    return rows.select_related("asked_by", "organisation").order_by("-when", "-asked_at")


def count_waiting(who: Who, at: datetime) -> int:
    """How many things wait for this person's agreement: for "My work"."""
    return waiting_for(who, at).filter(when="before").count()
