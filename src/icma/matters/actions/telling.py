"""Words beside a public fact: the fact stands at once, what somebody wrote about it waits until a moderator has read it."""

from datetime import date, datetime
from typing import Any

from icma.core.action import action
from icma.core.day import legal_day
from icma.engines.aztext import clean_text
from icma.matters.actions.own_terms import MODERATE, promise
from icma.matters.actions.thread import note
from icma.matters.models import Entry, Letter, Matter, Words
from icma.people.actions.roles import reads_for_everybody
from icma.people.models import User

HELD = "worded"  # verb of the words that wait; their entry names the fact in `data["of"]`
WAITS = "waits"  # mark of a fact whose words are not public yet


@action
def tell(
    *, matter: Matter, verb: str, at: datetime, by: User | None, text: str = "", on: date | None = None,
    letter: Letter | None = None, data: dict[str, Any] | None = None,
) -> Entry:  # fmt: skip
    """A public step. Its words are public with it only where an officer or a moderator writes them.

    With an incoming `letter` the words are its public summary.
    """
    text = clean_text(text)
    ours = letter is not None and letter.direction == Letter.Direction.IN
    waits = bool(text) and not reads_for_everybody(by, legal_day(at))
    more = dict(data or {}, **({WAITS: True} if waits else {}))
    fact = note(
        matter=matter,
        verb=verb,
        at=at,
        by=by,
        on=on,
        letter=letter,
        data=more,
        text="" if waits or ours else text,
    )
    assert fact is not None
    if waits:
        hold(matter=matter, text=text, at=at, by=by, fact=fact, letter=letter if ours else None)
    return fact


@action
def hold(
    *, matter: Matter, text: str, at: datetime, by: User | None, fact: Entry | None = None, letter: Letter | None = None
) -> None:  # fmt: skip
    """Keep words back for a moderator, who owes a look in two working days. `letter`: they are its summary."""
    if letter is not None:
        Letter.objects.filter(pk=letter.pk).update(summary="")
        letter.summary = ""
    of = {"of": fact.pk, "verb": fact.verb} if fact is not None else {}
    on = fact.on if fact is not None else None
    note(matter=matter, verb=HELD, at=at, by=by, on=on, visibility="staff", text=text, letter=letter, data=of)
    promise(matter=matter, rule=MODERATE, at=at, by=by)


@action
def let_out(*, held: Entry, text: str, at: datetime, rule: str = "") -> None:
    """What was held stands beside its fact from now on; with `rule` a tombstone does, and says why."""
    if held.letter_id is not None and not rule:
        Letter.objects.filter(pk=held.letter_id).update(summary=text)
    elif "of" in held.data:
        gone = {"text": "", "erased_at": at, "erased_for": rule} if rule else {"text": text}
        Words.objects.create(entry_id=held.data["of"], language=held.words.language, **gone)


def held_of(letter: Letter) -> Words | None:
    """The summary of a letter that waits for a moderator, for those who wrote it."""
    return Words.objects.filter(entry__letter=letter, entry__verb=HELD, erased_at=None).first()
