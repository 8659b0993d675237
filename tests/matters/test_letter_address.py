"""By which address a letter goes: one rule for wizard, page and paper; what has ended is said and not printed."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from icma.core.action import Refused
from icma.core.day import legal_day
from icma.matters.actions.letters import mark_sent, readdress
from icma.matters.compose import addressee, paper
from icma.matters.models import Letter
from icma.people.actions.directory import end_address, keep_address
from tests.matters.letters_kit import drafted, taken

pytestmark = pytest.mark.django_db
SENDER = paper.Sender("Nümunə Nümunəzadə", "Nümunə küçəsi 1")


@pytest.fixture
def give(country, cast):
    def give(value, purpose="appeal", channel="email", days=-30, **more):
        now = timezone.now()
        return keep_address(
            authority=country.water, purpose=purpose, channel=channel, value=value, source="lövhə", by=cast.officer,
            at=now, since=legal_day(now) + timedelta(days=days), **more,
        )  # fmt: skip

    return give


def yesterday():
    return legal_day(timezone.now()) - timedelta(days=1)


def printed(letter: Letter) -> str:
    return paper.page(Letter.objects.get(pk=letter.pk), SENDER, legal_day(timezone.now()))


def url(name: str, letter: Letter) -> str:
    return reverse(name, args=[letter.matter.code, letter.code])


def test_wizard_and_letter_take_addresses_of_exactly_their_purpose(country, give):
    appeal, court = give("muraciet@numune.invalid"), give("mehkeme@numune.invalid", "court")
    today = legal_day(timezone.now())
    assert addressee.addresses(country.water, "application", today) == [appeal]
    assert addressee.addresses(country.water, "information", today) == []
    assert addressee.addresses(country.water, "complaint", today) == []
    assert addressee.addresses(country.water, "claim", today) == [court]


def test_a_draft_whose_address_has_ended_says_so_and_takes_the_current_one_with_one_press(
    country, cast, give, client_as
):
    old = give("kohne@numune.invalid")
    letter = drafted(country, cast, timezone.now(), address=old)
    client, page = client_as("coordinator"), url("letter", letter)
    assert "artıq qüvvədə deyil" not in client.get(page).content.decode()
    give("yeni@numune.invalid", days=0)
    shown = client.get(page).content.decode()
    assert (
        "artıq qüvvədə deyil" in shown and "kohne@numune.invalid" in shown and "yeni@numune.invalid" in shown
    )
    assert "artıq qüvvədə deyil" in client.get(url("letter_print", letter)).content.decode()
    assert "kohne@numune.invalid" not in printed(letter)
    client.post(url("letter_address", letter), {"once": "1"})
    assert Letter.objects.get(pk=letter.pk).address.value == "yeni@numune.invalid"
    assert "artıq qüvvədə deyil" not in client.get(page).content.decode()
    assert "yeni@numune.invalid" in printed(letter)


def test_where_nothing_took_its_place_the_page_says_that_too(country, cast, give, client_as):
    old = give("kohne@numune.invalid")
    letter = drafted(country, cast, timezone.now(), address=old)
    end_address(address=old, until=yesterday(), by=cast.officer, at=timezone.now())
    shown = client_as("coordinator").get(url("letter", letter)).content.decode()
    assert "artıq qüvvədə deyil" in shown and url("letter_address", letter) not in shown
    with pytest.raises(Refused):
        readdress(letter=letter, by=cast.coordinator, at=timezone.now())


def test_a_current_address_that_takes_less_text_is_refused_with_the_number(country, cast, give):
    letter = drafted(country, cast, timezone.now(), address=give("kohne@numune.invalid"))
    give("yeni@numune.invalid", days=0, limit=5)
    with pytest.raises(Refused, match="5"):
        readdress(letter=letter, by=cast.coordinator, at=timezone.now())
    assert Letter.objects.get(pk=letter.pk).address.value == "kohne@numune.invalid"


def test_a_letter_that_was_sent_keeps_the_address_on_page_and_paper(country, cast, give, client_as):
    old = give("kohne@numune.invalid")
    letter = drafted(country, cast, timezone.now(), address=old)
    mark_sent(letter=letter, channel="email", on=yesterday(), at=timezone.now(), by=cast.coordinator)
    give("yeni@numune.invalid", days=0)
    shown = client_as("coordinator").get(url("letter", letter)).content.decode()
    assert "kohne@numune.invalid" in shown and "artıq qüvvədə deyil" not in shown
    assert "kohne@numune.invalid" in printed(letter) and "yeni@numune.invalid" not in printed(letter)


def test_an_ended_address_is_not_recorded_as_used(country, cast, give):
    old = give("kohne@numune.invalid")
    letter = drafted(country, cast, timezone.now(), address=old)
    give("yeni@numune.invalid", days=0)
    letter = Letter.objects.select_related("matter", "authority").get(pk=letter.pk)
    mark_sent(
        letter=letter, channel="email", on=legal_day(timezone.now()), at=timezone.now(), by=cast.coordinator
    )
    letter.refresh_from_db()
    assert letter.address is None and letter.channel == "email"


def test_two_who_press_at_once_change_it_once(country, cast, give):
    letter = drafted(country, cast, timezone.now(), address=give("kohne@numune.invalid"))
    give("yeni@numune.invalid", days=0)
    other = Letter.objects.get(pk=letter.pk)
    readdress(letter=letter, by=cast.coordinator, at=timezone.now())
    with pytest.raises(Refused):
        readdress(letter=other, by=cast.officer, at=timezone.now())


def test_nobody_else_changes_the_address_of_a_draft(country, cast, give, client_as):
    letter = drafted(
        country,
        cast,
        timezone.now(),
        address=give("kohne@numune.invalid"),
        matter=taken(country, timezone.now()),
    )
    give("yeni@numune.invalid", days=0)
    for who in ("resident", "moderator", "official"):
        assert client_as(who).post(url("letter_address", letter), {"once": "1"}).status_code == 404
    assert Letter.objects.get(pk=letter.pk).address.value == "kohne@numune.invalid"
