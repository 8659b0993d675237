"""The second person: asked before a thing happens, or shown it afterwards with the right to undo."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.people.access import READ_AFTER
from icma.people.models import Organisation, Review, User

UNDO_DAYS = 14
Effect = Callable[..., Any]  # effect(review=, by=, at=)


@action
def ask_review(
    *,
    kind: str,
    subject: str,
    when: str,
    by: User,
    at: datetime,
    data: dict[str, Any] | None = None,
    organisation: Organisation | None = None,
) -> Review:
    """Put something before a second person. `when`: "before" (it waits) or "after" (it has happened).

    `data` holds plain values that the effect needs; `organisation` lets its other coordinators decide,
    else only the union's officers do.
    """
    return Review.objects.create(
        kind=kind, subject=str(subject), when=Review.When(when), data=data or {},
        asked_by=by, asked_at=at, organisation=organisation,
    )  # fmt: skip


@action
def decide_review(
    *, review: Review, verdict: str, by: User, at: datetime, apply: Effect | None = None
) -> Review:
    """Agree to or refuse what waits; or say of what has happened that it is in order ("agreed").

    `apply(review=, by=, at=)` runs in the same transaction when something that waited is agreed to.
    Refused when `by` is the one who asked, or when somebody has decided meanwhile.
    """
    before = review.when == Review.When.BEFORE
    if verdict not in ({"agreed", "refused"} if before else {"agreed"}):
        raise ValueError(f"verdict {verdict} does not fit a review {review.when}")
    _take(review, verdict, by, at)
    if before and verdict == "agreed" and apply:
        apply(review=review, by=by, at=at)
    return review


@action
def undo(*, review: Review, by: User, at: datetime, revert: Effect | None = None) -> Review:
    """Take back within 14 days what has happened; `revert(review=, by=, at=)` does the taking back.

    Words that everybody reads and nobody has looked over yet are taken back however late it is.
    """
    if review.when != Review.When.AFTER:
        raise ValueError("only what has happened can be undone")
    if review.kind not in READ_AFTER and at > review.asked_at + timedelta(days=UNDO_DAYS):
        raise Refused(_("This can no longer be undone: 14 days have passed. Make a new change instead."))
    _take(review, "undone", by, at)
    if revert:
        revert(review=review, by=by, at=at)
    return review


def _take(review: Review, verdict: str, by: User, at: datetime) -> None:
    """Compare and set: of two people who decide, one wins and the other is told."""
    if by.pk == review.asked_by_id:
        raise Refused(_("A second person must look at this: you asked for it yourself."))
    values = {"verdict": verdict, "decided_by": by, "decided_at": at}
    open_rows = Review.objects.filter(pk=review.pk, verdict="")
    if open_rows.update(**values) != 1:
        raise Refused(_("Somebody has already decided this."))
    for name, value in values.items():
        setattr(review, name, value)
