"""Clocks on matters: what is kept is events, what is shown is derived, and the caches never differ from it."""

from datetime import date, datetime, timedelta

import pytest

from icma.core.action import Refused
from icma.core.day import BAKU, legal_day
from icma.law import actions as law_actions
from icma.law.book import book, newest
from icma.law.derive import answer_of, caches, events_of
from icma.law.models import Rule
from icma.matters.actions.clocks import (
    NotExtended,
    close_clock,
    confirm_silence,
    correct,
    decide_objection,
    extend,
    object_to,
    pause,
    rederive_many,
    resume,
    start_clock,
    stop_clock,
    stop_own,
)
from icma.matters.actions.letters import register
from icma.matters.clockview import clock_view
from icma.matters.jobs import rederive_stale, stale
from icma.matters.lateness import standing
from icma.matters.models import Clock, ClockEvent, Entry
from icma.matters.verbs import sentence
from tests.matters.clockwork import REGISTERED, letter_of, matter_of, on, running

pytestmark = pytest.mark.django_db
APRIL_14, JUNE_23 = date(2026, 4, 14), date(2026, 6, 23)


@pytest.fixture
def clock(country, at):
    return running(country, at)


def same_as_derived(clock: Clock) -> None:
    fresh = Clock.objects.get(pk=clock.pk)
    derived = caches(fresh.rule, events_of(fresh), book(fresh.edition))[1]
    assert {name: getattr(fresh, name) for name in derived} == derived
    assert {name: getattr(clock, name) for name in derived} == derived


# --- starting -----------------------------------------------------------------------------------------
def test_a_clock_starts_with_the_edition_and_all_dates_of_the_law(clock):
    assert (clock.due_on, clock.earliest_on) == (APRIL_14, date(2026, 4, 13))
    assert clock.latest_on > JUNE_23 - timedelta(days=1)
    assert clock.edition_id == newest().pk
    assert clock.owner == "authority"
    same_as_derived(clock)


def test_where_two_laws_may_apply_nobody_is_late_before_the_later_date(country, at):
    one = running(country, at, "adm.complaint.decision")
    other = running(country, at, "appeal.general")
    assert one.latest_on == other.latest_on > one.due_on
    same_as_derived(one)
    stop_clock(clock=one, on=other.latest_on, at=on(other.latest_on), by=None)
    assert standing(Clock.objects.get(pk=one.pk), other.latest_on).state == "answered"


def test_a_term_in_hours_keeps_its_moment(country, at):
    matter = matter_of(country, at)
    begun = datetime(2026, 3, 19, 15, 0, tzinfo=BAKU)
    clock = start_clock(matter=matter, rule="info.danger", event_at=begun, at=at, by=None)
    assert clock.due_at == datetime(2026, 4, 1, 15, 0, tzinfo=BAKU)
    same_as_derived(clock)


def test_a_term_in_hours_of_which_only_the_day_is_known_has_two_readings(country, at):
    clock = start_clock(
        matter=matter_of(country, at), rule="info.danger", event_at=date(2026, 3, 19), at=at, by=None
    )
    assert len(answer_of(clock).readings) == 2
    same_as_derived(clock)


@pytest.mark.parametrize("rule", ["no.such", "court.count", ""])
def test_a_rule_that_is_no_term_starts_nothing(country, at, rule):
    with pytest.raises(Refused):
        start_clock(matter=matter_of(country, at), rule=rule, event_at=REGISTERED, at=at, by=None)
    assert not Clock.objects.exists()


def test_a_registration_before_the_sending_is_refused_and_starts_no_clock(country, cast, at):
    letter = letter_of(matter_of(country, at), country.water, at, stage="sent", registered_on=None, number="")
    with pytest.raises(Refused):
        register(
            letter=letter, number="118/26", on=REGISTERED - timedelta(days=1), at=at, by=cast.coordinator
        )
    letter.refresh_from_db()
    assert (letter.stage, letter.registered_on) == ("sent", None)
    assert not Clock.objects.exists()
    register(letter=letter, number="118/26", on=REGISTERED, at=at, by=cast.coordinator)
    assert Clock.objects.get().due_on == APRIL_14


