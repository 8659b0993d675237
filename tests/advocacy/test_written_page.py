"""The written page of a petition: what a browser keeps of it, and when it is drawn anew."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory
from django.utils import timezone

from icma.advocacy.actions.campaigns.corrections import correct_campaign, decide_correction
from icma.advocacy.actions.deliveries import record_delivery
from icma.advocacy.actions.log import batcher
from icma.advocacy.actions.log.batcher import log_signatures
from icma.advocacy.actions.petitions import close_petition
from icma.advocacy.models import Campaign, Petition
from icma.advocacy.publishing import folder
from icma.core.day import legal_day
from icma.front.petitions import as_file_first, draw
from icma.matters.actions.joining import decide_notice, hide
from icma.matters.addresses import matter_address
from icma.matters.models import Window
from tests.advocacy.campaign_kit import published, started

pytestmark = pytest.mark.django_db
POLICY = "Content-Security-Policy"


@pytest.fixture(autouse=True)
def files_of_their_own(settings, tmp_path):
    settings.HOME = tmp_path


@pytest.fixture
def campaign(country, cast) -> Campaign:
    at = timezone.now()
    return published(started(country, cast, at, title="Su hamıya"), cast, at)


@pytest.fixture
def petition(make_petition, campaign) -> Petition:
    """Of a campaign, with its page written."""
    made = make_petition("open", campaign=campaign)
    written()
    return made


def written() -> list[tuple[str, str]]:
    """(petition, language) of the pages that a look at all files draws anew."""
    drawn = []

    def told(one, language, head):
        drawn.append((one.matter.code, language))
        return draw(one, language, head)

    log_signatures(at=timezone.now(), draw=told)
    return drawn


def closed(petition: Petition) -> Petition:
    at = timezone.now()
    Window.objects.filter(matter=petition.pk).update(closes_at=at)
    found = Petition.objects.select_related("matter").get(pk=petition.pk)
    close_petition(petition=found, at=at, complete=True)
    assert len(written()) == 3 and written() == []
    return petition


def page(petition: Petition) -> str:
    return (folder(petition.matter.code) / "page.az.html").read_text()


def test_the_first_page_offers_the_count_that_is_written_after_it(petition) -> None:
    assert f"/d/{petition.matter.code}/fayl/count.json" in page(petition)  # without it nothing can be checked


def test_a_page_that_a_browser_keeps_keeps_the_policy_that_allows_its_style(petition) -> None:
    """What a 304 says of a header takes the place of what was kept: another policy left the page without its CSS."""
    address = f"/m/{petition.matter.code}/"
    first = Client().get(address)
    assert first.status_code == 200 and "style-src 'sha256-" in first[POLICY]
    again = Client().get(address, headers={"If-Modified-Since": first["Last-Modified"]})
    assert again.status_code == 304 and POLICY not in again and not again.content


@pytest.mark.parametrize("over", [False, True])
def test_it_is_drawn_anew_by_a_version_that_looks_or_speaks_otherwise(petition, monkeypatch, over) -> None:
    """The style of the version before is none that this one's policy allows; a closed page is read for years."""
    if over:
        closed(petition)
    assert written() == []
    monkeypatch.setattr("icma.advocacy.publishing.look", lambda: "another")
    assert len(written()) == 3 and written() == []


def test_after_an_upgrade_those_that_run_come_first_and_the_others_some_at_a_time(
    make_petition, petition, monkeypatch
) -> None:
    rest = {closed(make_petition("open")).matter.code for _n in range(3)}
    monkeypatch.setattr("icma.advocacy.publishing.look", lambda: "another")
    monkeypatch.setattr(batcher, "RESTING", 2)
    first = [code for code, language in written() if language == "az"]
    assert first[0] == petition.matter.code and len(first) == 3 and set(first[1:]) < rest
    assert [code for code, language in written() if language == "az"] == list(rest - set(first))
    assert written() == []


def test_strangers_see_what_was_handed_over_after_the_end(petition, campaign, country, cast) -> None:
    """The usual order: first the names, then the way to the authority."""
    at = timezone.now()
    assert "/tehvil/" not in page(closed(petition))
    made = record_delivery(
        matter=campaign.matter, authority=country.water, channel="hand", on=legal_day(at), subject="Su", body="Su verilsin.",
        petition=petition, at=at + timedelta(seconds=1), by=cast.coordinator,
    )  # fmt: skip
    assert len(written()) == 3
    assert f"/m/{campaign.matter.code}/tehvil/{made.letter.code}/" in page(petition)
    assert written() == []


@pytest.mark.parametrize("over", [False, True])
def test_what_a_notice_hides_is_named_on_no_page_beside_it(petition, campaign, cast, over) -> None:
    if over:
        closed(petition)
    link, at = f'href="{matter_address(campaign.matter.code)}"', timezone.now()
    assert link in page(petition) and campaign.matter.title in page(petition)
    notice = hide(
        matter=campaign.matter, sender="məhkəmə", basis="13-1", received_at=at, at=at, by=cast.moderator
    )
    written()
    assert link not in page(petition) and campaign.matter.title not in page(petition)
    decide_notice(notice=notice, verdict="restored", at=timezone.now(), by=cast.officer)
    written()
    assert link in page(petition) and written() == []


def test_a_corrected_name_stands_on_the_pages_beside_it(petition, campaign, cast) -> None:
    closed(petition)
    at, texts = timezone.now(), {"title": "Su hər kəsə"}
    campaign.refresh_from_db()
    correct_campaign(campaign=campaign, texts=texts, at=at, by=cast.coordinator)
    decide_correction(campaign=campaign, publish=True, at=timezone.now(), by=cast.moderator)
    written()
    assert "Su hər kəsə" in page(petition) and "Su hamıya" not in page(petition)


def test_a_look_at_the_files_asks_alike_for_one_petition_and_for_four(
    make_petition, petition, django_assert_num_queries
) -> None:
    for n in range(2):
        with django_assert_num_queries(1):
            assert batcher.behind(timezone.now()) == [], n
        for _more in range(3):
            make_petition("open")
        written()


@pytest.mark.parametrize("signed_in", [False, True])
def test_the_page_stands_while_the_database_is_away_for_who_is_signed_in_too(
    petition, settings, signed_in
) -> None:
    code = petition.matter.code

    def away(request, code):
        raise OperationalError

    request = RequestFactory().get(f"/m/{code}/")
    if signed_in:
        request.COOKIES[settings.SESSION_COOKIE_NAME] = "k" * 32
    answer = as_file_first(away)(request, code=code)
    assert answer.status_code == 200 and answer.content.decode() == page(petition)
    with pytest.raises(OperationalError):
        as_file_first(away)(request, code="ZZZZZZZZ")


def test_a_code_that_no_folder_can_have_is_asked_of_the_database(petition) -> None:
    request = RequestFactory().get("/m/x/")
    assert page(petition)  # the folder of folders stands
    assert as_file_first(lambda request, code: code)(request, code="x" * 300) == "x" * 300
