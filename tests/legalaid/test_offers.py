"""Assignment, transfer, a second lawyer, pro bono: step by step, behind the client's consent, until a minute."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.translation import gettext as _

from icma.core.action import Refused
from icma.core.day import legal_day
from icma.engines.vault import Unopened
from icma.front.notices.cases import words_of_case
from icma.legalaid.actions import conflicts, consent
from icma.legalaid.actions.cases import offers, reading, rows, taking
from icma.legalaid.actions.cases.telling import answering
from icma.legalaid.groupwords import shared_cases
from icma.legalaid.models import Case, Grant, Offer, Wall
from icma.legalaid.sealing import card_of, set_card
from icma.legalaid.words import Compartment
from icma.people.models import Mail
from tests.house.world import signed_in
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


def taken(other, row, **more) -> None:
    offers.no_conflict(ring=other, row=row)
    offers.accept(ring=other, row=row, at=AT, **more)


def opens(ring, case, compartment=FILE) -> bool:
    """In a later request."""
    try:
        return bool(rings.at_moment(ring, AT).key(Case.objects.get(pk=case.pk), compartment))
    except Unopened:
        return False


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
    assert offers.parties_of(other, row) == [["Aygün", "client"], ["Nümunə Bankı", "opponent"]]
    assert offers.summary_of(other, row) == ""
    for too_early in (lambda: offers.accept(ring=other, row=row, at=AT), lambda: other.key(case, FILE)):
        with pytest.raises((Refused, Unopened)):
            too_early()
    offers.no_conflict(ring=other, row=row)
    assert offers.summary_of(other, row) == "qısaca"
    with pytest.raises(Refused):  # its minute has passed: nothing would open, and the offer would be used up
        offers.accept(ring=other, row=row, at=UNTIL)
    offers.accept(ring=other, row=row, at=AT)
    guest = rings.at_moment(other, UNTIL - timedelta(seconds=1))
    assert card_of(guest, Case.objects.get(pk=case.pk))["title"] == "Torpaq"
    with pytest.raises(Unopened):
        rings.at_moment(other, UNTIL).key(case, FILE)
    row.refresh_from_db()
    assert bytes(row.parties) == bytes(row.summary) == b""  # what was shown first is not kept


def test_a_guest_is_told_at_which_minute_the_access_ended_and_behind_a_wall_nothing(two, monkeypatch) -> None:
    ring, other, case = two
    agreed(ring, case)
    taken(other, offered(ring, other, case))
    browser, page, later = (
        signed_in(other.user),
        reverse("case", args=[case.code]),
        UNTIL + timedelta(minutes=1),
    )
    rings.unlock(browser, rings.at_moment(other, later), later)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    told, html = (answer := browser.get(page)), answer.content.decode()
    assert (
        told.status_code == 410 and f"{UNTIL:%H:%M}" in html and "Torpaq" not in html and "Aygün" not in html
    )
    assert (
        browser.post(reverse("case_add", args=[case.code, "qeyd"]), {"text": "gec", "once": "g"}).status_code
        == 410
    )
    Wall.objects.create(case=case, user=other.user, on=rings.ON)
    assert browser.get(page).status_code == 404


def test_an_offer_is_answered_once_and_falls_with_the_consent(two) -> None:
    ring, other, case = two
    agreed(ring, case)
    row = offered(ring, other, case, "counsel")
    offers.decline(ring=other, row=row, at=AT)
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
    assert offers.refer(ring=ring, case=case, body="Nümunə Ombudsman", at=AT).state == "proposed"


def test_of_two_lawyers_who_take_the_same_case_one_gets_it(country) -> None:
    """Both have its key at hand, as two requests of the same second do."""
    (_a, one), (_b, other) = rings.lawyer("bir"), rings.lawyer("iki")
    rings.groups(one, other)
    case, _key = rings.an_intake()
    card = {"title": "Su", "client": "Aygün"}
    late = Case.objects.get(pk=case.pk)
    other.key(late, Compartment.THREAD)
    taking.take_up(ring=one, case=Case.objects.get(pk=case.pk), card=card, verdict="clear", at=AT)
    with pytest.raises(Refused, match=_("A colleague has just taken this case.")):
        taking.take_up(ring=other, case=late, card=card | {"title": "Qaz"}, verdict="clear", at=AT)
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
    page = client.get(reverse("case", args=[case.code])).content.decode()
    assert "işin içi" in page
    for name in (
        "case_card",
        "case_close",
        "case_offer",
        "case_refer",
    ):  # a guest leads nothing: no dead buttons
        assert reverse(name, args=[case.code]) not in page
    assert reverse("case_close_light", args=[case.code, "advice"]) not in page


@pytest.mark.parametrize("keep", [False, True])
def test_who_hands_a_case_on_opens_it_no_more_unless_the_new_lawyer_wants_it(two, keep) -> None:
    ring, other, case = two
    agreed(ring, case)
    taken(other, offered(ring, other, case, "assign", None), keep=keep)
    assert Case.objects.get(pk=case.pk).assignee == other.user and opens(other, case)
    assert opens(ring, case) == opens(ring, case, Compartment.THREAD) == keep


def test_without_the_consent_open_offers_and_guests_end_at_that_minute(two, country) -> None:
    ring, other, case = two
    agreed(ring, case)
    agreed(ring, case, "sharing", "Nümunə Ombudsman")
    passed_on = offers.refer(ring=ring, case=case, body="Nümunə Ombudsman", at=AT)
    taken(other, offered(ring, other, case))
    _third, asked = rings.lawyer("uch")
    waits = offered(ring, asked, case, "counsel")
    assert opens(other, case)
    consent.revoke(ring=rings.client(case, ring)[1], case=case, purpose="representation", at=AT)
    waits.refresh_from_db()
    assert (waits.state, bytes(waits.parties), bytes(waits.summary)) == ("revoked", b"", b"")
    assert not opens(other, case) and not opens(other, case, Compartment.THREAD) and opens(ring, case)
    passed_on.refresh_from_db()
    assert passed_on.state == "proposed"  # it stands on a consent of its own


@pytest.fixture
def desk(two, client_as, cast, monkeypatch):
    """The pages of a lawyer who leads a case, and a colleague whom he may ask."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    _ring, other, _case = two
    ring, client = rings.ring_for(cast.lawyer), client_as("lawyer")
    case = rings.a_case(ring)
    set_card(ring=ring, case=case, value={"kind": "card", "title": "Torpaq", "client": "Aygün"})
    agreed(ring, case)
    rings.unlock(client, ring, AT)
    return client, ring, other, case


