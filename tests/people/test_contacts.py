"""Contacts: sealed, opened with a factor and a reason, logged, expiring."""

from datetime import date, timedelta

import pytest
from django.db import connection

from icma.core.access import Who
from icma.core.action import Refused
from icma.core.day import legal_day
from icma.people.actions.contacts import (
    erase_contact,
    expire_contacts,
    give_consent,
    keep_contact,
    open_contact,
    set_contact_expiry,
    withdraw_consent,
)
from icma.people.models import Consent, Contact, Opening

CANARY = {"name": "Xanımana Kanareyka", "phone": "+994 50 777 66 55", "mail": "kanareyka@evdekilər.az"}
PERSON, SCOPE = "p" * 24, "matter:7Q4FM2KD"


@pytest.fixture
def kept(cast, at):
    return keep_contact(person=PERSON, purpose="answer", scope=SCOPE, values={**CANARY, "hour": ""}, at=at)


def everything_in_the_database() -> str:
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                found += [bytes(cell) if isinstance(cell, memoryview) else cell for cell in row]
    return "\n".join(
        cell.decode("utf-8", "replace") if isinstance(cell, bytes) else str(cell) for cell in found
    )


def test_no_name_phone_or_mail_stands_in_the_database_in_plain(kept, cast, at):
    open_contact(person=PERSON, by=cast.officer, who=cast.who("officer"), reason="ask", at=at)
    text = everything_in_the_database()
    assert SCOPE in text, "the search must be able to find what is there"
    for value in CANARY.values():
        assert value not in text
    assert "777 66 55" not in text and "kanareyka" not in text.lower()


def test_equal_values_are_sealed_differently_and_to_equal_length(kept, at):
    other = keep_contact(person="q" * 24, purpose="answer", scope=SCOPE, values={"phone": "1"}, at=at)
    assert bytes(other.sealed) != bytes(kept.sealed)
    assert len(bytes(other.sealed)) == len(bytes(kept.sealed))


def test_a_coordinator_opens_a_contact_of_a_matter_that_he_leads_and_it_is_logged(kept, cast, at):
    who = cast.who("coordinator")
    known = open_contact(person=PERSON, by=cast.coordinator, who=who, reason="tell", at=at, scopes={SCOPE})
    assert known == CANARY
    row = Opening.objects.get()
    assert (row.person, row.by, row.role, row.reason, row.at) == (
        PERSON,
        cast.coordinator,
        "coordinator",
        "tell",
        at,
    )
    open_contact(person=PERSON, by=cast.coordinator, who=who, reason="tell", at=at, scopes={SCOPE})
    assert Opening.objects.count() == 2, "each opening is logged, also the same one again"


def test_without_a_factor_that_is_not_the_mailbox_nothing_opens(kept, cast, at):
    for key, scopes in (("coordinator", {SCOPE}), ("officer", None)):
        who = cast.who(key, strong=False)
        with pytest.raises(Refused):
            open_contact(person=PERSON, by=getattr(cast, key), who=who, reason="ask", at=at, scopes=scopes)
    assert not Opening.objects.exists()


def test_what_was_given_for_another_matter_stays_closed(kept, cast, at):
    keep_contact(person=PERSON, purpose="answer", scope="matter:OTHER000", values={"phone": "2"}, at=at)
    who = cast.who("coordinator")
    known = open_contact(
        person=PERSON, by=cast.coordinator, who=who, reason="tell", at=at, scopes={"matter:OTHER000"}
    )
    assert known == {"phone": "2"}
    for scopes in (set(), {"matter:NOTHING0"}, None):
        with pytest.raises(Refused):
            open_contact(person=PERSON, by=cast.coordinator, who=who, reason="tell", at=at, scopes=scopes)


def test_nobody_opens_in_the_name_of_another_or_without_a_reason(kept, cast, at):
    who = cast.who("officer")
    with pytest.raises(Refused):
        open_contact(person=PERSON, by=cast.coordinator, who=who, reason="ask", at=at)
    with pytest.raises(Refused):
        open_contact(person=PERSON, by=cast.officer, who=Who(), reason="ask", at=at)
    with pytest.raises(Refused):
        open_contact(person=PERSON, by=cast.officer, who=who, reason="", at=at)
    assert not Opening.objects.exists()


def test_a_second_giving_for_the_same_scope_replaces_the_first(kept, cast, at):
    keep_contact(person=PERSON, purpose="answer", scope=SCOPE, values={"phone": "3"}, at=at)
    known = open_contact(person=PERSON, by=cast.officer, who=cast.who("officer"), reason="ask", at=at)
    assert known == {"phone": "3"} and Contact.objects.count() == 1


def test_a_contact_goes_ninety_days_after_its_matter_and_not_a_day_sooner(kept, cast, at):
    ends = legal_day(at) + timedelta(days=90)
    assert set_contact_expiry(scope=SCOPE, expires_on=ends) == 1
    assert expire_contacts(on=ends - timedelta(days=1)) == 0
    assert open_contact(
        person=PERSON, by=cast.officer, who=cast.who("officer"), reason="ask", at=at + timedelta(days=89)
    )
    with pytest.raises(Refused):  # the day has come, even if the job is late
        open_contact(
            person=PERSON, by=cast.officer, who=cast.who("officer"), reason="ask", at=at + timedelta(days=90)
        )
    assert expire_contacts(on=ends) == 1
    assert expire_contacts(on=ends) == 0
    assert not Contact.objects.exists()


def test_a_matter_that_is_opened_again_keeps_its_contacts(kept):
    set_contact_expiry(scope=SCOPE, expires_on=date(2026, 6, 1))
    set_contact_expiry(scope=SCOPE, expires_on=None)
    assert expire_contacts(on=date(2030, 1, 1)) == 0


def test_erasing_leaves_the_record_of_who_had_looked(kept, cast, at):
    open_contact(person=PERSON, by=cast.officer, who=cast.who("officer"), reason="ask", at=at)
    assert erase_contact(person=PERSON) == 1
    assert Opening.objects.filter(person=PERSON).count() == 1
    with pytest.raises(Refused):
        open_contact(person=PERSON, by=cast.officer, who=cast.who("officer"), reason="ask", at=at)


def test_an_opening_can_be_neither_changed_nor_deleted(kept, cast, at):
    open_contact(person=PERSON, by=cast.officer, who=cast.who("officer"), reason="ask", at=at)
    row = Opening.objects.get()
    for act in (row.save, row.delete):
        with pytest.raises(TypeError):
            act()


def test_a_consent_is_withdrawn_and_stays_as_proof(cast, at):
    give_consent(
        person=PERSON,
        purpose="contact",
        text="az-1",
        language="az",
        channel="phone",
        at=at,
        by=cast.coordinator,
    )
    assert withdraw_consent(person=PERSON, purpose="contact", at=at) == 1
    assert withdraw_consent(person=PERSON, purpose="contact", at=at) == 0
    assert Consent.objects.get().withdrawn_at == at


def test_no_list_and_no_rule_leads_to_contacts(db):
    """One at a time, with a reason, and no other way: no rule fetches them, no list or download holds them."""
    from icma.core.access import ruled_models
    from icma.core.listing import Listing
    from icma.front import lists

    assert Contact not in ruled_models() and Opening not in ruled_models()
    listed = {one.rows().model for one in lists.PUBLIC if isinstance(one, Listing)}
    assert len(listed) >= 4 and Contact not in listed
