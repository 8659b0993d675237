"""Letters: drafted, sent, registered, and what is refused on the way."""

from datetime import date, time, timedelta

import pytest

from icma.core.action import Refused
from icma.core.flow import Stale
from icma.matters.actions.letters import digest, draft, drop, mark_sent, redraft, register
from icma.matters.models import Clock, Entry, Letter
from icma.people.models import Address
from tests.matters.letters_kit import REGISTERED, SENT, drafted, photo, registered, sent, taken

pytestmark = pytest.mark.django_db


def address(country, **more) -> Address:
    given = {
        "purpose": "appeal",
        "channel": "portal",
        "value": "numune.invalid",
        "source": "nümunə",
        "since": date(2024, 1, 1),
    }
    return Address.objects.create(authority=country.water, **(given | more))


def test_a_draft_is_for_the_team_alone(country, cast, at):
    letter = drafted(country, cast, at)
    assert letter.stage == "draft"
    assert letter.rule == "appeal.general"
    assert Entry.objects.get(letter=letter).visibility == "team"


def test_a_matter_nobody_took_up_gets_no_letter(country, cast, at):
    with pytest.raises(Refused):
        drafted(country, cast, at, matter=taken(country, at, stage="open"))


def test_a_complaint_does_not_go_to_the_body_complained_of_and_the_higher_one_is_named(country, cast, at):
    with pytest.raises(Refused, match="Nümunə Nazirliyi"):
        drafted(country, cast, at, kind="complaint", about=country.water, rule="adm.complaint.decision")
    assert not Letter.objects.exists()


def test_a_complaint_names_a_body(country, cast, at):
    with pytest.raises(Refused):
        drafted(country, cast, at, kind="complaint", rule="adm.complaint.decision")


def test_a_body_that_was_closed_yesterday_gets_no_letter_and_its_parent_is_named(country, cast, at):
    country.water.until = date(2026, 3, 12)
    country.water.parent = country.executive
    country.water.save()
    with pytest.raises(Refused, match="İcra Hakimiyyəti"):
        drafted(country, cast, at)


def test_a_body_that_closes_today_still_gets_its_letter(country, cast, at):
    country.water.until = date(2026, 3, 13)
    country.water.save()
    assert drafted(country, cast, at).pk


def test_the_limit_of_a_channel_is_counted_before_the_letter_is_kept(country, cast, at):
    portal = address(country, limit=20)
    with pytest.raises(Refused, match="20"):
        drafted(country, cast, at, address=portal)
    assert (
        drafted(
            country, cast, at, matter=taken(country, at, "TAKEN002"), address=portal, body="x" * 20
        ).channel
        == "portal"
    )


def test_an_address_of_another_body_is_refused(country, cast, at):
    other = address(country)
    with pytest.raises(Refused):
        drafted(country, cast, at, authority=country.executive, address=other)


@pytest.mark.parametrize(
    "field,value", [("subject", ""), ("body", "  \u200b "), ("subject", "x" * 201), ("body", "x" * 10_001)]
)
def test_empty_and_overlong_texts_are_refused(country, cast, at, field, value):
    with pytest.raises(Refused):
        drafted(country, cast, at, **{field: value})


def test_a_letter_of_residents_never_leads_to_the_thread(country, cast, at):
    assert not drafted(country, cast, at, sender="resident", with_qr=True).with_qr
    assert drafted(country, cast, at, matter=taken(country, at, "TAKEN002"), with_qr=True).with_qr


def test_sending_is_recorded_with_its_day_and_presses_the_matter(country, cast, at):
    letter = sent(country, cast, at)
    assert (letter.stage, letter.sent_on, letter.channel) == ("sent", SENT, "post")
    letter.matter.refresh_from_db()
    assert letter.matter.stage == "pressing"
    assert letter.matter.authority == country.water
    entry = Entry.objects.get(letter=letter, verb="sent")
    assert (entry.on, entry.visibility) == (SENT, "public")
    assert not Clock.objects.filter(owner="authority").exists()


def test_a_letter_cannot_have_been_sent_tomorrow(country, cast, at):
    with pytest.raises(Refused):
        mark_sent(
            letter=drafted(country, cast, at),
            channel="post",
            on=date(2026, 3, 14),
            at=at,
            by=cast.coordinator,
        )


def test_of_two_who_mark_it_sent_one_is_told(country, cast, at):
    letter = drafted(country, cast, at)
    mine, theirs = Letter.objects.get(pk=letter.pk), Letter.objects.get(pk=letter.pk)
    mark_sent(letter=mine, channel="post", on=SENT, at=at, by=cast.coordinator)
    with pytest.raises(Stale):
        mark_sent(letter=theirs, channel="hand", on=SENT, at=at, by=cast.officer)
    assert Letter.objects.get(pk=letter.pk).channel == "post"