# --- pause, resume, extend, correct ---------------------------------------------------------------------
def test_pause_and_resume_add_exactly_the_working_days_between(clock, at):
    pause(clock=clock, on=date(2026, 4, 1), at=on(date(2026, 4, 1)), by=None)
    assert clock.state == "paused"
    resume(clock=clock, on=date(2026, 4, 8), at=on(date(2026, 4, 8)), by=None)
    assert (clock.state, clock.due_on) == ("running", date(2026, 4, 21))
    same_as_derived(clock)


def test_only_a_running_clock_is_paused_and_only_a_paused_one_resumed(clock):
    day = date(2026, 4, 1)
    with pytest.raises(Refused):
        resume(clock=clock, on=day, at=on(day), by=None)
    pause(clock=clock, on=day, at=on(day), by=None)
    with pytest.raises(Refused):
        pause(clock=clock, on=day, at=on(day), by=None)
    with pytest.raises(Refused):
        resume(clock=clock, on=day - timedelta(days=1), at=on(day), by=None)


def test_nothing_happens_to_a_term_before_it_began(clock, at):
    with pytest.raises(Refused):
        pause(clock=clock, on=REGISTERED - timedelta(days=1), at=at, by=None)
    with pytest.raises(Refused):
        extend(clock=clock, on=REGISTERED - timedelta(days=1), at=at, by=None)
    assert clock.events.count() == 1


def test_extensions_go_as_far_as_the_law_and_no_further(country, at):
    clock = running(country, at, "adm.decision", date(2026, 2, 23))
    for n, due in ((1, date(2026, 4, 24)), (2, date(2026, 5, 25))):
        extend(clock=clock, on=date(2026, 3, 10) + timedelta(days=n), at=at, by=None, basis="circumstances")
        assert clock.due_on == due
    before = clock.events.count()
    with pytest.raises(NotExtended):
        extend(clock=clock, on=date(2026, 3, 20), at=at, by=None, basis="circumstances")
    assert clock.events.count() == before
    same_as_derived(clock)


def test_an_extension_of_more_than_the_law_gives_counts_only_as_much(clock, at):
    extend(clock=clock, on=date(2026, 4, 1), at=at, by=None, basis="information", amount=300)
    assert answer_of(clock).extended == 30


def test_a_notice_that_is_dated_after_the_end_extends_nothing(clock):
    with pytest.raises(NotExtended):
        extend(clock=clock, on=date(2026, 5, 20), at=on(date(2026, 5, 20)), by=None)


def test_a_rule_without_extensions_is_not_extended(country, at):
    clock = running(country, at, "info.defects")
    with pytest.raises(NotExtended):
        extend(clock=clock, on=date(2026, 3, 16), at=at, by=None)


def test_a_wrong_start_is_corrected_by_a_further_event_and_the_thread_says_so(clock, at):
    correct(clock=clock, on=date(2026, 3, 12), at=at, by=None)
    assert clock.due_on == date(2026, 4, 13)
    assert clock.events.count() == 2
    entry = Entry.objects.get(clock=clock, verb="term_changed")
    assert entry.data == {"rule": "appeal.general", "old": "2026-04-14", "new": "2026-04-13"}
    same_as_derived(clock)


def test_a_date_that_lies_ahead_is_no_date_of_an_answer(clock, at):
    with pytest.raises(Refused):
        stop_clock(clock=clock, on=legal_day(at) + timedelta(days=1), at=at, by=None)


def test_events_are_never_changed_or_deleted(clock):
    event = clock.events.get()
    with pytest.raises(TypeError):
        event.save()
    with pytest.raises(TypeError):
        event.delete()


