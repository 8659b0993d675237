"""`icma protect`: a researcher with a table and no database."""

import csv
import itertools
import json
import unicodedata

import pytest

from icma.cli import main
from tests.engines.tables import Attacker, with_margins

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


@pytest.mark.parametrize("first", ["parts", "totals"])
def test_of_one_the_parts_and_of_the_other_the_totals_do_not_tell_one_person(protect, tmp_path, first):
    """The two tables have no row in common; the sums of the one are the rows of the other."""
    before, after = rows(dict.fromkeys(INNER, 20)), rows(dict.fromkeys(INNER, 20) | {("b", "f"): 21})
    parts = {"parts": lambda row: "*" not in row, "totals": lambda row: "*" in row}
    protect(filter(parts.pop(first), before), name="first")
    status, out, _audit = protect(filter(*parts.values(), after), "--with", str(tmp_path / "first.out.csv"))
    assert status == 3 and {row["status"] for row in out.values()} == {"withheld"}
    same, out, audit = protect(filter(*parts.values(), before), "--with", str(tmp_path / "first.out.csv"))
    assert same == 0 and audit["withheld"] == 0


def test_a_row_that_the_first_table_does_not_have_gives_none_of_its_small_cells_away(protect, tmp_path):
    table = {("a", "f"): 1, ("a", "m"): 18, ("b", "f"): 9, ("b", "m"): 18, ("c", "f"): 9, ("c", "m"): 10}
    _status, first, _audit = protect([row for row in rows(table) if row[:2] != ("b", "*")], name="first")
    alone = [row for row in rows(table) if row[1] == "*"]  # all regions: with them the row that was missing
    status, out, _audit = protect(alone, "--with", str(tmp_path / "first.out.csv"))
    shown = [
        {key: cell["n"] for key, cell in one.items() if cell["status"] == "shown"} for one in (first, out)
    ]
    merged = dict.fromkeys(first) | {key: int(n) for one in shown for key, n in one.items()}
    assert (
        status in (0, 3)
        and Attacker(merged | {("b", "*"): merged.get(("b", "*"))}).width(("a", "f")) >= 5 - 1e-6
    )


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


def written(path, head, *lines) -> str:
    path.write_text("\n".join([head, *lines]) + "\n", "utf-8")
    return str(path)


def by_region(tmp_path, *more: str):
    """(exit status, OUT by region, AUDIT) of tmp_path/t.csv, counted by region alone."""
    out, audit = tmp_path / "o.csv", tmp_path / "a.json"
    words = ["protect", str(tmp_path / "t.csv"), "--by", "region", "--value", "n", "--out", str(out)]
    status = main([*words, "--audit", str(audit), *more])
    if not out.exists():
        return status, {}, {}
    with out.open(encoding="utf-8") as file:
        return (
            status,
            {row["region"]: row for row in csv.DictReader(file)},
            json.loads(audit.read_text("utf-8")),
        )


def test_what_an_earlier_table_shows_is_known_and_what_it_withholds_is_not_given_away_by_a_total(tmp_path):
    earlier = written(tmp_path / "e.csv", "region,n,status", "A,,withheld", "B,20,shown")
    written(tmp_path / "t.csv", "region,n", "A,2", "B,20", "*,22")
    status, out, _audit = by_region(tmp_path, "--with", earlier)
    assert out["A"]["status"] == out["*"]["status"] == "withheld" and status in (0, 3)


def test_of_an_earlier_table_the_column_of_the_same_name_is_compared_whatever_stands_beside_it(tmp_path):
    earlier = written(
        tmp_path / "e.csv", "region,sex,n,year,status", "A,f,40,2025,shown", "*,f,40,2025,shown"
    )
    written(tmp_path / "t.csv", "region,n", "A,41", "*,41")
    status, _out, audit = by_region(tmp_path, "--with", earlier)
    assert status == 3 and audit["decision"] == "refused", "one person more, not 1984 fewer"
    other = written(tmp_path / "o2.csv", "region,count,year,status", "A,40,2025,shown")
    assert by_region(tmp_path, "--with", other)[0] == 2, "which column it is is not guessed"


