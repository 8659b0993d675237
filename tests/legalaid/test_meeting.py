"""A safe hour: the client asks to be called or takes an hour; the lawyer sees it, the database does not."""

from datetime import time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from icma.core.action import Refused
from icma.core.day import legal_day
from icma.core.words import date_words
from icma.legalaid.actions import conflicts, meeting
from icma.legalaid.actions.intake.telling import take_down
from icma.legalaid.keeping import ring_of_code
from icma.legalaid.models import Case, Sealed, Slot, Wall
from icma.legalaid.sealing import set_card
from tests.legalaid import rings
from tests.matters.support_kit import everything

pytestmark = pytest.mark.django_db
PHONE = "0509987731"


@pytest.fixture
def desk(client_as, client, cast, country, at, monkeypatch):
    """A lawyer with a case and a client with its code; both at their pages."""
    monkeypatch.setattr(timezone, "now", lambda: at)
    _user, ring = rings.lawyer("lawyer", at)
    rings.groups(ring)
    case, page = rings.a_case(ring), client_as("lawyer")
    set_card(ring=ring, case=case, value={"kind": "card", "title": "Nümunə", "next": "x"})
    rings.unlock(page, ring, at)
    _code, guest = rings.client(case, ring, at)
    rings.come_back(client, guest, at)
    return page, ring, case, client, guest


def lay_out(user, at, **more):
    given = {"first": time(10, 0), "last": time(11, 0), "minutes": 30, "event": None, "at": at}
    return meeting.lay_out(user=user, **{"on": legal_day(at) + timedelta(days=3)} | given | more)


def test_a_call_at_a_safe_hour_is_asked_for_seen_tried_and_done(desk, at) -> None:
    page, ring, case, client, _guest = desk
    url = reverse("client_meeting")
    given = {
        "do": "call",
        "phone": PHONE,
        "answers": "wrong",
        "hour": "14:00",
        "text": "qardaşım bilməsin",
        "once": "a",
    }
    assert client.post(url, given | {"phone": ""}).status_code == 422
    assert client.post(url, given).status_code == 302
    row = Sealed.objects.get(case=case, due_on__isnull=False)
    assert (row.due_on.weekday(), row.done) == (0, False)  # asked on a Friday: the next working day is Monday
    assert PHONE not in everything() and "14:00" not in everything()
    shown = page.get(reverse("case", args=[case.code])).content.decode()
    assert PHONE in shown and "qardaşım bilməsin" in shown and "14:00" in shown
    assert case.code in page.get(reverse("case_board")).content.decode()
    settle = reverse("wish_settle", args=[case.code, row.code])
    page.post(settle, {"outcome": "missed", "once": "b"})
    assert not Sealed.objects.get(pk=row.pk).done and "1" in client.get(url).content.decode()
    page.post(settle, {"outcome": "reached", "once": "c"})
    assert Sealed.objects.get(pk=row.pk).done and PHONE not in client.get(url).content.decode()


def test_an_hour_is_laid_out_taken_once_seen_by_its_lawyer_and_given_back(desk, at) -> None:
    page, ring, case, client, guest = desk
    on = (legal_day(at) + timedelta(days=3)).isoformat()
    day = {"do": "add", "on": on, "first": "10:00", "last": "11:00", "minutes": "30", "once": "a"}
    assert page.post(reverse("slots"), day | {"on": "2026-03-01"}).status_code == 422
    assert page.post(reverse("slots"), day | {"once": "b"}).status_code == 302
    first, second = Slot.objects.order_by("starts_at")
    assert "10:00" in client.get(reverse("client_meeting")).content.decode()
    assert (
        client.post(reverse("client_meeting"), {"do": "pick", "once": "c0"}).status_code == 422
    )  # none chosen
    client.post(reverse("client_meeting"), {"do": "pick", "slot": first.code, "once": "c"})
    other = rings.a_case(ring)
    _code, stranger = rings.client(other, ring, at)
    with pytest.raises(Refused):
        meeting.pick(ring=stranger, case=other, code=first.code, at=at)
    with pytest.raises(Refused):  # one hour a client
        meeting.pick(ring=guest, case=case, code=second.code, at=at)
    row = Sealed.objects.get(case=case, due_on__isnull=False)
    assert row.due_on.isoformat() == on and first.code not in [str(v) for v in vars(row).values()]
    assert case.code in page.get(reverse("slots")).content.decode()
    with pytest.raises(Refused):
        meeting.take_away(user=ring.user, code=first.code)
    client.post(reverse("client_meeting"), {"do": "visit", "once": "d"})
    assert not Slot.objects.get(pk=first.pk).taken and Sealed.objects.get(pk=row.pk).done
    meeting.take_away(user=ring.user, code=first.code)


def test_who_erases_gives_the_hour_back_and_who_is_walled_off_never_offers_one(desk, at) -> None:
    _page, ring, case, client, guest = desk
    lay_out(ring.user, at)
    slot = Slot.objects.order_by("starts_at").first()
    meeting.pick(ring=guest, case=case, code=slot.code, at=at)
    client.post(reverse("client_erase"), {"sure": "on"})
    assert not Case.objects.filter(pk=case.pk).exists() and not Slot.objects.get(pk=slot.pk).taken
    waiting, key = rings.an_intake()
    assert list(meeting.free_for(waiting, at)) and not list(meeting.free_for(waiting, at + timedelta(days=3)))
    Wall.objects.create(case=waiting, user=ring.user, on=legal_day(at))
    assert not list(meeting.free_for(waiting, at))
    closed = rings.a_case(ring, open=False)
    assert not list(meeting.free_for(closed, at))
    with pytest.raises(Refused):  # nobody would see it
        meeting.ask_call(ring=ring, case=closed, phone=PHONE, answers="me", hour="10:00", text="", at=at)


def test_who_still_waits_may_ask_too_and_the_number_opens_after_the_names_were_checked(desk, at) -> None:
    page, ring, _case, _client, _guest = desk
    values = {
        "what": "Su",
        "triggers": [],
        "other": "",
        "client": "",
        "papers": "",
        "paper": "none",
        "happened_on": at.date(),
        "call": "no",
        "answers": "me",
    }
    waiting, code = take_down(values=values, language="az", at=at)
    guest = ring_of_code(code, at)[0]
    meeting.ask_call(ring=guest, case=waiting, phone=PHONE, answers="me", hour="10:00", text="", at=at)
    queue = page.get(reverse("reception")).content.decode()
    assert waiting.code in queue and PHONE not in queue
    row = Sealed.objects.get(case=waiting, due_on__isnull=False)
    row.case = waiting
    with pytest.raises(Refused):
        meeting.settle(ring=ring, row=row, outcome="reached", at=at)
    conflicts.judge(ring=ring, case=waiting, verdict="clear", at=at)
    facts = page.get(reverse("desk_facts", args=[waiting.code])).content.decode()
    assert PHONE in facts and date_words(at.date()) in facts