# --- the answer -----------------------------------------------------------------------------------------
def test_the_answers_own_date_stops_the_clock_not_the_day_it_was_entered(clock):
    stop_clock(clock=clock, on=date(2026, 4, 14), at=on(date(2026, 5, 4)), by=None)
    assert (clock.state, clock.ended_on) == ("answered", date(2026, 4, 14))
    assert answer_of(clock).in_time


def test_a_second_later_answer_changes_nothing_and_an_earlier_one_counts(clock):
    stop_clock(clock=clock, on=date(2026, 4, 10), at=on(date(2026, 5, 4)), by=None)
    stop_clock(clock=clock, on=date(2026, 4, 20), at=on(date(2026, 5, 4)), by=None)
    assert clock.ended_on == date(2026, 4, 10)
    stop_clock(clock=clock, on=date(2026, 4, 2), at=on(date(2026, 5, 4)), by=None)
    assert clock.ended_on == date(2026, 4, 2)
    same_as_derived(clock)


def test_a_wrong_date_of_an_answer_is_corrected(clock):
    stop_clock(clock=clock, on=date(2026, 4, 2), at=on(date(2026, 5, 4)), by=None)
    correct(clock=clock, on=date(2026, 4, 20), at=on(date(2026, 5, 5)), by=None, what="answer")
    assert clock.ended_on == date(2026, 4, 20)


# --- silence --------------------------------------------------------------------------------------------
def test_silence_is_only_confirmed_after_the_term_and_anew_at_each_later_step(clock):
    with pytest.raises(Refused):
        confirm_silence(clock=clock, on=APRIL_14, at=on(date(2026, 4, 20)), by=None)
    confirm_silence(letter=clock.letter, on=date(2026, 4, 15), at=on(date(2026, 4, 20)), by=None)
    clock.refresh_from_db()
    assert (clock.asked_on, clock.letter.stage) == (date(2026, 4, 15), "silent")
    with pytest.raises(Refused):
        confirm_silence(clock=clock, on=date(2026, 4, 15), at=on(date(2026, 4, 20)), by=None)
    confirm_silence(clock=clock, on=date(2026, 7, 1), at=on(date(2026, 7, 1)), by=None)
    assert [entry.on for entry in Entry.objects.filter(verb="silence_confirmed").order_by("id")] == [
        date(2026, 4, 15), date(2026, 7, 1),
    ]  # fmt: skip


def test_silence_is_not_confirmed_for_tomorrow_nor_while_the_term_stands_still(clock):
    with pytest.raises(Refused):
        confirm_silence(clock=clock, on=date(2026, 4, 21), at=on(date(2026, 4, 20)), by=None)
    pause(clock=clock, on=date(2026, 4, 1), at=on(date(2026, 4, 1)), by=None)
    with pytest.raises(Refused):
        confirm_silence(clock=clock, on=date(2026, 4, 20), at=on(date(2026, 4, 20)), by=None)


def test_an_answer_withdraws_the_silence_whatever_its_date(clock):
    confirm_silence(letter=clock.letter, on=date(2026, 4, 15), at=on(date(2026, 4, 20)), by=None)
    stop_clock(clock=clock, on=date(2026, 4, 10), at=on(date(2026, 4, 22)), by=None)
    assert (clock.asked_on, clock.ended_on) == (None, date(2026, 4, 10))
    assert Entry.objects.filter(verb="silence_withdrawn").count() == 1


def test_a_letter_without_a_term_cannot_be_silent(country, at):
    letter = letter_of(matter_of(country, at), country.water, at, stage="sent", registered_on=None)
    with pytest.raises(Refused):
        confirm_silence(letter=letter, on=legal_day(at), at=at, by=None)


# --- objections -----------------------------------------------------------------------------------------
def test_an_objection_starts_our_own_three_days_and_hides_lateness(clock, cast):
    late = date(2026, 7, 1)
    own = object_to(clock=clock, kind="answered", at=on(late), by=cast.official, text="Cavab göndərmişik")
    assert (own.rule, own.owner, own.due_on) == ("own.correction", "us", date(2026, 7, 6))
    assert clock.disputed_at
    public, team = Entry.objects.filter(verb="objected").order_by("visibility")
    assert not hasattr(public, "words")
    assert team.words.text == "Cavab göndərmişik"
    with pytest.raises(Refused):
        object_to(clock=clock, kind="mistake", at=on(late))
    with pytest.raises(Refused):
        confirm_silence(clock=clock, on=late, at=on(late), by=None)


