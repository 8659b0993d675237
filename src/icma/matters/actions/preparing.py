"""What a community prepares itself (campaign, petition, decision, commitment): planned, then sent to a moderator."""

from datetime import datetime

from django.utils.translation import gettext as _

from icma.core import codes
from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.engines.aztext import clean_text
from icma.matters.actions.acts import act_of
from icma.matters.actions.own_terms import MODERATE, promise
from icma.matters.actions.raising import MOST_TEXT, MOST_TITLE
from icma.matters.actions.thread import note
from icma.matters.bands import Doing, Topic
from icma.matters.flow import MATTER
from icma.matters.models import Link, Matter
from icma.matters.similar import search_text_of
from icma.people.models import Authority, Organisation, Place, User


@action
def prepare(
    *,
    kind: str,
    title: str,
    place: Place,
    topic: str,
    community: Organisation,
    at: datetime,
    by: User,
    text: str = "",
    authority: Authority | None = None,
    grew_from: list[Matter] | None = None,
    language: str = "az",
    is_past: bool = False,
) -> Matter:
    """A matter of `kind` that only its community and the union see until a moderator has published it.

    `grew_from`: the matters behind it. `is_past`: who types in what happened long ago proposes nothing, and no act is
    counted. Refused with the reader's words when something is missing.
    """
    made = Matter(
        code=codes.public_code(),
        kind=kind,
        community=community,
        raised_at=at,
        stage="planned",
        way="authority",
    )
    _fill(made, title, text, place, topic, authority, at)
    made.language = language
    made.save(force_insert=True)
    for source in grew_from or []:
        Link.objects.create(source=made, target=source, kind=Link.Kind.GREW_FROM, at=at)
    note(matter=made, verb="planned", at=at, by=by, visibility="team")
    if not is_past:
        act_of(person=by.person, verb=Doing.PROPOSE, matter=made, on=legal_day(at))
    return made


@action
def change(
    *, matter: Matter, title: str, text: str, place: Place, topic: str, authority: Authority | None, at: datetime,
) -> None:  # fmt: skip
    """Write it anew while it is prepared; what is public is corrected by a moderator."""
    if matter.stage not in ("planned", "rejected"):
        raise Refused(_("This is with a moderator or public; its text can no longer be changed here."))
    _fill(matter, title, text, place, topic, authority, at)
    matter.save()


@action
def submit(*, matter: Matter, at: datetime, by: User) -> None:
    """Send it to a moderator, who answers in our own term. Stale when somebody did so first."""
    MATTER.take(matter, "submit", reason="", changed_at=at)
    note(matter=matter, verb="submitted", at=at, by=by, visibility="team")
    promise(matter=matter, rule=MODERATE, at=at, by=by)


def _fill(
    matter: Matter, title: str, text: str, place: Place, topic: str, authority: Authority | None, at: datetime
) -> None:
    title, text = " ".join(clean_text(title).split()), clean_text(text)
    if not title:
        raise Refused(_("Say in a few words what it is about."))
    if len(title) > MOST_TITLE or len(text) > MOST_TEXT:
        raise Refused(_("The text is too long. The title takes 140 characters, the text 5,000."))
    if topic not in Topic.values:
        raise Refused(_("Choose a topic."))
    matter.title, matter.text, matter.place, matter.topic, matter.authority = (
        title,
        text,
        place,
        topic,
        authority,
    )
    matter.changed_at, matter.search_text = at, search_text_of(title, text, place)
