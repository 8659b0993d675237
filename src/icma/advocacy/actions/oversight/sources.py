"""Where something was read: address and day, a kept copy with its hash, an answer. The copy opens by a second person."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from icma.advocacy.gates import UNKEPT, archived
from icma.advocacy.models import Source
from icma.core.action import Refused, action
from icma.core.codes import public_code
from icma.core.day import legal_day
from icma.core.files import keep_file
from icma.core.models import File, Visibility
from icma.engines.aztext import clean_text
from icma.matters.actions.thread import note
from icma.matters.models import Letter, Matter
from icma.people.actions.review import ask_review
from icma.people.models import Review, User

KIND = "source"
COPIES = ("jpeg", "png", "pdf")
LONGEST = 500


@dataclass(frozen=True)
class Seen:
    """What a form says of a source; `copy` holds the bytes of a PDF or picture of it."""

    on: date
    url: str = ""
    copy: bytes | None = None
    letter: Letter | None = None


def instead_of(source: Source, seen: Seen) -> Seen:
    """What is named anew; a copy alone is one of the address that stands."""
    if seen.copy is not None and not seen.url and seen.letter is None:
        return replace(seen, url=source.url, letter=source.letter)
    return seen


@action
def keep_source(
    *, matter: Matter, seen: Seen, at: datetime, by: User | None, lasting: bool = False
) -> Source:
    """Refused without an address, a copy or an answer, and for a day to come.

    `lasting`: what we say of a body rests on it, so it has to stand when the page is gone; an address alone is refused.
    """
    url = clean_text(seen.url).strip()
    if not url and seen.copy is None and seen.letter is None:
        raise Refused(_("Give a source: an address, a copy, or the answer in which it stands."))
    if len(url) > LONGEST or url and not url.startswith(("https://", "http://")):
        raise Refused(_("An address begins with https:// and takes at most 500 characters."))
    if seen.on > legal_day(at):
        raise Refused(_("The date lies in the future."))
    if seen.letter is not None and (seen.letter.direction != "in" or not seen.letter.confirmed):
        raise Refused(_("Only an answer that is known to come from the authority is a source."))
    file = None
    if seen.copy is not None:
        file = keep_file(seen.copy, at=at, by=by, visibility=Visibility.TEAM, kinds=COPIES)
    source = Source(
        code=public_code(),
        matter=matter,
        url=url,
        seen_on=seen.on,
        file=file,
        letter=seen.letter,
        at=at,
        by=by,
    )
    if lasting and not archived(source):
        raise Refused(str(UNKEPT))
    source.save()
    return source


@action
def ask_release(*, source: Source, at: datetime, by: User) -> Review:
    """Somebody else looks whether the copy names private persons, then everybody may read it."""
    if source.file is None or source.file.visibility == Visibility.PUBLIC:
        raise Refused(_("There is no copy that waits to be opened."))
    if Review.objects.filter(kind=KIND, subject=source.code, verdict="").exists():
        raise Refused(_("A second person has been asked already."))
    data = {"matter": source.matter.code, "title": source.matter.title, "url": source.url}
    return ask_review(kind=KIND, subject=source.code, when="before", by=by, at=at, data=data)


@action
def release_copy(*, review: Review, by: User, at: datetime) -> None:
    """Effect of the second person's agreement."""
    source = Source.objects.select_related("file", "matter").filter(code=review.subject).first()
    if source is None or source.file is None:
        raise Refused(_("The copy is gone. Make it again."))
    File.objects.filter(pk=source.file.pk).update(visibility=Visibility.PUBLIC)
    public = {} if source.matter.published_at else {"visibility": "team"}
    data: dict[str, Any] = {"source": source.code}
    note(matter=source.matter, verb="source_opened", at=at, by=by, data=data, **public)