def test_a_column_without_a_name_stays_as_it_was_and_two_of_one_name_are_refused(tmp_path, capsys):
    written(tmp_path / "t.csv", ",region,n", "0,A,40", "7,*,40")
    assert by_region(tmp_path)[1]["*"][""] == "7"
    written(tmp_path / "t.csv", "region,n,n", "A,40,41")
    assert by_region(tmp_path)[0] == 2 and "same name" in capsys.readouterr().err


def test_a_table_for_which_there_is_no_time_says_that_it_is_coarser(protect, monkeypatch):
    monkeypatch.setattr("icma.cli.protect.BUDGET", -1.0)
    status, out, audit = protect(rows(INNER))
    assert status == 0 and audit["decision"] == "coarsened" and audit["coarsened"] == ["region"]
    assert {row["coarsened"] for key, row in out.items() if key[0] != "*"} == {"yes"}
    assert {row["coarsened"] for key, row in out.items() if key[0] == "*"} == {"no"}
    withheld = sum(row["status"] == "withheld" for row in out.values())
    shown = sum(row["status"] == "shown" for row in out.values())
    assert audit["share_withheld"] == round(withheld / (withheld + shown), 4)
    assert audit["other_withheld"] == withheld - audit["small"]


def by_letters(tmp_path, name: str, table: dict, *more: str):
    """(exit status, cells of OUT or None where withheld, AUDIT) of a table by as many columns as it has."""
    width = len(next(iter(table)))
    lines = [",".join((*key, str(n))) for key, n in table.items()]
    file = written(tmp_path / f"{name}.csv", ",".join(("abc"[:width]) + "n"), *lines)
    out, audit = tmp_path / f"{name}.out.csv", tmp_path / f"{name}.json"
    words = ["protect", file, "--by", ",".join("abc"[:width]), "--value", "n", "--out", str(out)]
    status = main([*words, "--audit", str(audit), *more])
    with out.open(encoding="utf-8") as opened:
        rows = list(csv.DictReader(opened))
    found = {tuple(row.values())[:width]: int(row["n"]) if row["n"] else None for row in rows}
    return status, found, json.loads(audit.read_text("utf-8"))


def crossed(*sizes: int, counts: tuple[int, ...]) -> dict:
    keys = itertools.product(*([f"{'abc'[d]}{n}" for n in range(size)] for d, size in enumerate(sizes)))
    return with_margins(dict(zip(keys, counts, strict=True)))


def least_width(true: dict, cells: dict, k: int = 5) -> float:
    """Of the small cells, to who counts with every cell and margin, those without a row too: they are not negative."""
    attacker = Attacker(dict.fromkeys(true) | cells, true.keys() - cells.keys())
    small = [key for key in cells if 0 < true[key] < k]
    assert small and all(cells[key] is None for key in small)
    return min(attacker.width(key) for key in small)


def three(*counts: int) -> list[str]:
    return [f"{region},{n}" for region, n in zip("ABC", counts, strict=True)] + [f"*,{sum(counts)}"]


def earlier_out(tmp_path, name: str, counts: tuple[int, ...], *more: str) -> str:
    written(tmp_path / "t.csv", "region,n", *three(*counts))
    assert by_region(tmp_path, *more)[0] == 0
    return str((tmp_path / "o.csv").rename(tmp_path / name))


def test_beside_two_earlier_tables_of_which_one_shows_what_the_other_forbids_it_is_refused(tmp_path, capsys):
    first, second = (earlier_out(tmp_path, f"{n}.csv", (20, 30, 50 + 3 * n)) for n in range(2))
    status, out, audit = by_region(tmp_path, "--with", first, second)
    assert status == 3 and audit["decision"] == "refused" and audit["why"] in capsys.readouterr().err
    assert {row["status"] for row in out.values()} == {"withheld"}


def test_beside_an_earlier_table_that_shows_a_small_number_it_is_refused(tmp_path, capsys):
    careless = earlier_out(tmp_path, "e.csv", (3, 30, 50), "--k", "2")
    other = earlier_out(tmp_path, "f.csv", (3, 30, 90), "--k", "2")
    written(tmp_path / "t.csv", "region,n", *three(3, 30, 50))
    for earlier in ([careless], [careless, other]):
        status, out, audit = by_region(tmp_path, "--with", *earlier)
        assert status == 3 and "shows numbers that must be withheld" in audit["why"]
        assert {row["status"] for row in out.values()} == {"withheld"}