def test_an_objection_that_is_not_upheld_leaves_the_record_and_is_not_heard_twice(clock, cast):
    own = object_to(clock=clock, kind="answered", at=on(date(2026, 7, 1)))
    decide_objection(clock=clock, upheld=False, at=on(date(2026, 7, 3)), by=cast.officer)
    own.refresh_from_db()
    assert (own.state, clock.disputed_at, clock.state) == ("answered", None, "running")
    with pytest.raises(Refused):
        object_to(clock=clock, kind="answered", at=on(date(2026, 7, 4)))
    object_to(clock=clock, kind="mistake", at=on(date(2026, 7, 4)))


def test_an_upheld_objection_needs_the_answers_date_and_stops_the_clock(clock, cast):
    object_to(clock=clock, kind="answered", at=on(date(2026, 7, 1)))
    with pytest.raises(Refused):
        decide_objection(clock=clock, upheld=True, at=on(date(2026, 7, 2)), by=cast.officer)
    decide_objection(
        clock=clock, upheld=True, answered_on=date(2026, 4, 9), at=on(date(2026, 7, 2)), by=cast.officer
    )
    assert (clock.state, clock.ended_on, clock.letter.stage) == ("answered", date(2026, 4, 9), "answered")


def test_an_answer_that_is_entered_settles_the_objection(clock):
    own = object_to(clock=clock, kind="answered", at=on(date(2026, 7, 1)))
    stop_clock(clock=clock, on=date(2026, 4, 9), at=on(date(2026, 7, 2)), by=None)
    own.refresh_from_db()
    assert (clock.disputed_at, own.state) == (None, "answered")


def test_an_answer_leaves_a_mistake_that_the_authority_has_named_to_be_looked_at(clock, cast):
    own = object_to(clock=clock, kind="mistake", at=on(date(2026, 7, 1)))
    stop_clock(clock=clock, on=date(2026, 7, 2), at=on(date(2026, 7, 2)), by=None)
    own.refresh_from_db()
    clock.refresh_from_db()
    assert (clock.state, own.state) == ("answered", "running") and clock.disputed_at
    assert standing(clock.letter, date(2026, 7, 3)).state == "disputed"  # not called late meanwhile
    decide_objection(clock=clock, upheld=False, at=on(date(2026, 7, 3)), by=cast.officer)
    own.refresh_from_db()
    assert (clock.disputed_at, own.state) == (None, "answered")


# --- our own terms ----------------------------------------------------------------------------------------
def test_our_own_terms_are_clocks(country, at):
    matter = matter_of(country, at)
    start_clock(matter=matter, rule="own.moderate", event_at=at, at=at, by=None)
    assert stop_own(matter=matter, rule="own.moderate", on=legal_day(at), at=at, by=None)
    assert not stop_own(matter=matter, rule="own.moderate", on=legal_day(at), at=at, by=None)


def test_a_closed_clock_is_neither_answered_nor_late(clock, at):
    close_clock(clock=clock, on=legal_day(at), at=at, by=None)
    assert (clock.state, clock.ended_on) == ("closed", legal_day(at))
    stop_clock(clock=clock, on=legal_day(at), at=at, by=None)
    assert Clock.objects.get(pk=clock.pk).state == "closed"


# --- the law changes while clocks run -----------------------------------------------------------------------
def a_holiday(cast, at, day=date(2026, 4, 1)):
    law_actions.change_day(
        day=day,
        working=False,
        name="Yas günü",
        source="Nümunə qərar",
        why="Nazirlər Kabineti",
        by=cast.officer,
        at=at,
    )