def test_a_proof_that_is_not_what_it_says_is_refused_and_nothing_changes(country, cast, at):
    letter = drafted(country, cast, at)
    with pytest.raises(Refused):
        mark_sent(
            letter=letter, channel="post", on=SENT, proof=b"<svg onload=alert(1)>", at=at, by=cast.coordinator
        )
    assert Letter.objects.get(pk=letter.pk).stage == "draft"


def test_a_proof_is_kept_privately(country, cast, at):
    letter = mark_sent(
        letter=drafted(country, cast, at), channel="post", on=SENT, proof=photo(), at=at, by=cast.coordinator
    )
    assert letter.scan.visibility == "staff"


def test_registration_starts_the_clock_of_the_letters_rule(country, cast, at):
    letter = registered(country, cast, at)
    clock = Clock.objects.get(letter=letter)
    assert (clock.rule, clock.due_on, clock.authority) == ("appeal.general", date(2026, 4, 14), country.water)
    assert (letter.stage, letter.number, letter.registered_on) == ("registered", "125/1", REGISTERED)


def test_a_registration_before_the_sending_is_refused(country, cast, at):
    with pytest.raises(Refused):
        register(
            letter=sent(country, cast, at),
            number="1",
            on=SENT - timedelta(days=1),
            at=at,
            by=cast.coordinator,
        )
    assert not Clock.objects.filter(owner="authority").exists()


def test_a_registration_in_the_future_or_without_number_is_refused(country, cast, at):
    letter = sent(country, cast, at)
    for number, on in (("1", date(2026, 3, 14)), ("  ", REGISTERED), ("9" * 61, REGISTERED)):
        with pytest.raises(Refused):
            register(letter=letter, number=number, on=on, at=at, by=cast.coordinator)


def test_of_two_who_register_one_is_told_and_one_clock_runs(country, cast, at):
    letter = sent(country, cast, at)
    mine, theirs = Letter.objects.get(pk=letter.pk), Letter.objects.get(pk=letter.pk)
    register(letter=mine, number="1", on=REGISTERED, at=at, by=cast.coordinator)
    with pytest.raises(Stale):
        register(letter=theirs, number="2", on=REGISTERED, at=at, by=cast.officer)
    assert Clock.objects.filter(letter=letter).count() == 1
    assert Letter.objects.get(pk=letter.pk).number == "1"


def test_a_term_in_hours_wants_the_hour(country, cast, at):
    letter = sent(country, cast, at, kind="information", rule="info.danger")
    with pytest.raises(Refused):
        register(letter=letter, number="1", on=REGISTERED, at=at, by=cast.coordinator)
    register(letter=letter, number="1", on=REGISTERED, hour=time(9, 0), at=at, by=cast.coordinator)
    assert Clock.objects.get(letter=letter).due_at is not None


def test_a_reminder_has_no_term_of_its_own(country, cast, at):
    letter = registered(country, cast, at, kind="reminder", rule="")
    assert not Clock.objects.filter(letter=letter).exists()


def test_a_draft_that_somebody_else_changed_meanwhile_is_not_overwritten(country, cast, at):
    letter = drafted(country, cast, at)
    was = digest(letter)
    redraft(letter=letter, subject="Ərizə", body="Yeni mətn", was=was, at=at, by=cast.coordinator)
    with pytest.raises(Stale):
        redraft(letter=letter, subject="Ərizə", body="Köhnə forma", was=was, at=at, by=cast.officer)
    assert Letter.objects.get(pk=letter.pk).body == "Yeni mətn"
    was = digest(letter)  # a subject is as much its text as the rest
    redraft(letter=letter, subject="Yeni mövzu", body="Yeni mətn", was=was, at=at, by=cast.coordinator)
    with pytest.raises(Stale):
        redraft(letter=letter, subject="Ərizə", body="Yeni mətn", was=was, at=at, by=cast.officer)
    assert Letter.objects.get(pk=letter.pk).subject == "Yeni mövzu"


def test_a_letter_that_was_sent_is_no_longer_changed(country, cast, at):
    letter = sent(country, cast, at)
    with pytest.raises(Stale):
        redraft(letter=letter, subject="x", body="y", was=digest(letter), at=at, by=cast.coordinator)


def test_a_dropped_draft_loses_its_text(country, cast, at):
    letter = drafted(country, cast, at)
    drop(letter=letter, at=at, by=cast.coordinator)
    kept = Letter.objects.get(pk=letter.pk)
    assert (kept.stage, kept.body) == ("dropped", "")


def test_an_unknown_rule_is_refused(country, cast, at):
    with pytest.raises(Refused):
        draft(
            matter=taken(country, at), authority=country.water, kind="application", sender="community",
            subject="x", body="y", rule="no.such", at=at, by=cast.coordinator,
        )  # fmt: skip
