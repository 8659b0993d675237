"""What time does to matters: each event once, on its own day, however late the worker is."""

from datetime import date, timedelta

import pytest

from icma.law import actions as law_actions
from icma.law.book import book
from icma.matters.actions.clocks import confirm_silence, extend, object_to, pause, start_clock, stop_clock
from icma.matters.jobs import emit_due, emit_steps, rederive_stale
from icma.matters.ladder import rungs
from icma.matters.models import Entry, Letter, Matter
from icma.matters.threadview import thread
from icma.matters.verbs import may_be_passed_on
from icma.matters.verbs import told as told_in_words
from tests.matters.clockwork import letter_of, matter_of, on, reply_of, running

pytestmark = pytest.mark.django_db
DUE = date(2026, 4, 14)
DERIVED = ("due_soon", "due_today", "term_ended", "term_ended_latest", "step_open")


def told(**where):
    rows = Entry.objects.filter(once__isnull=False, **where).order_by("on", "pk")
    return list(rows.values_list("verb", "on"))


@pytest.fixture
def clock(country, at):
    return running(country, at)


@pytest.fixture
def whole(clock):
    """Everything that this clock will ever tell, in order."""
    court = date(2026, 4, 20)  # 35 days after 13 March have passed on the 17th; one working day later
    return [
        ("due_soon", date(2026, 4, 12)), ("due_today", DUE), ("term_ended", date(2026, 4, 15)),
        ("step_open", court), ("term_ended_latest", clock.latest_on + timedelta(days=1)),
    ]  # fmt: skip


def test_a_worker_that_runs_every_day_tells_each_event_on_its_day(clock, whole):
    day = date(2026, 3, 14)
    while day < date(2026, 7, 20):
        for verb, on_day in told(at__gte=on(day)):
            assert on_day == day, verb
        emit_due(on(day))
        day += timedelta(days=1)
    assert told() == whole


def test_a_worker_that_was_off_for_five_days_tells_each_missed_event_once_with_its_own_day(clock, whole):
    emit_due(on(date(2026, 4, 11)))
    assert told() == []
    assert emit_due(on(date(2026, 4, 16))) == 3
    assert told() == whole[:3]
    assert emit_due(on(date(2026, 4, 16))) == 0
    assert told() == whole[:3]


def test_one_run_at_the_very_end_tells_the_whole_story_and_a_second_none(clock, whole):
    assert emit_due(on(date(2026, 12, 1))) == len(whole)
    assert told() == whole
    assert emit_due(on(date(2026, 12, 1))) == 0
    assert emit_due(on(date(2027, 3, 1))) == 0


def test_the_court_step_of_a_short_term_is_told_after_the_term_is_long_over(country, at):
    clock = running(country, at, "info.general", kind="information")
    emit_due(on(clock.latest_on + timedelta(days=1)))
    assert "step_open" not in [verb for verb, _ in told()]
    emit_due(on(date(2026, 5, 1)))
    assert ("step_open", date(2026, 4, 20)) in told()
    assert emit_due(on(date(2026, 9, 1))) == 0


@pytest.mark.parametrize("ends", ["answer", "pause", "objection", "closed matter"])
def test_what_is_answered_paused_disputed_or_finished_is_not_told(clock, ends):
    day = date(2026, 4, 1)
    if ends == "answer":
        stop_clock(clock=clock, on=day, at=on(day), by=None)
    elif ends == "pause":
        pause(clock=clock, on=day, at=on(day), by=None)
    elif ends == "objection":
        object_to(clock=clock, kind="answered", at=on(day))
    else:
        Matter.objects.update(stage="closed")
    emit_due(on(date(2026, 7, 20)))
    assert [verb for verb, _ in told() if verb in DERIVED] == []


def test_an_extension_brings_its_own_days_and_leaves_what_was_told(clock):
    emit_due(on(date(2026, 4, 12)))
    extend(clock=clock, on=date(2026, 4, 13), at=on(date(2026, 4, 13)), by=None, basis="study")
    emit_due(on(clock.due_on))
    assert told(verb="due_soon") == [
        ("due_soon", date(2026, 4, 12)),
        ("due_soon", clock.due_on - timedelta(days=2)),
    ]
    assert told(verb="due_today") == [("due_today", clock.due_on)]


def test_a_holiday_that_moves_the_date_moves_the_news(clock, cast, at):
    law_actions.change_day(
        day=date(2026, 4, 1), working=False, name="Yas günü", source="Nümunə qərar", why="Nazirlər Kabineti",
        by=cast.officer, at=at,
    )  # fmt: skip
    rederive_stale(at)
    emit_due(on(DUE))
    assert told() == [("term_changed", date(2026, 3, 13)), ("due_soon", date(2026, 4, 13))]