def test_a_new_holiday_derives_every_open_clock_anew_and_logs_both_dates(country, cast, at):
    open_ones = [running(country, at) for _ in range(3)]
    ended = running(country, at)
    stop_clock(clock=ended, on=date(2026, 3, 13), at=at, by=None)
    a_holiday(cast, at)
    assert set(stale()) == set(open_ones)
    assert rederive_stale(at) == 3
    for clock in open_ones:
        clock.refresh_from_db()
        assert (clock.due_on, clock.edition_id) == (date(2026, 4, 15), newest().pk)
        same_as_derived(clock)
        entry = Entry.objects.get(clock=clock, verb="term_changed")
        assert (entry.data["old"], entry.data["new"]) == ("2026-04-14", "2026-04-15")
        assert sentence(entry.verb, entry.data) == (
            "Tarix yenidən hesablandı: 14\xa0aprel 2026 → 15\xa0aprel 2026"
        )
    ended.refresh_from_db()
    assert ended.edition.number == 1


def test_where_only_the_latest_lawful_date_moves_that_one_is_told(clock, cast, at):
    a_holiday(cast, at, day=date(2026, 5, 4))
    assert rederive_stale(at) == 1
    entry = Entry.objects.get(verb="term_changed")
    assert (entry.data["of"], entry.data["old"], entry.data["new"]) == ("latest", "2026-06-23", "2026-06-24")
    assert "ən gec tarix" in sentence(entry.verb, entry.data)


def test_a_corrected_answer_tells_its_own_dates_and_not_those_of_the_term(clock):
    stop_clock(clock=clock, on=date(2026, 4, 8), at=on(date(2026, 4, 10)), by=None)
    correct(clock=clock, on=date(2026, 4, 7), at=on(date(2026, 4, 10)), by=None, what="answer")
    entry = Entry.objects.get(verb="term_changed")
    assert sentence(entry.verb, entry.data) == (
        "Cavabın tarixi düzəldildi: 8\xa0aprel 2026 → 7\xa0aprel 2026"
    )


def test_a_second_run_changes_nothing(clock, cast, at):
    a_holiday(cast, at)
    assert rederive_stale(at) == 1
    assert rederive_stale(at) == 0
    assert Entry.objects.filter(verb="term_changed").count() == 1


def test_a_change_that_moves_no_date_carries_clocks_over_without_a_word(
    country, cast, at, django_assert_max_num_queries
):
    for _ in range(5):
        running(country, at)
    a_holiday(cast, at, date(2027, 3, 3))
    with django_assert_max_num_queries(14):
        assert rederive_stale(at) == 0
    assert not stale().exists()
    assert not Entry.objects.filter(verb="term_changed").exists()


def test_a_rule_that_is_edited_while_clocks_run_moves_them_and_keeps_their_history(clock, cast, at):
    row = Rule.objects.get(key="appeal.general", until=None)
    law_actions.change_rule(
        key="appeal.general", data={**row.data, "amount": 10}, why="Qanuna dəyişiklik", by=cast.officer, at=at
    )
    stop_until_then = answer_of(clock).due
    assert stop_until_then == APRIL_14  # its own edition still says so
    assert rederive_many(ids=[clock.pk], at=at) == 1
    clock.refresh_from_db()
    assert clock.due_on < APRIL_14
    same_as_derived(clock)


def test_a_paused_clock_takes_the_new_edition_too(clock, cast, at):
    pause(clock=clock, on=REGISTERED, at=at, by=None)
    a_holiday(cast, at)
    rederive_stale(at)
    clock.refresh_from_db()
    assert (clock.state, clock.edition_id) == ("paused", newest().pk)


# --- the card ---------------------------------------------------------------------------------------------
def test_the_card_explains_the_date_and_shows_the_second_reading(clock, at):
    view = clock_view(clock, date(2026, 4, 8))
    assert (view["due"], view["second_due"]) == (APRIL_14, date(2026, 4, 13))
    assert (view["total"], view["used"], view["left"]) == (15, 10, 5)
    assert "Cəmi 15" in view["explanation"][0]
    assert (view["state"], view["late_label"]) == ("running", "")


