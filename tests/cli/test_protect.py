"""`icma protect`: a researcher with a table and no database."""

import csv
import json

import pytest

from icma.cli import main
from tests.engines.tables import with_margins

pytestmark = pytest.mark.one_engine
INNER = {
    (r, s): n
    for (r, s), n in zip(((r, s) for r in "abcd" for s in "fm"), (2, 30, 25, 18, 40, 0, 33, 27), strict=True)
}


@pytest.fixture
def protect(tmp_path):
    def run(rows, *more: str, name: str = "t"):
        """(exit status, OUT by key, AUDIT) of one run; rows are (region, sex, n)."""
        table, out, audit = (tmp_path / f"{name}.{end}" for end in ("csv", "out.csv", "json"))
        with table.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("region", "sex", "n"), *rows])
        words = [
            "protect",
            str(table),
            "--by",
            "region,sex",
            "--value",
            "n",
            "--out",
            str(out),
            "--audit",
            str(audit),
        ]
        status = main([*words, *more])
        if not out.exists():
            return status, None, None
        with out.open(encoding="utf-8") as file:
            found = {(row["region"], row["sex"]): row for row in csv.DictReader(file)}
        return status, found, json.loads(audit.read_text("utf-8"))

    return run


def rows(inner) -> list:
    return [(*key, n) for key, n in with_margins(inner).items()]


def test_small_cells_and_few_others_are_empty_and_the_rest_is_true(protect):
    status, out, audit = protect(rows(INNER))
    true = with_margins(INNER)
    assert status == 0 and list(out) == list(true)
    assert out["a", "f"]["n"] == "" and out["a", "f"]["status"] == "withheld"
    assert out["c", "m"]["n"] == "0" and out["c", "m"]["status"] == "zero"
    assert all(row["n"] == str(true[key]) for key, row in out.items() if row["status"] in ("shown", "zero"))
    assert audit["decision"] == "released" and audit["small"] == 1 and audit["narrowest_interval"] >= 5
    assert audit["other_withheld"] == sum(row["status"] == "withheld" for row in out.values()) - 1


def test_the_second_of_two_releases_that_differ_by_one_person_is_refused(protect, tmp_path, capsys):
    protect(rows(INNER), name="first")
    status, out, audit = protect(rows(INNER | {("b", "f"): 26}), "--with", str(tmp_path / "first.out.csv"))
    assert status == 3 and audit["decision"] == "refused" and "total" in capsys.readouterr().err
    assert {row["status"] for row in out.values()} == {"withheld", "zero"}


def test_a_release_that_is_far_enough_from_the_first_goes_out(protect, tmp_path):
    protect(rows(INNER), name="first")
    status, out, audit = protect(
        rows({key: n * 3 for key, n in INNER.items()}), "--with", str(tmp_path / "first.out.csv")
    )
    assert status == 0 and audit["decision"] == "released"


def test_each_wrong_row_is_named_and_nothing_is_written(protect, capsys):
    wrong = [("a", "f", -1), ("a", "m", "2,5"), ("b", "f", 3), ("b", "f", 3), ("", "f", 1)]
    status, out, _audit = protect(wrong)
    said = capsys.readouterr().err
    assert status == 2 and out is None
    assert all(f"line {n}:" in said for n in (2, 3, 5, 6)) and "line 4:" not in said


def test_a_shifted_column_and_an_absent_one_are_said(protect, capsys):
    assert protect([("a", "f", 3, "x")])[0] == 2 and "3 columns" in capsys.readouterr().err
    assert protect([("a", "f", 3)], "--with", "/nowhere.csv")[0] == 2
