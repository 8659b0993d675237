"""How late, unknown and silent are worded and counted: a table, and the same asked of the database."""

from datetime import date, timedelta

import pytest

from icma.matters.actions.clocks import (
    close_clock,
    confirm_silence,
    object_to,
    pause,
    start_clock,
    stop_clock,
)
from icma.matters.lateness import (
    is_silent,
    own_share,
    standing,
    to_ask,
    unknown_clocks,
)
from icma.matters.models import Clock, Letter
from tests.matters.clockwork import counted_late, letter_of, matter_of, on, running

pytestmark = pytest.mark.django_db
DUE = date(2026, 4, 14)


@pytest.fixture
def clock(country, at):
    return running(country, at)


@pytest.mark.parametrize(
    ("day", "state", "label", "tone"),
    [
        (date(2026, 3, 20), "running", "müddət davam edir", "calm"),
        (date(2026, 4, 12), "due_soon", "müddət tezliklə bitir", "now"),
        (DUE, "due_today", "müddət bu gün bitir", "now"),
        (date(2026, 4, 15), "base_passed", "əsas müddət bitib, uzadıla bilər", "now"),
        (date(2026, 7, 20), "no_record", "cavab barədə məlumat yoxdur", "quiet"),
    ],
)
def test_an_unanswered_letter_is_worded_by_what_the_law_could_allow(clock, day, state, label, tone):
    for stands in (standing(clock, day), standing(Letter.objects.get(), day)):
        assert (stands.state, str(stands.label), stands.tone) == (state, label, tone)
        assert (stands.sign, stands.counts_late) == (False, False)


def test_silence_needs_somebody_who_asked_after_the_latest_lawful_day(clock):
    confirm_silence(clock=clock, on=date(2026, 4, 20), at=on(date(2026, 4, 20)), by=None)
    assert standing(clock, date(2026, 4, 21)).state == "base_passed"
    assert standing(clock, clock.latest_on + timedelta(days=1)).state == "no_record"
    asked = clock.latest_on + timedelta(days=2)
    confirm_silence(clock=clock, on=asked, at=on(asked), by=None)
    stands = standing(clock, asked)
    assert (stands.state, str(stands.label), stands.since) == ("silent", "cavabsız", asked)


@pytest.mark.parametrize(
    ("rule", "sure"), [("adm.decision", True), ("appeal.general", False), ("info.general", False)]
)
def test_the_hourglass_needs_a_rule_whose_every_part_was_read_in_the_act(country, at, rule, sure):
    """appeal.general is from a secondary page, of info.general only the extension is."""
    clock = running(country, at, rule)
    asked = clock.latest_on + timedelta(days=2)
    confirm_silence(clock=clock, on=asked, at=on(asked), by=None)
    for stands in (standing(clock, asked), standing(Letter.objects.get(), asked)):
        assert (stands.state, stands.sign, stands.counts_late) == ("silent", sure, sure)
        assert (stands.tone == "late") is sure
    other = running(country, at, rule)
    late = other.latest_on + timedelta(days=1)
    stop_clock(clock=other, on=late, at=on(late), by=None)
    stands = standing(other, late)
    assert (stands.state, stands.counts_late) == ("answered_late" if sure else "answered", sure)


def test_an_answer_is_late_only_after_the_latest_lawful_day(clock, country, at):
    stop_clock(clock=clock, on=date(2026, 5, 20), at=on(date(2026, 8, 1)), by=None)
    assert standing(clock, date(2026, 8, 1)).state == "answered"
    other = running(country, at, "adm.decision")
    stop_clock(clock=other, on=date(2026, 7, 20), at=on(date(2026, 8, 1)), by=None)
    stands = standing(other, date(2026, 8, 1))
    assert (stands.state, stands.counts_late) == ("answered_late", True)


def test_an_objection_hides_lateness_while_we_look(clock):
    asked = clock.latest_on + timedelta(days=2)
    confirm_silence(clock=clock, on=asked, at=on(asked), by=None)
    object_to(clock=clock, kind="answered", at=on(asked))
    stands = standing(clock, asked)
    assert (stands.state, stands.counts_late) == ("disputed", False)


def test_paused_and_closed_terms_are_not_late(clock, country, at):
    pause(clock=clock, on=date(2026, 4, 1), at=on(date(2026, 4, 1)), by=None)
    assert standing(clock, date(2027, 1, 1)).state == "paused"
    other = running(country, at)
    close_clock(clock=other, on=date(2026, 4, 1), at=on(date(2026, 4, 1)), by=None)
    assert standing(other, date(2027, 1, 1)).state == "closed"


