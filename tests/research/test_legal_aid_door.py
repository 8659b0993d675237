"""Figures of legal aid have one way out: tables protected together, two people, then pages for everybody."""

import json
import random
import re
from collections import Counter
from pathlib import Path

import pytest
from django.test import Client

import icma
from icma.core.words import num
from icma.engines.disclosure import Cell, attack
from icma.legalaid.actions.facts import Service
from icma.legalaid.figures import COLUMNS, ENDED, TABLES, body_of
from icma.legalaid.models import Release
from icma.matters.bands import AgeBand, Sex
from tests.house.world import patterns

SRC = Path(icma.__file__).parent
SEEN = 7919  # a number that stands nowhere by chance


def test_nothing_but_the_release_opens_the_facts_and_nothing_but_its_action_writes_one() -> None:
    opening, writing = set(), set()
    for path in SRC.rglob("*.py"):
        text = path.read_text("utf-8")
        name = str(path.relative_to(SRC))
        if re.search(r"\bopened_facts\(", text):
            opening.add(name)
        if name.startswith("legalaid/") and re.search(
            r"\bRelease\.objects\.(create|bulk_create|update)", text
        ):
            writing.add(name)
    # clinics: how many were advised at a clinic, for the statistics group alone, behind the vault.
    assert opening == {"legalaid/actions/facts.py", "legalaid/actions/releases.py", "legalaid/clinics.py"}
    assert writing == {"legalaid/actions/releases.py"}


@pytest.mark.django_db
def test_no_open_address_says_a_number_that_no_second_person_has_agreed_to(country, cast, at):
    tables = [
        [[], [[[], SEEN]]],
        [["first"], [[["person"], SEEN], [["initiative"], SEEN], [["again"], SEEN]]],
    ]
    body = json.dumps({"tables": tables, "grades": {"n": None, "mean": None}}).encode()
    release = Release.objects.create(
        since="2025Q4", through="2025Q4", body=body, made_by=cast.lawyer, made_on=at.date()
    )
    open_pages = {
        "/" + route for route, item in patterns()
        if getattr(item.callback, "door", None) == "anyone" and "<" not in route and "pdf" not in route
    }  # fmt: skip
    client = Client()
    assert len(open_pages) > 40 and not [page for page in open_pages if _says(client, page)]
    Release.objects.filter(pk=release.pk).update(agreed_by=cast.officer, agreed_on=at.date())
    assert "/komek/reqemler/" in {page for page in open_pages if _says(client, page)}


def _says(client: Client, page: str) -> bool:
    response = client.get(page)
    if response.status_code != 200:
        return False
    content = b"".join(response) if response.streaming else response.content
    text = content.decode("utf-8", "replace")
    return str(SEEN) in text or num(SEEN) in text


def any_facts(dice: random.Random, many: int):
    problems, regions = ["AZ-01", "AZ-04", "AZ-06", "AZ-09", "AZ-10"], [f"R{n}" for n in range(6)]
    for _n in range(many):
        yield Service(
            first=dice.random() < 0.6, who="person" if dice.random() < 0.9 else "initiative",
            sex=dice.choice(list(Sex.values)), band=dice.choice(list(AgeBand.values)), problem=dice.choice(problems),
            region=dice.choices(regions, [30, 20, 10, 4, 2, 1])[0], service=dice.choice(("advice", "drafting", "court")),
            outcome=dice.choices(("won", "lost", "open"), [6, 3, 1])[0], ended=dice.random() < 0.4,
        )  # fmt: skip


@pytest.mark.parametrize("many", [60, 400])
@pytest.mark.parametrize("which", ["tables", "ended"])
def test_linear_programming_over_all_tables_of_legal_aid_finds_no_small_number(many, which):
    facts = list(any_facts(random.Random(many), many))
    cells = _together(body_of(facts)[which])
    truth = _together_truth(
        [f for f in facts if f.ended == (which == "ended")], TABLES if which == "tables" else ENDED
    )
    found = attack(cells)
    assert all(cell.value in (None, truth[key]) for key, cell in cells.items())
    small = {key: ends for key, ends in found.items() if truth[key] < 5}
    assert small and all(high - low >= 5 - 1e-6 for low, high in small.values())


NAMES = tuple(COLUMNS)


def _key(columns, values) -> tuple[str, ...]:
    at = dict(zip(columns, values, strict=True))
    return tuple(at.get(name, "*") for name in NAMES)


def _together(tables) -> dict:
    """The published tables as one, over all columns."""
    return {
        _key(columns, values): Cell("withheld") if n is None else Cell("shown", n)
        for columns, cells in tables for values, n in cells
    }  # fmt: skip


def _together_truth(facts, tables) -> Counter:
    from icma.legalaid.figures import _row

    rows = [_row(fact) for fact in facts]
    return Counter(_key(table, [row[c] for c in table]) for table in tables for row in rows)