def test_who_opens_a_case_is_listed_and_taken_back_and_an_open_offer_is_withdrawn(desk) -> None:
    client, ring, other, case = desk
    taken(other, offered(ring, other, case))
    waits, url = offered(ring, other, case, "counsel"), reverse("case_holders", args=[case.code])
    assert url in client.get(reverse("case", args=[case.code])).content.decode()
    page = client.get(url).content.decode()
    assert str(other.user) in page and other.pair.code in page and waits.code in page
    assert ring.pair.code not in page  # one's own is not taken back
    client.post(url, {"do": "withdraw", "offer": waits.code, "once": "a"})
    client.post(url, {"do": "take", "holder": other.pair.code, "once": "b"})
    client.post(url, {"do": "take", "holder": ring.pair.code, "once": "c"})
    waits.refresh_from_db()
    assert (waits.state, bytes(waits.summary)) == ("revoked", b"")
    assert not opens(other, case) and not opens(other, case, Compartment.THREAD) and opens(ring, case)
    page = client.get(url).content.decode()
    assert other.pair.code not in page and waits.code not in page


def test_a_body_that_declines_a_referral_is_noted(desk) -> None:
    client, ring, _other, case = desk
    url = reverse("case_refer", args=[case.code])
    assert client.get(url)["Location"] == reverse("case_consents", args=[case.code])  # to nobody was agreed
    agreed(ring, case, "sharing", "Nümunə Ombudsman")
    assert client.post(url, {"body": "Başqa qurum", "once": "0"}).status_code == 422
    client.post(url, {"body": "Nümunə Ombudsman", "once": "a"})
    row, url = Offer.objects.get(), reverse("case_holders", args=[case.code])
    assert row.state == "proposed" and "Nümunə Ombudsman" in client.get(url).content.decode()
    client.post(url, {"do": "declined", "offer": row.code, "once": "b"})
    row.refresh_from_db()
    assert row.state == "declined" and row.code not in client.get(url).content.decode()
    assert "Nümunə Ombudsman" in client.get(reverse("case", args=[case.code])).content.decode()


