"""Openings are counted without anybody; figures of social networks say that nobody checked them."""

import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from icma.advocacy import reach
from icma.advocacy.actions.reach import add_views
from icma.advocacy.models import Campaign, SelfReported, ViewDay
from icma.core.action import Refused
from icma.core.day import legal_day
from icma.matters.actions.joining import hide
from tests.advocacy.campaign_kit import published, started

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty() -> None:
    reach.TALLY.seen.clear()


@pytest.fixture
def campaign(country, cast) -> Campaign:
    at = timezone.now()
    return published(started(country, cast, at), cast, at)


def today() -> str:
    return legal_day(timezone.now()).isoformat()


def test_opening_a_page_writes_nothing_until_the_sum_is_written_once(campaign) -> None:
    code = campaign.matter.code
    for _visit in range(5):
        with CaptureQueriesContext(connection) as asked:
            assert Client().get(f"/m/{code}/").status_code == 200
        assert not any(query["sql"].startswith(("INSERT", "UPDATE")) for query in asked)
    assert not ViewDay.objects.exists()
    with CaptureQueriesContext(connection) as asked:
        reach.TALLY.flush()
    assert ViewDay.objects.get().n == 5 and sum("advocacy_viewday" in query["sql"] for query in asked) <= 4
    Client().get(f"/m/{code}/")
    reach.TALLY.flush()
    reach.TALLY.flush()
    assert ViewDay.objects.get().n == 6


def test_nobody_is_kept(campaign) -> None:
    Client().get(
        f"/m/{campaign.matter.code}/",
        REMOTE_ADDR="203.0.113.7",
        headers={"User-Agent": "Firefox", "Referer": "https://x.example/"},
    )
    assert dict(reach.TALLY.seen) == {(campaign.matter.code, today()): 1}
    assert {field.name for field in ViewDay._meta.get_fields()} == {"id", "matter", "on", "n"}


def test_the_team_programs_and_looking_ahead_are_not_counted(campaign, client_as) -> None:
    address = f"/m/{campaign.matter.code}/"
    client_as("coordinator").get(address)
    Client().head(address)
    Client().get(address, headers={"Sec-Purpose": "prefetch"})
    Client().get(address, headers={"User-Agent": "Googlebot/2.1"})
    assert not reach.TALLY.seen


def test_the_written_page_of_a_petition_is_counted_too(signer) -> None:
    from icma.advocacy.actions.log.batcher import log_signatures
    from icma.front.petitions import draw

    one = signer("open")
    one.sign("ali@numune.invalid")
    log_signatures(at=timezone.now(), draw=draw)
    reach.TALLY.seen.clear()
    assert Client().get(f"/m/{one.petition.matter.code}/").status_code == 200
    assert reach.TALLY.seen[one.petition.matter.code, today()] == 1


def test_many_at_once_lose_none_and_each_minute_writes_once() -> None:
    written: list[dict] = []
    tally = reach.Tally(written.append, 0.0)
    tally.seconds = 3600
    crowd = [
        threading.Thread(target=lambda: [tally.add("AAAA", "2026-03-13") for _n in range(500)])
        for _t in range(8)
    ]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    tally.flush()
    assert written == [{("AAAA", "2026-03-13"): 4000}]


def test_a_database_that_is_away_loses_nothing() -> None:
    written: list[dict] = []

    def away(_seen):
        raise DatabaseError

    tally = reach.Tally(away, 3600)
    tally.add("AAAA", "2026-03-13")
    tally.flush()
    tally.add("AAAA", "2026-03-13")
    tally.write = written.append
    tally.flush()
    assert written == [{("AAAA", "2026-03-13"): 2}]


def test_what_is_not_public_is_let_go(campaign, cast) -> None:
    at = timezone.now()
    hide(matter=campaign.matter, sender="məhkəmə", basis="1", received_at=at, at=at, by=cast.moderator)
    add_views(seen={(campaign.matter.code, today()): 3, ("ZZZZZZZZ", today()): 9})
    assert not ViewDay.objects.exists()


def test_the_page_shows_days_and_marks_what_the_community_says_itself(campaign, client_as) -> None:
    code = campaign.matter.code
    add_views(seen={(code, today()): 12})
    lead, given = (
        client_as("coordinator"),
        {"network": "Facebook", "label": "baxış", "n": 3400, "on": today(), "once": "1"},
    )
    assert lead.post(f"/is/kampaniya/{code}/oxunma/", given).status_code == 302
    page = Client().get(f"/m/{code}/oxunma/").content.decode()
    assert (
        'class="cols"' in page and ".cols{" in page
    )  # the columns' height comes from the second style sheet
    assert "12" in page and "Facebook" in page and "özü bildirir" in page
    assert client_as("resident").get(f"/is/kampaniya/{code}/oxunma/").status_code == 404
    given |= {"on": legal_day(timezone.now()) + timedelta(days=1), "once": "2"}
    assert lead.post(f"/is/kampaniya/{code}/oxunma/", given).status_code == 422
    row = SelfReported.objects.get()
    drop = f"/is/kampaniya/{code}/oxunma/{row.pk}/silin/"
    assert drop in lead.get(f"/m/{code}/oxunma/").content.decode() and "silin" not in page
    assert client_as("resident").post(drop).status_code == 404 and SelfReported.objects.exists()
    lead.post(drop, {"once": "3"})
    assert not SelfReported.objects.exists()


def test_figures_have_bounds(campaign, cast) -> None:
    from icma.advocacy.actions.reach import report

    at = timezone.now()
    for wrong in ({"n": -1}, {"n": 10**10}, {"network": " "}, {"label": "x" * 61}):
        values = {"network": "Kanal", "label": "baxış", "n": 1, "on": at.date() - timedelta(days=1)} | wrong
        with pytest.raises(Refused):
            report(campaign=campaign, at=at, by=cast.coordinator, **values)