def test_beside_two_earlier_tables_that_are_far_enough_it_goes_out(tmp_path):
    first, second = (earlier_out(tmp_path, f"{n}.csv", (20, 30, 50 + 30 * n)) for n in range(2))
    written(tmp_path / "t.csv", "region,n", *three(20, 30, 200))
    status, _out, audit = by_region(tmp_path, "--with", first, second)
    assert status == 0 and audit["decision"] == "released"


def test_a_margin_without_a_value_does_not_give_a_small_cell_away(protect):
    table = [("a", "f", 20), ("a", "m", 30), ("a", "*", 50), ("b", "f", 1), ("b", "m", 6), ("b", "*", ""),
             ("*", "f", ""), ("*", "m", 36), ("*", "*", 57)]  # fmt: skip
    status, out, audit = protect(table)
    hidden = [key for key, row in out.items() if row["status"] == "withheld"]
    assert status == 0 and ("b", "f") in hidden and len(hidden) == 2 and audit["narrowest_interval"] >= 5
    assert out["b", "*"]["status"] == out["*", "f"]["status"] == "missing"


def test_a_table_of_which_nothing_is_left_says_so_and_has_a_status_of_its_own(protect, capsys):
    status, out, audit = protect([("a", "f", 1), ("a", "m", 2), ("a", "*", 3), ("b", "f", 0)])
    assert status == 4 and audit["decision"] == "everything" and "everything" in capsys.readouterr().err
    assert {row["status"] for row in out.values()} == {"withheld", "zero"}


def test_a_busy_machine_makes_no_table_coarser_and_one_that_stands_still_does(protect, monkeypatch):
    for step, decision in ((10, "released"), (1000, "coarsened")):
        ticks = itertools.count(0, step)
        monkeypatch.setattr("icma.cli.protect.time.monotonic", lambda ticks=ticks: next(ticks) / 4)
        assert protect(rows(INNER))[2]["decision"] == decision


def test_a_sparse_crossing_is_named_and_left_out_first_where_that_is_wanted(protect):
    counts = dict(
        zip(((r, s) for r in "abcdef" for s in "fm"), (1, 60, 2, 70, 3, 80, 4, 2, 90, 1, 2, 3), strict=True)
    )
    _status, fine, audit = protect(rows(counts))
    assert audit["sparse"] == ["region × sex"] and audit["decision"] == "released"
    status, coarse, audit = protect(rows(counts), "--coarsen")
    assert status == 0 and audit["decision"] == "coarsened" and audit["left_out"] == ["region × sex"]
    assert {(row["status"], row["coarsened"]) for key, row in coarse.items() if "*" not in key} == {
        ("withheld", "yes")
    }
    margins = [
        [row["status"] for key, row in out.items() if "*" in key].count("shown") for out in (fine, coarse)
    ]
    assert {row["coarsened"] for key, row in coarse.items() if "*" in key} == {"no"}
    assert margins[1] >= margins[0]
    status, out, audit = protect(rows({key: n + 9 for key, n in counts.items()}), "--coarsen")
    assert audit["decision"] == "released" and "withheld" not in {row["status"] for row in out.values()}


def test_a_table_as_a_spreadsheet_writes_it_is_read_and_what_cannot_be_read_is_said(tmp_path, capsys):
    (tmp_path / "t.csv").write_bytes("\ufeffregion;n\r\nŞəki;20\r\n*;20\r\n".encode())
    status, out, _audit = by_region(tmp_path)
    assert status == 0 and out["Şəki"] == {"region": "Şəki", "n": "20", "status": "shown"}
    (tmp_path / "t.csv").write_bytes("region,n\nŞəki,20\n".encode("utf-16"))
    assert by_region(tmp_path)[0] == 2 and "not UTF-8" in capsys.readouterr().err
    written(tmp_path / "t.csv", "region,n", "A,20")
    assert by_region(tmp_path, "--value", "region")[0] == 2 and "each column once" in capsys.readouterr().err
    written(tmp_path / "t.csv", "region,n", "A,20", f"B,{'9' * 5000}")
    assert by_region(tmp_path)[0] == 2 and "line 3" in capsys.readouterr().err


