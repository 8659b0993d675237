"""The ladder: a branch for each end of a letter, its steps with their days, never to the body complained of."""

from datetime import date, timedelta

import pytest

from icma.core.words import date_words
from icma.engines.clocks import compute
from icma.law.book import book
from icma.matters.actions.clocks import confirm_silence, object_to, stop_clock
from icma.matters.ahead import other_days, rung_days
from icma.matters.ladder import BRANCHES, HELP, rungs
from icma.matters.models import Clock, Letter
from tests.matters.clockwork import REGISTERED, letter_of, matter_of, on, reply_of, running

pytestmark = pytest.mark.django_db
DATED, REACHED = date(2026, 4, 10), date(2026, 4, 13)


def by_key(letter, today):
    return {rung.key: rung for rung in rungs(letter, today)}


@pytest.mark.parametrize(
    ("answer", "steps"),
    [
        ("refusal", ["information", "complaint", "ombudsman", "claim", "help"]),
        ("formal", ["reminder", "information", "complaint", "ombudsman", "claim", "help"]),
        ("partly", ["rest", "complaint", "claim", "help"]),
        ("forwarded", ["reminder", "complaint", "help"]),
        ("promise", ["reminder", "complaint", "ombudsman", "help"]),
        ("unconsidered", ["again", "complaint", "ombudsman", "claim", "help"]),
        ("substance", ["complaint", "claim", "help"]),
    ],
)
def test_each_kind_of_answer_has_its_steps_and_ends_at_legal_aid(country, at, answer, steps):
    clock = running(country, at)
    reply_of(clock.letter, answer, DATED, at, promised_on=date(2026, 5, 20), forwarded_to=country.executive)
    found = rungs(clock.letter, REACHED)
    assert [rung.key for rung in found] == steps
    assert (found[-1].url, found[-1].kind) == (HELP, "")


def test_silence_has_its_steps_each_with_day_rule_and_addressee(country, at):
    clock = running(country, at)
    today = date(2026, 5, 4)
    found = by_key(clock.letter, today)
    assert list(found) == ["reminder", "information", "complaint", "ombudsman", "claim", "help"]
    assert found["reminder"].to == country.water
    assert found["complaint"].to == country.superior
    assert found["complaint"].rules == ("adm.complaint", "adm.complaint.noinfo")
    assert (found["complaint"].opens_on, found["complaint"].state) == (date(2026, 4, 15), "open")
    assert found["complaint"].last_on == date(2026, 5, 13)
    assert found["complaint"].last_other_on == date(2026, 10, 13)
    assert found["ombudsman"].last_on == date(2027, 4, 12)


def test_our_own_days_are_counted_by_the_earliest_reading_and_aimed_at_three_working_days_sooner(country, at):
    clock = running(country, at)
    rung, law = by_key(clock.letter, date(2026, 4, 20))["complaint"], book()
    answer = compute(law.rules["adm.complaint"], clock.earliest_on, law.calendar)
    assert (rung.last_on, rung.safe_on) == (answer.due, answer.safe)
    assert law.calendar.add_working(rung.safe_on, 3) == rung.last_on
    assert rung.safe_on < rung.last_on < rung.last_other_on


def test_the_later_day_holds_only_on_its_condition_and_has_a_safe_day_of_its_own(country, at):
    clock = running(country, at)
    reply_of(clock.letter, "refusal", DATED, at)
    law, main, other = book(), date(2026, 5, 13), date(2026, 10, 13)
    rung = by_key(clock.letter, REACHED)["complaint"]
    assert (rung.last_on, rung.last_other_on) == (main, other)
    assert law.calendar.add_working(rung.safe_other_on, 3) == other
    assert rung.other_if == law.rules["adm.complaint.noinfo"].condition["az"]
    assert rung.term(main) == (rung.safe_on, main)
    assert rung.term(main + timedelta(days=1)) == (rung.safe_other_on, other)
    assert date_words(other) not in rung_days(rung, main)
    with_condition = other_days(rung, main)
    assert rung.other_if in with_condition and date_words(rung.safe_other_on) in with_condition
    after = rung_days(rung, main + timedelta(days=1))
    assert after.index(date_words(main)) < after.index(rung.other_if) < after.index(date_words(other))
    assert "əsas müddət bitib" in after and date_words(rung.safe_other_on) in after
    late = rung_days(rung, other)
    assert date_words(rung.safe_other_on) not in late and date_words(other) in late
    claim = by_key(clock.letter, REACHED)["claim"]
    assert (claim.last_other_on, claim.other_if, other_days(claim, main)) == (None, "", "")


