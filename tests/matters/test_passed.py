"""The worker was off, and somebody entered what ended a term meanwhile: the days before it are told all the same."""

from datetime import date, timedelta

import pytest

from icma.core.access import STRANGER
from icma.matters.actions.clocks import (
    close_clocks,
    correct,
    extend,
    object_to,
    pause,
    start_clock,
    stop_clock,
    stop_own,
)
from icma.matters.actions.incoming import Came, record_answer, record_forwarding
from icma.matters.actions.letters import register
from icma.matters.actions.outcome import close_matter
from icma.matters.jobs import emit_due
from icma.matters.models import Entry, Letter, Matter
from icma.matters.threadview import thread
from icma.matters.verbs import may_be_passed_on
from tests.matters.clockwork import letter_of, matter_of, on, reply_of, running

pytestmark = pytest.mark.django_db
DUE = date(2026, 4, 14)
BEFORE, AFTER = date(2026, 4, 11), date(2026, 4, 16)  # the worker ran on these days and on none between
SOON, TODAY, ENDED = ("due_soon", date(2026, 4, 12)), ("due_today", DUE), ("term_ended", date(2026, 4, 15))


def told():
    return list(Entry.objects.filter(once__isnull=False).order_by("on", "pk").values_list("verb", "on"))


def off_while(change, clock):
    """What stands on the thread after five days without a worker in which `change` happened; then nothing more."""
    emit_due(on(BEFORE))
    assert told() == []
    change()
    emit_due(on(AFTER))
    found = told()
    emit_due(on(AFTER))
    emit_due(on(AFTER + timedelta(days=60)))
    days = Entry.objects.filter(clock=clock, once__isnull=False)
    assert list(days.order_by("on", "pk").values_list("verb", "on")) == found
    return found


@pytest.fixture
def clock(country, at):
    return running(country, at)


@pytest.mark.parametrize(
    ("dated", "days"),
    [
        (date(2026, 4, 13), [SOON]),
        (DUE, [SOON, TODAY]),
        (date(2026, 4, 15), [SOON, TODAY, ENDED]),
    ],
)
def test_days_before_an_answer_that_came_while_the_worker_was_off_are_told_once_each(clock, dated, days):
    def answered():
        came = Came(dated_on=dated, received_on=date(2026, 4, 15), number="44-7")
        record_answer(letter=clock.letter, answer="substance", came=came, at=on(date(2026, 4, 15)), by=None)

    assert off_while(answered, clock) == days


def test_what_a_worker_had_told_before_the_answer_is_not_told_again(clock):
    emit_due(on(DUE))
    stop_clock(clock=clock, on=date(2026, 4, 15), at=on(date(2026, 4, 15)), by=None)
    assert told() == [SOON, TODAY, ENDED]


def test_the_same_where_it_was_forwarded(clock, country):
    def forwarded():
        came = Came(dated_on=DUE, received_on=date(2026, 4, 15))
        record_forwarding(
            letter=clock.letter, to=country.superior, came=came, at=on(date(2026, 4, 15)), by=None
        )

    assert off_while(forwarded, clock) == [SOON, TODAY]


def test_the_same_where_the_matter_was_finished(clock):
    def closed():
        close_matter(
            matter=clock.matter, outcome="solved", changed="Su gəldi.", whom="küçə", at=on(DUE), by=None
        )

    assert off_while(closed, clock) == [SOON, TODAY]


def test_a_term_long_over_and_a_promise_are_told_when_their_matter_ends(clock, country):
    day = clock.latest_on + timedelta(days=2)
    reply = reply_of(
        letter_of(clock.matter, country.water, on(DUE), rule=""), "promise", DUE, on(DUE), promised_on=day
    )
    Matter.objects.filter(pk=clock.matter_id).update(stage="pressing")
    close_clocks(matter=clock.matter, on=day, at=on(day), by=None)
    assert ("term_ended_latest", clock.latest_on + timedelta(days=1)) in told()
    assert ("promise_due", day) in told() and not Entry.objects.filter(
        letter=reply, verb="promise_passed"
    ).exists()


def test_the_same_where_the_authority_took_more_time_or_the_term_stood_still(clock):
    extend(clock=clock, on=date(2026, 4, 13), at=on(date(2026, 4, 15)), by=None, basis="study")
    assert told() == [SOON]
    pause(clock=clock, on=clock.due_on - timedelta(days=1), at=on(clock.due_on), by=None)
    assert told() == [
        SOON,
        ("step_open", date(2026, 4, 20)),
        ("due_soon", clock.due_on - timedelta(days=2)),
    ]


