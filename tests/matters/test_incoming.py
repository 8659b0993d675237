"""What authorities write back, and what it does to clocks, letters and matters."""

from datetime import date, datetime, time, timedelta

import pytest

from icma.core.action import Refused
from icma.core.day import BAKU
from icma.matters.actions.clocks import confirm_silence
from icma.matters.actions.incoming import (
    record,
    record_answer,
    record_extension,
    record_forwarding,
    record_registration,
    record_unconsidered,
)
from icma.matters.models import Clock, Entry, Letter
from tests.matters.letters_kit import SENT, came, later, photo, registered, sent

pytestmark = pytest.mark.django_db
NOW = later(2026, 5, 20)


def test_an_answer_stops_the_clock_on_its_own_date_not_on_the_day_it_came(country, cast, at):
    letter = registered(country, cast, at)
    reply = record_answer(
        letter=letter,
        answer="substance",
        came=came(date(2026, 4, 14), date(2026, 4, 25), number="77"),
        at=NOW,
        by=cast.coordinator,
    )
    clock = Clock.objects.get(letter=letter)
    assert (clock.state, clock.ended_on) == ("answered", date(2026, 4, 14))
    assert (reply.direction, reply.stage, reply.answers, reply.received_on) == (
        "in",
        "received",
        letter,
        date(2026, 4, 25),
    )
    letter.matter.refresh_from_db()
    assert (letter.stage, letter.matter.stage) == ("answered", "answered")
    entry = Entry.objects.get(letter=reply)
    assert (entry.verb, entry.on, entry.data) == ("answer_came", date(2026, 4, 14), {"answer": "substance"})


def test_an_answer_withdraws_a_confirmed_silence(country, cast, at):
    letter = registered(country, cast, at)
    confirm_silence(letter=letter, on=date(2026, 5, 19), at=NOW, by=cast.coordinator)
    assert letter.stage == "silent"
    record_answer(letter=letter, answer="formal", came=came(date(2026, 4, 10)), at=NOW, by=cast.coordinator)
    assert Clock.objects.get(letter=letter, owner="authority").asked_on is None
    assert Entry.objects.filter(verb="silence_withdrawn").count() == 1
    assert Letter.objects.get(pk=letter.pk).stage == "answered"


@pytest.mark.parametrize(
    "dated,received",
    [
        (SENT - timedelta(days=1), SENT),  # older than our letter
        (date(2026, 4, 10), date(2026, 4, 9)),  # came before it was written
        (date(2026, 5, 21), date(2026, 5, 21)),  # tomorrow
        (date(2026, 5, 20), date(2026, 5, 21)),
    ],
)
def test_impossible_dates_are_refused(country, cast, at, dated, received):
    letter = registered(country, cast, at)
    with pytest.raises(Refused):
        record_answer(
            letter=letter, answer="substance", came=came(dated, received), at=NOW, by=cast.coordinator
        )
    assert not Letter.objects.filter(direction="in").exists()


def test_a_promise_needs_its_date_and_not_one_before_the_answer(country, cast, at):
    letter = registered(country, cast, at)
    for promised in (None, date(2026, 4, 1)):
        with pytest.raises(Refused):
            record_answer(
                letter=letter,
                answer="promise",
                came=came(date(2026, 4, 10)),
                promised_on=promised,
                at=NOW,
                by=cast.coordinator,
            )
    reply = record_answer(
        letter=letter,
        answer="promise",
        came=came(date(2026, 4, 10)),
        promised_on=date(2026, 7, 1),
        at=NOW,
        by=cast.coordinator,
    )
    assert reply.promised_on == date(2026, 7, 1)


def test_a_draft_gets_no_answer(country, cast, at):
    from tests.matters.letters_kit import drafted

    with pytest.raises(Refused):
        record_answer(
            letter=drafted(country, cast, at),
            answer="substance",
            came=came(date(2026, 4, 10)),
            at=NOW,
            by=cast.coordinator,
        )


def test_an_overlong_summary_is_refused_and_a_scan_stays_private(country, cast, at):
    letter = registered(country, cast, at)
    with pytest.raises(Refused):
        record_answer(
            letter=letter,
            answer="substance",
            came=came(date(2026, 4, 10), summary="ə" * 501),
            at=NOW,
            by=cast.coordinator,
        )
    with pytest.raises(Refused):
        record_answer(
            letter=letter,
            answer="substance",
            came=came(date(2026, 4, 10), scan=b"MZ not a picture"),
            at=NOW,
            by=cast.coordinator,
        )
    reply = record_answer(
        letter=letter,
        answer="substance",
        came=came(date(2026, 4, 10), scan=photo(), summary="ə" * 500),
        at=NOW,
        by=cast.coordinator,
    )
    assert reply.scan.visibility == "staff"
    assert reply.redacted is None


def test_an_extension_in_time_moves_the_date(country, cast, at):
    letter = registered(country, cast, at)
    reply, why = record_extension(
        letter=letter,
        came=came(date(2026, 4, 10)),
        basis="information",
        amount=30,
        at=NOW,
        by=cast.coordinator,
    )
    assert (why, reply.answer) == ("", "extension")
    assert Clock.objects.get(letter=letter).due_on > date(2026, 5, 20)
    assert Entry.objects.filter(verb="extended").exists()


