"""Where decisions and promises stand besides their own pages: their authority, my work, the calendar, news, navigation."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from icma.advocacy.actions.oversight import decisions, rating
from icma.core import prepared
from icma.core.day import moment
from icma.front.agenda import calendar_of
from icma.front.mine import parts
from icma.front.notices.news import news
from icma.matters.models import Part
from tests.advocacy.oversight_kit import PDF, URL, decided_on, drafted, seen, watched

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 13)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def that_friday(at, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: at)


def queries(address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert Client().get(address).status_code == 200
    return len(found)


def test_an_authoritys_page_shows_its_own_for_one_query_more_at_most(country, cast, at) -> None:
    address = reverse("authority", args=[country.water.code])
    Client().get(address)
    before = queries(address)
    decided_on(country, cast, at, title="Su tarifi", authority=country.water)
    promise = watched(country, cast, at)
    drafted(country, cast, at, title="Hələ gizli", authority=country.water)
    watched(country, cast, at, title="Başqa qurumun vədi", authority=country.executive)
    text = Client().get(address).content.decode().partition('id="watched"')[2]
    assert (
        "Su tarifi" in text
        and promise.matter.title in text
        and f"/vedler/?authority={country.water.code}" in text
    )
    assert "Hələ gizli" not in text and "Başqa qurumun vədi" not in text
    assert queries(address) <= before and queries(address) <= 12  # the one query is asked in any case


def titles(cast, role: str, at) -> dict[str, tuple]:
    return {
        item.title: (item.due, item.tone, item.url)
        for part in parts(cast.who(role), at)
        for item in part.items
    }


def test_closing_windows_and_promised_days_stand_in_my_work(country, cast, at) -> None:
    by = cast.coordinator
    for title, last in (("Bağlanır", TODAY + 2 * DAY), ("Hələ açıq", TODAY + 20 * DAY)):
        made = decided_on(country, cast, at, title=title)
        decisions.open_remarks(decision=made, opens_on=TODAY, closes_on=last, article="elan", at=at, by=by)
    watched(country, cast, at, title="Vaxtı çatır", due_on=TODAY + 3 * DAY)
    late = watched(country, cast, at, title="Vaxtı keçib", due_on=TODAY - DAY)
    watched(country, cast, at, title="Uzaqdır", due_on=TODAY + 90 * DAY)
    kept = watched(country, cast, at, title="Görülüb", due_on=TODAY)
    rating.rate(commitment=kept, status="complete", on=TODAY, seen=seen(TODAY), at=at, by=by)
    found = titles(cast, "coordinator", at)
    assert found["Bağlanır"][:2] == (TODAY + 2 * DAY, "now") and found["Vaxtı çatır"][0] == TODAY + 3 * DAY
    assert found["Vaxtı keçib"] == (TODAY - DAY, "now", reverse("commitment_rate", args=[late.matter.code]))
    assert not {"Hələ açıq", "Uzaqdır", "Görülüb"} & set(found)
    assert "Bağlanır" not in titles(cast, "resident", at) and "Bağlanır" not in titles(cast, "official", at)


def test_they_stand_in_the_calendar_of_those_who_lead(country, cast, at) -> None:
    plan, other = (decided_on(country, cast, at, title=title) for title in ("Plan", "Büdcə"))
    decisions.open_remarks(decision=plan, opens_on=TODAY, rule="plan.display", at=at, by=cast.coordinator)
    decisions.open_remarks(
        decision=other, opens_on=TODAY, closes_on=TODAY + 9 * DAY, article="elan", at=at, by=cast.coordinator
    )
    promise = watched(country, cast, at)
    text = calendar_of(cast.who("coordinator"), at).decode()
    for on in (TODAY, TODAY + 9 * DAY, promise.due_on):
        assert f"DTSTART;VALUE=DATE:{on:%Y%m%d}" in text
    assert (
        f"{TODAY + 60 * DAY:%Y%m%d}" not in text
    )  # nobody checked that rule of law: its day stays on the page
    assert "Plan" not in text and "Büdcə" not in text  # a calendar travels: reference and kind alone
    assert "VEVENT" not in calendar_of(cast.who("resident"), at).decode()


def test_those_who_follow_are_told(country, cast, at) -> None:
    made = decided_on(country, cast, at)
    Part.objects.create(
        matter=made.matter, person=cast.resident.person, role="follower", user=cast.resident, since=at - DAY
    )
    decisions.open_remarks(decision=made, opens_on=TODAY, rule="plan.display", at=at, by=cast.coordinator)
    told = {entry.verb for entry in news(cast.who("resident"), at - DAY, moment(TODAY + DAY))}
    assert "remarks_open" in told and "published" in told


def test_they_are_found_from_where_one_looks(country, cast, at, client_as) -> None:
    home = Client().get("/").content.decode()
    assert 'href="/qerarlar/"' in home and 'href="/vedler/"' in home
    sitemap = Client().get("/sitemap.xml").content.decode()
    assert "/qerarlar/" in sitemap and "/vedler/" in sitemap
    data = Client().get("/melumat/").content.decode()
    assert "/api/v1/decisions/" in data and "/api/v1/commitments/" in data
    own = client_as("coordinator").get(f"/is/icma/{country.community.code}/").content.decode()
    for name in ("decision_new", "commitment_new"):
        assert reverse(name, args=[country.community.code]) in own
    assert "/qerar/" not in client_as("resident").get("/is/").content.decode()


@pytest.mark.parametrize("path", ["/qerarlar/", "/vedler/"])
def test_pages_weigh_at_most_twenty_kilobytes(country, cast, at, path) -> None:
    for number in range(12):
        decided_on(country, cast, at, title=f"Qərar {number}")
        watched(country, cast, at, title=f"Vəd {number}")
    response = Client().get(path, headers={"accept-encoding": "gzip"})
    assert len(response.content) <= 20_000 and response.content.count(b"<script") == 0


def test_their_lists_are_prepared_queries(country, cast, at) -> None:
    decided_on(country, cast, at)
    watched(country, cast, at)
    for one in prepared.ALL:
        one.kept.clear()
    asked = [
        "",
        *(f"?stands={state}" for state in ("overdue", "overdue_seen", "overdue_unseen", "running", "kept")),
        "?place=AZ-GOY&level=local",
    ]
    for query in asked:
        for path in ("/qerarlar/", "/vedler/"):
            assert Client().get(path + query).status_code == 200
    assert [(one.__qualname__, key) for one in prepared.ALL for key in one.untraced] == []


def test_a_source_without_a_copy_says_so_and_its_community_is_told_to_keep_one(
    country, cast, at, client_as
) -> None:
    bare = drafted(country, cast, at, seen=seen(TODAY, URL))
    kept = drafted(country, cast, at, seen=seen(TODAY, copy=PDF))
    without, client = "surəti saxlanılmayıb", client_as("coordinator")
    for row, wants in ((bare, True), (kept, False)):
        work = client.get(reverse("decision_work", args=[row.matter.code])).content.decode()
        page = client.get(f"/m/{row.matter.code}/").content.decode()
        assert ("Mənbədə yazılanı saxlayın" in work, without in page) == (wants, wants)
    elsewhere = drafted(country, cast, at, seen=seen(TODAY, f"https://web.archive.org/web/{URL}"))
    page = client.get(f"/m/{elsewhere.matter.code}/").content.decode()
    assert "internet arxivində saxlanılır" in page and without not in page
