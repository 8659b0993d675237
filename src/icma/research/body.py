"""The bytes of a release: what the second person saw, what is published, what the hash is of.

JSON, keys sorted, nothing in it that only this database could explain: every code with its words in three languages.
    {"icma": "release/1", "code", "measure", "kind", "title", "definition", "unit", "dimensions": [{"name", "title",
     "categories": {key: words}}], "first", "last", "made_on", "k", "rate_least", "method": {…}, "licence",
     "cells": [[[key, …], status, value or null], …], "records": {"columns", "values", "rows", "sha256"} or null}
A key is "*" where all of a dimension are counted together. Status: shown, zero, withheld, missing.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, override

from icma.engines.disclosure import RATE_LEAST, Cell
from icma.engines.suppression import MARGIN, Key
from icma.research.measures import Dimension, Measure

FORM = "icma release/1"
K = 5
Words = dict[str, str]


def in_all(text: Any) -> Words:
    """A lazy text in every language: what is published must not change with the product's words."""
    found = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            found[language] = str(text)
    return found


def _categories(dimension: Dimension) -> dict[str, Words]:
    found: dict[str, Words] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            for key, words in dimension.categories().items():
                found.setdefault(key, {})[language] = str(words)
    return found


def write_body(
    *, code: str, measure: Measure, numbers: Iterable[int], first: date, last: date, made_on: date,
    cells: Mapping[Key, Cell], method: dict[str, Any], licence: str, records: dict[str, Any] | None = None,
) -> bytes:  # fmt: skip
    """`cells` are keyed by the dimensions at `numbers` only."""
    dimensions = [measure.dimensions[n] for n in numbers]
    data = {
        "icma": FORM, "code": code, "measure": measure.name, "kind": measure.kind, "title": in_all(measure.title),
        "definition": in_all(measure.definition), "unit": in_all(measure.unit),
        "dimensions": [{"name": d.name, "title": in_all(d.title), "categories": _categories(d)} for d in dimensions],
        "first": first.isoformat(), "last": last.isoformat(), "made_on": made_on.isoformat(), "k": K,
        "rate_least": RATE_LEAST, "method": method, "licence": licence, "records": records,
        "cells": [[list(key), cell.status, cell.value] for key, cell in sorted(cells.items())],
    }  # fmt: skip
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def hash_of(body: bytes) -> str:
    return sha256(body).hexdigest()


@dataclass(frozen=True)
class Body:
    """A release's bytes, read."""

    data: dict[str, Any]

    @classmethod
    def read(cls, body: bytes) -> "Body":
        return cls(json.loads(bytes(body)))

    @cached_property
    def cells(self) -> dict[Key, Cell]:
        return {tuple(key): Cell(status, value) for key, status, value in self.data["cells"]}

    @property
    def names(self) -> list[str]:
        return [dimension["name"] for dimension in self.data["dimensions"]]

    def word(self, words: Words) -> str:
        """In the reader's language."""
        return words.get(get_language() or "az") or words["az"]

    def heading(self) -> str:
        return self.word(self.data["title"])

    def label(self, number: int, key: str) -> str:
        """The name of one category of a dimension; an unknown one shows its code."""
        words = self.data["dimensions"][number]["categories"].get(key)
        return self.word(words) if words else key

    def keys(self, number: int) -> list[str]:
        """Categories of a dimension as they are asked for, what was not answered last; the bytes have them sorted."""
        last = {"yes": 0, "no": 1, "refused": 3, "unknown": 4}
        found = self.data["dimensions"][number]["categories"]
        return sorted(found, key=lambda key: (last.get(key, 2), int(key) if key.isdigit() else 0, key))

    def head(self, number: int) -> str:
        return self.word(self.data["dimensions"][number]["title"])

    def spread(self, names: tuple[str, ...]) -> dict[Key, Cell]:
        """Cells by the columns of the whole measure: "*" where this table does not count by a column."""
        at = {name: number for number, name in enumerate(self.names)}
        return {
            tuple(key[at[name]] if name in at else MARGIN for name in names): cell
            for key, cell in self.cells.items()
        }