def test_an_extension_after_the_term_is_kept_and_moves_nothing(country, cast, at):
    letter = registered(country, cast, at)
    _reply, why = record_extension(letter=letter, came=came(date(2026, 5, 19)), at=NOW, by=cast.coordinator)
    assert why
    assert Clock.objects.get(letter=letter).due_on == date(2026, 4, 14)
    assert Entry.objects.filter(verb="extension_void").exists()
    assert not Entry.objects.filter(verb="extended").exists()


def test_without_a_registration_nothing_can_be_extended(country, cast, at):
    with pytest.raises(Refused):
        record_extension(
            letter=sent(country, cast, at), came=came(date(2026, 4, 10)), at=NOW, by=cast.coordinator
        )


def test_forwarding_ends_the_wait_here_and_begins_one_there(country, cast, at):
    letter = registered(country, cast, at)
    notice, there = record_forwarding(
        letter=letter,
        to=country.executive,
        came=came(date(2026, 3, 17), date(2026, 3, 19)),
        at=NOW,
        by=cast.coordinator,
    )
    assert notice.forwarded_to == country.executive
    assert Letter.objects.get(pk=letter.pk).stage == "forwarded"
    assert Clock.objects.get(letter=letter).state == "closed"
    assert (there.stage, there.sent_on, there.follows, there.authority) == (
        "sent",
        date(2026, 3, 17),
        letter,
        country.executive,
    )
    assert there.body == letter.body
    assert not Clock.objects.filter(letter=there).exists()


def test_a_notice_that_names_the_new_registration_starts_the_new_clock(country, cast, at):
    letter = registered(country, cast, at)
    _notice, there = record_forwarding(
        letter=letter, to=country.executive, came=came(date(2026, 3, 17)),
        new_number="9", new_registered_on=date(2026, 3, 18), at=NOW, by=cast.coordinator,
    )  # fmt: skip
    clock = Clock.objects.get(letter=there)
    assert (clock.authority, clock.state, there.stage) == (country.executive, "running", "registered")


def test_a_term_in_hours_starts_at_the_new_body_with_its_hour(country, cast, at):
    letter = sent(country, cast, at, kind="information", rule="info.danger")
    given = {
        "what": "forwarded", "to": country.executive, "reg_number": "9", "reg_on": date(2026, 3, 18),
        "reg_hour": time(15, 0),
    }  # fmt: skip
    record(letter=letter, given=given, came=came(date(2026, 3, 17)), at=NOW, by=cast.coordinator)
    clock = Clock.objects.get(matter=letter.matter, authority=country.executive)
    assert clock.started_at == datetime(2026, 3, 18, 15, 0, tzinfo=BAKU)


def test_a_letter_is_not_forwarded_to_the_same_or_a_closed_body(country, cast, at):
    letter = registered(country, cast, at)
    with pytest.raises(Refused):
        record_forwarding(
            letter=letter, to=country.water, came=came(date(2026, 3, 17)), at=NOW, by=cast.coordinator
        )
    country.executive.until = date(2026, 3, 1)
    country.executive.save()
    with pytest.raises(Refused):
        record_forwarding(
            letter=letter, to=country.executive, came=came(date(2026, 3, 17)), at=NOW, by=cast.coordinator
        )


def test_a_complaint_passed_on_to_the_body_it_is_about_is_kept_as_it_happened(country, cast, at):
    letter = registered(
        country,
        cast,
        at,
        kind="complaint",
        authority=country.superior,
        about=country.water,
        rule="adm.complaint.decision",
    )
    _notice, there = record_forwarding(
        letter=letter, to=country.water, came=came(date(2026, 3, 17)), at=NOW, by=cast.coordinator
    )
    assert there.authority == country.water and there.about is None


def test_a_note_of_registration_is_a_letter_and_starts_the_term(country, cast, at):
    letter = sent(country, cast, at)
    note = record_registration(
        letter=letter,
        came=came(date(2026, 3, 16)),
        number="44",
        on=date(2026, 3, 13),
        at=NOW,
        by=cast.coordinator,
    )
    assert note.answer == "registration"
    assert Clock.objects.get(letter=letter).due_on == date(2026, 4, 14)


def test_left_without_consideration_ends_the_term(country, cast, at):
    letter = registered(country, cast, at)
    record_unconsidered(letter=letter, came=came(date(2026, 3, 30)), at=NOW, by=cast.coordinator)
    assert Letter.objects.get(pk=letter.pk).stage == "returned"
    assert Clock.objects.get(letter=letter).state == "answered"


def test_a_paper_that_two_people_enter_stands_once(country, cast, at):
    letter = registered(country, cast, at)
    paper = came(date(2026, 3, 13), number="12-974")
    record_answer(letter=letter, answer="formal", came=paper, at=at, by=cast.coordinator)
    with pytest.raises(Refused, match="artıq qeyd olunub"):
        record_answer(letter=letter, answer="refusal", came=paper, at=at, by=cast.officer)
    assert Letter.objects.filter(direction="in").count() == 1
    record_answer(letter=letter, answer="formal", came=came(date(2026, 3, 13)), at=at, by=cast.officer)
    record_answer(letter=letter, answer="formal", came=came(date(2026, 3, 13)), at=at, by=cast.officer)
    assert Letter.objects.filter(direction="in").count() == 3  # without a number nobody can know
