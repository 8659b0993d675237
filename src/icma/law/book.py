"""The law as it stood in an edition: engine rules, calendar and signatures, kept once a process."""

import hashlib
import json
from functools import lru_cache
from typing import Any

from django.db.models import Q

from icma.engines.clockrules import COUNTED, Rule
from icma.engines.holidays_az import year_rows
from icma.engines.rulebook import rule_from
from icma.engines.workdays import Calendar, CalendarDay
from icma.law import models
from icma.law.models import Edition
from icma.law.shipped import Book, Signature, shipped_book

__all__ = ["Book", "Signature", "book", "digest_of", "newest", "rule_of", "shipped_book"]


def newest() -> Edition:
    """The edition in force; LookupError before the shipped law was loaded."""
    edition = Edition.objects.first()
    if edition is None:
        raise LookupError("no edition of the law is loaded; run `icma init` or `icma demo`")
    return edition


def book(edition: Edition | int | None = None) -> Book:
    """The book of an edition (its row, its number, or None: the one in force). LookupError if there is none.

    Costs no query for a row whose book this process holds, one for a number or the newest.
    """
    if edition is None:
        edition = newest()
    elif isinstance(edition, int):
        found = Edition.objects.filter(number=edition).first()
        if found is None:
            raise LookupError(f"there is no edition {edition} of the law")
        edition = found
    return _book(edition.number, edition.pk, edition.digest)


@lru_cache(maxsize=8)
def _book(number: int, edition_id: int, digest: str) -> Book:
    """The digest stands in the key: after a restore the same number may hold other law."""
    rules, signed = {}, {}
    for row in models.Rule.objects.filter(in_edition(number)):
        rules[row.key] = rule_of(row.data)
        if row.signed_on:
            signed[row.key] = Signature(row.signed_by, row.signed_on, row.is_sample)
    days = [
        CalendarDay(row.day, row.working, row.name, row.provisional)
        for row in models.CalendarDay.objects.filter(in_edition(number))
    ]
    return Book(number, edition_id, rules, Calendar.from_rows(days, beyond=year_rows), signed)


def rule_of(data: dict[str, Any]) -> Rule:
    """The engine's rule of a row; ValueError where it makes none.

    PostgreSQL keeps no order of keys, but which reading is named first hangs on it.
    """
    others = data.get("alternatives", {})
    known = {name: others[name] for name in COUNTED if name in others}
    return rule_from({**data, "alternatives": {**known, **others}}, {})


def in_edition(number: int) -> Q:
    """Versioned rows that hold in edition `number`."""
    return Q(since__lte=number) & (Q(until=None) | Q(until__gt=number))


def digest_of(number: int) -> str:
    """SHA-256 over every rule, signature and day of an edition: two equal digests are the same law."""
    rules = models.Rule.objects.filter(in_edition(number)).order_by("key")
    days = models.CalendarDay.objects.filter(in_edition(number)).order_by("day")
    law = [
        list(rules.values_list("key", "data", "signed_by", "signed_on", "is_sample")),
        list(days.values_list("day", "working", "name", "provisional")),
    ]
    return hashlib.sha256(json.dumps(law, sort_keys=True, default=str).encode()).hexdigest()
