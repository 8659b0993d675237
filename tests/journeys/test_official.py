"""An official answers without an account, through the code that was printed in the letter."""

import re

import pytest

from icma.matters.models import Letter
from tests.journeys.conftest import World
from tests.journeys.test_thread import (
    composed,
    letter_page,
    no_breach,
    published,
    raised,
    taken_up,
    words_read,
)
from tests.journeys.visitor import Page, Visitor

SUMMARY = "Qrafik hazırdır, su hər gün üç saat veriləcək."


@pytest.mark.django_db
def test_an_official_answers_through_a_one_time_code(world: World, stranger: Visitor):
    code, _secret = raised(stranger)
    published(world, code)
    taken_up(world, code, "authority")
    composed(world, code)
    secret = printed_code(world, code)
    sent_and_registered(world, code)
    answered(world, code, secret)
    confirmed(world, code)


def printed_code(world: World, code: str) -> str:
    """The code stands on the paper alone."""
    coordinator, page = letter_page(world, code, "cap")
    form = page.form("name", "with_code")
    who = {"make": "page", "name": "Nümunə Sakin", "address": "Göyçay", "with_code": "on"}
    sheet = Page(coordinator.client.post(form.action or page.url, who), page.url)
    found = re.search(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){4}", sheet.text)
    assert found, sheet.text
    return found[0]


def sent_and_registered(world: World, code: str) -> None:
    coordinator, page = letter_page(world, code, "gonderildi")
    coordinator.fill(page, channel="email", on="2026-03-10")
    world.on(3, 13)
    coordinator, page = letter_page(world, code, "qeydiyyat")
    coordinator.fill(page, number="118/26", on="2026-03-13")


def answered(world: World, code: str, secret: str) -> None:
    """After the term: the answer is kept, not confirmed, and nobody is called late while we ask."""
    world.on(5, 5)
    official = Visitor()
    page = official.open("/cavab/")
    wrong = official.fill(page, code="AAAA-BBBB-CCCC-DDDD-EEEE", ok=False)
    assert "118/26" not in wrong.text
    page = official.fill(page, code=secret.lower())
    assert secret not in page.url
    page.says("118/26")
    page = official.open(page.link("/yazin/"))
    refused = official.fill(page, number="44-7", summary=SUMMARY, dated_on="2026-07-30", ok=False)
    assert refused.form("summary").fields["summary"] == [SUMMARY]  # nothing typed is lost
    official.fill(refused, dated_on="2026-05-04")
    public = Visitor().open(f"/m/{code}/")
    public.says("qurumdan gəldiyi təsdiqlənməyib")
    assert (
        SUMMARY not in public.text and "44-7" not in public.text
    )  # anybody with the paper may have typed it
    no_breach(public)
    letters = Visitor().open("/qurum/WATER001/mektublar/")
    letters.says("118/26")
    no_breach(letters)
    reply = Letter.objects.get(direction="in")
    assert not reply.confirmed
    again = Visitor()
    spent = again.fill(again.open("/cavab/"), code=secret, ok=False)
    assert "118/26" not in spent.text  # the code is spent


def confirmed(world: World, code: str) -> None:
    """The body's own official says that it is theirs; the community says what kind of answer it is."""
    reply = Letter.objects.get(direction="in")
    official = world.enter("official")
    page = official.open("/is/qurum/")
    page = official.open(page.link(f"/mektub/{reply.code}/tesdiq/"))
    official.fill(page, verdict="confirm")
    reply.refresh_from_db()
    assert reply.confirmed
    assert Letter.objects.get(direction="out").stage == "answered"
    coordinator = world.enter("coordinator")
    page = coordinator.open(f"/m/{code}/mektub/{reply.code}/nov/")
    coordinator.fill(page, answer="substance")
    words_read(world, code)
    Visitor().open(f"/m/{code}/").says(SUMMARY, "4 may 2026", "mahiyyəti üzrə")
