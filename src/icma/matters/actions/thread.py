"""Writing on the thread."""

from datetime import date, datetime
from typing import Any

from icma.core.action import action
from icma.core.day import legal_day
from icma.matters.models import Clock, Entry, Letter, Matter, Words
from icma.matters.verbs import SENTENCES
from icma.people.actions.roles import reads_for_everybody
from icma.people.models import User


@action
def note(
    *,
    matter: Matter,
    verb: str,
    at: datetime,
    by: User | None = None,
    on: date | None = None,
    visibility: str = "public",
    text: str = "",
    letter: Letter | None = None,
    clock: Clock | None = None,
    data: dict[str, Any] | None = None,
    once: str | None = None,
    language: str = "",
    read: bool = False,
) -> Entry | None:
    """Add one entry and move the matter to the top of the lists.

    `once` names a derived event: a second entry of the same key is not written and None comes back.
    `text` goes into the erasable Words row, never into the entry; its `language`, where it is not the matter's.
    `data` holds plain values only. Public words of one who does not read for everybody go through `telling.tell`;
    `read`: somebody else has read them already.
    """
    if verb not in SENTENCES:
        raise ValueError(f"unknown verb {verb}")
    if text.strip() and visibility == "public" and not read and not reads_for_everybody(by, legal_day(at)):
        raise ValueError(f"{verb}: nobody has read these words")
    if once and Entry.objects.filter(once=once).exists():
        return None
    entry = Entry(
        matter=matter, verb=verb, at=at, on=on or legal_day(at), by=by, visibility=visibility,
        letter=letter, clock=clock, data=data or {}, once=once,
    )  # fmt: skip
    entry.save(force_insert=True)
    if text.strip():
        Words.objects.create(entry=entry, text=text.strip(), language=language or matter.language)
    if visibility == "public" and at > matter.changed_at:
        Matter.objects.filter(pk=matter.pk).update(changed_at=at)
        matter.changed_at = at
    return entry


@action
def erase_words(*, entry: Entry, reason: str, by: User | None, at: datetime) -> None:
    """Empty the words of an entry; the entry stays and a tombstone says that something was here."""
    Words.objects.filter(entry=entry).update(text="", erased_at=at, erased_for=reason)
