"""Nobody who subtracts published tables from each other gets a cell that was withheld."""

import random

import pytest

from icma.engines.disclosure import Cell, attack
from icma.legalaid.withheld import protected

pytestmark = pytest.mark.one_engine
FAMILY = [(), ("sex",), ("band",), ("place",), ("sex", "band"), ("band", "place")]


def people(seed: int) -> list[dict[str, str]]:
    roll = random.Random(seed)
    n = roll.choice((6, 15, 30, 60, 120))
    weights = [roll.random() ** 2 + 0.02 for _n in range(3)]
    return [
        {
            "sex": roll.choice("fm"),
            "band": roll.choices("123", weights)[0],
            "place": roll.choices(["baku", "quba", "lerik"], [6, 2, 1])[0],
        }
        for _n in range(n)
    ]


def lines(shown):
    """Every total with its parts in a table that counts by one column more."""
    for total, cell in shown:
        for fine in (t for t in FAMILY if set(total) < set(t) and len(t) == len(total) + 1):
            at = [fine.index(c) for c in total]
            parts = [(t, c) for t, c in shown if t == fine and tuple(c[n] for n in at) == cell]
            yield (total, cell), parts


@pytest.mark.parametrize("seed", range(24))
def test_linear_programming_over_all_tables_tells_of_no_small_cell_more_than_five_apart(seed):
    rows = people(seed)
    tables = protected(rows, FAMILY)
    names = ("sex", "band", "place")
    true, cells = {}, {}
    for table, found in tables.items():
        for cell, n in found.items():
            at = dict(zip(table, cell, strict=True))
            key = tuple(at.get(name, "*") for name in names)
            true[key] = sum(all(row[c] == v for c, v in at.items()) for row in rows)
            cells[key] = Cell("withheld") if n is None else Cell("shown", n)
            assert n in (None, true[key]) and (true[key] >= 5 or n is None)
    for key, (low, high) in attack(cells).items():
        assert low - 1e-6 <= true[key] <= high + 1e-6
        assert true[key] >= 5 or high - low >= 5 - 1e-6, f"{key} is {true[key]} and known to {low}–{high}"


@pytest.mark.parametrize("seed", range(60, 84))
def test_what_is_missing_on_a_line_is_never_a_small_number(seed):
    rows = people(seed)
    tables = protected(rows, FAMILY)
    shown = {(t, cell): n for t, table in tables.items() for cell, n in table.items()}
    for total, parts in lines(shown):
        if shown[total] is not None:
            rest = shown[total] - sum(shown[part] or 0 for part in parts)
            assert rest == 0 or rest >= 5


def test_one_small_cell_takes_another_with_it_and_large_tables_stay_as_they_are():
    rows = [{"sex": "f"}] * 30 + [{"sex": "m"}] * 20 + [{"sex": "?"}] * 2
    assert protected(rows, [(), ("sex",)]) == {
        (): {(): 52},
        ("sex",): {("?",): None, ("f",): 30, ("m",): None},
    }
    assert protected(rows[:50], [(), ("sex",)])[("sex",)] == {("f",): 30, ("m",): 20}
    assert protected(rows[:3], [(), ("sex",)])[()] == {(): None}


def test_tables_that_could_be_joined_by_hand_are_refused():
    with pytest.raises(ValueError):
        protected([], [("sex", "band"), ("sex", "place")])
