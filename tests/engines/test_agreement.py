"""Cohen's kappa against figures worked out elsewhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icma.engines.agreement import cohen


def rows(table: list[list[int]]) -> list[tuple[int, int]]:
    return [(i, j) for i, line in enumerate(table) for j, n in enumerate(line) for _ in range(n)]


def test_the_textbook_table_of_fifty_grants() -> None:
    """20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no: observed 0.70, by chance 0.50, kappa 0.40."""
    found = cohen(rows([[20, 5], [10, 15]]))
    assert (found.n, found.same) == (50, 35) and found.kappa == pytest.approx(0.4)


def test_cohens_own_table_of_1960() -> None:
    """Table 1 of the paper, 200 subjects: observed 0.70, by chance 0.41, kappa 0.492."""
    found = cohen(rows([[88, 14, 18], [10, 40, 10], [2, 6, 12]]))
    assert found.kappa == pytest.approx(0.492, abs=5e-4)


def test_nothing_is_said_of_nobody_or_where_chance_alone_agrees() -> None:
    assert cohen([]).kappa is None
    assert cohen([("a", "a")] * 9).kappa is None


def test_always_the_other_is_less_than_by_chance() -> None:
    assert cohen([("a", "b"), ("b", "a")] * 4).kappa == pytest.approx(-1)


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from("abcde")), max_size=60))
def test_it_never_exceeds_one_and_knows_no_first_rater(pairs) -> None:
    found, other = cohen(pairs), cohen([(b, a) for a, b in pairs])
    assert (found.kappa is None) == (other.kappa is None)
    if found.kappa is not None:
        assert found.kappa <= 1 and found.kappa == pytest.approx(other.kappa)
        assert (found.kappa == 1) == (found.same == found.n)
