"""Two people change one row at once: the second is told, loses nothing, and decides."""

import re

import pytest
from django.urls import reverse

from icma.events.actions import plan_event

pytestmark = pytest.mark.django_db
WAS = re.compile(r'name="was" value="(\w+)"')


def opened(client, page: str) -> str:
    found = WAS.search(client.get(page).content.decode())
    assert found, "the form says over which state it was opened"
    return found[1]


CASES = [
    (
        "body_edit",
        "WATER001",
        {"name_az": "Birinci Su", "kind": "utility", "source": "nümunə"},
        "name_az",
        "water",
    ),
    ("organisation", "GOYCAY01", {"name": "Birinci icma", "form": "cbo"}, "name", "community"),
    ("community_edit", "GOYCAY01", {"name": "Birinci icma", "seen": "full"}, "name", "community"),
]


@pytest.mark.parametrize("name, code, given, field, key", CASES)
def test_a_stale_form_is_told_keeps_what_was_typed_and_goes_through_when_sent_again(
    client_as, country, name, code, given, field, key
):
    first, second, page = client_as("officer"), client_as("officer2"), reverse(name, args=[code])
    was = opened(second, page)
    assert first.post(page, given | {"was": opened(first, page), "once": "1"}).status_code == 302
    row, mine = getattr(country, key), {**given, field: "İkinci ad"}
    told = second.post(page, mine | {"was": was, "once": "2"}).content.decode()
    row.refresh_from_db()
    assert getattr(row, field).startswith("Birinci"), "nothing is overwritten unseen"
    assert "Bu arada" in told and given[field] in told and "İkinci ad" in told
    assert second.post(page, mine | {"was": WAS.search(told)[1], "once": "3"}).status_code == 302
    row.refresh_from_db()
    assert getattr(row, field) == "İkinci ad"


@pytest.fixture
def meeting(country, cast, at):
    return plan_event(
        organisation=country.community,
        title="Su məsələsi",
        kind="meeting",
        starts_at=at,
        by=cast.coordinator,
        at=at,
    )


def tasks(**more):
    return {"task-TOTAL_FORMS": "0", "task-INITIAL_FORMS": "0"} | more


def test_two_who_write_the_minutes_at_once_lose_nothing(client_as, meeting):
    first, second, page = (
        client_as("coordinator"),
        client_as("officer"),
        reverse("event_minutes", args=[meeting.code]),
    )
    was = opened(second, page)
    first.post(page, tasks(minutes="Birinci mətn", decisions="", was=opened(first, page), once="1"))
    told = second.post(page, tasks(minutes="İkinci mətn", decisions="", was=was, once="2")).content.decode()
    meeting.refresh_from_db()
    assert meeting.minutes == "Birinci mətn" and "Birinci mətn" in told and "İkinci mətn" in told


def test_quick_taps_are_not_told_that_somebody_else_was_there(client_as, meeting):
    client, page = client_as("coordinator"), reverse("event_minutes", args=[meeting.code])
    sent = tasks(minutes="Bir\r\niki", decisions="", was=opened(client, page), once="1")
    assert [client.post(page, sent).status_code for _tap in range(4)] == [302] * 4


def test_a_count_that_was_opened_before_another_was_entered_is_told_so(client_as, meeting):
    first, second, page = (
        client_as("coordinator"),
        client_as("officer"),
        reverse("event_count", args=[meeting.code]),
    )
    was = opened(second, page)
    first.post(page, {"female_30-44": "7", "was": opened(first, page), "once": "1"})
    told = second.post(page, {"female_30-44": "3", "was": was, "once": "2"})
    assert told.status_code == 422 and meeting.counts.get().n == 7 and "7" in told.content.decode()
