"""Linear programs of which many alike are asked, each from where the one before ended (HiGHS through highspy).

Source: Huangfu & Hall, "Parallelizing the dual revised simplex method", Mathematical Programming Computation 10 (2018).
Pure; why not through scipy: docs/decisions/0014.
"""

from collections.abc import Sequence
from typing import Any

INFINITE = float("inf")
PRIMAL = 4  # the simplex that goes on from where it stands when costs change

Row = Sequence[tuple[int, float]]  # columns of a sum, with their signs


class Program:
    """Least cost·x with low ≤ x ≤ high, where each row comes to what stands `right` of it.

    `anew`: each question from the start, where nearly all costs change. `whole`: which columns are whole numbers.
    `seconds`: after them the best so far.
    """

    def __init__(
        self, rows: Sequence[Row], right: Any, columns: int, whole: Any = None, seconds: float = INFINITE,
        anew: bool = False,
    ) -> None:  # fmt: skip
        import highspy
        import numpy

        self.np, self.states, self.anew = numpy, highspy.HighsModelStatus, anew or whole is not None
        self.all = numpy.arange(columns, dtype=numpy.int32)
        self.set = [numpy.zeros(columns) for _ in range(3)]
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = columns, len(rows)
        model.col_cost_, model.col_lower_, model.col_upper_ = self.set
        model.row_lower_ = model.row_upper_ = numpy.array(right, float)
        matrix = model.a_matrix_
        matrix.format_ = highspy.MatrixFormat.kRowwise
        matrix.start_ = numpy.cumsum([0, *map(len, rows)], dtype=numpy.int32)
        matrix.index_ = numpy.array([column for row in rows for column, _sign in row], numpy.int32)
        matrix.value_ = numpy.array([sign for row in rows for _column, sign in row], float)
        self.solver = highspy.Highs()
        told: dict[str, Any] = {"output_flag": False, "threads": 1, "time_limit": seconds}
        if not self.anew:
            told |= {"presolve": "off", "simplex_strategy": PRIMAL}
        if whole is not None:
            kinds = highspy.HighsVarType
            model.integrality_ = [kinds.kInteger if one else kinds.kContinuous for one in whole]
        for name, value in told.items():
            self.solver.setOptionValue(name, value)
        self.solver.passModel(model)

    def least(self, cost: Any, low: Any, high: Any) -> tuple[Any, bool]:
        """(x, endless): x is None where there is none, where the cost falls without end, and where the solver fails."""
        if self.anew:
            self.solver.clearSolver()
        self._tell(cost, low, high)
        status, known = self._run(), self.states
        if status not in (known.kOptimal, known.kInfeasible, known.kUnbounded, known.kTimeLimit):
            self.solver.clearSolver()
            status = self._run()
        solution = self.solver.getSolution()
        found = status in (self.states.kOptimal, self.states.kTimeLimit) and solution.value_valid
        return self.np.array(solution.col_value) if found else None, status == self.states.kUnbounded

    def _run(self) -> Any:
        self.solver.run()
        return self.solver.getModelStatus()

    def _tell(self, cost: Any, low: Any, high: Any) -> None:
        """Only what is another than it was."""
        before, self.set = self.set, [self.np.array(one, float) for one in (cost, low, high)]
        dear = self.all[before[0] != self.set[0]]
        if len(dear):
            self.solver.changeColsCost(len(dear), dear, self.set[0][dear])
        free = self.all[(before[1] != self.set[1]) | (before[2] != self.set[2])]
        if len(free):
            self.solver.changeColsBounds(len(free), free, self.set[1][free], self.set[2][free])
