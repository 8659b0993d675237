"""The authority's own word beside a decision or a promise: written by its official, or entered with its source."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from icma.advocacy.actions.oversight.sources import Seen, keep_source
from icma.advocacy.models import Commitment
from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.engines.aztext import clean_text
from icma.matters.actions.telling import tell
from icma.matters.models import Entry, Matter
from icma.people.models import User

SAID, DISAGREES = "authority_said", "authority_disagrees"
MOST = 2000


@action
def reply(
    *, matter: Matter, text: str, at: datetime, by: User, disagrees: bool = False, on: date | None = None,
    seen: Seen | None = None,
) -> Entry:  # fmt: skip
    """It stands beside what we wrote, its words once a moderator has read them. `disagrees` with a rating: no lateness
    is shown until somebody else has looked.

    `seen`: where it was read, for what somebody of ours enters; an official needs none.
    """
    words = clean_text(text)
    if not words or len(words) > MOST:
        raise Refused(_("Write it in at most 2,000 characters."))
    if matter.published_at is None:
        raise Refused(_("A moderator has not published it yet."))
    if on is not None and on > legal_day(at):
        raise Refused(_("The date lies in the future."))
    data: dict[str, Any] = {"official": seen is None}
    if seen is not None:
        data["source"] = keep_source(matter=matter, seen=seen, at=at, by=by).code
    if disagrees:
        rated = Commitment.objects.filter(pk=matter.pk).exclude(stage="unrated")
        if not rated.update(disputed_at=at):
            raise Refused(_("Nobody has rated it yet: there is nothing to disagree with."))
    verb = DISAGREES if disagrees else SAID
    return tell(matter=matter, verb=verb, at=at, by=by, on=on, text=words, data=data)