def test_what_was_read_is_never_overwritten_and_what_stands_beside_the_counts_is_named(tmp_path, capsys):
    table = written(tmp_path / "t.csv", "region,n,percent", "A,3,30", "B,7,70", "*,10,100")
    for more in (["--out", table], ["--audit", table], ["--out", str(tmp_path / "none" / "o.csv")]):
        assert by_region(tmp_path, *more)[0] == 2
        said = capsys.readouterr().err
        assert "overwrite" in said or "cannot be written" in said
    assert (tmp_path / "t.csv").read_text("utf-8").startswith("region,n,percent\nA,3,30")
    status, _out, audit = by_region(tmp_path)
    assert (status, audit["kept_as_they_are"]) == (0, ["percent"]) and "percent" in capsys.readouterr().err


def test_a_sum_that_is_not_one_is_said(protect, capsys):
    status, _out, audit = protect([("a", "f", 30), ("a", "m", 40), ("a", "*", 60)])
    assert status == 0 and audit["sums_differ"] == ["a, *"] and "a, *" in capsys.readouterr().err
    assert "sums_differ" not in protect(rows(INNER))[2]


def test_what_two_earlier_tables_tell_together_is_known(tmp_path):
    """One shows a part, the other another and withholds the third: the whole would tell it."""
    first = written(tmp_path / "1.csv", "region,n,status", "A,20,shown")
    second = written(tmp_path / "2.csv", "region,n,status", "B,17,shown", "C,,withheld")
    written(tmp_path / "t.csv", "region,n", "*,40")
    status, out, _audit = by_region(tmp_path, "--with", first, second)
    assert out["*"]["status"] == "withheld" and status == 3


def test_what_two_tables_in_one_file_have_in_common_is_known_whether_it_has_a_row_or_not(tmp_path):
    """One by a and b without a total, one by c: the sum of c tells it, and it told the only withheld margin exactly."""
    b0, b1, b2, b3 = (20, 18, 7), (9, 12, 0), (0, 0, 0), (2, 2, 1)
    c0, c1, c2, c3 = (1, 1, 1), (4, 4, 3), (1, 1, 1), (3, 3, 1)
    true = crossed(2, 4, 3, counts=(*b0, *b1, *b2, *b3, *c0, *c1, *c2, *c3))
    table = {
        key: n for key, n in true.items() if key[:2] == ("*", "*") != key[2:] or (key[2] == "*" != key[1])
    }
    table.pop(("*", "*", "*"))
    status, out, _audit = by_letters(tmp_path, "t", table, "--k", "10")
    assert status == 0 and least_width(true, out, 10) >= 10 - 1e-6


def test_margins_of_a_crossing_that_has_no_rows_bound_each_other(tmp_path):
    true = crossed(2, 2, 4, counts=(10, 0, 0, 4, 1, 0, 8, 1, 13, 13, 0, 1, 0, 0, 15, 0))
    status, out, _audit = by_letters(tmp_path, "t", {key: n for key, n in true.items() if "*" in key})
    assert status in (0, 3) and least_width(true, out) >= 5 - 1e-6


def test_one_region_after_another_does_not_tell_what_all_margins_together_withheld(tmp_path):
    true = crossed(3, 4, counts=(3, 8, 2, 17, 70, 36, 0, 4, 10, 11, 0, 0))
    known: dict = {}
    earlier: list[str] = []
    for name, is_in in (
        ("m", lambda key: "*" in key),
        ("1", lambda key: key[0] == "a1"),
        ("0", lambda key: key[0] == "a0"),
    ):
        table = {key: n for key, n in true.items() if is_in(key)}
        status, out, _audit = by_letters(tmp_path, name, table, *(["--with", *earlier] if earlier else []))
        if status == 0:
            earlier.append(str(tmp_path / f"{name}.out.csv"))
            known |= {key: n for key, n in out.items() if n is not None or key not in known}
    assert len(earlier) > 1 and least_width(true, known) >= 5 - 1e-6


def test_a_region_alone_is_no_total_of_the_country(tmp_path):
    """Each of its columns has one row: that is no sum over all regions, and says nothing of an earlier table's margins."""
    true = crossed(2, 3, counts=(20, 30, 40, 50, 60, 70))
    by_letters(tmp_path, "first", {key: n for key, n in true.items() if "*" in key})
    table = {key: n for key, n in true.items() if key[0] == "a0"}
    status, _out, audit = by_letters(tmp_path, "t", table, "--with", str(tmp_path / "first.out.csv"))
    assert status == 0 and audit["withheld"] == 0


