"""Dates that must come out: the 28 acceptance cases of the survey of law, and 400 of our own."""

import csv
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from icma.engines.clocklines import read_moment
from icma.engines.clocks import ClockEvent, compute
from tests.engines import naive
from tests.engines.shipped import CALENDAR, RULES

CASES = [
    (1, "appeal.general", "2026-03-13", "2026-04-14", False),
    (2, "appeal.study", "2026-03-13", "2026-05-05", False),
    (3, "appeal.extension", "2026-05-05", "2026-06-23", False),
    (4, "appeal.forward", "2026-03-19", "2026-04-02", False),
    (5, "appeal.general", "2025-06-19", "2025-07-11", False),
    (6, "appeal.general", "2026-11-23", "2026-12-14", False),
    (7, "appeal.general", "2026-12-21", "2027-01-14", True),
    (8, "info.general", "2026-03-19", "2026-04-08", False),
    (9, "info.danger", "2026-03-19T15:00", "2026-04-01T15:00", False),
    (10, "info.forward", "2026-05-08", "2026-05-18", False),
    (11, "adm.decision", "2026-02-23", "2026-03-31", False),
    (12, "adm.decision.max", "2026-02-23", "2026-05-25", False),
    (13, "adm.complaint", "2026-04-10", "2026-05-12", False),
    (14, "adm.complaint.noinfo", "2026-05-12", "2026-11-12", False),
    (15, "adm.complaint.decision", "2026-02-28", "2026-03-31", False),
    (16, "adm.regnote", "2026-05-07", "2026-05-12", False),
    (17, "apc.claim.contest", "2026-02-27", "2026-03-31", False),
    (18, "apc.claim.silence.earliest", "2026-04-01", "2026-05-07", False),
    (19, "apc.appeal.judgment", "2026-10-09", "2026-11-11", False),
    (20, "apc.cassation", "2026-02-20", "2026-03-31", False),
    (21, "apc.appeal.ruling", "2026-12-22", "2027-01-05", True),
    (22, "cpc.appeal", "2026-01-31", "2026-03-02", False),
    (23, "cpc.cassation", "2026-12-31", "2027-03-01", False),
    (24, "ombudsman.lodge", "2026-06-10", "2027-06-10", False),
    (25, "info.ombudsman", "2026-05-22", "2026-06-10", False),
    (26, "ecthr.lodge", "2026-07-08", "2026-11-08", False),
    (27, "pd.access", "2026-05-25", "2026-06-08", False),
    (28, "plan.display", "2026-06-15", "2026-08-14", False),
]
# Counted by hand on a paper calendar.
BY_HAND = [
    ("appeal.study", "2025-11-06", "2025-12-22"),
    ("own.take_up", "2024-10-31", "2024-11-19"),  # Saturday 16.11.2024 worked, 8, 11, 12, 13 off
    ("own.take_up", "2025-06-19", "2025-07-04"),
    ("own.moderate", "2025-06-20", "2025-06-23"),  # Friday; Saturday 21.06.2025 is the first day
    ("own.moderate", "2025-06-25", "2025-07-01"),
    ("adm.regnote", "2024-06-13", "2024-06-20"),
    ("own.correction", "2027-05-07", "2027-05-13"),
    ("cpc.appeal", "2024-01-31", "2024-02-29"),
    ("info.general", "2024-12-27", "2025-01-10"),  # 28 and 29.12 worked, 30.12–3.01 off
    ("plan.notice", "2026-06-15", "2026-06-08"),
]
with (Path(__file__).parent / "golden_clocks.csv").open(encoding="utf-8") as file:
    GOLDEN = [tuple(row.values()) for row in csv.DictReader(file)]


def told(rule_id: str, event: str) -> tuple[str, bool]:
    answer = compute(RULES[rule_id], read_moment(event), CALENDAR)
    if answer.due_at is not None:
        return answer.due_at.strftime("%Y-%m-%dT%H:%M"), answer.provisional
    return str(answer.due), answer.provisional


@pytest.mark.parametrize(("number", "rule_id", "event", "due", "provisional"), CASES)
def test_acceptance_case(number: int, rule_id: str, event: str, due: str, provisional: bool) -> None:
    assert told(rule_id, event) == (due, provisional)


@pytest.mark.parametrize(("rule_id", "event", "due"), BY_HAND)
def test_counted_by_hand(rule_id: str, event: str, due: str) -> None:
    assert told(rule_id, event)[0] == due
    assert naive.due(rule_id, event)[0] == due


def test_golden_file_is_big_and_varied() -> None:
    assert len(GOLDEN) >= 200
    assert {event[:4] for _, event, _, _ in GOLDEN} == {"2024", "2025", "2026", "2027"}
    assert {rule_id for rule_id, *_ in GOLDEN} == {r.id for r in RULES.values() if r.kind != "note"}


def test_golden_cases() -> None:
    wrong = [
        (rule_id, event, due, provisional, told(rule_id, event))
        for rule_id, event, due, provisional in GOLDEN
        if told(rule_id, event) != (due, provisional == "true")
    ]
    assert not wrong


def test_golden_file_is_what_the_slow_count_says() -> None:
    for rule_id, event, due, provisional in GOLDEN:
        assert naive.due(rule_id, event) == (due, provisional == "true"), (rule_id, event)


@pytest.mark.parametrize("rule_id", ["appeal.general", "info.general", "adm.decision"])
def test_every_filing_day_of_two_years_agrees_with_the_slow_count(rule_id: str) -> None:
    days = [str(date(2025, 1, 1) + timedelta(days=n)) for n in range(730)]
    assert days[-1] == "2026-12-31"
    assert [day for day in days if told(rule_id, day) != naive.due(rule_id, day)] == []


def test_every_reading_agrees_with_the_slow_count() -> None:
    for rule_id, event, *_ in GOLDEN:
        slow = {due for due, _ in naive.readings(rule_id, event)}
        found = compute(RULES[rule_id], read_moment(event), CALENDAR).readings
        fast = {r.due_at.strftime("%Y-%m-%dT%H:%M") if r.due_at else str(r.due) for r in found}
        assert fast == slow, (rule_id, event)


def test_both_readings_of_the_appeals_law() -> None:
    answer = compute(RULES["appeal.general"], date(2026, 3, 13), CALENDAR)
    dues = {reading.label: reading.due for reading in answer.readings}
    assert dues == {"": date(2026, 4, 14), "start=event": date(2026, 4, 13)}


def test_case_12_through_two_extensions() -> None:
    events = [
        ClockEvent("start", date(2026, 2, 23)),
        ClockEvent("extend", date(2026, 3, 20)),
        ClockEvent("extend", date(2026, 4, 20)),
    ]
    answer = compute(RULES["adm.decision"], events, CALENDAR)
    assert answer.due == date(2026, 5, 25) == answer.latest_lawful
    assert compute(RULES["adm.decision"], events[:1], CALENDAR).latest_lawful == date(2026, 5, 25)


def test_hour_event_with_offset_is_read_in_baku() -> None:
    here = compute(RULES["info.danger"], datetime(2026, 3, 19, 15), CALENDAR)
    utc = compute(RULES["info.danger"], datetime.fromisoformat("2026-03-19T11:00:00+00:00"), CALENDAR)
    assert here.due_at == utc.due_at
    # 21:00 in London is already the next day in Baku.
    late = compute(RULES["own.moderate"], datetime.fromisoformat("2026-11-23T21:00:00+00:00"), CALENDAR)
    assert late.start == date(2026, 11, 24)
