"""A release of a 500-cell table with small cells in it: counted, protected, attacked, asked for and agreed to. Inside Django."""

import random
import time
from collections.abc import Callable
from datetime import date
from itertools import product
from typing import Any

from django.db import transaction
from django.utils import timezone

from icma.engines.disclosure import attack
from icma.people.models import User
from icma.research.body import Body
from icma.research.door import agree, ask, prepare
from icma.research.measures import Dimension, Measure, Row

SIZES = (7, 8, 6)  # with margins 8 × 9 × 7 = 504 cells
FIRST, LAST = date(2025, 1, 1), date(2025, 3, 31)
TABLES = 5


class _Undone(Exception):
    """Nothing of it stays."""


def measured() -> dict[str, Any]:
    """The slowest of five random tables."""
    found = [_one(seed) for seed in range(TABLES)]
    return max(found, key=lambda one: one["s"]) | {"all": [round(one["s"], 2) for one in found],
                                                  "narrow": sum(one["narrow"] for one in found)}  # fmt: skip


def _measure(seed: int) -> Measure:
    dice = random.Random(seed)
    names = [[f"{letter}{n}" for n in range(size)] for letter, size in zip("abc", SIZES, strict=True)]
    rows: list[Row] = [(key, int(dice.expovariate(1 / 22))) for key in product(*names)]
    dimensions = tuple(
        Dimension(letter, letter, _same(keys)) for letter, keys in zip("abc", names, strict=True)
    )
    return Measure("bench", "bench", "bench", "n", "people", dimensions, lambda first, last: rows)


def _same(keys: list[str]) -> Callable[[], dict[str, str]]:
    return lambda: {key: key for key in keys}


def _one(seed: int) -> dict[str, Any]:
    measure, at, found = _measure(seed), timezone.now(), {}
    try:
        with transaction.atomic():
            first, second = (User.objects.create_user(f"bench{seed}{n}@numune.invalid") for n in "ab")
            began = time.perf_counter()
            row = prepare(measure=measure, dimensions="abc", first=FIRST, last=LAST, by=first, at=at)
            ask(release=row, by=first, at=at)
            agree(release=row, by=second, at=at)
            seconds = time.perf_counter() - began
            found = {"s": seconds, "cells": row.audit["rows"], "small": row.audit["small"],
                     "withheld": row.audit["withheld"], "decision": row.audit["decision"], "narrow": _narrow(measure, row)}  # fmt: skip
            raise _Undone
    except _Undone:
        return found


def _narrow(measure: Measure, row: Any) -> int:
    """How many small cells the attack knows more closely than five apart."""
    cells, truth = Body.read(row.body).cells, dict(measure.rows(FIRST, LAST))
    return sum(high - low < 5 - 1e-6 for key, (low, high) in attack(cells).items() if truth.get(key, 5) < 5)
