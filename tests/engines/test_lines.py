"""`icma clocks compute`: whatever a line holds, the others are computed."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icma.engines.clocklines import COLUMNS, compute_lines
from tests.engines.shipped import CALENDAR, RULES, TERMS

GOOD = "appeal.general,2026-03-13"


def run(text: str) -> tuple[list[tuple[str, ...]], list[str]]:
    return compute_lines(text.splitlines(keepends=True), RULES, CALENDAR)


def test_one_line() -> None:
    rows, errors = run(f"rule,event\n{GOOD}\n")
    assert COLUMNS == ("rule", "event", "due", "provisional", "explanation")
    assert rows == [
        ("appeal.general", "2026-03-13", "2026-04-14", "false",
         "13.03 sayılmır. 16–19 mart: 4 iş günü. 20–30 mart: qeyri-iş günləri. "
         "31 mart – 14 aprel: 11. Cəmi 15."),
    ]  # fmt: skip
    assert not errors


@pytest.mark.parametrize(
    "text",
    [
        f"\ufeffrule,event\n{GOOD}\n",
        f"rule,event\r\n{GOOD}\r\n",
        f"\n\nrule,event\n\n   \n{GOOD}\n\n",
        " Rule , EVENT \n appeal.general ,  2026-03-13 ",
        'rule,event\n"appeal.general","2026-03-13"\n',
        "event,note,rule\n2026-03-13,x,appeal.general\n",
        f"rule,event,note\n{GOOD},a,b,c\n",
        f'rule,event,note\n{GOOD},"two\nlines"\n',
        "rule;event\nappeal.general;2026-03-13\n",
        GOOD,
    ],
)
def test_forms_that_are_read(text: str) -> None:
    rows, errors = run(text)
    assert [row[2] for row in rows] == ["2026-04-14"] and not errors


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("no.such.rule,2026-03-13", "no rule 'no.such.rule'"),
        ("appeal.general,2026-02-30", "not a date"),
        ("appeal.general,13.03.2026", "not a date"),
        ("appeal.general,2026-3-13", "not a date"),
        ("appeal.general,٢٠٢٦-٠٣-١٣", "not a date"),
        ("appeal.general,2026-03-13T25:00", "not a date"),
        ("appeal.general,", "no date"),
        ("appeal.general", "no date"),
        (",2026-03-13", "rule is missing"),
        ("appeal.repeat,2026-03-13", "note"),
        ("appeal.general,1900-01-01", "no calendar for the year 1900"),
        ("appeal.general,9999-12-31", "9999"),
        ("ecthr.lodge,9999-12-31", "out of range"),
        ("appeal.general,0001-01-01T00:00+14:00", "out of range"),
        ('"appeal.general,2026-03-13', "quotation mark"),
        ("appeal.general,2026-03-13\0", ""),
        ("x" * 200_000 + ",2026-03-13", ""),
    ],
)
def test_bad_line_stays_and_the_rest_goes_on(line: str, why: str) -> None:
    rows, errors = run(f"rule,event\n{GOOD}\n{line}\n{GOOD}\n")
    assert [row[2] for row in rows] == ["2026-04-14", "", "2026-04-14"]
    assert len(errors) == 1 and errors[0].startswith("line 3: ") and why in errors[0]


def test_line_numbers_are_those_of_the_file() -> None:
    _, errors = run(f'rule,event,n\n\n{GOOD},"a\nb"\nx,2026-03-13\n')
    assert errors[0].startswith("line 5: ")


def test_missing_columns_and_empty_files() -> None:
    rows, errors = run("rule\nappeal.general\n")
    assert rows == [("appeal.general", "", "", "", "")] and errors == ["line 2: the event has no date"]
    rows, errors = run("event\n2026-03-13\n")
    assert len(rows) == 1 and errors == ["line 2: the rule is missing"]
    assert run("") == ([], []) and run("rule,event\n") == ([], [])


def test_hours_and_offsets() -> None:
    rows, errors = run(
        "rule,event\ninfo.danger,2026-03-19T15:00\ninfo.danger,2026-03-19T11:00:00Z\n"
        "info.danger,2026-03-19 15:00\nadm.decision,2026-02-22T21:00:00+00:00\n"
    )
    assert [row[2] for row in rows] == ["2026-04-01T15:00"] * 3 + ["2026-03-31"] and not errors


def test_provisional_is_said() -> None:
    rows, _ = run("rule,event\nappeal.general,2026-12-21\nappeal.general,2031-03-03\n")
    assert [row[3] for row in rows] == ["true", "true"]


def test_provisional_is_about_the_date_beside_it() -> None:
    rows, _ = run("rule,event\ninfo.ombudsman,2027-01-20\nmm.hearing,2024-01-06\n")
    assert [row[2:4] for row in rows] == [("2027-02-03", "false"), ("2024-01-01", "false")]


@settings(max_examples=200)
@given(st.lists(st.text(alphabet=st.characters(blacklist_characters="\n\r"), max_size=40), max_size=6))
def test_nothing_stops_the_run(lines: list[str]) -> None:
    rows, errors = compute_lines(["rule,event\n", *(line + "\n" for line in lines), GOOD], RULES, CALENDAR)
    assert rows and all(len(row) == 5 for row in rows)
    assert len(errors) == sum(not row[2] for row in rows)


def test_ten_thousand_different_clocks_come_out_line_by_line() -> None:
    lines = ["rule,event"]
    for number in range(10_000):
        rule = TERMS[number % len(TERMS)]
        lines.append(f"{rule.id},{date(2024, 1, 1) + timedelta(days=number % 1400)}")
    rows, errors = compute_lines(lines, RULES, CALENDAR)
    assert len(rows) == 10_000 and not errors
