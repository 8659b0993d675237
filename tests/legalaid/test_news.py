"""What a client adds is heard of by whoever reads it, and is never taken where nobody would read it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from icma.core.access import Who
from icma.front.mine import legal
from icma.legalaid.actions import conflicts
from icma.legalaid.actions.cases import reading
from icma.legalaid.actions.cases.telling import unread
from icma.legalaid.actions.desk import reception
from icma.legalaid.actions.ending import end_by_time
from icma.legalaid.actions.intake import telling
from icma.legalaid.models import Case, Grant, Sealed
from icma.legalaid.sealing import set_card
from icma.people.models import Mail
from tests.legalaid import rings

pytestmark = pytest.mark.django_db
WORDS, CARD = "gizli-yeni-söz", {"kind": "card", "title": "Su kəsilib", "client": "Aygün"}


@pytest.fixture
def desk(cast, country, at, monkeypatch, settings):
    """A lawyer's case and the client's browser."""
    monkeypatch.setattr(timezone, "now", lambda: at)
    settings.HELP_PHONE = "012 000 00 00"
    ring = rings.ring_for(cast.lawyer, at)
    case = rings.a_case(ring)
    set_card(ring=ring, case=case, value=CARD)
    _code, other = rings.client(case, ring, at)
    browser = Client()
    rings.come_back(browser, other, at)
    return ring, case, browser


def writes(browser: Client, text: str = WORDS) -> str:
    return browser.post(reverse("client_return"), {"text": text}, follow=True).content.decode()


def heard(why: str = "news") -> list[str]:
    return list(Mail.objects.filter(data__why=why).order_by("pk").values_list("person", flat=True))


def test_the_lawyer_hears_once_until_the_case_was_opened_and_sees_a_mark(desk, cast, at, client_as) -> None:
    ring, case, browser = desk
    for _ in range(2):
        assert WORDS in writes(browser)
    assert heard() == [cast.lawyer.person] and unread(cast.lawyer) == [case.code]
    assert Mail.objects.get(data__why="news").data == {
        "about": "legal",
        "code": case.code,
        "on": "",
        "why": "news",
    }
    lawyer = client_as("lawyer")
    rings.unlock(lawyer, ring, at)
    page = lawyer.get(reverse("cases")).content.decode()
    assert page.count("Yardım alandan yenilik") == 2  # on top, and on its line
    who = Who(user=cast.lawyer, seats=(("lawyer", 1, None),), strong=True, person=cast.lawyer.person)
    assert [item.title for item in legal.received(who, at)] == [case.code]
    reading.open_case(ring=ring, case=Case.objects.get(), at=at)
    assert unread(cast.lawyer) == [] and "yenilik" not in lawyer.get(reverse("cases")).content.decode()
    writes(browser)
    assert heard() == [cast.lawyer.person] * 2


def test_into_a_closed_case_the_lawyer_still_hears(desk, cast, at, client_as) -> None:
    ring, case, browser = desk
    Case.objects.update(open=False, closed_on=at.date())
    assert WORDS in writes(browser) and heard() == [cast.lawyer.person]
    lawyer = client_as("lawyer")
    rings.unlock(lawyer, ring, at)
    assert case.code in lawyer.get(reverse("cases")).content.decode()


def test_without_its_lawyers_key_the_deputy_hears_and_without_anybodys_the_officers(desk, cast, at) -> None:
    ring, case, browser = desk
    other = rings.ring_for(cast.advocate, at)
    ring_of = {"compartment": "thread", "epoch": 1, "blob": b"x", "on": at.date(), "mark": ""}
    Grant.objects.create(case=case, holder=other.pair, **ring_of)
    Case.objects.update(deputy=cast.advocate)
    Grant.objects.filter(holder=ring.pair).delete()
    writes(browser)
    assert heard() == [cast.advocate.person]
    Grant.objects.filter(holder=other.pair).delete()
    writes(browser)
    assert cast.officer.person in heard("lost")


@pytest.mark.parametrize("how", ["declined", "archived"])
def test_where_nobody_reads_any_more_nothing_is_taken_and_nothing_typed_is_lost(desk, cast, at, how) -> None:
    ring, case, browser = desk
    if how == "archived":
        rings.papers()
        late = rings.a_case(ring, open=False, closed_on=at.date() - timedelta(days=61))
        _code, other = rings.client(late, ring, at)
        assert end_by_time(at)["archived"] == 1
    else:
        rings.groups(ring)
        late, key = rings.an_intake()
        _code, other = rings.client(late, key, at)
        conflicts.judge(ring=ring, case=late, verdict="clear", at=at)
        reception.decline(ring=ring, case=late, reason="full", text="", referral="", at=at)
    browser = Client()
    rings.come_back(browser, other, at)
    page = browser.get(reverse("client_return")).content.decode()
    assert "012 000 00 00" in page and reverse("client_leave") in page and "<textarea" not in page
    assert "yenə baxın" not in page
    rows = Sealed.objects.filter(case=late).count()
    page = writes(browser)
    assert WORDS in page and "012 000 00 00" in page and "<textarea" in page
    assert Sealed.objects.filter(case=late).count() == rows and heard() == []


@pytest.mark.parametrize(("triggers", "n"), [(["detention"], 1), ([], 0)])
def test_an_urgent_request_is_told_to_the_reception_by_its_reference(cast, country, at, triggers, n) -> None:
    _user, ring = rings.lawyer("lawyer", at)
    rings.groups(ring)
    values = {"what": WORDS, "triggers": triggers, "client": "Aygün", "paper": "none", "call": "no"}
    telling.take_down(values=values, language="az", at=at)
    assert heard("intake") == [cast.lawyer.person] * n