def test_news_of_a_clock_stands_on_its_matter_with_letter_and_clock(clock):
    emit_due(on(DUE))
    entry = Entry.objects.get(verb="due_today")
    assert (entry.matter, entry.letter, entry.clock, entry.visibility) == (
        clock.matter,
        clock.letter,
        clock,
        "public",
    )
    assert entry.once == f"clock:{clock.pk}:due_today:2026-04-14"


def test_silence_that_was_confirmed_does_not_stop_the_news(clock, whole):
    confirm_silence(clock=clock, on=date(2026, 4, 15), at=on(date(2026, 4, 15)), by=None)
    emit_due(on(date(2026, 12, 1)))
    assert [row for row in told() if row[0] in DERIVED] == whole


def test_our_own_term_that_was_not_kept_is_told_to_the_team_alone(country, at):
    start_clock(matter=matter_of(country, at), rule="own.moderate", event_at=at, at=at, by=None)
    emit_due(on(date(2026, 3, 17)))
    assert told() == []
    assert emit_due(on(date(2026, 3, 25))) == 1
    entry = Entry.objects.get(verb="own_term_ended")
    assert (entry.on, entry.visibility) == (date(2026, 3, 18), "team")
    assert emit_due(on(date(2026, 3, 25))) == 0


def test_a_letter_without_registration_is_told_once_when_the_note_was_due(country, at):
    letter_of(
        matter_of(country, at), country.water, at, stage="sent", sent_on=date(2026, 5, 7), registered_on=None
    )
    emit_due(on(date(2026, 5, 12)))
    assert told() == []
    assert emit_due(on(date(2026, 5, 20))) == 1
    assert told() == [("registration_unknown", date(2026, 5, 13))]
    assert emit_due(on(date(2026, 5, 21))) == 0


def test_a_promised_day_is_told_when_it_comes_and_when_it_has_passed(country, at):
    clock = running(country, at)
    stop_clock(clock=clock, on=date(2026, 4, 10), at=on(date(2026, 4, 13)), by=None)
    reply_of(clock.letter, "promise", date(2026, 4, 10), at, promised_on=date(2026, 5, 20))
    emit_due(on(date(2026, 5, 20)))
    assert told() == [("promise_due", date(2026, 5, 20))]
    emit_due(on(date(2026, 6, 1)))
    assert told() == [("promise_due", date(2026, 5, 20)), ("promise_passed", date(2026, 5, 21))]
    assert emit_due(on(date(2026, 6, 1))) == 0


def test_a_term_of_few_days_tells_nothing_of_before_it_began(country, at):
    clock = running(country, at, "adm.regnote")
    emit_due(on(clock.due_on + timedelta(days=1)))
    assert all(day > date(2026, 3, 13) for _, day in told())


# --- the days of our own next steps --------------------------------------------------------------------
@pytest.fixture
def refused(country, at):
    """A refusal that reached us on 13 April: complaint and claim until 13 May, safely until 7 May."""
    clock = running(country, at)
    stop_clock(clock=clock, on=date(2026, 4, 10), at=on(date(2026, 4, 13)), by=None)
    Letter.objects.filter(pk=clock.letter_id).update(stage="answered")
    reply_of(clock.letter, "refusal", date(2026, 4, 10), on(date(2026, 4, 13)))
    return clock.letter


def steps_told():
    rows = Entry.objects.filter(verb__in=("step_safe", "step_last")).order_by("on", "pk")
    return [(row.verb, row.data["step"], row.on) for row in rows]


def days_of(letter, *keys):
    """What the days of these steps will tell, in order."""
    found = []
    for rung in rungs(letter, date(2026, 4, 14)):
        if rung.key in keys:
            for verb, day in (
                ("step_safe", rung.safe_on), ("step_last", rung.last_on),
                ("step_safe", rung.safe_other_on), ("step_last", rung.last_other_on),
            ):  # fmt: skip
                found += [(verb, rung.key, day)] if day else []
    return sorted(found, key=lambda row: row[2])


def test_a_worker_that_runs_every_day_tells_the_safe_and_the_last_day_of_each_step_on_its_day(refused):
    day = date(2026, 4, 13)
    while day < date(2026, 10, 20):
        for row in Entry.objects.filter(verb__in=("step_safe", "step_last"), at__gte=on(day)):
            assert row.on == day
        emit_steps(on(day))
        day += timedelta(days=1)
    assert sorted(steps_told()) == sorted(days_of(refused, "complaint", "claim"))
    assert {day for _verb, _key, day in steps_told()} >= {
        date(2026, 5, 7),
        date(2026, 5, 13),
        date(2026, 10, 13),
    }