def test_an_objection_hides_nothing_that_was_before_it(clock):
    def objected():
        object_to(clock=clock, kind="answered", at=on(DUE))

    emit_due(on(BEFORE))
    objected()
    assert told() == [SOON, TODAY]
    stop_clock(clock=clock, on=date(2026, 4, 15), at=on(date(2026, 4, 15)), by=None)
    assert ENDED not in told()  # it was objected to on that day


def test_a_letter_of_the_past_that_is_entered_with_its_answer_tells_no_day_of_its_term(country):
    clock = running(country, on(date(2026, 6, 1)))
    stop_clock(clock=clock, on=date(2026, 4, 20), at=on(date(2026, 6, 1)), by=None)
    emit_due(on(date(2026, 6, 2)))
    assert told() == []


def test_our_own_term_that_was_kept_late_is_told_though_no_worker_ran(country, at):
    matter = matter_of(country, at)
    start_clock(matter=matter, rule="own.moderate", event_at=at, at=at, by=None)
    stop_own(matter=matter, rule="own.moderate", on=date(2026, 3, 25), at=on(date(2026, 3, 25)), by=None)
    entry = Entry.objects.get(verb="own_term_ended")
    assert (entry.on, entry.visibility) == (date(2026, 3, 18), "team")


def test_our_own_term_that_was_kept_on_its_last_day_is_not_late(country, at):
    matter = matter_of(country, at)
    start_clock(matter=matter, rule="own.moderate", event_at=at, at=at, by=None)
    stop_own(matter=matter, rule="own.moderate", on=date(2026, 3, 17), at=on(date(2026, 3, 17)), by=None)
    emit_due(on(date(2026, 3, 25)))
    assert told() == []


@pytest.mark.parametrize("end", ["registered", "answered"])
def test_a_registration_that_was_missing_for_days_is_told_though_it_came_before_the_worker(country, at, end):
    sent = date(2026, 5, 7)
    letter = letter_of(
        matter_of(country, at), country.water, at, stage="sent", sent_on=sent, registered_on=None, number=""
    )
    day = date(2026, 5, 18)
    if end == "registered":
        register(letter=letter, number="7/1", on=day, at=on(day), by=None)
    else:
        came = Came(dated_on=day, received_on=day)
        record_answer(letter=letter, answer="formal", came=came, at=on(day), by=None)
    emit_due(on(day))
    assert told() == [("registration_unknown", date(2026, 5, 13))]


def test_a_registration_in_time_that_is_entered_late_was_never_missing(country, at):
    letter = letter_of(
        matter_of(country, at), country.water, at, stage="sent", sent_on=date(2026, 5, 7), registered_on=None
    )
    register(letter=letter, number="7/1", on=date(2026, 5, 8), at=on(date(2026, 5, 18)), by=None)
    emit_due(on(date(2026, 5, 18)))
    assert not Entry.objects.filter(verb="registration_unknown").exists()
    assert Letter.objects.get().stage == "registered"


def on_thread(clock, day):
    """The dated verbs that the thread still speaks of."""
    shown = [step.get("entry") for step in thread(clock.matter, STRANGER, day)]
    small = [pk for step in thread(clock.matter, STRANGER, day) for _w, _n, pk in step.get("small", [])]
    rows = Entry.objects.filter(pk__in=[*shown, *small], clock=clock, once__isnull=False)
    return list(rows.order_by("on").values_list("verb", "on"))


def test_a_thread_no_longer_says_that_a_day_has_passed_which_an_answer_was_before(clock, cast):
    emit_due(on(AFTER))
    assert on_thread(clock, AFTER) == [SOON, TODAY, ENDED] and len(told()) == 3
    stop_clock(clock=clock, on=date(2026, 4, 13), at=on(AFTER), by=None)
    assert on_thread(clock, AFTER) == [SOON] and len(told()) == 3  # what was written stays on the record


def test_a_thread_no_longer_says_that_a_day_has_passed_which_has_moved(clock):
    emit_due(on(AFTER))
    correct(clock=clock, on=date(2026, 3, 16), at=on(AFTER), by=None)
    assert clock.due_on == ENDED[1] and on_thread(clock, AFTER) == []
    emit_due(on(AFTER))
    assert [verb for verb, _on in on_thread(clock, AFTER)] == ["due_soon", "due_today", "term_ended"]
    assert not may_be_passed_on(Entry.objects.get(verb="term_ended", on=ENDED[1]))
