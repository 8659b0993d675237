"""Figures against published values."""

import pytest

from icma.engines.intervals import median, waiting, wilson

# Freireich et al. (1963), 6-MP arm: weeks, and whether the remission ended.
SIX_MP = [
    (6, 1), (6, 1), (6, 1), (6, 0), (7, 1), (9, 0), (10, 1), (10, 0), (11, 0), (13, 1), (16, 1), (17, 0),
    (19, 0), (20, 0), (22, 1), (23, 1), (25, 0), (32, 0), (32, 0), (34, 0), (35, 0),
]  # fmt: skip


def test_wilson() -> None:
    share = wilson(193, 200)
    assert (share.value, round(share.low, 4), round(share.high, 4), share.n) == (0.965, 0.9295, 0.9829, 200)
    assert round(wilson(0, 10).high, 4) == 0.2775 and wilson(0, 10).low == 0
    assert round(wilson(10, 10).low, 4) == 0.7225 and wilson(10, 10).high == 1
    nothing = wilson(0, 0)
    assert (nothing.value, nothing.low, nothing.high) == (None, 0, 1)
    for k, n in ((3, 2), (-1, 5)):
        with pytest.raises(ValueError):
            wilson(k, n)


def test_median() -> None:
    assert median([]).value is None and median([]).n == 0
    assert (median([3, 1, 2]).value, median([1, 2]).value) == (2, 1.5)
    assert median([1, 2, 3]).low is None
    hundred = median(range(1, 101))
    assert (hundred.value, hundred.low, hundred.high, hundred.n) == (50.5, 40, 60, 100)


def test_kaplan_meier_on_known_data() -> None:
    curve = waiting([(days, bool(ended)) for days, ended in SIX_MP])
    left = {day: round(value, 4) for day, value in zip(curve.days, curve.open_, strict=True)}
    assert left == {6: 0.8571, 7: 0.8067, 10: 0.7529, 13: 0.6902, 16: 0.6275, 22: 0.5378, 23: 0.4482}
    assert curve.median().value == 23 and curve.median().low == 13 and curve.median().high is None
    by_ten = curve.share_by(12)
    assert round(by_ten.value, 4) == 0.2471 and by_ten.low < by_ten.value < by_ten.high and by_ten.n == 21
    # log-log limits of S(10), as R's survfit(conf.type = "log-log") prints them: 0.503 to 0.889.
    assert (round(1 - by_ten.high, 3), round(1 - by_ten.low, 3)) == (0.503, 0.889)
    assert curve.share_by(5).value == 0


def test_open_requests_are_not_forgotten() -> None:
    answered = [(5, True)] * 5
    forgotten, honest = waiting(answered), waiting([*answered, *[(30, False)] * 5])
    assert forgotten.median().value == 5 and forgotten.share_by(30).value == 1
    assert honest.share_by(30).value == 0.5 and forgotten.share_by(30).low < 0.7
    assert waiting([*answered, *[(30, False)] * 6]).median().value is None
    assert waiting([]).share_by(9).value is None
    with pytest.raises(ValueError):
        waiting([(-1, True)])