@pytest.mark.parametrize(
    ("values", "day", "state"),
    [
        ({"stage": "draft"}, date(2026, 3, 20), "draft"),
        ({"stage": "sent", "registered_on": None}, date(2026, 3, 16), "waiting_registration"),
        ({"stage": "sent", "registered_on": None}, date(2026, 3, 17), "registration_unknown"),
        ({"stage": "forwarded"}, date(2026, 3, 20), "forwarded"),
        ({"stage": "returned"}, date(2026, 3, 20), "returned"),
        ({"stage": "answered"}, date(2026, 3, 20), "answered"),
        ({"stage": "registered", "rule": ""}, date(2026, 3, 20), "unknown"),
    ],
)
def test_a_letter_without_a_running_term_stands_by_its_stage(country, at, values, day, state):
    letter = letter_of(matter_of(country, at), country.water, at, **values)
    assert standing(letter, day).state == state


def test_statistics_count_as_the_wording_does(country, at):
    """For every clock and day: late in an authority's record, and unknown by the query, as by the words."""
    clocks = [running(country, at, "adm.decision") for _ in range(7)]
    after = clocks[0].latest_on + timedelta(days=2)
    confirm_silence(clock=clocks[0], on=after, at=on(after), by=None)
    confirm_silence(clock=clocks[1], on=date(2026, 4, 20), at=on(after), by=None)
    stop_clock(clock=clocks[2], on=date(2026, 7, 20), at=on(date(2026, 8, 1)), by=None)
    stop_clock(clock=clocks[3], on=date(2026, 4, 1), at=on(date(2026, 8, 1)), by=None)
    object_to(clock=clocks[4], kind="mistake", at=on(after))
    pause(clock=clocks[5], on=date(2026, 4, 1), at=on(after), by=None)
    for day in (date(2026, 4, 15), after, date(2026, 8, 2)):
        for clock in Clock.objects.filter(owner="authority"):
            stands = standing(clock, day)
            row = Clock.objects.filter(pk=clock.pk)
            if clock.state == "answered" and clock.ended_on > day:
                continue
            assert counted_late(clock, day) == stands.counts_late, (clock.pk, day)
            # Asked later than this day: the row of today cannot stand for the past.
            if clock.asked_on is None or clock.asked_on <= day:
                assert row.filter(unknown_clocks(day)).exists() == (stands.state == "no_record"), (
                    clock.pk,
                    day,
                )


def test_the_sender_is_asked_once_after_the_term_and_once_after_the_latest_day(clock):
    def waiting(day):
        return Clock.objects.filter(to_ask(day)).exists()

    assert [waiting(DUE), waiting(date(2026, 4, 15))] == [False, True]
    confirm_silence(clock=clock, on=date(2026, 4, 15), at=on(date(2026, 4, 15)), by=None)
    later = clock.latest_on + timedelta(days=1)
    assert [waiting(date(2026, 4, 16)), waiting(later)] == [False, True]
    confirm_silence(clock=clock, on=later, at=on(later), by=None)
    assert not waiting(later)
    assert is_silent(clock)


def test_a_list_of_standings_costs_no_query_beyond_its_rows(country, at, django_assert_num_queries):
    for _ in range(3):
        running(country, at)
    with django_assert_num_queries(2):
        for letter in Letter.objects.prefetch_related("clocks"):
            standing(letter, date(2026, 4, 15))


def test_our_own_share_counts_kept_broken_and_overdue_terms(country, at):
    def own(rule="own.moderate"):
        return start_clock(matter=matter_of(country, at), rule=rule, event_at=at, at=at, by=None)

    assert [row.share for row in own_share(at)] == [None, None]
    for ended in (date(2026, 3, 16), date(2026, 3, 16), date(2026, 4, 20)):
        stop_clock(clock=own(), on=ended, at=on(date(2026, 5, 1)), by=None)
    overdue, running_one = own(), own("own.take_up")
    close_clock(clock=own(), on=date(2026, 3, 14), at=at, by=None)
    assert [row.n for row in own_share(at)] == [0, 0]  # kept at once, counted when its day is over
    moderate, take_up = own_share(on(date(2026, 4, 6)))
    assert (moderate.in_time, moderate.n, moderate.share) == (2, 4, 0.5)
    assert (take_up.in_time, take_up.n) == (0, 0)
    assert standing(overdue, date(2026, 4, 6)).state == "own_late"
    assert standing(running_one, date(2026, 4, 2)).state == "running"
