"""Editions: the shipped one, and how the next one is made."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.flow import Stale
from icma.engines.aztext import clean_text
from icma.law.book import digest_of, newest
from icma.law.letters import letter_rows
from icma.law.models import CalendarDay, Edition, LetterText, Rule
from icma.law.shipped import shipped_days, shipped_rules
from icma.people.actions.changes import log_change
from icma.people.actions.review import ask_review
from icma.people.models import User

SHORTEST_REASON = 5
FIRST_NOTE = "İlkin qaydalar və təqvim"


@action
def load_shipped(*, at: datetime, by: User | None = None) -> Edition:
    """Edition 1 from law/data, unsigned, and the texts of letters that are lacking. Safe to repeat."""
    here = set(LetterText.objects.values_list("key", "language"))
    LetterText.objects.bulk_create([text for text in letter_rows() if (text.key, text.language) not in here])
    first = Edition.objects.first()
    if first is not None:
        return first
    edition = Edition.objects.create(number=1, at=at, by=by, note=FIRST_NOTE)
    Rule.objects.bulk_create([Rule(key=raw["id"], data=raw, since=1) for raw in shipped_rules()])
    CalendarDay.objects.bulk_create([CalendarDay(since=1, **row) for row in shipped_days()])
    LetterText.objects.bulk_create(letter_rows(), ignore_conflicts=True)
    return _sealed(edition)


def next_edition(*, why: str, by: User | None, at: datetime) -> Edition:
    """The edition that the caller's rows will begin in; call `finish` when they are written.

    Refused without a reason, or when somebody else is making one at this moment.
    """
    why = clean_text(why)
    if len(why) < SHORTEST_REASON:
        raise Refused(
            _("Write why it changes: a decision, its number and date, or the mistake that is corrected.")
        )
    try:
        with transaction.atomic():
            return Edition.objects.create(number=newest().number + 1, at=at, by=by, note=why[:200])
    except IntegrityError:
        raise Refused(
            _("Somebody has just changed the law's data. Look at the page again before you go on.")
        ) from None


def finish(
    edition: Edition, *, kind: str, subject: str, data: dict, by: User | None, at: datetime
) -> Edition:
    """Close the edition, and put the change on the list "look it over" of a second person."""
    if by is not None:
        more = {"edition": edition.number, **data}
        ask_review(kind=kind, subject=subject, when="after", by=by, at=at, data=more)
    return _sealed(edition)


@action
def undo_edition(*, number: int, by: User, at: datetime) -> Edition:
    """Bring back, as a further edition, what stood before edition `number`: the second person's "undo".

    Stale when any of it was changed again since.
    """
    if number <= 1 or number > newest().number:
        raise Refused(_("There is no edition %(n)s that could be undone.") % {"n": number})
    why = _("The change of edition %(n)s was undone") % {"n": number}
    made = next_edition(why=why, by=by, at=at)
    for model, key in ((Rule, "key"), (CalendarDay, "day")):
        new = {getattr(row, key): row for row in model.objects.filter(since=number)}
        old = {getattr(row, key): row for row in model.objects.filter(until=number)}
        live = {
            getattr(row, key): row for row in model.objects.filter(**{f"{key}__in": [*new, *old]}, until=None)
        }
        for name in [*new, *(old.keys() - new.keys())]:
            if live.get(name) != new.get(name):
                raise Stale(_("It has been changed again since; correct it by hand."))
            _swap(live.get(name), old.get(name), made.number)
            log_change(
                table="rule" if model is Rule else "day", row=str(name),
                before=said(live.get(name)), after=said(old.get(name)), by=by, at=at, why=why,
            )  # fmt: skip
    return _sealed(made)


def said(row: Rule | CalendarDay | None) -> dict[str, Any] | None:
    """A row as the audit keeps it."""
    if row is None:
        return None
    if isinstance(row, Rule):
        return row.data
    return {"working": row.working, "name": row.name, "provisional": row.provisional, "source": row.source}


def _swap(live: Any, old: Any, number: int) -> None:
    """Close the living version and begin a copy of the old one."""
    if live is not None:
        type(live).objects.filter(pk=live.pk).update(until=number)
    if old is not None:
        values = {f.attname: getattr(old, f.attname) for f in old._meta.concrete_fields}
        type(old).objects.create(**{**values, "id": None, "since": number, "until": None})


def _sealed(edition: Edition) -> Edition:
    edition.digest = digest_of(edition.number)
    edition.save(update_fields=["digest"])
    return edition
