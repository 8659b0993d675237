"""The book of law, and the one that is shipped. Needs no database and no Django: the command line uses it."""

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from icma.engines.clockrules import Rule
from icma.engines.rulebook import load_calendar, load_days, load_rules
from icma.engines.workdays import Calendar

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Signature:
    """An advocate read the rule in its source and checked three examples; `sample`: invented, of the demo."""

    name: str
    on: date
    sample: bool = False


@dataclass(frozen=True)
class Book:
    """One state of the law: rules by id, the calendar, and which rules an advocate has signed.

    number 0 and edition_id None: the shipped data, not an edition of a database.
    """

    number: int
    edition_id: int | None
    rules: Mapping[str, Rule]
    calendar: Calendar
    signed: Mapping[str, Signature] = field(default_factory=dict)


def shipped_rules() -> list[dict[str, Any]]:
    """The objects of rules.json, each with its law written out, so that a row stands by itself."""
    data = json.loads((DATA / "rules.json").read_text("utf-8"))
    return [{**raw, "law": data["laws"][raw["law"]]} for raw in data["rules"]]


def shipped_days() -> list[dict[str, Any]]:
    """Rows of calendar.csv as {day, working, name, provisional, source}."""
    text = (DATA / "calendar.csv").read_text("utf-8")
    sources = [row["source"] for row in csv.DictReader(text.splitlines())]
    return [
        {
            "day": row.date,
            "working": row.working,
            "name": row.name,
            "provisional": row.provisional,
            "source": source,
        }
        for row, source in zip(load_days(text), sources, strict=True)
    ]


@cache
def shipped_book() -> Book:
    """Rules and calendar as shipped: no rule of it bears an advocate's signature."""
    rules = load_rules((DATA / "rules.json").read_text("utf-8"))
    return Book(0, None, rules, load_calendar((DATA / "calendar.csv").read_text("utf-8")))
