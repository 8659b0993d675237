"""Figures of legal aid: from facts that only the statistics group reads, to tables that everybody may.

All tables of a publication that count the same rows are protected and attacked together (withheld.py). They form a
tree: sex with age band and with problem; problem with region and service. First services stand alone, so that their sum
survives. Two tables share one column and that is a table as well, so nothing more is known of all columns at once than
of these pairs; with a few thousand services nearly every cell of the whole table would be below five.

Endings of cases are rows of their own, counted in the quarter in which the outcome was written down: courts need longer
than a quarter. So is what three months later became of them. Each row stands in one quarter and each quarter is published once, so no two publications can be
subtracted from each other.
"""

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from icma.core.charts import WITHHELD
from icma.law.problems import OTHER, topics
from icma.legalaid.actions.facts import INITIATIVE, PERSON, Service, quarter_of
from icma.legalaid.models import Fact, Release
from icma.legalaid.procedure import FOLLOWED as ENFORCED
from icma.legalaid.procedure import RESULTS, SERVICES
from icma.legalaid.withheld import Tables, protected
from icma.matters.bands import AgeBand, Sex
from icma.people.models import Place

BUDGET = 3.0  # seconds of processor time; then a column is left to its own table
LEAST, TOPIC = 5, len(OTHER)  # a leaf's code begins with its topic's
TABLES: tuple[tuple[str, ...], ...] = (
    (), ("first",), ("sex",), ("band",), ("problem",), ("region",), ("service",),
    ("sex", "band"), ("sex", "problem"), ("region", "problem"), ("problem", "service"),
)  # fmt: skip
# Of cases that ended.
ENDED: tuple[tuple[str, ...], ...] = (
    (), ("outcome",), ("sex",), ("problem",), ("service",),
    ("sex", "outcome"), ("problem", "outcome"), ("service", "outcome"),
)  # fmt: skip
# Of ended cases that were asked after three months later.
FOLLOWED: tuple[tuple[str, ...], ...] = ((), ("enforced",), ("problem",), ("problem", "enforced"))
DEAR: tuple[tuple[str, ...], ...] = ((), ("first",))  # their sums stand on pages for everybody
COLUMNS = {
    "first": _("First service or further one"), "sex": _("Sex"), "band": _("Age"), "problem": _("Kind of problem"),
    "region": _("Region"), "service": _("Service"), "outcome": _("Outcome"), "enforced": _("Enforcement"),
}  # fmt: skip
FIRST = {
    "person": _("first service for a person"), "initiative": _("first service for an initiative"),
    "again": _("further service, or quick advice"),
}  # fmt: skip


def _row(fact: Service) -> dict[str, str]:
    again = "again" if not fact.first else PERSON if fact.who == PERSON else INITIATIVE
    return {
        "first": again, "sex": fact.sex, "band": fact.band, "problem": fact.problem[:TOPIC], "region": fact.region,
        "service": fact.service, "outcome": fact.outcome, "enforced": fact.enforced,
    }  # fmt: skip


def body_of(facts: Iterable[Service]) -> dict[str, Any]:
    """What is published of these facts, as JSON: tables with None where withheld, and what clients thought of us."""
    found, began = list(facts), time.thread_time()
    late = lambda: time.thread_time() - began > BUDGET  # noqa: E731
    served = protected(
        (_row(f) for f in found if not f.grade and not f.ended and not f.enforced), TABLES, LEAST, late, DEAR
    )
    ended = protected((_row(f) for f in found if f.ended), ENDED, LEAST, late)
    followed = protected((_row(f) for f in found if f.enforced), FOLLOWED, LEAST, late)
    grades = [fact.grade for fact in found if fact.grade]
    mean = round(sum(grades) / len(grades), 1) if len(grades) >= 2 * LEAST else None
    grade = {"n": len(grades) if mean else None, "mean": mean}
    return {"tables": _cells(served, TABLES), "ended": _cells(ended, ENDED), "followed": _cells(followed, FOLLOWED),
            "grades": grade}  # fmt: skip


def _cells(tables: Tables, order: Iterable[tuple[str, ...]]) -> list[Any]:
    """As JSON, in the order in which the tables are declared: every publication reads the same."""
    return [[list(t), [[list(c), n] for c, n in tables[t].items()]] for t in order]


def next_span(today: date) -> tuple[str, str] | None:
    """First and last closed quarter that was not published yet; None when there is nothing to publish."""
    last = Release.objects.order_by("-through").values_list("through", flat=True).first() or ""
    rows = Fact.objects.filter(quarter__gt=last, quarter__lt=quarter_of(today))
    quarters = sorted(set(rows.values_list("quarter", flat=True)))
    return (quarters[0], quarters[-1]) if quarters else None


@dataclass(frozen=True)
class Table:
    """One table for a page: what it counts by, and its rows with numbers or "withheld"."""

    columns: tuple[str, ...]
    head: list[Any]
    rows: list[dict[str, Any]]


def read_tables(body: dict[str, Any], which: str = "tables") -> list[Table]:
    """The tables of a publication in words of the active language; `which`: "tables" of services, "ended" of cases, "followed" of those months later."""
    words = _words(body)
    found = []
    for columns, cells in body.get(which, ()):
        rows = [
            {"labels": [words[c].get(v, v or _("not given")) for c, v in zip(columns, cell, strict=True)],
             "value": WITHHELD if n is None else n}
            for cell, n in cells
        ]  # fmt: skip
        found.append(Table(tuple(columns), [COLUMNS[c] for c in columns], rows))
    return found


def _words(body: dict[str, Any]) -> dict[str, dict[str, Any]]:
    regions = {cell[0] for columns, cells in body["tables"] if columns == ["region"] for cell, _n in cells}
    return {
        "first": FIRST, "sex": dict(Sex.choices), "band": dict(AgeBand.choices), "service": SERVICES,
        "outcome": RESULTS, "problem": problem_words(), "enforced": ENFORCED,
        "region": {place.code: str(place) for place in Place.objects.filter(code__in=regions)},
    }  # fmt: skip


def problem_words() -> dict[str, Any]:
    """Code of a topic → its name."""
    return {topic.code: topic.title for topic in topics()} | {OTHER: _("another kind of problem")}


def body_of_release(release: Release) -> dict[str, Any]:
    return json.loads(bytes(release.body))


@dataclass(frozen=True)
class Totals:
    """Sums over everything that was published: at least so many, since numbers below five are not in it."""

    persons: int
    initiatives: int
    services: int
    through: str

    @property
    def served(self) -> int:
        """Persons and initiatives, rounded down to hundreds: "more than …", which a hundred is not of itself."""
        return max(self.persons + self.initiatives - 1, 0) // 100 * 100


def totals() -> Totals:
    """What pages for everybody may say; one query."""
    sums, through = {"person": 0, "initiative": 0, "again": 0, "": 0}, ""
    for body, last in Release.objects.filter(agreed_on__isnull=False).values_list("body", "through"):
        through = max(through, last)
        for columns, cells in json.loads(bytes(body))["tables"]:
            if columns in ([], ["first"]):
                for cell, n in cells:
                    sums[cell[0] if cell else ""] += n or 0
    return Totals(sums["person"], sums["initiative"], sums[""], through)
