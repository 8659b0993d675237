"""Notes and risks: sealed when they are written, opened only after a second factor, each opening logged."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from icma.advocacy.models import Campaign, Note, Stakeholder
from icma.core.access import Who
from icma.core.action import Refused, action
from icma.core.codes import public_code
from icma.core.seal import Unreadable, seal, unseal
from icma.engines.aztext import clean_text
from icma.people.models import Opening, User

MOST_WORDS, MOST_NOTES = 2000, 100


@action
def add_note(
    *,
    campaign: Campaign,
    kind: str,
    text: str,
    at: datetime,
    by: User,
    answer: str = "",
    stakeholder: Stakeholder | None = None,
) -> Note:
    """`text` and what is done about it (`answer`), readable only with a key that is not in the database."""
    text, answer = clean_text(text).strip(), clean_text(answer).strip()
    if kind not in Note.Kind.values:
        raise Refused(_("Choose: a note, a risk to safety, a legal risk."))
    if not text:
        raise Refused(_("Write the note."))
    if len(text) > MOST_WORDS or len(answer) > MOST_WORDS:
        raise Refused(_("The text is too long. It takes 2,000 characters."))
    if stakeholder is not None and stakeholder.campaign_id != campaign.pk:
        raise Refused(_("Choose another side of the same map."))
    if Note.objects.filter(campaign=campaign).count() >= MOST_NOTES:
        raise Refused(_("A campaign keeps a hundred notes at most. Delete what is no longer needed."))
    return Note.objects.create(
        code=public_code(), campaign=campaign, kind=kind, stakeholder=stakeholder,
        sealed=seal({"text": text, "answer": answer}), at=at, by=by,
    )  # fmt: skip


@action
def open_notes(*, campaign: Campaign, by: User, who: Who, at: datetime) -> list[dict[str, Any]]:
    """Every note and risk in clear: {row, text, answer}; one Opening is written. Refused without a second factor."""
    if who.user_id is None or who.user_id != by.pk or by.frozen_at is not None:
        raise Refused(_("Sign in to open the notes."))
    if not who.strong:
        raise Refused(_("Notes open only after a second factor: a passkey or a code from your app."))
    role = next((name for name in ("officer", "coordinator") if who.has(name)), "")
    Opening(
        person=f"campaign:{campaign.matter.code}", by=by, role=role, reason="campaign_notes", at=at
    ).save(force_insert=True)  # fmt: skip
    return [{"row": row, **_clear(row)} for row in _rows(campaign)]


def _rows(campaign: Campaign) -> list[Note]:
    return list(
        Note.objects.filter(campaign=campaign).select_related("stakeholder").order_by("kind", "at", "id")
    )


def _clear(row: Note) -> dict[str, Any]:
    try:
        return unseal(row.sealed)
    except Unreadable:
        return {"text": _("This cannot be read: its key is missing."), "answer": ""}


@action
def delete_note(*, note: Note, at: datetime, by: User) -> None:
    """Gone at once, not only out of sight."""
    Note.objects.filter(pk=note.pk).delete()