CHOSEN = {"title": "Torpaq", "client": "Aygün", "client_kind": "person", "sex": "unknown", "band": "unknown"}


def test_a_named_deputy_is_asked_gets_both_keys_by_accepting_and_loses_them_with_the_seat(desk, cast) -> None:
    client, ring, other, case = desk
    url, both = reverse("case_card", args=[case.code]), (FILE, Compartment.THREAD)
    for once in ("a", "b"):  # asked twice is asked once
        answer = client.post(url, CHOSEN | {"deputy": other.user.pk, "once": once}, follow=True)
        assert "soruşulur" in answer.content.decode()
    row, page = Offer.objects.get(kind="deputy", state="proposed"), reverse("case", args=[case.code])
    assert "soruşulub, hələ cavab verməyib" in client.get(page).content.decode()
    assert not any(opens(other, case, one) for one in both) and Case.objects.get(pk=case.pk).deputy is None
    assert ["Aygün", "client"] in offers.parties_of(other, row)
    taken(other, row)
    assert "soruşulub" not in client.get(page).content.decode()
    assert all(opens(other, case, one) for one in both)
    assert (
        Case.objects.get(pk=case.pk).deputy == other.user
        and Case.objects.get(pk=case.pk).assignee == ring.user
    )
    assert client.post(url, CHOSEN | {"deputy": "", "once": "c"}).status_code == 302
    assert not any(opens(other, case, one) for one in both)
    assert opens(ring, case)
    with pytest.raises(Refused):  # who has no key cannot serve
        taking.change_card(ring=ring, case=Case.objects.get(pk=case.pk), card={}, deputy=cast.advocate, at=AT)


def test_who_follows_in_a_seat_takes_its_keys_and_the_newest_question_counts(desk) -> None:
    _client, ring, other, case = desk
    third = rings.lawyer("uc")[1]
    taking.change_card(ring=ring, case=case, card={}, supervisor=other.user, at=AT)
    taken(other, Offer.objects.get(kind="overseer"))
    for ask in (other, third):
        now = Case.objects.get(pk=case.pk)
        taking.change_card(ring=rings.at_moment(ring, AT), case=now, card={}, deputy=ask.user, at=AT)
    assert list(Offer.objects.filter(kind="deputy").order_by("pk").values_list("state", flat=True)) == ["revoked", "proposed"]  # fmt: skip
    now = Case.objects.get(pk=case.pk)
    taking.change_card(ring=rings.at_moment(ring, AT), case=now, card={}, supervisor=third.user, at=AT)
    assert opens(other, case)  # until the other has accepted
    taken(third, Offer.objects.get(kind="overseer", state="proposed"))
    assert opens(third, case) and not opens(other, case)


def test_without_the_clients_consent_nobody_is_given_a_seat(two) -> None:
    ring, other, case = two
    for seat in ("deputy", "supervisor"):
        with pytest.raises(Refused):
            taking.change_card(ring=ring, case=case, card={}, at=AT, **{seat: other.user})
    assert not Offer.objects.exists() and not opens(other, case)


