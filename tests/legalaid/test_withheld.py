"""Nobody who subtracts published tables from each other gets a cell that was withheld."""

import random

import pytest

from icma.legalaid.withheld import _lines, protected

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


def another(shown, cells, lines, wanted, value, start):
    """An assignment of the masked cells that fits all that is published, with `wanted` at `value`; None without."""
    free = {cell for cell in cells if shown.get(cell) is None}
    fixed = {wanted: value}

    def fits(final):
        for total, parts in lines:
            open_ = [c for c in (total, *parts) if c in free and c not in fixed]
            if open_ and not final:
                continue
            of = lambda c: fixed.get(c, start.get(c, 0)) if c in free else shown[c]  # noqa: E731
            if of(total) != sum(of(part) for part in parts):
                return False
        return True

    order = sorted(free - {wanted}, key=lambda c: (abs(start.get(c, 0) - 2), c))

    def search(at):
        if not fits(at == len(order)):
            return None
        if at == len(order):
            return dict(fixed)
        here = start.get(order[at], 0)
        for step in (0, 1, -1, 2, -2):
            if here + step >= 0:
                fixed[order[at]] = here + step
                if found := search(at + 1):
                    return found
                del fixed[order[at]]
        return None

    return search(0)


@pytest.mark.parametrize("seed", range(60))
def test_every_withheld_cell_could_be_another_number(seed):
    rows = people(seed)
    tables = protected(rows, FAMILY)
    true = {
        (t, tuple(row[c] for c in t)): sum(all(o[c] == row[c] for c in t) for o in rows)
        for t in FAMILY
        for row in rows
    }
    shown = {(t, cell): n for t, table in tables.items() for cell, n in table.items()}
    cells = set(true)
    lines = _lines(FAMILY, true)
    assert all(shown[cell] == n for cell, n in true.items() if shown[cell] is not None)
    for cell, n in true.items():
        assert n >= 5 or shown[cell] is None
        if shown[cell] is None:
            assert any(another(shown, cells, lines, cell, n + d, true) for d in (1, -1) if n + d >= 0), cell


@pytest.mark.parametrize("seed", range(60, 120))
def test_what_is_missing_on_a_line_is_never_a_small_number(seed):
    rows = people(seed)
    tables = protected(rows, FAMILY)
    shown = {(t, cell): n for t, table in tables.items() for cell, n in table.items()}
    for total, parts in _lines(FAMILY, shown):
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
