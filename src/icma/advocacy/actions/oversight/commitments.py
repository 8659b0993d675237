"""A promise of an authority: verifiable, specific, sourced, public; else it is not put before a moderator."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from icma.advocacy.actions.oversight.sources import Seen, instead_of, keep_source
from icma.advocacy.gates import lacking
from icma.advocacy.models import Commitment, Level
from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.engines.aztext import clean_text
from icma.matters.actions import preparing
from icma.matters.models import Matter
from icma.people.models import Authority, Organisation, Place, User

MOST_CHECK = 500


@action
def prepare_commitment(
    *,
    community: Organisation,
    title: str,
    text: str,
    place: Place,
    topic: str,
    authority: Authority | None,
    level: str,
    said_on: date,
    said_at: str,
    due_on: date | None,
    check_by: str,
    seen: Seen,
    at: datetime,
    by: User,
    grew_from: list[Matter] | None = None,
    language: str = "az",
) -> Commitment:
    """`title`: what was promised, in one sentence; `text`: the words in which it was; `check_by`: how to see it is done."""
    check_by = _checked(authority, level, said_on, said_at, due_on, check_by, at)
    matter = preparing.prepare(
        kind=Matter.Kind.COMMITMENT, title=title, text=text, place=place, topic=topic, community=community,
        authority=authority, grew_from=grew_from, language=language, at=at, by=by,
    )  # fmt: skip
    source = keep_source(matter=matter, seen=seen, at=at, by=by)
    return Commitment.objects.create(
        matter=matter, level=level, said_on=said_on, said_at=said_at, due_on=due_on, check_by=check_by,
        source=source,
    )  # fmt: skip


@action
def change_commitment(
    *, commitment: Commitment, title: str, text: str, place: Place, topic: str, authority: Authority | None,
    level: str, said_on: date, said_at: str, due_on: date | None, check_by: str, at: datetime, by: User,
    seen: Seen | None = None,
) -> None:  # fmt: skip
    """Write it anew before a moderator has read it; `seen` puts another source in the place of the first."""
    check_by = _checked(authority, level, said_on, said_at, due_on, check_by, at)
    preparing.change(
        matter=commitment.matter, title=title, text=text, place=place, topic=topic, authority=authority, at=at
    )
    values = {
        "level": level, "said_on": said_on, "said_at": said_at, "due_on": due_on, "check_by": check_by,
    }  # fmt: skip
    for name, value in values.items():
        setattr(commitment, name, value)
    if seen is not None:
        seen = instead_of(commitment.source, seen)
        commitment.source = keep_source(matter=commitment.matter, seen=seen, at=at, by=by)
    commitment.save()


def _checked(
    authority: Authority | None, level: str, said_on: date, said_at: str, due_on: date | None, check_by: str,
    at: datetime,
) -> str:  # fmt: skip
    check_by = " ".join(clean_text(check_by).split())
    if authority is None:
        raise Refused(_("Name the body that promised."))
    if level not in Level.values:
        raise Refused(_("Choose the level: local or central."))
    if said_at not in Commitment.Said.values:
        raise Refused(_("Choose where it was promised."))
    if said_on > legal_day(at):
        raise Refused(_("The date lies in the future."))
    if due_on is not None and due_on < said_on:
        raise Refused(_("The promised day lies before the promise."))
    if len(check_by) > MOST_CHECK:
        raise Refused(_("The text is too long."))
    return check_by


@action
def submit_commitment(*, commitment: Commitment, at: datetime, by: User) -> None:
    """Send it to a moderator. Refused with the first thing that makes it no promise that can be watched."""
    lacks = lacking(commitment)
    if lacks:
        raise Refused(str(lacks[0]))
    preparing.submit(matter=commitment.matter, at=at, by=by)
