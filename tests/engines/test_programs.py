"""A program that goes on from its last answer answers what another solver does from the start."""

import random

import numpy
import pytest
from scipy.optimize import linprog, milp

from icma.engines.programs import INFINITE, Program

pytestmark = pytest.mark.one_engine


@pytest.mark.parametrize("anew", (False, True))
def test_many_questions_of_one_program_are_answered_as_each_by_itself(anew):
    dice, seen = random.Random(3), set()
    rows = [[(dice.randrange(12), dice.choice((-1.0, 1.0))) for _ in range(4)] for _ in range(5)]
    rows = [list(dict(row).items()) for row in rows]
    right = [float(dice.randint(-4, 4)) for _ in rows]
    matrix = numpy.zeros((5, 12))
    for n, row in enumerate(rows):
        for column, sign in row:
            matrix[n, column] = sign
    program = Program(rows, right, 12, anew=anew)
    for _turn in range(200):
        low = numpy.array([float(dice.randint(-3, 2)) for _ in range(12)])
        high = numpy.array([n + dice.choice((0.0, 2.0, 6.0, INFINITE)) for n in low])
        cost = numpy.array([float(dice.randint(-2, 4)) for _ in range(12)])
        x, endless = program.least(cost, low, high)
        other = linprog(cost, A_eq=matrix, b_eq=right, bounds=list(zip(low, high, strict=True)))
        seen.add(other.status)
        assert (x is not None) == (other.status == 0) and (not endless or other.status in (3, 4))
        if x is not None:
            assert cost @ x == pytest.approx(other.fun) and abs(matrix @ x - right).max() < 1e-6
            assert (x >= low - 1e-6).all() and (x <= high + 1e-6).all()
    assert {0, 2} < seen, "some have an answer, some none, some no end"


def test_whole_numbers_are_whole():
    dice = random.Random(5)
    for _turn in range(40):
        cost = numpy.array([float(dice.randint(1, 9)) for _ in range(4)])
        row = [(n, float(dice.randint(2, 5))) for n in range(4)]
        right = [float(dice.randint(5, 30))]
        low, high = numpy.zeros(4), numpy.full(4, 9.0)
        program = Program([row], right, 4, [True] * 4)
        x, _endless = program.least(cost, low, high)
        other = milp(cost, integrality=numpy.ones(4), bounds=(low, high),
                     constraints=(numpy.array([[sign for _n, sign in row]]), right, right))  # fmt: skip
        assert (x is None) == (other.status != 0)
        if x is not None:
            assert cost @ x == pytest.approx(other.fun) and abs(x - x.round()).max() < 1e-6


def test_after_its_seconds_the_best_so_far_is_given_and_not_asked_once_more():
    dice, many, sums = random.Random(1), 120, 40
    rows = [
        [(n, float(dice.randint(1, 60))) for n in range(many) if dice.random() < 0.5] for _ in range(sums)
    ]
    right = [sum(sign * (n % 10) for n, sign in row) for row in rows]
    loose = [[*row, (many + n, 1.0), (many + sums + n, -1.0)] for n, row in enumerate(rows)]
    program = Program(loose, right, many + 2 * sums, [True] * many + [False] * 2 * sums, seconds=0.1)
    asked, run = [], program._run
    program._run = lambda: asked.append(run()) or asked[-1]
    cost = [0.0] * many + [1000.0] * 2 * sums
    x, endless = program.least(cost, [0.0] * len(cost), [INFINITE] * len(cost))
    assert asked == [program.states.kTimeLimit] and x is not None and not endless


def test_nothing_is_printed(capfd):
    """`icma protect` speaks for itself."""
    Program([[(0, 1.0)]], [1.0], 1).least(numpy.ones(1), numpy.zeros(1), numpy.ones(1))
    assert capfd.readouterr().out == ""