def test_a_wall_is_built_in_a_running_case_and_nobody_behind_it_serves_hears_or_is_asked(desk, at) -> None:
    client, ring, other, case = desk
    taking.change_card(ring=ring, case=case, card={}, supervisor=other.user, at=AT)
    taken(other, Offer.objects.get(kind="overseer"))
    case = Case.objects.get(pk=case.pk)
    waits = offered(ring, other, case, "assign", None)
    url, offering = reverse("case_wall", args=[case.code]), reverse("case_offer", args=[case.code])
    choice = f'<option value="{other.user.pk}"'
    assert choice in client.get(offering).content.decode()
    client.post(url, {"who": other.user.pk, "once": "a"})
    case, waits = Case.objects.get(pk=case.pk), Offer.objects.get(pk=waits.pk)
    assert case.supervisor is None and waits.state == "revoked" and not opens(other, case)
    for page in (offering, reverse("case_card", args=[case.code]), url):
        assert choice not in client.get(page).content.decode()
    with pytest.raises(Refused):
        taking.change_card(ring=rings.at_moment(ring, AT), case=case, card={}, deputy=other.user, at=AT)
    Case.objects.filter(pk=case.pk).update(deputy=other.user)  # a seat from before there was a wall
    assert answering(Case.objects.get(pk=case.pk)) == [ring.user]
    day = legal_day(AT)
    assert reading.workload([ring.user], day, ring.user) == {ring.user.pk: 1}
    assert reading.workload([ring.user], day, other.user) == {ring.user.pk: 0}
    assert shared_cases(ring, other.pair).count() == 0


def told(user) -> list[str]:
    """What the mails to somebody say that would go out now."""
    words = map(words_of_case, Mail.objects.filter(person=user.person).order_by("pk"))
    return [one["sentence"] for one in words if one]


def test_an_offer_that_stands_no_more_goes_out_in_no_mail(two) -> None:
    ring, other, case = two
    agreed(ring, case)
    row = offered(ring, other, case)
    assert len(told(other.user)) == 1
    offers.revoke(by=ring.user, row=row)
    assert told(other.user) == []
    offered(ring, other, case)
    assert len(told(other.user)) == 1
    Wall.objects.create(case=case, user=other.user, on=rings.ON)
    assert told(other.user) == []


def test_nobody_is_asked_to_stand_in_for_himself_and_who_serves_stays_chosen(desk) -> None:
    client, ring, other, case = desk
    page = client.get(reverse("case_card", args=[case.code])).content.decode()
    own, colleague = (f'<option value="{one.user.pk}"' for one in (ring, other))
    assert own not in page and colleague in page
    for seat in ("deputy", "supervisor"):
        refused = client.post(
            reverse("case_card", args=[case.code]), CHOSEN | {seat: ring.user.pk, "once": seat}
        )
        assert refused.status_code == 422
    Case.objects.filter(pk=case.pk).update(assignee=other.user, deputy=ring.user)
    page = client.get(reverse("case_card", args=[case.code])).content.decode()
    assert f"{own} selected" in page and page.count(own) == 1 and colleague not in page
    offering = client.get(reverse("case_offer", args=[case.code])).content.decode()
    assert own not in offering and colleague not in offering


def test_who_is_asked_and_who_has_asked_hear_of_it_by_a_reference_alone(two) -> None:
    ring, other, case = two
    agreed(ring, case)
    first = offered(ring, other, case, "counsel")
    asked = told(other.user)
    offers.decline(ring=other, row=first, at=AT)
    second = offered(ring, other, case)
    asked += told(other.user)
    taken(other, second)
    mails = asked, told(ring.user)
    assert [first.code in mails[0][0], second.code in mails[0][1]] == [True, True]
    assert all(case.code not in one for one in mails[0])  # names come before the case
    assert [case.code in one for one in mails[1]] == [True, True] and "imtina" in mails[1][0]
    assert "Aygün" not in str(mails)


def test_who_answers_for_a_case_is_offered_nothing_that_would_end_the_own_key(two) -> None:
    """An assignee who accepted to "work along" until a minute stood before a closed case after it."""
    ring, other, case = two
    agreed(ring, case)
    waits = offered(ring, other, case, "counsel")
    taken(other, offered(ring, other, case, "transfer", None))
    case = Case.objects.get(pk=case.pk)
    later = rings.at_moment(ring, AT)
    for kind in ("counsel", "pro_bono", "assign", "transfer"):
        with pytest.raises(Refused):
            offered(later, other, case, kind)
    taken(other, waits)  # asked before there was a seat
    for compartment in (FILE, Compartment.THREAD):
        assert rings.at_moment(other, UNTIL).key(Case.objects.get(pk=case.pk), compartment)


def test_whoever_comes_first_of_two_who_are_asked_to_take_it_over_has_it(two, country) -> None:
    ring, other, case = two
    agreed(ring, case)
    _third, third = rings.lawyer("uch")
    rows = [offered(ring, one, case, "transfer", None) for one in (other, third)]
    taken(other, rows[0])
    with pytest.raises(Refused):
        taken(third, Offer.objects.get(pk=rows[1].pk))
    assert Case.objects.get(pk=case.pk).assignee == other.user


