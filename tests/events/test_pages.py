"""The working pages of a meeting: what is typed is kept, what is wrong is said, what repeats happens once."""

import re
from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from icma.core.codes import public_code
from icma.core.day import legal_day, moment
from icma.events.actions import change_event, hold_event, plan_event
from icma.events.models import Event, HeadCount
from icma.events.views.people import _quarters
from icma.matters.models import Task
from tests.front.noticing import public_matter

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def event(country, cast, now) -> Event:
    return plan_event(
        organisation=country.community,
        title="<script>alert(1)</script> görüş",
        where="<b>Məktəb</b> № 3",
        starts_at=now - timedelta(hours=3),
        at=now,
        by=cast.coordinator,
        agenda="</p><script>x</script>",
    )


def form(now, **more) -> dict:
    day = now + timedelta(days=2)
    return {
        "title": "Yeni görüş",
        "kind": "meeting",
        "on": f"{day:%Y-%m-%d}",
        "hour": "18:00",
        "spot": "public",
        "where": "Kitabxana",
        "indoors": "on",
        "once": "k1",
    } | more


def test_a_meeting_is_planned_once_however_often_the_button_is_pressed(client_as, country, now) -> None:
    client = client_as("coordinator")
    for _ in range(4):
        response = client.post(f"/is/icma/{country.community.code}/gorus/", form(now))
        assert response.status_code == 302
    event = Event.objects.get()
    assert response["Location"] == f"/gorus/{event.code}/devet/"
    assert event.starts_at.astimezone(timezone.get_default_timezone()).hour == 18


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("indoors", ""),
        ("on", "2026-02-30"),
        ("on", "yesterday"),
        ("hour", "27:00"),
        ("spot", "street"),
        ("title", ""),
        ("on", "0026-05-01"),
        ("title", "x" * 200),
        ("where", "y" * 300),
        ("matter", "999"),
    ],
)
def test_bad_input_is_named_and_nothing_typed_is_lost(client_as, country, now, field, value) -> None:
    response = client_as("coordinator").post(
        f"/is/icma/{country.community.code}/gorus/",
        form(now, agenda="Uzun yazılmış gündəlik", **{field: value}),
    )
    page = response.content.decode()
    assert response.status_code == 422
    assert 'role="alert"' in page
    assert "Uzun yazılmış gündəlik" in page
    assert not Event.objects.exists()


def test_a_meeting_in_the_past_leads_to_the_count(client_as, country, now) -> None:
    day = now - timedelta(days=3)
    response = client_as("coordinator").post(
        f"/is/icma/{country.community.code}/gorus/", form(now, on=f"{day:%Y-%m-%d}")
    )
    assert response["Location"].endswith("/say/")


def test_only_those_who_lead_plan_and_count(client_as, country, event) -> None:
    for key in ("resident", "official", "researcher"):
        assert client_as(key).get(f"/is/icma/{country.community.code}/gorus/").status_code == 404
        assert client_as(key).post(f"/gorus/{event.code}/say/", {"female_60+": "3"}).status_code == 404
    assert not HeadCount.objects.exists()


@pytest.mark.parametrize("value", ["-1", "99999", "abc", "1.5", "٣٣٣٣٣", "9" * 400])
def test_a_number_that_is_none_is_refused_and_the_others_stay(client_as, event, value) -> None:
    response = client_as("coordinator").post(
        f"/gorus/{event.code}/say/", {"female_60+": value, "male_18-29": "17"}
    )
    page = response.content.decode()
    assert response.status_code == 422
    assert 'role="alert"' in page
    assert 'value="17"' in page
    assert not HeadCount.objects.exists()


def test_counting_takes_one_form_without_scripts(client_as, event) -> None:
    client = client_as("coordinator")
    page = client.get(f"/gorus/{event.code}/say/").content.decode()
    assert page.count('inputmode="numeric"') == 18 + 1 + 3  # the grid, the sum, who spoke
    response = client.post(
        f"/gorus/{event.code}/say/", {"female_60+": "3", "unknown_unknown": "2", "once": "a"}
    )
    assert response.status_code == 302
    assert sorted(HeadCount.objects.values_list("n", flat=True)) == [2, 3]
    again = client.get(f"/gorus/{event.code}/say/").content.decode()
    assert 'value="3"' in again


