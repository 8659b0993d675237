"""Photos and papers of a matter: attached, looked at, shown small or not at all."""

from datetime import datetime

from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.codes import public_code
from icma.core.files import PICTURES, drop_file, keep_file, make_thumb
from icma.engines.aztext import clean_text
from icma.matters.actions.redaction import waiting
from icma.matters.models import Document, Matter
from icma.people.models import User

MOST_PHOTOS = 4
MOST_CAPTION = 160


@action
def attach(
    *, matter: Matter, data: bytes, kind: str, at: datetime, by: User | None = None, caption: str = ""
) -> Document:
    """Keep a photo (bytes) of a matter; private until a moderator has seen it. Refused: too many, not a photo."""
    same = Document.objects.filter(matter=matter, kind=kind).select_related("file")
    if len(same) >= MOST_PHOTOS:
        raise Refused(_("Four are kept already. Ask for one to be removed first."))
    kinds = ("jpeg", "png", "pdf") if kind in (Document.Kind.PROOF, Document.Kind.MINUTES) else PICTURES
    file = keep_file(data, at=at, by=by, kinds=kinds)
    for document in same:
        if document.file.sha256 == file.sha256:  # sent twice: once is enough
            drop_file(file=file)
            return document
    caption = " ".join(clean_text(caption).split())[:MOST_CAPTION]
    return Document.objects.create(
        code=public_code(), matter=matter, kind=kind, file=file, caption=caption, at=at
    )


@action
def show_photo(*, document: Document, clean: bool, at: datetime, by: User) -> None:
    """A small picture becomes public. `clean`: the moderator has seen no face, plate, house number or name in it."""
    if not clean:
        raise Refused(
            _("First make sure that no face, number plate, house number or name can be recognised.")
        )
    if document.file.kind not in PICTURES:
        raise Refused(_("Only photos can be shown. A paper needs a redacted copy."))
    if waiting(document) is not None:  # somebody saw what has to be covered: the second person decides
        raise Refused(_("A redacted copy is waiting for a second person already."))
    _forget_thumb(document)
    document.thumb = make_thumb(document.file, at=at)
    document.state = Document.State.PUBLIC
    document.save(update_fields=["thumb", "state"])


@action
def keep_private(*, document: Document, at: datetime, by: User) -> None:
    """Seen and not for everybody: the team keeps it."""
    _forget_thumb(document)
    document.state = Document.State.PRIVATE
    document.save(update_fields=["thumb", "state"])


@action
def remove_document(*, document: Document, at: datetime, by: User | None = None) -> None:
    """Delete a photo for good, with its bytes."""
    files = [file for file in (document.thumb, document.file) if file is not None]
    document.delete()
    for file in files:
        drop_file(file=file)


def _forget_thumb(document: Document) -> None:
    thumb, document.thumb = document.thumb, None
    if thumb is not None:
        Document.objects.filter(pk=document.pk).update(thumb=None)
        drop_file(file=thumb)
