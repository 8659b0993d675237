"""The pages of a term: the record, what may be entered, silence, objections."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from icma.core.day import legal_day
from icma.matters.actions.clocks import object_to
from icma.matters.actions.raising import change_code
from icma.matters.models import Clock, Entry, Letter
from tests.matters.clockwork import letter_of, matter_of, on, running

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(cast, country, at):
    return running(country, at)


def url(name, clock, *more):
    return reverse(name, args=[clock.matter.code, clock.letter.code, *more])


def test_the_record_of_a_term_is_for_those_who_lead_the_matter(clock, client_as):
    for role, status in (("coordinator", 200), ("officer", 200), ("resident", 404), ("official", 404)):
        assert client_as(role).get(url("clock", clock)).status_code == status, role
    html = client_as("coordinator").get(url("clock", clock)).content.decode()
    assert 'class="clock ' in html
    assert 'datetime="2026-03-13"' in html


def test_a_letter_of_another_matter_has_no_address_here(clock, client_as, country, at):
    other = matter_of(country, at)
    assert client_as("officer").get(reverse("clock", args=[other.code, clock.letter.code])).status_code == 404


def test_silence_is_confirmed_by_the_coordinator_and_refusals_stay_on_the_form(clock, client_as):
    client, address = client_as("coordinator"), url("silence", clock)
    html = client.post(address, {"on": "2026-04-10"}).content.decode()
    assert "Həmin gündən sonra soruşun" in html
    assert 'value="2026-04-10"' in html
    assert client.post(address, {"on": "2026-04-15"}).status_code == 302
    assert Clock.objects.get(pk=clock.pk).asked_on == date(2026, 4, 15)


@pytest.mark.parametrize(
    ("step", "given", "state"),
    [
        ("pause", {"on": "2026-04-01", "basis": "80-1"}, "paused"),
        ("extend", {"on": "2026-04-01", "basis": "study"}, "running"),
        ("correct", {"what": "start", "on": "2026-03-12"}, "running"),
    ],
)
def test_each_step_is_entered_on_its_form_once(clock, client_as, step, given, state):
    client, address = client_as("coordinator"), url("clock_step", clock, step)
    assert client.get(address).status_code == 200
    for _ in range(3):
        assert client.post(address, given | {"once": "k1"}).status_code == 302
    clock.refresh_from_db()
    assert clock.state == state
    assert clock.events.count() == 2


def test_an_extension_that_the_law_does_not_give_is_refused_in_words(clock, client_as):
    client, address = client_as("coordinator"), url("clock_step", clock, "extend")
    html = client.post(address, {"on": "2026-05-20", "basis": ""}).content.decode()
    assert "müddəti uzatmır" in html


@pytest.mark.parametrize("step", ["start_clock", "rederive", "close_clock", "nonsense"])
def test_only_the_named_steps_have_a_form(clock, client_as, step):
    assert client_as("officer").get(url("clock_step", clock, step)).status_code == 404


def test_a_resident_who_sent_the_letter_says_with_the_return_code_that_nothing_has_come(
    clock, client, client_as
):
    own, address = (
        reverse("own", args=[clock.matter.code]),
        reverse("own_asked", args=[clock.matter.code, clock.letter.code]),
    )
    code = change_code(matter=clock.matter, at=timezone.now())
    assert client.get(address).url == reverse("own_code"), "without the code nothing is said about it"
    client.post(reverse("own_code"), {"code": code})
    assert address not in client.get(own).content.decode() and client.get(address).status_code == 404, (
        "theirs"
    )
    Letter.objects.filter(pk=clock.letter_id).update(sender="resident")
    page = client.get(own).content.decode()
    assert address in page and reverse("own_add", args=[clock.matter.code]) in page
    assert client.post(address, {"on": "2026-04-10", "once": "a1"}).status_code == 422, (
        "the term ran on that day"
    )
    assert client.post(address, {"on": f"{legal_day(timezone.now())}", "once": "a2"}).status_code == 302
    clock.refresh_from_db()
    assert clock.asked_on == legal_day(timezone.now()) and clock.letter.stage == "silent"
    assert Entry.objects.get(verb="silence_confirmed").by is None
    assert address not in client.get(own).content.decode() and client.get(address).status_code == 404
    assert client_as("resident").get(address).status_code == 404


def test_a_letter_without_a_term_has_no_page_of_one(cast, country, at, client_as):
    letter = letter_of(matter_of(country, at), country.water, at, stage="sent", registered_on=None)
    assert (
        client_as("officer").get(reverse("clock", args=[letter.matter.code, letter.code])).status_code == 404
    )


def test_an_objection_is_decided_by_the_union_and_not_by_the_community(clock, client_as):
    assert client_as("officer").get(url("objection", clock)).status_code == 404
    object_to(clock=clock, kind="answered", at=timezone.now(), text="Poçtla göndərmişik, nömrə 74-2")
    assert client_as("coordinator").get(url("objection", clock)).status_code == 404
    client = client_as("officer")
    shown = client.get(url("objection", clock)).content.decode()
    assert "Poçtla göndərmişik, nömrə 74-2" in shown and str(clock.letter.authority) in shown
    html = client.post(url("objection", clock), {"upheld": "yes"}).content.decode()
    assert "Cavabın üzərindəki tarixi yazın" in html
    given = {"upheld": "yes", "answered_on": "2026-04-09", "text": "Cavab tapıldı"}
    assert client.post(url("objection", clock), given).status_code == 302
    clock.refresh_from_db()
    assert (clock.state, clock.ended_on) == ("answered", date(2026, 4, 9))
    assert legal_day(on(date(2026, 4, 9))) == clock.ended_on