def test_the_days_of_a_step_are_no_surer_than_the_term_they_are_counted_from(country, at):
    unsure, read = running(country, at), running(country, at, "adm.decision")
    marks = [by_key(clock.letter, date(2026, 5, 4))["complaint"].mark for clock in (unsure, read)]
    assert marks == ["yoxlanılmayıb", "vəkil təsdiqləməyib"]
    reply_of(unsure.letter, "refusal", DATED, at)  # from the day it came: the authority's term plays no part
    assert by_key(unsure.letter, REACHED)["complaint"].mark == "vəkil təsdiqləməyib"


def test_the_court_is_not_open_before_the_law_lets_it_and_safely_a_day_later(country, at):
    clock = running(country, at, on=date(2026, 4, 1))
    rung = by_key(clock.letter, date(2026, 5, 7))["claim"]
    assert (rung.opens_on, rung.opens_safe_on) == (date(2026, 5, 7), date(2026, 5, 8))
    assert rung.state == "later"
    assert by_key(clock.letter, date(2026, 5, 8))["claim"].state == "open"


def test_a_refusal_opens_court_and_complaint_for_thirty_days_from_the_day_it_reached_us(country, at):
    clock = running(country, at)
    reply_of(clock.letter, "refusal", DATED, at)
    found = by_key(clock.letter, REACHED)
    assert {found[key].last_on for key in ("complaint", "claim")} == {date(2026, 5, 13)}
    after = by_key(clock.letter, date(2026, 5, 14))
    assert (after["claim"].state, after["complaint"].state) == ("over", "open")
    assert by_key(clock.letter, date(2026, 11, 14))["complaint"].state == "over"


def test_where_nobody_noted_the_day_of_arrival_the_law_presumes_it(country, at):
    clock = running(country, at)
    reply_of(clock.letter, "refusal", DATED, at, received_on=None, channel="post")
    assert by_key(clock.letter, REACHED)["claim"].last_on == date(2026, 5, 15)


def test_a_promise_is_waited_for_but_not_past_the_term_of_the_complaint(country, at):
    early, late = running(country, at), running(country, at)
    reply_of(early.letter, "promise", DATED, at, promised_on=date(2026, 4, 20))
    reply_of(late.letter, "promise", DATED, at, promised_on=date(2026, 8, 1))
    assert by_key(early.letter, REACHED)["complaint"].opens_on == date(2026, 4, 21)
    assert by_key(late.letter, REACHED)["complaint"].opens_on == REACHED
    assert by_key(late.letter, REACHED)["reminder"].opens_on == date(2026, 8, 2)


def test_a_forwarded_letter_is_asked_after_at_the_new_body(country, at):
    clock = running(country, at)
    reply_of(clock.letter, "forwarded", DATED, at, forwarded_to=country.executive)
    assert by_key(clock.letter, REACHED)["reminder"].to == country.executive


def test_a_complaint_never_goes_to_the_body_complained_of(country, at):
    country.superior.superior = country.water  # a circle in the directory
    country.superior.save()
    matter = matter_of(country, at)
    letter = letter_of(
        matter, country.superior, at, kind="complaint", about=country.water, rule="adm.complaint.decision"
    )
    reply_of(letter, "refusal", DATED, at)
    rung = by_key(letter, REACHED)["complaint"]
    assert (rung.to, rung.state) == (None, "missing")


def test_a_body_without_a_superior_in_the_directory_is_said_to_be_missing(country, at):
    letter = letter_of(matter_of(country, at), country.executive, at)
    reply_of(letter, "refusal", DATED, at)
    assert by_key(letter, REACHED)["complaint"].state == "missing"


@pytest.mark.parametrize("branch", [name for name in BRANCHES if name])
def test_every_rule_of_every_branch_is_in_the_book(country, branch):
    for spec in BRANCHES[branch]:
        assert {rule for rule in (spec.opens_rule, *spec.closes, *spec.cites) if rule} <= set(book().rules)
        assert spec.kind in Letter.Kind.values


