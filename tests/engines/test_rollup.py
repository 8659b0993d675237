"""Figures from single reports: two axes, a tree, and nothing taken for nought."""

import itertools
import random
from decimal import Decimal as D

import pytest

from icma.engines.rollup import (
    LATEST,
    MAX,
    NONE,
    RATIO,
    SUM,
    Said,
    Tree,
    across_periods,
    across_units,
    contributing,
    margin,
    progress,
    share,
)


def test_a_falling_indicator_from_60_to_20_that_stands_at_40_is_half_way():
    assert progress(D(40), D(60), D(20)) == D("0.5")
    assert progress(D(0), D(60), D(20)) == D("1.5"), "never clipped"
    assert progress(D(70), D(60), D(20)) == D("-0.25"), "worse than at the beginning stays visible"


def test_without_a_baseline_or_with_a_target_equal_to_it_there_is_no_percent():
    assert progress(D(40), None, D(20)) is None
    assert progress(D(40), D(20), D(20)) is None
    assert progress(None, D(60), D(20)) is None
    assert progress(D(0), D(0), D(20)) == 0, "0 is a value"


def test_latest_of_10_15_and_nothing_is_15_and_their_sum_25():
    said = [Said(D(10)), Said(D(15)), None]
    assert across_periods(said, LATEST).value == 15
    assert across_periods(said, SUM).value == 25
    assert contributing(said, LATEST) == [1]
    assert contributing([Said(D(0)), None], SUM) == [0], "0 contributes, nothing does not"


def test_a_ratio_of_1_of_2_and_99_of_100_is_98_percent_and_not_74():
    both = across_units([share(D(1), D(2)), share(D(99), D(100))], RATIO)
    assert (both.part, both.whole) == (100, 102)
    assert both.value == D("98.0392")
    with pytest.raises(ZeroDivisionError):
        share(D(0), D(0))


def test_each_alone_gives_no_common_figure_but_for_one():
    assert across_units([Said(D(3)), Said(D(4))], NONE) is None
    assert across_units([Said(D(3)), None], NONE).value == 3
    assert across_units([Said(D(3)), Said(D(4))], MAX).value == 4
    assert across_units([None, None], SUM) is None, "nobody has reported: that is no 0"


def test_crossing_sex_age_and_region_rolls_up_the_same_in_whatever_order():
    rnd = random.Random(5)
    cells = [
        ((s, b, r), D(rnd.randrange(40)))
        for s in ("female", "male", "unknown") for b in ("18-29", "60+", "unknown") for r in (1, 2, None)
    ]  # fmt: skip
    for keep in ((0,), (1,), (2,), (0, 2), ()):
        direct = margin(cells, keep)
        for order in itertools.permutations(range(3)):
            left, dims = cells, list(range(3))
            for gone in order:
                if gone in keep:
                    continue
                places = [i for i, d in enumerate(dims) if d != gone]
                left = list(margin(left, places).items())
                dims = [dims[i] for i in places]
            assert dict(left) == direct


@pytest.mark.parametrize("rule", [(SUM, SUM), (LATEST, SUM), (MAX, MAX), (RATIO, RATIO), (LATEST, NONE)])
def test_after_1000_random_edits_every_total_equals_recomputation_from_rows(rule):
    """F1 A6 at a smaller size: five levels, totals kept between the edits."""
    rnd = random.Random(str(rule))
    parents: dict = {"top": None}
    for level, above in enumerate(("top", "a", "b", "c")):
        name = "abcd"[level]
        for parent in [n for n in parents if n.startswith(above)]:
            parents |= {f"{name}{parent}{i}": parent for i in range(2)}
    tree = Tree(parents, 4, *rule)
    assert len(tree.rows) == 16
    leaves = sorted(tree.rows)
    for turn in range(1000):
        part = D(rnd.randrange(50))
        said = (
            None
            if rnd.random() < 0.3
            else share(part, part + rnd.randrange(1, 50))
            if RATIO in rule
            else Said(part)
        )
        tree.put(rnd.choice(leaves), rnd.randrange(4), said)
        if turn % 50 == 0:
            tree.total("top")
    fresh = Tree(parents, 4, *rule)
    for leaf, row in tree.rows.items():
        for period, said in enumerate(row):
            fresh.put(leaf, period, said)
    for node in parents:
        assert tree.total(node) == fresh.total(node)
    assert tree.total("top").expected == 64
    known = [across_periods(row, rule[0]) for row in tree.rows.values()]
    assert tree.total("top").said == across_units(known, rule[1])
