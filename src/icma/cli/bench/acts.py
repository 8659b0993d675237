"""A million acts in bulk, their sums, released tables, and what the panel takes with them. Runs inside Django."""

import itertools
import random
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from django.core.management import call_command
from django.db import connection, reset_queries, transaction
from django.test import Client
from django.utils import timezone

from icma.core.kept import KEPT
from icma.engines.disclosure import SHOWN, Cell
from icma.matters.bands import AgeBand, Channel, Doing, Sex
from icma.matters.models import Act
from icma.people.actions.places import load_places
from icma.people.models import Place, User
from icma.research.door import agree, ask, prepare
from icma.research.figures import ACTS
from icma.research.inclusion import jobs, panel, reference, sums
from icma.research.inclusion.actions import sum_quarter
from icma.research.inclusion.levels import LEVELS
from icma.research.inclusion.released import BY_LEVEL, BY_REGION

COLUMNS = ("verb", "channel", "place_id", "sex", "band", '"on"', "person_key", "n", "source")
FIRST, DAYS = date(2024, 1, 1), 730  # eight closed quarters
# How often each is met, in life: much support, few who lead.
VERBS = dict(zip(Doing.values, (16, 4, 6, 40, 22, 3, 3, 4, 1.5, 0.5), strict=True))
BANDS = dict(zip(AgeBand.values, (6, 21, 24, 19, 10, 20), strict=True))


def build(size: str) -> dict:
    """Acts of two years in all 75 districts, sums of their quarters, and the two tables of each quarter released."""
    call_command("migrate", verbosity=0)
    at, dice = timezone.now(), random.Random(3)
    load_places(at=at)
    places = list(Place.objects.filter(kind="unit").values_list("pk", flat=True))
    insert = f'INSERT INTO "{Act._meta.db_table}" ({", ".join(COLUMNS)}) VALUES ({", ".join(["%s"] * len(COLUMNS))})'
    for start in range(0, int(size), 100_000):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(insert, _some(min(100_000, int(size) - start), places, dice))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    jobs.refresh(at)
    makes, agrees = User.objects.create_user("a@numune.invalid"), User.objects.create_user("b@numune.invalid")
    for (first, last), names in itertools.product(sums.quarters(), (BY_LEVEL, BY_REGION)):
        made = prepare(measure=ACTS, dimensions=names, first=first, last=last, by=makes, at=at)
        ask(release=made, by=makes, at=at)
        agree(release=made, by=agrees, at=at)
    return {"acts": Act.objects.count()}


def _some(n: int, places: list[int], dice: random.Random) -> Iterator[tuple]:
    def of(weights: dict[str, float]) -> list[str]:
        return dice.choices(list(weights), list(weights.values()), k=n)

    where = dice.choices(places, [1 + 9 * (i % 7 == 0) for i in range(len(places))], k=n)
    sexes = of(dict(zip(Sex.values, (38, 44, 18), strict=True)))
    ways = of(dict(zip(Channel.values, (60, 22, 4, 14), strict=True)))
    days = [str(FIRST + timedelta(days=number)) for number in range(DAYS)]
    on = dice.choices(days, k=n)
    same = itertools.repeat("", n), itertools.repeat(1, n), itertools.repeat("", n)
    return zip(of(VERBS), ways, where, sexes, of(BANDS), on, *same, strict=True)


def measured() -> dict:
    """Milliseconds of computing and serving; the database is left as it was."""
    first, last = sums.quarters()[0][0], sums.quarters()[-1][1]
    at = timezone.now()
    quarter = _ms(lambda: sum_quarter(first=first, last=sums.quarter_of(first)[1], at=at), 1)
    return _served() | {
        "acts": Act.objects.count(), "quarters": len(sums.quarters()), "cells": len(sums.kept(first, last)),
        "compute": _ms(lambda: computed(sums.kept(first, last)), 5), "quarter": quarter,
        "proven": _ms(lambda: computed(dict(sums.rows(first, last))), 3),
        "compute_cpu": _ms(lambda: computed(sums.kept(first, last)), 5, time.process_time),
        "raw": _ms(lambda: computed(sums.grouped(first, last)), 1),
    }  # fmt: skip


def computed(counts: Any) -> list[panel.Row]:
    """Margins of the cube by level and by region, and every share with its interval."""
    cells: Counter = Counter()
    for (level, region, sex, band, _channel), n in counts.items():
        for key, s, b in itertools.product((level, region, panel.ALL), (sex, panel.ALL), (band, panel.ALL)):
            cells[key, s, b] += n
    for key in [*LEVELS, *reference.of_regions()]:
        for sex, band in itertools.product((*Sex.values, panel.ALL), (*AgeBand.values, panel.ALL)):
            cells[key, sex, band] += 0
    shown = {key: Cell(SHOWN, n) for key, n in cells.items()}
    people = reference.of_place(None).groups
    return panel.rows_of([shown], [*LEVELS, *reference.of_regions(), panel.ALL], lambda _key: people)


def _served() -> dict:
    client = Client()
    KEPT.clear()
    cold = _ms(lambda: client.get("/istirak/"), 1)
    connection.force_debug_cursor = True
    reset_queries()
    answer = client.get("/istirak/", headers={"accept-encoding": "gzip"})
    queries, connection.force_debug_cursor = len(connection.queries), False
    assert answer.status_code == 200 and b'class="w"' in client.get("/istirak/").content
    serve = _ms(lambda: client.get("/istirak/"), 20)
    cpu = _ms(lambda: client.get("/istirak/"), 20, time.process_time)
    return {"cold": cold, "serve": serve, "serve_cpu": cpu, "queries": queries, "bytes": len(answer.content)}


def _ms(do: Callable[[], Any], times: int, clock: Callable[[], float] = time.perf_counter) -> float:
    found = []
    for _time in range(times):
        began = clock()
        do()
        found.append((clock() - began) * 1000)
    return statistics.median(found)
