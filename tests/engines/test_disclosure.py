"""Nobody works out a small cell: not by subtracting, not by all sums together, not from two releases."""

import json
import random
from pathlib import Path

import pytest

from icma.engines.disclosure import Cell, beside, close_to, narrowest, protect
from tests.engines.tables import Attacker, any_table, greedy, with_holes, with_margins

pytestmark = pytest.mark.one_engine
# What `greedy` hides beside the small cells of eight times 25 tables of `any_table`.
GREEDY = json.loads((Path(__file__).parent / "data" / "greedy.json").read_text())


def seen(found) -> dict:
    return {key: None if cell.status == "withheld" else cell.value for key, cell in found.cells.items()}


@pytest.mark.parametrize("part", range(8))
def test_of_200_random_tables_no_small_cell_is_known_and_few_others_are_withheld(part):
    dice = random.Random(part)
    beside = plainly = 0
    for plain in GREEDY[part]:
        values = any_table(dice)
        found = protect(values)
        shown = seen(found)
        assert all(n is None or n == values[key] for key, n in shown.items())
        assert all((found.cells[key].status == "zero") == (n == 0) for key, n in values.items())
        small = [key for key, n in values.items() if 0 < n < 5]
        if not small:
            assert None not in shown.values() and plain == 0
            continue
        attacker = Attacker(shown)
        for key in small:
            assert shown[key] is None and attacker.width(key) >= 5 - 1e-6
            if len(values) <= 60:
                assert attacker.width(key, whole=True) >= 5 - 1e-6
        beside += found.beside
        plainly += plain
        if len(values) <= 24:  # the others take a minute; they are the same method's, kept in the file
            assert greedy(values) == plain
    assert beside <= plainly


def test_nothing_is_withheld_from_a_table_without_small_cells_and_zero_is_not_missing():
    found = protect({("a",): 5, ("b",): 0, ("c",): None, ("*",): 5})
    assert [cell.status for cell in found.cells.values()] == ["shown", "zero", "missing", "shown"]


def test_a_table_whose_every_cell_must_be_hidden_is_hidden():
    found = protect({("a",): 1, ("*",): 1})
    assert {cell.status for cell in found.cells.values()} == {"withheld"}


def test_what_is_missing_protects_only_as_much_as_it_may_hold():
    values = {("a",): 3, ("b",): 40, ("c",): None, ("*",): 44}
    shown = seen(protect(values))
    # b shown, a withheld: a + c = 4, and a would lie between 1 and 4.
    assert shown["a",] is None and (shown["b",] is None or shown["*",] is None)


def test_through_a_margin_that_is_missing_sums_are_seen_all_the_same():
    values = {
        ("a", "f"): 20, ("a", "m"): 30, ("a", "*"): 50, ("b", "f"): 1, ("b", "m"): 6, ("b", "*"): None,
        ("*", "f"): None, ("*", "m"): 36, ("*", "*"): 57,
    }  # fmt: skip
    without = {key: n for key, n in values.items() if n is not None}
    for table in (values, without):  # 57 − 20 − 30 − 6 = 1, whether the two margins have a row or none
        shown = seen(protect(table))
        gone = {("b", "*"), ("*", "f")}
        attacker = Attacker(dict.fromkeys(gone) | shown, gone)
        assert shown["b", "f"] is None and attacker.width(("b", "f")) >= 5 - 1e-6
    big = {key: n and 10 * n for key, n in values.items()}
    assert protect(big).beside == 0, "nobody is to be protected"


@pytest.mark.parametrize("part", range(4))
def test_of_random_tables_with_margins_and_cells_missing_no_small_cell_is_known(part):
    dice, stood = random.Random(50 + part), 0
    for _turn in range(16):
        true = any_table(dice)
        values = with_holes(dice, true, dice.randint(1, 3), dice.randint(0, 2))
        found = protect(values)
        small = [key for key, n in values.items() if 0 < (n or 0) < 5]
        if not small:
            assert not [key for key, cell in found.cells.items() if cell.status == "withheld"]
            continue
        stood += 1
        attacker = Attacker(
            dict.fromkeys(true) | seen(found), {key for key in true if values.get(key) is None}
        )
        for key in small:
            assert attacker.width(key) >= 5 - 1e-6, key
            if len(values) <= 60:
                assert attacker.width(key, whole=True) >= 5 - 1e-6, key
    assert stood >= 6


def test_the_attack_measures_what_is_published_and_not_what_was_meant():
    shown = {key: Cell("shown", n) for key, n in {("b",): 40, ("*",): 44}.items()}
    assert narrowest(shown | {("a",): Cell("withheld"), ("c",): Cell("missing")}, [("a",)]) == 3
    assert narrowest(shown | {("a",): Cell("shown", 4)}, [("a",)]) == 0
    assert narrowest(shown, []) is None


