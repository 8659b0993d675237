"""Redacted copies: rectangles burned in by one person, released by another.

A letter's scan stays private beside its released copy. A photo's original is deleted at the release:
from then on the redacted one is the photo.
"""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.files import drop_file, keep_file, make_thumb, open_file
from icma.core.models import File, Visibility
from icma.matters.compose.pictures import Box, burn, flat_file, pages_of
from icma.matters.models import Document, Letter
from icma.people.actions.review import ask_review, decide_review
from icma.people.models import Review, User

KIND = "redaction"
MOST_BOXES = 200


def subject_of(thing: Letter | Document) -> str:
    """How a review names it: `letter:7Q4FM2KD`, `document:7Q4FM2KD`."""
    return f"{'letter' if isinstance(thing, Letter) else 'document'}:{thing.code}"


def original_of(thing: Letter | Document) -> File:
    file = thing.scan if isinstance(thing, Letter) else thing.file
    if file is None:
        raise Refused(_("There is no scan of this letter."))
    return file


def waiting(thing: Letter | Document) -> Review | None:
    """The redacted copy that waits for a second person."""
    return Review.objects.filter(kind=KIND, subject=subject_of(thing), verdict="").first()


def all_waiting(codes: Sequence[str]) -> set[str]:
    """Those of the documents `codes` whose redacted copy waits for a second person."""
    subjects = {f"document:{code}": code for code in codes}
    rows = Review.objects.filter(kind=KIND, subject__in=subjects, verdict="")
    return {subjects[subject] for subject in rows.values_list("subject", flat=True)}


def copy_of(review: Review) -> File | None:
    """The file that a review is about; None when it was dropped."""
    return File.objects.filter(code=review.data.get("file", "")).first()


@action
def redact(
    *, thing: Letter | Document, boxes: Sequence[Box], at: datetime, by: User, nothing_to_hide: bool = False
) -> Review:
    """Burn the boxes into a flat copy and put it before a second person."""
    if not boxes and not nothing_to_hide:
        raise Refused(
            _("Cover names, faces, plates and house numbers; or say that there is nothing to cover.")
        )
    if len(boxes) > MOST_BOXES:
        raise Refused(_("There are too many rectangles: at most %(n)s.") % {"n": MOST_BOXES})
    if waiting(thing) is not None:
        raise Refused(_("A redacted copy is waiting for a second person already."))
    original = original_of(thing)
    with open_file(original) as source:
        pages = pages_of(source.read(), original.kind)
    flat = flat_file(burn(pages, boxes), original.kind)
    file = keep_file(flat, at=at, by=by, visibility=Visibility.STAFF, kinds=("jpeg", "pdf"))
    return ask_review(
        kind=KIND, subject=subject_of(thing), when="before", by=by, at=at, organisation=thing.matter.community,
        data={"file": file.code, "boxes": len(boxes), "matter": thing.matter.code},
    )  # fmt: skip


@action
def release(*, review: Review, thing: Letter | Document, at: datetime, by: User) -> None:
    """The second person has looked: the copy is public. Refused to the one who made it."""

    def publish(review: Review, by: User, at: datetime) -> None:
        file = copy_of(review)
        if file is None:
            raise Refused(_("The copy is gone. Make it again."))
        if isinstance(thing, Letter):
            _publish_letter(thing, file)
        else:
            _publish_document(thing, file, at)

    decide_review(review=review, verdict="agreed", by=by, at=at, apply=publish)


def _publish_letter(letter: Letter, file: File) -> None:
    File.objects.filter(pk=file.pk).update(visibility=Visibility.PUBLIC)
    Letter.objects.filter(pk=letter.pk).update(redacted=file)
    if letter.redacted is not None:  # an older copy that showed too much, or too little
        drop_file(file=letter.redacted)


def _publish_document(document: Document, file: File, at: datetime) -> None:
    thumb = make_thumb(file, at=at)
    Document.objects.filter(pk=document.pk).update(file=file, thumb=thumb, state=Document.State.PUBLIC)
    for old in (document.file, document.thumb):
        if old is not None:
            drop_file(file=old)


@action
def refuse_copy(*, review: Review, at: datetime, by: User) -> None:
    """Not good enough: the copy is deleted, and another one can be made. The maker may take it back too."""
    file = copy_of(review)
    decide_review(review=review, verdict="refused", by=by, at=at)
    if file is not None:
        drop_file(file=file)