def test_days_past_the_date_are_not_drawn_without_confirmed_silence(clock):
    view = clock_view(clock, date(2026, 7, 10))
    assert (view["state"], view["late_label"], view["used"]) == ("waiting", "", 15)
    assert "məlumat yoxdur" in view["due_words"]


def test_confirmed_silence_by_an_unsigned_rule_asserts_no_breach(clock):
    confirm_silence(clock=clock, on=date(2026, 7, 1), at=on(date(2026, 7, 1)), by=None)
    view = clock_view(clock, date(2026, 7, 10))
    assert view["state"] == "waiting" and "cavabsız" in view["due_words"]
    assert "müddət keçib" not in view["late_label"] + view["due_words"]
    assert view["used"] == 15  # V2 and M: the date only


def test_confirmed_silence_by_a_signed_rule_says_that_the_term_has_ended(clock, cast, at):
    law_actions.sign_rule(
        key="appeal.general", name="Nümunə Vəkil", by=cast.advocate, at=at,
        examples=[date(2026, 3, 13), date(2026, 5, 4), date(2026, 12, 21)],
    )  # fmt: skip
    rederive_stale(at)
    clock.refresh_from_db()
    confirm_silence(clock=clock, on=date(2026, 7, 1), at=on(date(2026, 7, 1)), by=None)
    view = clock_view(clock, date(2026, 7, 10))
    assert "müddət keçib" in view["late_label"]
    assert view["used"] > 15
    assert view["certainty"] == "signed"


def test_lateness_is_drawn_from_the_latest_lawful_day_on(clock, cast, at):
    law_actions.sign_rule(
        key="appeal.general", name="Nümunə Vəkil", by=cast.advocate, at=at,
        examples=[date(2026, 3, 13), date(2026, 5, 4), date(2026, 12, 21)],
    )  # fmt: skip
    rederive_stale(at)
    clock.refresh_from_db()
    confirm_silence(clock=clock, on=clock.latest_on + timedelta(days=1), at=on(date(2026, 7, 1)), by=None)
    today = clock.latest_on + timedelta(days=8)
    working = book().calendar.working_between(clock.latest_on + timedelta(days=1), today)
    view = clock_view(clock, today)
    assert view["used"] - view["total"] == working < (today - clock.due_on).days


def test_an_unsure_extension_makes_the_latest_day_unsure_and_nobody_late(country, at):
    clock = running(country, at, rule="info.general")
    assert clock.latest_on > clock.due_on
    asked = clock.latest_on + timedelta(days=1)
    view = clock_view(clock, asked)
    assert (view["certainty"], view["late_label"]) == ("V", "")
    assert "yoxlanılmayıb" in view["due_words"]
    confirm_silence(clock=clock, on=asked, at=on(asked), by=None)
    view = clock_view(clock, asked + timedelta(days=20))
    assert (view["state"], view["used"]) == ("waiting", view["total"]) and "cavabsız" in view["due_words"]
    sure = running(country, at, rule="adm.decision")
    assert "yoxlanılmayıb" not in clock_view(sure, sure.latest_on + timedelta(days=1))["due_words"]


def test_the_card_of_a_paused_clock_has_no_date(clock):
    pause(clock=clock, on=date(2026, 4, 1), at=on(date(2026, 4, 1)), by=None)
    view = clock_view(clock, date(2026, 4, 20))
    assert (view["due"], view["state"]) == (None, "paused")


def test_the_card_costs_two_queries_and_none_once_events_are_in_hand(clock, django_assert_num_queries):
    book(clock.edition)
    bare = Clock.objects.select_related("edition").get(pk=clock.pk)
    with django_assert_num_queries(1):
        clock_view(bare, date(2026, 4, 8))
    full = Clock.objects.select_related("edition").prefetch_related("events").get(pk=clock.pk)
    with django_assert_num_queries(0):
        clock_view(full, date(2026, 4, 8))
    assert ClockEvent.objects.count() == 1