def test_sums_that_do_not_add_up_do_not_let_a_small_cell_out():
    more = protect({("a",): 3, ("b",): 40, ("*",): 500})
    less = protect({("a",): 3, ("b",): 40, ("c",): 60, ("*",): 100})
    for found, key in ((more, ("a",)), (less, ("a",))):
        assert Attacker(seen(found)).width(key) >= 5 - 1e-6 and found.narrowest >= 5 - 1e-6


def test_what_is_known_already_can_no_more_be_guarded():
    values = {("a",): 3, ("b",): 40, ("*",): 43}
    assert protect(values, out=[("a",)]).narrowest == 0


def test_where_there_is_no_time_the_table_is_made_coarser_and_stands():
    values = with_margins(
        {(a, b): 1 + 7 * (n % 3) for n, (a, b) in enumerate((x, y) for x in "abcdef" for y in "xyz")}
    )
    found = protect(values, late=lambda: True)
    assert found.coarsened == (0,)
    assert all(found.cells[key].status == "withheld" for key in values if key[0] != "*")
    attacker = Attacker(seen(found))
    assert all(attacker.width(key) >= 5 - 1e-6 for key, n in values.items() if 0 < n < 5)


def test_one_person_more_cannot_be_seen_between_two_releases():
    inner = {(a, b): 20 for a in "abc" for b in "xyz"}
    before, after = with_margins(inner), with_margins(inner | {("a", "x"): 21})
    near = close_to(after, protect(before).cells)
    assert near == {("a", "x"), ("a", "*"), ("*", "x"), ("*", "*")}
    attacker = Attacker(seen(protect(after, near=near)))
    assert all(attacker.width(key) >= 5 - 1e-6 for key in near)


def test_a_cell_that_was_withheld_and_is_known_nearly_counts_as_known():
    before = {
        ("a",): Cell("withheld"),
        ("b",): Cell("withheld"),
        ("c",): Cell("shown", 90),
        ("*",): Cell("shown", 93),
    }
    # a and b were 1 or 2 each.
    assert close_to({("a",): 4, ("b",): 30, ("c",): 90, ("*",): 124}, before) == {("a",)}


def second(values: dict, first: dict):
    """A table protected beside what was published of earlier rows, as `icma protect --with` does it."""
    held = beside(values, [first])
    return protect(
        values, near=held.near | held.guarded, hidden=held.kept, out=held.known, ties=held.ties
    )  # fmt: skip


def test_what_was_withheld_and_is_the_same_still_does_not_leave_with_the_next_state_of_the_table():
    before = {("a",): 3, ("b",): 7, ("c",): 30, ("d",): 40, ("e",): 50, ("f",): 60, ("*",): 190}
    first = protect(before).cells
    hidden = {key for key, cell in first.items() if cell.status == "withheld"}
    assert ("a",) in hidden and len(hidden) == 2
    moved = before | {("e",): 48, ("d",): 42}  # two people are counted elsewhere; neither cell was withheld
    found = second(moved, first)
    assert all(found.cells[key].status == "withheld" for key in hidden)
    assert found.narrowest >= 5 - 1e-6


@pytest.mark.parametrize("part", range(2))
def test_of_two_states_of_a_table_no_small_cell_is_known_to_who_holds_both(part):
    dice, stood = random.Random(100 + part), 0
    for _turn in range(7):
        before = any_table(dice)
        inner = {key: n for key, n in before.items() if "*" not in key}
        for _move in range(dice.randint(1, 3)):
            key, n = dice.choice(list(inner)), dice.choice((-9, -2, 1, 2, 8, 40))
            inner[key] = max(0, inner[key] + n)
        after = with_margins(inner)
        first = protect(before)
        found = second(after, first.cells)
        if found.narrowest is not None and found.narrowest < 5 - 1e-6:
            continue  # refused
        stood += 1
        # Of the second: what the first showed and is so still is known, although the second withholds it.
        guessed = {
            key: first.cells[key].value if cell.value is None and first.cells[key].value == after[key] else cell.value
            for key, cell in found.cells.items()
        }  # fmt: skip
        # Of the first: what the second shows and was so already.
        earlier = {
            key: found.cells[key].value if cell.value is None and found.cells[key].value == before[key] else cell.value
            for key, cell in first.cells.items()
        }  # fmt: skip
        for shown, true in ((guessed, after), (earlier, before)):
            attacker = Attacker(shown)
            for key, n in true.items():
                if 0 < n < 5 and (first.cells[key].value is None or true is after):
                    assert shown[key] is None and attacker.width(key) >= 5 - 1e-6, key
    assert stood >= 4
