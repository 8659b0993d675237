"""Assignment, transfer, a second lawyer, pro bono: step by step, behind the client's consent, until a minute."""

from datetime import timedelta

import pytest
from django.urls import reverse

from icma.core.action import Refused
from icma.core.day import legal_day
from icma.engines.vault import Unopened
from icma.legalaid.actions import consent
from icma.legalaid.actions.cases import offers, reading, rows, taking
from icma.legalaid.models import Case, Offer, Wall
from icma.legalaid.sealing import card_of, set_card
from icma.legalaid.words import Compartment
from tests.legalaid import rings
from tests.legalaid.rings import AT

pytestmark = pytest.mark.django_db
FILE = Compartment.FILE
UNTIL = AT + timedelta(days=2)


@pytest.fixture
def two(country):
    """A lawyer with a case that has a party and a note; a colleague."""
    (_a, ring), (_b, other) = rings.lawyer("bir"), rings.lawyer("iki")
    case = rings.a_case(ring)
    set_card(ring=ring, case=case, value={"kind": "card", "title": "Torpaq", "client": "Aygün"})
    party = {"name": "Nümunə Bankı", "role": "opponent", "acts_as": "", "contact": ""}
    rows.add_party(ring=ring, case=case, at=AT, **party)
    rows.write_note(ring=ring, case=case, text="işin içi", at=AT)
    return ring, other, case


def agreed(ring, case, purpose="representation", to="") -> None:
    consent.give(ring=ring, case=case, purpose=purpose, how="spoken", language="az", to=to, at=AT)


def offered(ring, other, case, kind="pro_bono", until=UNTIL) -> Offer:
    return offers.offer(ring=ring, case=case, kind=kind, to=other.user, summary="qısaca", at=AT, until=until)


def test_a_volunteer_sees_names_then_a_summary_then_the_file_until_the_minute(two) -> None:
    ring, other, case = two
    with pytest.raises(Refused):  # no consent to be represented
        offered(ring, other, case)
    agreed(ring, case)
    with pytest.raises(Refused):  # a guest's access has an end
        offered(ring, other, case, until=None)
    row = offered(ring, other, case)
    assert offers.parties_of(other, row) == ["Aygün", "Nümunə Bankı"] and offers.summary_of(other, row) == ""
    for too_early in (lambda: offers.accept(ring=other, row=row, at=AT), lambda: other.key(case, FILE)):
        with pytest.raises((Refused, Unopened)):
            too_early()
    offers.no_conflict(ring=other, row=row)
    assert offers.summary_of(other, row) == "qısaca"
    offers.accept(ring=other, row=row, at=AT)
    guest = rings.at_moment(other, UNTIL - timedelta(seconds=1))
    assert card_of(guest, Case.objects.get(pk=case.pk))["title"] == "Torpaq"
    with pytest.raises(Unopened):
        rings.at_moment(other, UNTIL).key(case, FILE)
    row.refresh_from_db()
    assert bytes(row.parties) == bytes(row.summary) == b""  # what was shown first is not kept


def test_an_offer_is_answered_once_and_falls_with_the_consent(two) -> None:
    ring, other, case = two
    agreed(ring, case)
    row = offered(ring, other, case, "counsel")
    offers.decline(ring=other, row=row)
    with pytest.raises(Refused):
        offers.no_conflict(ring=other, row=row)
    row = offered(ring, other, case, "assign")
    offers.no_conflict(ring=other, row=row)
    consent.revoke(ring=ring, case=case, purpose="representation", at=AT)
    with pytest.raises(Refused):
        offers.accept(ring=other, row=row, at=AT)
    with pytest.raises(Unopened):
        rings.at_moment(other, AT).key(case, FILE)


def test_a_transfer_changes_who_answers_and_the_load_that_is_shown(two) -> None:
    ring, other, case = two
    agreed(ring, case)
    today, people = legal_day(AT), [ring.user, other.user]
    assert reading.workload(people, today) == {ring.user.pk: 1, other.user.pk: 0}
    row = offered(ring, other, case, "transfer", None)
    offers.no_conflict(ring=other, row=row)
    offers.accept(ring=other, row=row, at=AT)
    case.refresh_from_db()
    assert (case.assignee, case.deputy) == (other.user, ring.user)
    assert reading.workload(people, today) == {ring.user.pk: 0, other.user.pk: 1}


def test_nothing_is_offered_to_who_is_walled_off_has_no_key_or_is_oneself(two, cast) -> None:
    ring, other, case = two
    agreed(ring, case)
    Wall.objects.create(case=case, user=other.user, on=rings.ON)
    for to in (other.user, ring.user, cast.advocate):
        with pytest.raises(Refused):
            offers.offer(ring=ring, case=case, kind="assign", to=to, summary="", at=AT)


def test_a_referral_goes_to_the_body_that_was_agreed_to_and_to_no_other(two) -> None:
    ring, _other, case = two
    agreed(ring, case, "sharing", "Nümunə Ombudsman")
    with pytest.raises(Refused):
        offers.refer(ring=ring, case=case, body="Nümunə Prokurorluq", at=AT)
    assert offers.refer(ring=ring, case=case, body="Nümunə Ombudsman", at=AT).kind == "referral"


def test_of_two_lawyers_who_take_the_same_case_one_gets_it(country) -> None:
    (_a, one), (_b, other) = rings.lawyer("bir"), rings.lawyer("iki")
    rings.groups(one, other)
    case, _key = rings.an_intake()
    card = {"title": "Su", "client": "Aygün"}
    rings.at_moment(other, AT).key(case, Compartment.THREAD)  # both have it open
    taking.take_up(ring=one, case=Case.objects.get(pk=case.pk), card=card, verdict="clear", at=AT)
    with pytest.raises((Refused, Unopened)):
        taking.take_up(ring=other, case=Case.objects.get(pk=case.pk), card=card, verdict="clear", at=AT)
    case.refresh_from_db()
    assert case.assignee == one.user and card_of(one, case)["title"] == "Su"
    with pytest.raises(Unopened):
        rings.at_moment(other, AT).key(case, FILE)


def test_an_offer_goes_through_its_pages(two, client_as, cast, monkeypatch) -> None:
    ring, _other, case = two
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    agreed(ring, case)
    guest, client = rings.ring_for(cast.advocate), client_as("advocate")
    row = offered(ring, guest, case)
    rings.unlock(client, guest, AT)
    url = reverse("offer_answer", args=[row.code])
    assert url in client.get(reverse("cases")).content.decode()
    page = client.get(url).content.decode()
    assert "Nümunə Bankı" in page and "qısaca" not in page
    client.post(url, {"do": "clear", "once": "a"})
    assert "qısaca" in client.get(url).content.decode()
    assert client.post(url, {"do": "accept", "once": "b"})["Location"] == reverse("case", args=[case.code])
    assert "işin içi" in client.get(reverse("case", args=[case.code])).content.decode()