def test_what_was_withheld_and_has_no_value_now_is_not_told_by_its_total(tmp_path):
    earlier = written(tmp_path / "e.csv", "region,n,status", "A,,withheld", "B,20,shown", "C,30,shown")
    written(tmp_path / "t.csv", "region,n", "A,", "B,20", "C,30", "*,53")
    status, out, _audit = by_region(tmp_path, "--with", earlier)
    assert status in (0, 3) and out["*"]["status"] == "withheld" and out["A"]["status"] == "missing"


def test_a_number_left_out_by_hand_is_said_to_be_told_by_the_others(tmp_path, capsys):
    written(tmp_path / "t.csv", "region,n", "A,", "B,20", "*,23")
    assert by_region(tmp_path)[2]["missing_but_told"] == ["A"] and "it is small: A" in capsys.readouterr().err
    written(tmp_path / "t.csv", "region,n", "B,20", "*,23")
    assert by_region(tmp_path)[2]["sums_differ"] == ["*"] and "work it out" in capsys.readouterr().err


def test_letters_written_in_two_ways_are_one_category_and_a_total_by_its_name_is_refused(tmp_path, capsys):
    two = [unicodedata.normalize(form, "Göyçay") for form in ("NFD", "NFC")]
    earlier = written(tmp_path / "e.csv", "region,n,status", f"{two[0]},41,shown")
    written(tmp_path / "t.csv", "region,n", f"{two[1]},42")
    assert by_region(tmp_path, "--with", earlier)[0] == 3, "one person more"
    written(tmp_path / "t.csv", "region,n", "Bakı,30", "BAKI,20")
    assert by_region(tmp_path)[2]["alike"] == ["BAKI / Bakı"]
    for word in ("Cəmi", "TOTAL", "Итого:", "**", "(all)"):
        written(tmp_path / "t.csv", "region,n", "A,3", "B,20", f"{word},23")
        assert by_region(tmp_path)[0] == 2 and "line 4" in capsys.readouterr().err, word


def test_rows_in_the_order_of_their_counts_are_sorted_where_some_are_withheld(tmp_path, capsys):
    """Between 7 and 5 there is not much that a withheld one could be."""
    written(tmp_path / "t.csv", "region,n", "F,90", "E,40", "D,7", "A,6", "C,4", "B,2", "*,149")
    status, out, audit = by_region(tmp_path)
    assert status == 0 and list(out) == ["A", "B", "C", "D", "E", "F", "*"] and audit["sorted_anew"]
    assert "order of their counts" in capsys.readouterr().err
    for other in (("D,70", "A,60", "C,4", "B,2", "*,266"), ("D,17", "A,16", "C,14", "B,12", "*,189")):
        written(tmp_path / "t.csv", "region,n", "F,90", "E,40", *other)
        assert list(by_region(tmp_path)[1]) == ["F", "E", "D", "A", "C", "B", "*"]


def test_an_earlier_table_that_counts_by_a_further_column_or_contradicts_itself_is_not_read(tmp_path, capsys):
    written(tmp_path / "t.csv", "region,n", "A,42")
    for lines in (("A,f,41,shown", "A,m,20,shown"), ("A,f,41,withheld",), ("A,f,7,zero",), ("A,f,0,shown",)):
        earlier = written(tmp_path / "e.csv", "region,sex,n,status", *lines)
        assert by_region(tmp_path, "--with", earlier)[0] == 2 and "e.csv, line" in capsys.readouterr().err
    earlier = written(tmp_path / "e.csv", "region,n,status", "B,41,shown")
    assert by_region(tmp_path, "--with", earlier)[2]["not_compared"] == [earlier]


def test_an_out_that_was_protected_before_has_its_marks_once_and_a_head_may_hold_commas(tmp_path):
    written(tmp_path / "t.csv", "region ,n,status,coarsened", "A,40,shown,no", "*,40,shown,no")
    status, out, _audit = by_region(tmp_path)
    assert status == 0 and out["A"] == {"region": "A", "n": "40", "status": "shown"}
    (tmp_path / "t.csv").write_text('"region";"n";"a,b,c,d"\nA;40;1\n', "utf-8")
    assert by_region(tmp_path)[0] == 0