def test_minutes_and_tasks_are_saved_once(client_as, event) -> None:
    post = {
        "minutes": "Danışıldı",
        "decisions": "Bulaq təmizlənsin",
        "once": "m1",
        "task-TOTAL_FORMS": "4",
        "task-INITIAL_FORMS": "0",
        "task-0-title": "Kürək gətirmək",
        "task-0-who_said": "qonşu",
        "task-0-until": "2026-12-30",
    }
    client = client_as("coordinator")
    for _ in range(3):
        assert client.post(f"/gorus/{event.code}/protokol/", post).status_code == 302
    assert Task.objects.get().title == "Kürək gətirmək"
    event.refresh_from_db()
    assert event.decisions == "Bulaq təmizlənsin"


def test_what_was_written_into_the_minutes_after_they_were_opened_is_read_first(
    client_as, event, now
) -> None:
    page = f"/gorus/{event.code}/protokol/"
    rows = {"task-TOTAL_FORMS": "0", "task-INITIAL_FORMS": "0"}
    lead, second = client_as("coordinator"), client_as("moderator")
    lead.post(page, rows | {"minutes": "Birinci", "decisions": "", "publish": "on", "once": "1"})
    assert f"/gorus/{event.code}/derc/" in second.get("/is/nezerden/").content.decode()
    release = f"/gorus/{event.code}/derc/"
    shown = second.get(release).content.decode()
    mark = re.search(r'name="read" value="(\w+)"', shown)[1]
    lead.post(page, rows | {"minutes": "Birinci, sonra bir ad", "decisions": "", "once": "2"})
    second.post(release, {"verdict": "agreed", "read": mark, "once": "3"})
    event.refresh_from_db()
    assert not event.minutes_public
    mark = re.search(r'name="read" value="(\w+)"', second.get(release).content.decode())[1]
    second.post(release, {"verdict": "agreed", "read": mark, "once": "4"})
    event.refresh_from_db()
    assert event.minutes_public


def test_who_leaves_minutes_inside_says_why_and_the_community_reads_it(client_as, event) -> None:
    page, release = f"/gorus/{event.code}/protokol/", f"/gorus/{event.code}/derc/"
    lead, second = client_as("coordinator"), client_as("moderator")
    rows = {"task-TOTAL_FORMS": "0", "task-INITIAL_FORMS": "0", "minutes": "Danışıldı", "publish": "on"}
    lead.post(page, rows | {"once": "1"})
    assert second.post(release, {"verdict": "refused", "once": "2"}).status_code == 422
    said = {"verdict": "refused", "words": "İkinci sətirdə bir ad var", "once": "3"}
    assert second.post(release, said).status_code == 302
    assert "İkinci sətirdə bir ad var" in lead.get(page).content.decode()
    lead.post(page, rows | {"once": "4"})
    assert "İkinci sətirdə bir ad var" not in lead.get(page).content.decode(), "asked anew"


def test_a_form_opened_over_another_state_puts_no_old_place_back(client_as, event, cast, now) -> None:
    client, page = client_as("coordinator"), f"/gorus/{event.code}/deyisin/"
    was = re.search(r'name="was" value="(\w+)"', client.get(page).content.decode())[1]
    change_event(event=Event.objects.get(), where="Kitabxana", at=now, by=cast.coordinator)
    stale = form(now, where="Məktəb № 3", title="Görüş", was=was)
    answer = client.post(page, stale)
    assert answer.status_code == 422 and "Kitabxana" in answer.content.decode()
    assert Event.objects.get().where == "Kitabxana"
    again = re.search(r'name="was" value="(\w+)"', answer.content.decode())[1]
    assert client.post(page, stale | {"was": again, "once": "k2"}).status_code == 302
    assert Event.objects.get().where == "Məktəb № 3"