def test_a_worker_that_was_off_for_five_days_tells_each_missed_day_of_a_step_once_with_its_own_date(refused):
    emit_steps(on(date(2026, 5, 6)))
    assert steps_told() == []
    safe, last = date(2026, 5, 7), date(2026, 5, 13)
    assert (
        emit_steps(on(date(2026, 5, 14))) == 4
    )  # the term of the claim is over by now, and was missed all the same
    assert steps_told() == [
        ("step_safe", "complaint", safe), ("step_safe", "claim", safe),
        ("step_last", "complaint", last), ("step_last", "claim", last),
    ]  # fmt: skip
    assert emit_steps(on(date(2026, 5, 14))) == 0
    assert emit_steps(on(date(2026, 6, 1))) == 0
    other = days_of(refused, "complaint")[2:]
    assert emit_steps(on(other[-1][2] + timedelta(days=4))) == 2
    assert steps_told()[-2:] == other and Entry.objects.latest("pk").data["other"] is True


def test_a_silence_has_its_days_too_and_nobody_is_told_of_what_was_over_before(country, at):
    clock = running(country, at)
    emit_steps(on(date(2026, 5, 13)))
    assert [row[:2] for row in steps_told()] == [("step_safe", "complaint"), ("step_last", "complaint")]
    known = on(date(2026, 6, 1))  # entered afterwards
    late = running(country, known, on=date(2026, 3, 12))
    emit_steps(on(date(2026, 6, 2)))
    assert not Entry.objects.filter(letter=late.letter, verb="step_last").exists()
    assert Entry.objects.filter(letter=clock.letter).exists()


@pytest.mark.parametrize(("stage", "told"), [("draft", True), ("sent", False), ("dropped", True)])
def test_a_step_that_was_taken_is_not_told_but_a_letter_that_is_only_begun_stops_no_term(
    refused, country, at, stage, told
):
    for kind in ("complaint", "claim"):
        letter_of(refused.matter, country.superior, at, kind=kind, stage=stage, follows=refused, rule="")
    emit_steps(on(date(2026, 5, 13)))
    assert bool(steps_told()) is told


@pytest.mark.parametrize("ended", ["closed", "merged"])
def test_no_step_of_a_matter_that_is_over_is_told(refused, ended):
    Matter.objects.update(stage=ended)
    assert emit_steps(on(date(2026, 5, 13))) == 0


def test_the_days_of_a_step_are_for_the_team_and_say_which_step_until_when_and_how_sure(refused, cast):
    emit_steps(on(date(2026, 5, 8)))
    entry = Entry.objects.filter(verb="step_safe").first()
    assert (entry.visibility, entry.letter_id, entry.by) == ("team", refused.pk, None)
    said = told_in_words(entry).replace("\N{NO-BREAK SPACE}", " ")
    for words in ("Yuxarı quruma şikayət", "13 may 2026", "vəkil təsdiqləməyib"):
        assert words in said
    assert may_be_passed_on(entry)
    unsure = Entry(
        verb="step_last", data={"step": "ombudsman", "last": "2027-04-12", "rules": "ombudsman.lodge"}
    )
    assert not may_be_passed_on(unsure) and "yoxlanılmayıb" in told_in_words(unsure)
    public, team = (
        thread(refused.matter, cast.who(role), date(2026, 5, 9)) for role in ("resident", "coordinator")
    )
    assert [entry.pk for step in team if "ehtiyat tarixi" in str(step["title"])] != []
    assert [step for step in public if "ehtiyat tarixi" in str(step["title"])] == []


def test_the_days_of_many_steps_cost_as_many_queries_as_those_of_one(
    country, at, django_assert_max_num_queries
):
    for _ in range(6):
        running(country, at)
    emit_steps(on(date(2026, 5, 13)))
    book()
    with django_assert_max_num_queries(6):
        assert emit_steps(on(date(2026, 5, 13))) == 0


def test_the_run_reads_clocks_in_one_query_and_looks_up_keys_in_one(
    country, at, django_assert_max_num_queries
):
    for _ in range(6):
        running(country, at)
    emit_due(on(date(2026, 12, 1)))
    book()
    with django_assert_max_num_queries(8):
        assert emit_due(on(date(2026, 12, 1))) == 0
    assert Letter.objects.count() == 6