def test_an_offer_that_is_over_is_said_to_be_over(two, client_as, cast, monkeypatch) -> None:
    """Who pressed twice comes to the case; of what was withdrawn, or whose minute has passed, nothing is shown."""
    ring, _other, case = two
    now = [AT]
    monkeypatch.setattr("django.utils.timezone.now", lambda: now[0])
    agreed(ring, case)
    guest, client = rings.ring_for(cast.advocate), client_as("advocate")
    rings.unlock(client, guest, AT)
    row, url = offered(ring, guest, case), reverse("case", args=[case.code])
    here = reverse("offer_answer", args=[row.code])
    assert str(ring.user) in client.get(here).content.decode()  # who offers
    client.post(here, {"do": "clear", "once": "a"})
    for once in ("b", "b"):
        assert client.post(here, {"do": "accept", "once": once})["Location"] == url
    waits = offered(ring, guest, case, "counsel", UNTIL)
    here = reverse("offer_answer", args=[waits.code])
    offers.revoke(by=ring.user, row=waits)
    answer = client.post(here, {"do": "clear", "once": "c"}, follow=True)
    assert answer.redirect_chain and _("This offer stands no more.") in answer.content.decode()
    waits = offered(ring, guest, case, "counsel", AT + timedelta(minutes=5))
    here = reverse("offer_answer", args=[waits.code])
    now[0] = AT + timedelta(minutes=5)
    assert here not in client.get(reverse("cases")).content.decode()
    page = client.get(here, follow=True).content.decode()
    assert _("The time of this offer is over. Ask for a new one.") in page and "Nümunə Bankı" not in page


def test_what_became_of_an_offer_stands_where_it_was_made(desk) -> None:
    client, ring, other, case = desk
    offers.decline(ring=other, row=offered(ring, other, case, "counsel"), at=AT)
    page = client.get(reverse("case_holders", args=[case.code])).content.decode()
    assert str(_("declined")) in page and str(_("to work along")) in page


def test_who_comes_second_to_a_request_is_told_and_who_presses_twice_comes_to_the_case(
    two, client_as, cast, monkeypatch
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    clients, mine = {}, {}
    for key in ("lawyer", "advocate"):
        mine[key], clients[key] = rings.ring_for(getattr(cast, key)), client_as(key)
    rings.groups(*mine.values())
    case, _key = rings.an_intake()
    url, card = reverse("case_take", args=[case.code]), CHOSEN | {"verdict": "clear"}
    for key, client in clients.items():
        rings.unlock(client, mine[key], AT)
        conflicts.look(ring=rings.at_moment(mine[key], AT), case=case, mine=set(), at=AT)
        assert client.get(url).status_code == 200
    for once in ("a", "a"):
        assert clients["lawyer"].post(url, card | {"once": once})["Location"] == reverse(
            "case", args=[case.code]
        )
    late = clients["advocate"].post(url, card | {"once": "b"}, follow=True)
    assert late.redirect_chain[-1][0] == reverse("reception")
    assert _("A colleague has just taken this case.") in late.content.decode()
    Wall.objects.create(case=case, user=mine["advocate"].user, on=rings.ON)
    assert clients["advocate"].post(url, card | {"once": "c"}).status_code == 404


def test_who_made_another_key_reads_which_cases_it_does_not_open(desk, cast) -> None:
    client, ring, other, case = desk
    page = client.get(reverse("cases")).content.decode()
    assert str(_("Your key does not open these cases")) not in page
    Case.objects.filter(pk=case.pk).update(supervisor=other.user)
    Grant.objects.filter(case=case, holder=ring.pair).delete()
    page = client.get(reverse("cases")).content.decode()
    assert str(_("Your key does not open these cases")) in page and case.code in page
    assert client.get(reverse("case", args=[case.code])).status_code == 404
    Wall.objects.create(case=case, user=ring.user, on=rings.ON)
    assert case.code not in client.get(reverse("cases")).content.decode()
