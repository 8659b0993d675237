"""How far a promise is kept: one rates with a source, a second one looks, a third decides where they differ.

Ratings are only ever added. What they come to is cached on the commitment by `_settle` alone.
"""

import contextlib
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from icma.advocacy import rubric
from icma.advocacy.actions.oversight.sources import Seen, keep_source
from icma.advocacy.flow import COMMITMENT, LEVELS, UNRATED
from icma.advocacy.models import Commitment, Rating
from icma.advocacy.promises import MOST_RATERS, Round, outcome_of, rounds_of
from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.engines.aztext import clean_text
from icma.matters.actions.telling import tell
from icma.matters.actions.thread import note
from icma.people.actions.review import ask_review, decide_review, undo
from icma.people.models import Review, User

KIND = "rating"
MOST_WORDS = 1000


@action
def rate(
    *, commitment: Commitment, status: str, on: date, seen: Seen, at: datetime, by: User, text: str = ""
) -> Rating:
    """A new look at a promise. It counts at once; a second person is asked to look within fourteen days."""
    rounds = _locked(commitment)
    if rounds and rounds[-1].split:
        raise Refused(_("Two people saw it differently: a third one has to decide that first."))
    if commitment.disputed_at and rounds and by.pk in rounds[-1].raters:
        raise Refused(_("The authority does not agree: somebody who has not rated it before has to look."))
    rating = _keep(commitment, status, on, seen, text, at, by, None)
    commitment.disputed_at = None
    _settle(commitment, [*rounds, Round((rating,))])
    data = {"matter": commitment.matter.code, "title": commitment.matter.title, "status": status}
    ask_review(
        kind=KIND, subject=str(rating.pk), when="after", by=by, at=at, data=data,
        organisation=commitment.matter.community,
    )  # fmt: skip
    return rating


@action
def check_rating(
    *, commitment: Commitment, status: str, on: date, seen: Seen, at: datetime, by: User, text: str = ""
) -> Rating:
    """Another person's own look at what was rated last. The same: agreed. Different: open until a third one looks."""
    rounds = _locked(commitment)
    if not rounds:
        raise Refused(_("Nobody has rated it yet."))
    last = rounds[-1]
    if by.pk in last.raters:
        raise Refused(_("You have rated it yourself: somebody else has to look."))
    if last.agreed or len(last.ratings) >= MOST_RATERS:
        raise Refused(_("Two people agree already. What has changed since is a new rating."))
    rating = _keep(commitment, status, on, seen, text, at, by, last.ratings[0])
    now = Round((*last.ratings, rating))
    commitment.disputed_at = at if now.split else None
    _settle(commitment, [*rounds[:-1], now])
    _tell_second(commitment, now, at, by)
    return rating


def _locked(commitment: Commitment) -> list[Round]:
    """The rounds so far; one rater at a time."""
    row = Commitment.objects.select_for_update(no_key=True).get(pk=commitment.pk)
    commitment.stage, commitment.rated_on, commitment.disputed_at = row.stage, row.rated_on, row.disputed_at
    if commitment.matter.published_at is None:
        raise Refused(_("A moderator has not published it yet."))
    return rounds_of(Rating.objects.filter(commitment=commitment))


def _keep(
    commitment: Commitment, status: str, on: date, seen: Seen, text: str, at: datetime, by: User, first: Rating | None
) -> Rating:  # fmt: skip
    words = clean_text(text)
    if status not in LEVELS:
        raise Refused(_("Choose how far it is done."))
    if len(words) > MOST_WORDS:
        raise Refused(_("The text is too long."))
    if on > legal_day(at) or on < commitment.said_on:
        raise Refused(_("This day lies before the promise, or in the future."))
    source = keep_source(matter=commitment.matter, seen=seen, at=at, by=by, lasting=True)
    rating = Rating(
        commitment=commitment,
        status=status,
        rubric=rubric.current(),
        source=source,
        first=first,
        on=on,
        at=at,
        by=by,
    )
    rating.save(force_insert=True)
    data: dict[str, Any] = {"rating": rating.pk, "source": source.code}
    tell(matter=commitment.matter, verb=f"rated_{status}", at=at, by=by, on=on, text=words, data=data)
    return rating


def _settle(commitment: Commitment, rounds: list[Round]) -> None:
    status, on = outcome_of(rounds)
    step = "unrate" if status == UNRATED else f"rate_{status}"
    COMMITMENT.take(commitment, step, rated_on=on, disputed_at=commitment.disputed_at)


def _tell_second(commitment: Commitment, now: Round, at: datetime, by: User) -> None:
    """The list "to review" is done with the second look, whatever it came to."""
    verb = "rating_split" if now.split else "rating_agreed"
    note(matter=commitment.matter, verb=verb, at=at, by=by)
    review = Review.objects.filter(kind=KIND, subject=str(now.ratings[0].pk), verdict="").first()
    if review is None:
        return
    with contextlib.suppress(
        Refused
    ):  # after fourteen days, or by one who may not: the rating itself says it
        if now.split:
            undo(review=review, by=by, at=at)
        else:
            decide_review(review=review, verdict="agreed", by=by, at=at)
