"""The clock's behaviour: events, sides, certainty, and properties that hold for every rule and day."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icma.engines.clocks import (
    Answer,
    Calendar,
    CalendarDay,
    CalendarMissing,
    ClockError,
    ClockEvent,
    Rule,
    compute,
    presume_served,
)
from icma.engines.holidays_az import calendar_rows_for, year_rows
from tests.engines import naive
from tests.engines.shipped import CALENDAR, DAYS, RULES, TERMS

DAY = timedelta(days=1)
START = date(2026, 3, 13)
days = st.dates(date(2024, 1, 1), date(2027, 6, 30))
moments = st.datetimes(datetime(2024, 1, 1), datetime(2027, 6, 30))
terms = st.sampled_from(TERMS)
wd_terms = st.sampled_from([r for r in TERMS if r.unit == "wd"])
forward = st.sampled_from([r for r in TERMS if r.direction != "at_least_before"])


def clock(*events: tuple[str, date]) -> list[ClockEvent]:
    return [ClockEvent(kind, at) for kind, at in events]


def when(answer: Answer) -> date:
    return answer.due_at or answer.due


# --- properties


@settings(max_examples=400)
@given(terms, days, st.integers(0, 40))
def test_later_event_never_falls_due_earlier(rule: Rule, day: date, later: int) -> None:
    first, second = compute(rule, day, CALENDAR), compute(rule, day + later * DAY, CALENDAR)
    assert when(first) <= when(second)
    assert first.earliest.moment <= second.earliest.moment
    assert first.latest.moment <= second.latest.moment


@settings(max_examples=100)
@given(moments, st.integers(0, 6000))
def test_later_hour_never_falls_due_earlier(at: datetime, minutes: int) -> None:
    rule = RULES["info.danger"]
    later = at + timedelta(minutes=minutes)
    assert compute(rule, at, CALENDAR).due_at <= compute(rule, later, CALENDAR).due_at


@settings(max_examples=300)
@given(wd_terms, days, st.integers(1, 20), st.integers(0, 40))
def test_pause_and_resume_add_exactly_the_working_days_paused(
    rule: Rule, day: date, after: int, length: int
) -> None:
    pause, resume = day + after * DAY, day + (after + length) * DAY
    plain = compute(rule, day, CALENDAR)
    paused = compute(rule, clock(("start", day), ("pause", pause), ("resume", resume)), CALENDAR)
    lost = sum(CALENDAR.is_working(pause + n * DAY) for n in range(length)) if pause <= plain.due else 0
    assert paused.paused == lost
    assert paused.due == CALENDAR.add_working(plain.due, lost)
    if paused.due < date(2028, 1, 1):
        assert paused.due == naive.due_paused(rule.id, day, pause, resume)


@settings(max_examples=200)
@given(st.sampled_from([r for r in TERMS if r.unit == "cd" and not r.roll]), days, st.integers(1, 9))
def test_pause_of_calendar_days_adds_them(rule: Rule, day: date, length: int) -> None:
    if rule.direction == "at_least_before":
        return
    events = clock(("start", day), ("pause", day + 2 * DAY), ("resume", day + (2 + length) * DAY))
    assert compute(rule, events, CALENDAR).due == compute(rule, day, CALENDAR).due + length * DAY


@settings(max_examples=300)
@given(forward, days, st.integers(0, 70))
def test_new_day_off_never_shortens(rule: Rule, day: date, after: int) -> None:
    closed = Calendar.from_rows([*DAYS, CalendarDay(day + after * DAY, False, "yeni")], beyond=year_rows)
    assert when(compute(rule, day, closed)) >= when(compute(rule, day, CALENDAR))


@settings(max_examples=300)
@given(terms, days)
def test_counts_told_add_up(rule: Rule, day: date) -> None:
    steps = compute(rule, day, CALENDAR).steps
    runs = sum(step.count for step in steps if step.kind == "run")
    totals = [step.count for step in steps if step.kind == "total"]
    if rule.unit in ("month", "year"):
        assert [step.count for step in steps if step.kind == "months"] == [rule.amount] and not runs
    else:
        assert totals == [runs] == [rule.amount * (60 if rule.unit == "hour" else 1)]


@settings(max_examples=200)
@given(wd_terms, days, st.integers(1, 12), st.integers(1, 12))
def test_counts_told_add_up_with_a_pause(rule: Rule, day: date, after: int, length: int) -> None:
    pause = day + after * DAY
    answer = compute(
        rule, clock(("start", day), ("pause", pause), ("resume", pause + length * DAY)), CALENDAR
    )
    assert sum(s.count for s in answer.steps if s.kind == "run") == rule.amount
    assert sum(s.count for s in answer.steps if s.kind == "paused") == answer.paused


@settings(max_examples=200)
@given(wd_terms, days)
def test_runs_hold_only_working_days_and_gaps_only_days_off(rule: Rule, day: date) -> None:
    for step in compute(rule, day, CALENDAR).steps:
        span = [step.first + n * DAY for n in range((step.last - step.first).days + 1)]
        if step.kind == "run":
            assert sum(map(CALENDAR.is_working, span)) == step.count
        elif step.kind == "off":
            assert not any(map(CALENDAR.is_working, span)) and len(span) == step.count


# --- events


def test_open_pause_has_no_date() -> None:
    answer = compute(RULES["adm.decision"], clock(("start", START), ("pause", START + 3 * DAY)), CALENDAR)
    assert answer.stopped and answer.due is None and not answer.readings


def test_pause_that_began_before_the_start_takes_only_days_of_the_term() -> None:
    early, resume = ClockEvent("pause", START - 9 * DAY), ClockEvent("resume", date(2026, 3, 18))
    answer = compute(RULES["appeal.general"], [early, ClockEvent("start", START), resume], CALENDAR)
    assert answer.paused == 2 and answer.due == date(2026, 4, 16)
    assert compute(RULES["ecthr.lodge"], [early, ClockEvent("start", START), resume], CALENDAR).paused == 4


def test_pause_after_the_end_changes_nothing() -> None:
    events = clock(("start", START), ("pause", date(2026, 4, 20)))
    assert compute(RULES["appeal.general"], events, CALENDAR).due == date(2026, 4, 14)


def test_second_pause_and_lonely_resume_are_ignored() -> None:
    events = clock(
        ("resume", date(2026, 3, 16)), ("start", START), ("pause", date(2026, 3, 16)),
        ("pause", date(2026, 3, 17)), ("resume", date(2026, 3, 18)),
    )  # fmt: skip
    answer = compute(RULES["appeal.general"], events, CALENDAR)
    assert answer.paused == 2 and answer.due == date(2026, 4, 16)
    assert [event.kind for event in answer.ignored] == ["resume", "pause"]


def test_pause_in_hours_adds_only_hours_that_would_have_counted() -> None:
    events = [
        ClockEvent("start", datetime(2026, 3, 19, 15)),
        ClockEvent("pause", datetime(2026, 3, 19, 20)),
        ClockEvent("resume", datetime(2026, 3, 31, 2)),
    ]
    answer = compute(RULES["info.danger"], events, CALENDAR)
    assert answer.paused == 6 * 60
    assert answer.due_at.replace(tzinfo=None) == datetime(2026, 4, 1, 21)
    assert sum(step.count for step in answer.steps if step.kind == "run") == 48 * 60


def test_correction_moves_the_start() -> None:
    events = clock(("start", date(2026, 3, 1)), ("correct", START))
    assert compute(RULES["appeal.general"], events, CALENDAR).due == date(2026, 4, 14)


def test_order_of_entry_does_not_matter() -> None:
    events = clock(("start", START), ("pause", date(2026, 3, 16)), ("resume", date(2026, 3, 18)))
    rule = RULES["appeal.general"]
    assert compute(rule, events, CALENDAR) == compute(rule, events[::-1], CALENDAR)


def test_extension_in_time_counts_and_late_or_surplus_ones_do_not() -> None:
    rule = RULES["info.general"]
    start = date(2026, 11, 23)
    assert compute(rule, start, CALENDAR).due == date(2026, 12, 2)
    once = compute(rule, clock(("start", start), ("extend", date(2026, 12, 2))), CALENDAR)
    assert once.due == date(2026, 12, 11) and once.extended == 7
    late = compute(rule, clock(("start", start), ("extend", date(2026, 12, 3))), CALENDAR)
    assert late.due == date(2026, 12, 2) and len(late.ignored) == 1
    twice = clock(("start", start), ("extend", date(2026, 12, 1)), ("extend", date(2026, 12, 2)))
    assert compute(rule, twice, CALENDAR).due == once.due


def test_extension_is_capped_and_shorter_ones_are_kept() -> None:
    long = [ClockEvent("start", START), ClockEvent("extend", date(2026, 3, 16), amount=400)]
    assert compute(RULES["adm.decision"], long, CALENDAR).extended == 30
    short = [ClockEvent("start", START), ClockEvent("extend", date(2026, 3, 16), amount=10)]
    assert compute(RULES["adm.decision"], short, CALENDAR).extended == 10
    assert compute(RULES["appeal.forward"], short, CALENDAR).extended == 0


def test_extension_by_its_ground() -> None:
    start = ClockEvent("start", START)
    study = ClockEvent("extend", date(2026, 4, 1), basis="study")
    more = ClockEvent("extend", date(2026, 4, 20), basis="information")
    rule = RULES["appeal.general"]
    assert compute(rule, [start, study], CALENDAR).due == date(2026, 5, 5)
    both = compute(rule, [start, study, more], CALENDAR)
    assert both.due == date(2026, 6, 23) == both.latest_lawful


# --- the two sides


def test_authority_is_late_only_after_the_latest_reading() -> None:
    rule = RULES["appeal.general"]
    on_the_day = compute(rule, clock(("start", START), ("answer", date(2026, 4, 14))), CALENDAR)
    assert on_the_day.in_time is True and on_the_day.answered_on == date(2026, 4, 14)
    day_after = compute(rule, clock(("start", START), ("answer", date(2026, 4, 15))), CALENDAR)
    assert day_after.in_time is False
    assert compute(rule, START, CALENDAR).in_time is None


def test_our_side_keeps_to_the_earliest_reading() -> None:
    rule = RULES["plan.objections"]
    answer = compute(rule, date(2026, 4, 10), CALENDAR)
    assert answer.due == date(2026, 5, 12)
    assert answer.earliest.due == date(2026, 5, 9)
    # 9 May is a Saturday: three working days before it are 8, 7, 6.
    assert answer.safe == date(2026, 5, 6) and answer.latest_lawful is None
    late = compute(rule, clock(("start", date(2026, 4, 10)), ("answer", date(2026, 5, 11))), CALENDAR)
    assert late.in_time is False


def test_safe_day_is_three_working_days_earlier_and_not_before_the_start() -> None:
    answer = compute(RULES["adm.complaint"], date(2026, 4, 10), CALENDAR)
    assert (answer.due, answer.safe) == (date(2026, 5, 12), date(2026, 5, 6))
    assert compute(RULES["own.moderate"], date(2026, 11, 23), CALENDAR).safe == date(2026, 11, 23)
    assert compute(RULES["appeal.general"], START, CALENDAR).safe is None


def test_premature_filing_fails_so_safe_is_later() -> None:
    rule = RULES["apc.claim.silence.earliest"]
    answer = compute(rule, date(2026, 4, 1), CALENDAR)
    assert (answer.due, answer.safe) == (date(2026, 5, 7), date(2026, 5, 8))
    # The 35th day is 20 March, Novruz: it may roll to the 31st.
    answer = compute(rule, date(2026, 2, 13), CALENDAR)
    assert answer.due == date(2026, 3, 21)
    assert answer.latest.due == date(2026, 4, 1) and answer.safe == date(2026, 4, 2)
    early = compute(rule, clock(("start", date(2026, 2, 13)), ("answer", date(2026, 3, 25))), CALENDAR)
    assert early.in_time is False


def test_presumed_service_has_two_readings() -> None:
    answer = presume_served(RULES["adm.served.post"], date(2026, 5, 5), CALENDAR)
    assert (answer.earliest.due, answer.latest.due) == (date(2026, 5, 10), date(2026, 5, 13))  # 11 May is off
    weekdays = presume_served(RULES["adm.served.post"], date(2026, 6, 1), CALENDAR)
    assert (weekdays.earliest.due, weekdays.latest.due) == (date(2026, 6, 6), date(2026, 6, 9))
    with pytest.raises(ClockError):
        presume_served(RULES["adm.decision"], START, CALENDAR)


def test_day_without_hour_keeps_both_ends_of_the_day() -> None:
    answer = compute(RULES["info.danger"], date(2026, 3, 19), CALENDAR)
    ends = [reading.due_at.replace(tzinfo=None) for reading in answer.readings]
    assert ends == [datetime(2026, 4, 2), datetime(2026, 4, 1)]


def test_hours_may_run_from_the_next_working_day() -> None:
    answer = compute(RULES["info.danger"], datetime(2026, 3, 19, 15), CALENDAR)
    ends = {reading.label: reading.due_at.replace(tzinfo=None) for reading in answer.readings}
    assert ends == {"": datetime(2026, 4, 1, 15), "start=next_wd": datetime(2026, 4, 2)}
    assert answer.latest_lawful_at.replace(tzinfo=None) == datetime(2026, 4, 2)
    day = replace(RULES["info.danger"], start="next_day", exclude_days=False, alternatives={})
    assert compute(day, datetime(2026, 3, 19, 15), CALENDAR).due_at.replace(tzinfo=None) == datetime(
        2026, 3, 22
    )
    # Of the event only its day matters then, known hour or not.
    later = replace(RULES["info.danger"], start="next_wd", alternatives={})
    for event in (date(2026, 3, 19), datetime(2026, 3, 19, 23, 59)):
        answer = compute(later, event, CALENDAR)
        assert [reading.due_at.replace(tzinfo=None) for reading in answer.readings] == [datetime(2026, 4, 2)]


def test_seconds_do_not_count() -> None:
    answer = compute(RULES["info.danger"], datetime(2026, 3, 13, 9, 0, 59), CALENDAR)
    assert answer.due_at.replace(tzinfo=None) == datetime(2026, 3, 17, 9)
    assert sum(step.count for step in answer.steps if step.kind == "run") == 48 * 60


def test_a_date_that_needs_no_calendar_is_given_without_a_safe_day_where_nobody_knows_the_calendar() -> None:
    answer = compute(RULES["ecthr.lodge"], date(2090, 1, 31), CALENDAR)
    assert (answer.due, answer.safe, answer.provisional) == (date(2090, 5, 31), None, False)


def test_each_reading_says_whether_it_hangs_on_an_unconfirmed_day() -> None:
    answer = compute(
        RULES["info.ombudsman"], date(2027, 1, 20), CALENDAR
    )  # the event's day is unconfirmed itself
    assert [reading.provisional for reading in answer.readings] == [False]
    assert answer.provisional  # by the other reading that day counts, should it be worked
    assert compute(RULES["adm.decision"], date(2026, 12, 21), CALENDAR).readings[0].provisional


# --- other starts and directions, which an advocate may choose


@pytest.mark.parametrize(
    ("unit", "start", "due"),
    [
        ("wd", "event", date(2026, 3, 18)),
        ("cd", "event", date(2026, 3, 15)),
        ("cd", "next_wd", date(2026, 3, 18)),
        ("month", "event", date(2026, 6, 12)),
        ("year", "next_day", date(2029, 3, 13)),
    ],
)
def test_starts(unit: str, start: str, due: date) -> None:
    rule = Rule("x", 3, unit, start)
    wanted = date(2026, 3, 17) if unit == "wd" else due
    assert compute(rule, START, CALENDAR).due == wanted


def test_months_end_on_the_same_number_or_the_last_day() -> None:
    month = Rule("x", 1, "month")
    assert compute(month, date(2026, 1, 31), CALENDAR).due == date(2026, 2, 28)
    assert compute(Rule("y", 1, "year"), date(2024, 2, 29), CALENDAR).due == date(2025, 2, 28)
    counted = Rule("z", 1, "month", "event")
    assert compute(counted, date(2026, 3, 1), CALENDAR).due == date(2026, 3, 31)


def test_at_least_before_rolls_back() -> None:
    rule = replace(RULES["plan.notice"], roll=True)
    assert compute(rule, date(2026, 3, 30), CALENDAR).due == date(2026, 3, 19)
    wd = Rule("x", 2, "wd", direction="at_least_before")
    assert compute(wd, date(2026, 3, 31), CALENDAR).due == date(2026, 3, 18)


# --- the calendar


def test_unknown_year_is_never_a_year_without_holidays() -> None:
    alone = Calendar.from_rows(DAYS)
    assert alone.covers(2026) and not alone.covers(2028)
    with pytest.raises(CalendarMissing):
        alone.is_working(date(2028, 1, 1))
    with pytest.raises(CalendarMissing):
        compute(RULES["appeal.general"], date(2027, 12, 20), alone)
    answer = compute(RULES["appeal.general"], date(2027, 12, 20), CALENDAR)
    assert answer.provisional and not CALENDAR.is_working(date(2028, 1, 1))


def test_one_known_day_does_not_make_a_known_year() -> None:
    vote = CalendarDay(date(2029, 2, 7), False, "Seçki")
    alone = Calendar.from_rows([*DAYS, vote])
    assert not alone.covers(2029)
    longer = Calendar.from_rows([*DAYS, vote], beyond=year_rows)
    assert not longer.is_working(vote.date) and not longer.is_working(date(2029, 1, 1))
    assert longer.name(vote.date) == "Seçki"


def test_calendar_from_mappings_and_overrides() -> None:
    holiday = {date(2026, 3, 16): "Bayram"}
    calendar = Calendar(holiday, {date(2026, 3, 14): "iş günü"}, [date(2026, 3, 16)], years=[2026])
    assert calendar.add_working(START, 1) == date(2026, 3, 14)
    assert calendar.add_working(START, 2) == date(2026, 3, 17)
    assert calendar.add_working(date(2026, 3, 17), -2) == START
    assert calendar.is_provisional(date(2026, 3, 16)) and not calendar.is_provisional(START)
    assert calendar.working_between(START, date(2026, 3, 18)) == 3
    again = Calendar.from_rows([*DAYS, CalendarDay(date(2026, 3, 20), True, "iş günü")])
    assert again.is_working(date(2026, 3, 20))


@settings(max_examples=200)
@given(days, st.integers(-60, 60))
def test_add_working_agrees_with_walking(day: date, n: int) -> None:
    here, left = day, n
    while left:
        here += DAY if n > 0 else -DAY
        left -= (1 if n > 0 else -1) if CALENDAR.is_working(here) else 0
    assert CALENDAR.add_working(day, n) == here


def test_library_agrees_with_the_confirmed_years() -> None:
    rows = calendar_rows_for([2024, 2025, 2026])
    assert {(row.date, row.working) for row in rows} == {
        (row.date, row.working) for row in DAYS if row.date.year < 2027
    }
    assert all(row.provisional for row in rows)
    with pytest.raises(CalendarMissing):
        calendar_rows_for([1900])


# --- refusals


def test_what_cannot_be_computed_says_why() -> None:
    for rule_id in ("appeal.repeat", "court.count"):
        with pytest.raises(ClockError, match="note"):
            compute(RULES[rule_id], START, CALENDAR)
    with pytest.raises(ClockError, match="not started"):
        compute(RULES["adm.decision"], [], CALENDAR)
    with pytest.raises(ClockError, match="out of range"):
        compute(RULES["ecthr.lodge"], date(9999, 12, 31), CALENDAR)
    with pytest.raises(CalendarMissing):
        compute(RULES["appeal.general"], date(1900, 1, 1), CALENDAR)
    for wrong in (
        {"unit": "week"},
        {"start": "never"},
        {"amount": 0},
        {"unit": "hour", "direction": "not_before"},
    ):
        with pytest.raises(ValueError):
            replace(Rule("x", 3, "cd"), **wrong)
