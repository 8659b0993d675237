"""Neighbours without mail follow: a coordinator writes a number down, and "Kimə deməli" reminds of them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from icma.core.action import Refused
from icma.front.notices import to_tell
from icma.matters.actions.by_voice import follow_by_voice, listeners
from icma.matters.actions.joining import merge
from icma.matters.actions.thread import note
from icma.matters.models import Matter, Part
from icma.people.held import held
from icma.people.models import Consent, Contact, Opening
from tests.matters.support_kit import everything, public

pytestmark = pytest.mark.django_db
PHONE = "+994 50 111 22 33"
TYPED = {
    "consented": "on",
    "phone": PHONE,
    "name": "Gülnar",
    "hour": "10:00–12:00",
    "woman": "on",
    "channel": "phone",
}


@pytest.fixture(autouse=True)
def in_azerbaijani():
    with translation.override("az"):
        yield


@pytest.fixture
def led(country) -> Matter:
    return public(country, timezone.now(), "LEDBYVS1", stage="taken", community=country.community)


def address(name: str, matter: Matter) -> str:
    return reverse(name, args=[matter.code])


def added(client, led: Matter, once: str = "a", **more) -> str:
    response = client.post(address("by_voice", led), TYPED | {"once": once} | more)
    assert response.status_code == 302, response.content.decode()
    return Part.objects.filter(role="follower").latest("pk").person


def test_a_neighbour_without_mail_is_written_down_and_told_by_a_person(client_as, led, cast):
    """The way round: written down, news, on the list, the number is opened (and that is logged), told."""
    client = client_as("coordinator")
    person = added(client, led)
    at = timezone.now()
    assert to_tell(cast.who("coordinator"), at) == []
    note(matter=led, verb="answer_came", at=at + timedelta(hours=1))
    Matter.objects.update(changed_at=at + timedelta(hours=1))
    [row] = to_tell(cast.who("coordinator"), at + timedelta(hours=2))
    assert (row.person, row.hour, row.woman) == (person, "10:00–12:00", True)
    assert [one.person for one in to_tell(cast.who("officer"), at + timedelta(days=6))] == [person]
    assert PHONE not in everything() and "Gülnar" not in everything()
    assert Consent.objects.get().person == person and Consent.objects.get().by == cast.coordinator


def test_the_number_opens_from_the_list_with_a_reason_and_a_second_factor(client_as, led, cast):
    client = client_as("coordinator")
    person = added(client, led)
    page = client.get(address("by_voice", led)).content.decode()
    assert PHONE not in page and "Gülnar" not in page and f"№ {person[:6]}" in page
    there = f"{address('contact', led)}?kim={person[:6]}"
    assert there in page
    assert client_as("resident").get(there).status_code == 404
    strong = client_as("coordinator", strong=True)
    assert PHONE not in strong.get(there).content.decode() and not Opening.objects.exists()
    assert PHONE in strong.post(there, {"reason": "tell"}).content.decode()
    assert Opening.objects.get().person == person
    assert PHONE not in strong.post(address("contact", led), {"reason": "tell"}).content.decode(), "no author"


@pytest.mark.parametrize(
    "bad", [{"phone": ""}, {"phone": "12"}, {"consented": ""}, {"hour": "3"}, {"phone": "5" * 31}]
)
def test_without_a_number_or_the_consent_nothing_is_kept(client_as, led, bad):
    response = client_as("coordinator").post(address("by_voice", led), TYPED | {"once": "a"} | bad)
    assert response.status_code == 422
    assert not Contact.objects.exists() and not Part.objects.exists() and not Consent.objects.exists()


def test_who_wants_no_more_is_forgotten_at_once(client_as, led, cast):
    client = client_as("coordinator")
    person, other = added(client, led), added(client, led, once="b")
    client.post(address("by_voice_end", led), {"person": person, "once": "c"})
    assert [one.person for one in listeners(led)] == [other]
    assert not Contact.objects.filter(person=person).exists()
    assert Consent.objects.get(person=person).withdrawn_at is not None
    client.post(address("by_voice_end", led), {"person": cast.resident.person, "once": "d"})
    assert [one.person for one in listeners(led)] == [other]


def test_four_taps_write_down_one(client_as, led):
    client = client_as("coordinator")
    for _tap in range(4):
        added(client, led)
    assert Part.objects.count() == Contact.objects.count() == 1


def test_only_those_who_lead_write_numbers_down(client, client_as, led, country):
    other = public(country, timezone.now(), "ANOTHER1")
    assert client.get(address("by_voice", led)).status_code == 302
    assert client_as("resident").get(address("by_voice", led)).status_code == 404
    assert client_as("coordinator").get(address("by_voice", other)).status_code == 404
    assert client_as("officer").get(address("by_voice", led)).status_code == 200


def test_of_a_matter_that_has_ended_there_is_nothing_more_to_tell(country, cast):
    at = timezone.now()
    ended = public(country, at, "CLOSED01", stage="closed", community=country.community)
    with pytest.raises(Refused):
        follow_by_voice(
            matter=ended,
            contact={"phone": PHONE},
            consented=True,
            channel="phone",
            at=at,
            by=cast.coordinator,
        )
    assert not Contact.objects.exists()


def test_joined_matters_keep_those_who_hear_by_voice(client_as, led, country, cast):
    at = timezone.now()
    into = public(country, at, "THETOP01", stage="taken", community=country.community)
    person = added(client_as("coordinator"), led)
    merge(matter=led, into=into, at=at, by=cast.officer)
    assert [one.person for one in listeners(into)] == [person]
    there = f"{address('contact', into)}?kim={person[:6]}"
    strong = client_as("coordinator", strong=True)
    assert PHONE in strong.post(there, {"reason": "tell"}).content.decode()


def test_what_is_held_says_what_for(client_as, led):
    person = added(client_as("coordinator"), led)
    words = str([(str(a), str(b)) for section in held(person, timezone.now()) for a, b in section.rows])
    assert "şifahi demək" in words
