"""Problem topics: 30 with their leaves, words to find them by, and what a page of each tells. Shipped data.

Codes are stable: `AZ-08` a topic, `AZ-08-02` a leaf, `AZ-00` "not listed". A topic that falls away keeps its
code in old records. Information, never advice; an advocate who has read it signs its digest (`actions.sign_topic`).
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.utils.translation import get_language

from icma.core.search import words, words_of
from icma.law.shipped import DATA
from icma.law.words import in_language

OTHER = "AZ-00"
STALE_MONTHS = 12
_OTHER = {"az": "Siyahıda yoxdur", "ru": "Нет в списке", "en": "Not listed"}


@dataclass(frozen=True)
class Problem:
    """A leaf (`topic` is its topic's code) or a topic itself (`topic` is its own code)."""

    code: str
    topic: str
    name: Mapping[str, str]
    synonyms: str = ""
    sought: str = ""
    text: Mapping[str, str] | None = None  # a leaf's first sentence

    @property
    def title(self) -> str:
        return in_language(dict(self.name))

    @property
    def words(self) -> str:
        return in_language(dict(self.text or {}))


@dataclass(frozen=True)
class Topic:
    code: str
    name: Mapping[str, str]
    lead: Mapping[str, str]
    steps: tuple[Mapping[str, str], ...]
    evidence: tuple[Mapping[str, str], ...]
    bodies: tuple[Mapping[str, str], ...]
    rules: tuple[str, ...]
    letters: tuple[str, ...]  # keys of texts in data/letters
    leaves: tuple[Problem, ...]
    lists: tuple[str, ...]  # codes of LIST beside it, by our own reading; in no text for citizens
    sought: str
    sensitive: bool
    digest: str

    @property
    def title(self) -> str:
        return in_language(dict(self.name))


def is_stale(read: date, today: date) -> bool:
    """Read by an advocate, but twelve months ago or longer."""
    return (today.year - read.year) * 12 + today.month - read.month >= STALE_MONTHS


@cache
def _data() -> dict[str, Any]:
    return json.loads((DATA / "problems.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


@cache
def topics() -> tuple[Topic, ...]:
    return tuple(_topic(row, _data()) for row in _data()["topics"])


def _topic(row: dict[str, Any], pool: dict[str, Any]) -> Topic:
    leaves = tuple(
        Problem(leaf["code"], row["code"], leaf["name"], leaf["synonyms"], _sought(leaf), leaf["text"])
        for leaf in row["leaves"]
    )
    said = {name: [pool[name][key] for key in row[name]] for name in ("steps", "evidence", "bodies")}
    shown = [
        row["code"],
        row["name"],
        row["lead"],
        row["rules"],
        row["letters"],
        said,
        [[a.code, a.name, a.text] for a in leaves],
    ]
    return Topic(
        code=row["code"], name=row["name"], lead=row["lead"], rules=tuple(row["rules"]), leaves=leaves,
        letters=tuple(row["letters"]), lists=tuple(row["list"]),
        steps=tuple(said["steps"]), evidence=tuple(said["evidence"]), bodies=tuple(said["bodies"]),
        sought=" ".join((_sought(row), *(leaf.sought for leaf in leaves))), sensitive=row.get("sensitive", False),
        digest=hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest(),
    )  # fmt: skip


def _sought(row: dict[str, Any]) -> str:
    return " " + words_of(*row["name"].values(), row["synonyms"])


def topic(code: str) -> Topic | None:
    return next((one for one in topics() if one.code == code), None)


def find(code: str) -> Problem | None:
    """The topic or leaf of a code; None for one that was never given out."""
    if code == OTHER:
        return Problem(OTHER, OTHER, _OTHER)
    for one in topics():
        if one.code == code:
            return Problem(one.code, one.code, one.name)
        for leaf in one.leaves:
            if leaf.code == code:
                return leaf
    return None


def choices(lang: str = "") -> list[tuple[str, Any]]:
    """For a select: [(topic, [(code, leaf)…])…, ("AZ-00", "not listed")]. '' : the active language."""
    lang = (lang or get_language() or "az")[:2]
    groups: list[tuple[str, Any]] = [
        (
            in_language(dict(one.name), lang),
            [(leaf.code, in_language(dict(leaf.name), lang)) for leaf in one.leaves],
        )
        for one in topics()
    ]
    return [*groups, (OTHER, in_language(_OTHER, lang))]


def facet(name: str, lang: str = "") -> list[tuple[str, str]]:
    """Choices of "relief" (what is wanted) or "against" (who is on the other side)."""
    return [(row["code"], in_language(row["name"], lang)) for row in _data()[name]]


def search_topics(text: str) -> list[Topic]:
    """Topics in whose names, leaves or synonyms every word begins some word; with or without diacritics."""
    asked = words(text)
    return [one for one in topics() if asked and all(f" {word}" in one.sought for word in asked)]