def test_all_meetings_of_five_quarters_stand_in_the_picture(country, now) -> None:
    today = legal_day(now)
    first = date(today.year - 1, (today.month - 1) // 3 * 3 + 1, 1)
    Event.objects.bulk_create(
        Event(code=public_code(), organisation=country.community, title="x", state="held", present=1, starts_at=moment(on, 12))
        for on in [first] * 3 + [today] * 70
    )  # fmt: skip
    assert [one["value"] for one in _quarters(country.community, today)] == [3, 0, 0, 0, 70]


@pytest.mark.parametrize(
    "extra",
    [
        {"task-0-until": "2026-12-30"},
        {"task-0-until": "bazar", "task-0-title": "x"},
        {"task-TOTAL_FORMS": "999"},
    ],
)
def test_a_task_without_words_or_with_a_wrong_day_is_named(client_as, event, extra) -> None:
    post = {"minutes": "Danışıldı", "task-TOTAL_FORMS": "4", "task-INITIAL_FORMS": "0"} | extra
    response = client_as("coordinator").post(f"/gorus/{event.code}/protokol/", post)
    assert response.status_code == 422
    assert "Danışıldı" in response.content.decode()
    assert not Task.objects.exists()


def test_script_in_a_field_is_shown_as_text_everywhere(client_as, event, country) -> None:
    client = client_as("coordinator")
    for url in (
        f"/gorus/{event.code}/",
        f"/gorus/{event.code}/say/",
        f"/gorus/{event.code}/deyisin/",
        "/is/gorus/",
        f"/is/icma/{country.community.code}/",
        f"/gorus/{event.code}/protokol/",
    ):
        page = client.get(url).content.decode()
        assert "<script>alert" not in page, url
        assert "<script>x" not in page, url
        assert "<b>Məktəb" not in page, url


def test_opening_without_the_tick_is_refused_in_words(client_as, country, cast, now) -> None:
    event = plan_event(
        organisation=country.community,
        title="Görüş",
        starts_at=now + timedelta(days=1),
        at=now,
        by=cast.coordinator,
    )
    client = client_as("coordinator")
    page = client.post(f"/gorus/{event.code}/aciq/", {"once": "x"}, follow=True).content.decode()
    event.refresh_from_db()
    assert not event.is_open
    assert "oxuduğunuzu təsdiqləyin" in page
    client.post(f"/gorus/{event.code}/aciq/", {"confirmed": "on", "once": "y"})
    event.refresh_from_db()
    assert event.is_open


# --- what each sees of it --------------------------------------------------------------------------
def test_a_stranger_sees_day_and_sum_but_no_hour_place_title_or_breakdown(
    client, client_as, country, cast, now
) -> None:
    event = plan_event(
        organisation=country.community,
        title="Gizli başlıq",
        where="Gizli yer",
        starts_at=now - timedelta(days=1),
        at=now,
        by=cast.coordinator,
        agenda="Gizli gündəlik",
        matter=public_matter(country, now),
    )
    asked = client.get(f"/gorus/{event.code}/")
    assert asked.status_code == 302
    assert asked.url.replace(event.code, "X") == client.get("/gorus/ZZZZZZZZ/").url.replace("ZZZZZZZZ", "X")
    assert client_as("resident").get(f"/gorus/{event.code}/").status_code == 404
    counts = {("female", "14-17"): 41, ("male", "60+"): 2}
    hold_event(event=event, counts=counts, minutes="Gizli protokol", at=now, by=cast.coordinator)
    page = client.get(f"/gorus/{event.code}/").content.decode()
    assert "43" in page
    assert "Gizli" not in page
    assert "14–17" not in page
    hour = f"{event.starts_at.astimezone(timezone.get_default_timezone()):%H:%M}"
    assert hour not in page
    inside = client_as("coordinator").get(f"/gorus/{event.code}/").content.decode()
    assert "Gizli yer" in inside
    assert "14–17" in inside


def test_a_public_page_of_a_meeting_is_small_and_cheap(
    client, country, cast, now, django_assert_max_num_queries
) -> None:
    event = plan_event(
        organisation=country.community,
        title="Görüş",
        starts_at=now - timedelta(days=1),
        at=now,
        by=cast.coordinator,
    )
    hold_event(event=event, counts={("female", "60+"): 5}, at=now, by=cast.coordinator)
    with django_assert_max_num_queries(12):
        response = client.get(f"/gorus/{event.code}/", headers={"accept-encoding": "gzip"})
    assert len(response.content) < 20_000


def test_the_public_is_told_where_women_and_the_young_are_counted_and_the_community_sees_its_own(
    client, client_as, event, country, cast, now
) -> None:
    counts = {("female", "18-29"): 7, ("male", "30-44"): 23}
    hold_event(event=event, counts=counts, used={}, at=now, by=cast.coordinator)
    address = reverse("event", args=[event.code])
    outside, inside = (
        client.get(address).content.decode(),
        client_as("coordinator").get(address).content.decode(),
    )
    assert "rübün dərc olunmuş rəqəmlərində" in outside and reverse("inclusion") in outside
    assert "Onlardan qadın" not in outside and "Onlardan qadın" in inside
    assert "rübün dərc olunmuş rəqəmlərində" not in inside


def test_where_heads_alone_were_counted_nobody_is_said_to_be_known_or_different(client_as, event, cast, now):
    hold_event(event=event, counts={("unknown", "unknown"): 12}, at=now, by=cast.coordinator)
    said = client_as("coordinator").get(f"/gorus/{event.code}/").content.decode()
    assert "<b>12</b>sayılıb" in said and "Adsız sayılıb" in said
    assert "tanınan" not in said and "fərqli adam<" not in said
