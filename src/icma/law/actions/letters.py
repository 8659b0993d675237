"""An advocate signs the text of a letter, as it stands or corrected; taking it back is the second person's."""

import re
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.engines.aztext import clean_text
from icma.law.letters import HOLE, shipped_letters
from icma.law.models import LetterText
from icma.people.actions.changes import log_change
from icma.people.actions.review import ask_review
from icma.people.models import Review, User

LETTER = "letter_text"


@action
def sign_letter(*, key: str, seen: int, body: str, name: str, by: User, at: datetime) -> LetterText:
    """Sign version `seen` of a text; a corrected `body` is a version of its own, and so is a signature under a text that
    bears one already: who signed before stays written in the version before.

    Refused when another version stands there by now, when nothing is left of the text, and for a placeholder that
    no letter fills.
    """
    row, name = _newest(key), clean_text(name)
    body = "\n".join(clean_text(line) for line in body.replace("\r\n", "\n").split("\n")).strip()
    if row is None or row.version != seen:
        raise Refused(_("The text was changed meanwhile. Read it again, then sign."))
    if len(name) < 3:
        raise Refused(_("Write your name: it stands beside the text."))
    if not body:
        raise Refused(_("The letter has no text."))
    filled = {hole for text in shipped_letters().values() for hole in re.findall(HOLE, text.body)}
    if unknown := sorted(set(re.findall(HOLE, body)) - filled):
        raise Refused(_("Nothing is filled in for: %(holes)s") % {"holes": ", ".join(unknown)})
    changed, before = body != row.body or row.signed_on is not None, _signature(row)
    if changed:
        row.pk, row.body, row.version = None, body, row.version + 1
    row.signed_by, row.signed_on = name[:120], legal_day(at)
    row.save(force_insert=changed)
    data = {"key": key, "version": row.version, "title": row.title, "changed": changed, "name": row.signed_by}
    log_change(table="letter_text", row=key, before=before, after=data, by=by, at=at)
    ask_review(kind=LETTER, subject=key, when="after", by=by, at=at, data=data)
    return row


@action
def unsign_letter(*, review: Review, by: User, at: datetime) -> None:
    """The second person's "undo": the text stands again as it did, with the name it bore before, if any."""
    rows = LetterText.objects.filter(key=review.subject, language="az", version=review.data["version"])
    if review.data["changed"]:
        rows.delete()
    else:
        rows.update(signed_by="", signed_on=None)
    log_change(table="letter_text", row=review.subject, before=review.data, after={}, by=by, at=at)


def _signature(row: LetterText) -> dict[str, Any]:
    on = row.signed_on.isoformat() if row.signed_on else ""
    return {"version": row.version, "name": row.signed_by, "on": on}


def _newest(key: str) -> LetterText | None:
    rows = LetterText.objects.select_for_update(no_key=True).filter(key=key, language="az")
    return rows.order_by("-version").first()
