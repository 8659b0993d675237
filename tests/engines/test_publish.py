"""Several tables of one measure, side by side: nobody works out a small cell from all of them together."""

import random
from itertools import product

import pytest

from icma.engines.disclosure import Cell, attack, share_of
from icma.engines.publish import Asked, cube, publish

pytestmark = pytest.mark.one_engine
VALUES = {0: ["f", "m", "u"], 1: ["14", "18", "30", "60"], 2: ["A", "B", "C", "D", "E"]}


def any_rows(dice: random.Random) -> dict:
    mean, dense = dice.choice((4, 10, 25)), dice.choice((0.6, 0.9))
    return {
        key: int(dice.expovariate(1 / mean)) if dice.random() < dense else 0
        for key in product(*VALUES.values())
    }


def side_by_side(*tables) -> dict:
    held = {}
    for cells in tables:
        held |= {key: cell for key, cell in cells.items() if cell.value is not None or key not in held}
    return held


@pytest.mark.parametrize("part", range(3))
def test_a_second_table_of_the_same_rows_gives_no_small_cell_of_the_first_away(part):
    dice, stood = random.Random(part), 0
    for _turn in range(8):
        rows = any_rows(dice)
        first = publish(Asked(rows, (0, 1), VALUES))
        second = publish(Asked(rows, (1, 2), VALUES, [first.cells]))
        if first.refused or second.refused:
            continue
        third = publish(Asked(rows, (0, 2), VALUES, [first.cells, second.cells]))
        held = side_by_side(first.cells, second.cells, third.cells)
        truth = cube(rows, held)
        assert all(cell.value in (None, truth[key]) for key, cell in held.items())
        for key, (low, high) in attack(held).items():
            assert low - 1e-6 <= truth[key] <= high + 1e-6
            assert truth[key] >= 5 or high - low >= 5 - 1e-6, f"{key} is small and known to {low}–{high}"
        stood += 1
    assert stood >= 4


def test_what_is_out_stays_out_and_what_was_withheld_stays_withheld():
    rows = {key: 9 for key in product(*VALUES.values()) if key[0] != "u"} | {("u", "14", "A"): 3}
    first = publish(Asked(rows, (0, 1), VALUES))
    second = publish(Asked(rows, (0, 2), VALUES, [first.cells]))
    both = set(first.cells) & set(second.cells)
    assert first.withheld and not second.refused and len(both) == 4
    assert all(first.cells[key] == second.cells[key] for key in both)


def test_beside_a_release_that_gives_too_much_away_already_nothing_more_goes_out():
    # Somebody once published all but one cell: the small one is known, and no table can mend that.
    rows = {("f", "14", "A"): 3, ("m", "14", "A"): 30}
    careless = {
        ("*", "*", "*"): Cell("shown", 33),
        ("m", "*", "*"): Cell("shown", 30),
        ("f", "*", "*"): Cell("withheld"),
    }
    assert publish(Asked(rows, (1,), VALUES, [careless])).refused == "beside"


def test_one_person_more_and_the_second_table_is_refused():
    rows = dict.fromkeys(product(*VALUES.values()), 20)
    first = publish(Asked(rows, (0, 1), VALUES))
    later = rows | {("f", "14", "A"): 21}
    assert not first.refused and first.withheld == 0
    assert publish(Asked(later, (0, 1), VALUES, [first.cells])).refused == "total"
    assert publish(Asked(later, (0, 2), VALUES, [first.cells])).refused == "total", (
        "other columns, the same total"
    )


def test_a_sparse_crossing_is_left_out_before_anything_is_withheld():
    rows = dict.fromkeys(product(*VALUES.values()), 2)
    found = publish(Asked(rows, (0, 1, 2), VALUES))
    assert (found.crossed, found.coarser, found.withheld) == (2, "sparse", 0)
    assert found.cells["f", "14", "*"].value == 10


def test_where_everything_would_have_to_be_withheld_nothing_is_published():
    assert publish(Asked({("f", "14", "A"): 2, ("m", "18", "A"): 1}, (0, 1), VALUES)).refused == "everything"


def test_zero_is_shown_and_a_category_without_anybody_has_its_line():
    found = publish(Asked({("f", "14", "A"): 7}, (0,), VALUES))
    assert found.cells["m", "*", "*"].status == "zero" and found.cells["f", "*", "*"].value == 7


def test_a_value_that_nobody_counted_is_missing_and_not_zero():
    rows = {key: 9 for key in product(*VALUES.values()) if key[2] in "AB"}
    found = publish(Asked(rows, (1, 2), VALUES, covered={2: {"A", "B"}}))
    assert found.cells["*", "*", "C"].status == "missing" and found.cells["*", "*", "A"].value == 108
    assert not [key for key, cell in found.cells.items() if cell.status == "zero"]


def test_where_the_full_crossing_takes_too_long_the_columns_stand_alone():
    rows = {key: 3 + n % 4 for n, key in enumerate(product(*VALUES.values()))}
    found = publish(Asked(rows, (0, 1, 2), VALUES), late=lambda: True)
    assert found.coarser in ("slow", "sparse") and found.crossings == ((0,), (1,), (2,)) and not found.refused


def test_beside_another_state_of_the_rows_what_was_withheld_stays_withheld():
    rows = {key: 9 for key in product(*VALUES.values()) if key[0] != "u"} | {("u", "14", "A"): 3}
    first = publish(Asked(rows, (0, 1), VALUES))
    later = rows | {("m", "60", "E"): 40, ("f", "18", "B"): 60}
    second = publish(Asked(later, (0, 2), VALUES, [first.cells]))
    kept = {key for key, cell in first.cells.items() if cell.status == "withheld"} & set(second.cells)
    assert kept and not second.refused and all(second.cells[key].status == "withheld" for key in kept)


def test_no_rate_below_a_denominator_of_twenty():
    assert share_of(5, 19) is None and share_of(5, 20) == 0.25
    assert share_of(None, 200) is None and share_of(3, None) is None and share_of(0, 0) is None


def test_three_tables_do_not_tell_a_small_cell_through_the_crossing_that_is_in_none_of_them():
    """By pairs of columns alone: a cell of all three is not negative, and so the pairs bound each other."""
    values = {n: [f"{'abc'[n]}{one}" for one in range(size)] for n, size in enumerate((4, 2, 3))}
    counts = (0, 0, 4, 16, 6, 1, 0, 3, 1, 10, 12, 3, 0, 4, 6, 6, 5, 4, 0, 2, 23, 2, 2, 1)
    rows = dict(zip(product(*values.values()), counts, strict=True))
    tables: list[dict] = []
    for chosen in ((0, 1), (0, 2), (1, 2)):
        found = publish(Asked(rows, chosen, values, tables))
        tables += [] if found.refused else [found.cells]
    held = side_by_side(*tables)
    every = cube(rows, product(*([*values[n], "*"] for n in range(3))))
    spans = attack(dict.fromkeys(every, Cell("missing")) | held)
    small = [key for key, cell in held.items() if cell.status == "withheld" and (every[key] or 0) < 5]
    assert len(tables) > 1 and small
    assert all(spans[key][1] - spans[key][0] >= 5 - 1e-6 for key in small)


def test_a_quarter_in_which_nobody_is_left_stands_beside_what_was_out():
    """Its rows are erased; its table has as many columns as the earlier one."""
    rows = dict.fromkeys(product(*VALUES.values()), 9)
    first = publish(Asked(rows, (0, 1), VALUES))
    second = publish(Asked({}, (0, 1), VALUES, [first.cells]))
    assert second.refused or {len(key) for key in second.cells} == {3}