def test_a_letter_that_waits_for_registration_is_asked_after_when_the_note_is_due(country, at):
    letter = letter_of(
        matter_of(country, at), country.water, at, stage="sent", sent_on=date(2026, 5, 7), registered_on=None
    )
    rung = by_key(letter, date(2026, 5, 12))["reminder"]
    assert (rung.rules, rung.opens_on, rung.state) == (("adm.regnote",), date(2026, 5, 13), "later")
    assert by_key(letter, date(2026, 5, 13))["reminder"].state == "open"


def test_before_the_term_ends_the_steps_are_seen_with_their_first_day(country, at):
    clock = running(country, at)
    found = by_key(clock.letter, date(2026, 4, 14))
    assert {found[key].state for key in ("reminder", "complaint", "claim")} == {"later"}
    assert found["reminder"].opens_on == date(2026, 4, 15)


def test_each_step_after_silence_wants_it_confirmed_anew(country, at):
    clock = running(country, at)
    letter, today = clock.letter, date(2026, 4, 20)
    assert by_key(letter, today)["complaint"].needs_asking
    confirm_silence(clock=clock, on=today, at=on(today), by=None)
    assert not by_key(letter, today)["complaint"].needs_asking
    later = running(country, at, "adm.complaint.decision", on=date(2026, 4, 21))
    Letter.objects.filter(pk=later.letter_id).update(matter=letter.matter, follows=letter, kind="complaint")
    after = Clock.objects.get(pk=later.pk).due_on + timedelta(days=1)
    assert by_key(letter, after)["ombudsman"].needs_asking


def test_a_step_whose_letter_exists_is_taken(country, at):
    clock = running(country, at)
    next_one = letter_of(
        clock.matter, country.superior, at, kind="complaint", follows=clock.letter, about=country.water
    )
    rung = by_key(clock.letter, date(2026, 5, 4))["complaint"]
    assert (rung.state, rung.taken) == ("taken", next_one)


def test_what_the_authority_passed_on_is_not_taken_for_our_next_complaint(country, at):
    clock = running(country, at, "adm.complaint.decision")
    letter = clock.letter
    Letter.objects.filter(pk=letter.pk).update(
        kind="complaint", stage="forwarded", forwarded_to=country.executive
    )
    letter_of(clock.matter, country.executive, at, kind="complaint", follows=letter)
    reply_of(letter, "forwarded", DATED, at, forwarded_to=country.executive)
    assert by_key(Letter.objects.get(pk=letter.pk), date(2026, 4, 2))["complaint"].taken is None


@pytest.mark.parametrize("kind", ["ombudsman", "claim"])
def test_after_ombudsman_and_court_only_legal_aid_knows_more(country, at, kind):
    letter = letter_of(matter_of(country, at), country.superior, at, kind=kind)
    reply_of(letter, "refusal", DATED, at)
    assert list(by_key(letter, REACHED)) == ["help"]


def test_an_objection_and_an_unconfirmed_answer_open_no_step(country, at):
    clock = running(country, at)
    object_to(clock=clock, kind="answered", at=on(date(2026, 5, 4)))
    assert list(by_key(clock.letter, date(2026, 5, 4))) == ["help"]
    other = running(country, at)
    reply_of(other.letter, "refusal", DATED, at, confirmed=False)
    assert "reminder" in by_key(other.letter, date(2026, 5, 4))


def test_an_answered_term_of_which_the_answer_is_not_classified_opens_no_step(country, at):
    clock = running(country, at)
    stop_clock(clock=clock, on=DATED, at=on(REACHED), by=None)
    assert list(by_key(clock.letter, REACHED)) == ["help"]


def test_the_ladder_costs_the_same_for_one_and_for_many_letters(country, at, django_assert_num_queries):
    clock = running(country, at)
    book()
    for n in range(3):
        letter_of(clock.matter, country.superior, at, kind="reminder", follows=clock.letter, number=str(n))
        fresh = Letter.objects.get(pk=clock.letter_id)
        with django_assert_num_queries(3):
            rungs(fresh, date(2026, 5, 4))
    assert REGISTERED < DATED
