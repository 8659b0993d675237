"""How many campaigns with how many communities: a figure computed from data, the same on the page and in the API."""

import pytest
from django.utils import timezone

from icma.advocacy.figures import pressed
from icma.core.day import legal_day
from icma.matters.actions.joining import hide
from icma.people.models import Organisation
from tests.advocacy.campaign_kit import published, started

pytestmark = pytest.mark.django_db


def test_it_counts_public_campaigns_and_the_communities_behind_them(country, cast, client) -> None:
    at = timezone.now()
    other = Organisation.objects.create(
        code="SHEKI001", kind="community", name="Nümunə Şəki icması", place=country.shaki, since="2024-01-01", seen="unlisted",
        form="cbo", sort_key="s", search_text="s",
    )  # fmt: skip
    for n in range(3):
        published(started(country, cast, at, title=f"Kampaniya {n}"), cast, at)
    last = published(started(country, cast, at, title="Başqa icma", community=other), cast, at)
    started(country, cast, at, title="Hələ planda")
    found = pressed(legal_day(at))
    assert (found.campaigns, found.communities) == (4, 2)
    page = client.get("/haqqinda/").content.decode()
    assert "2 icma ilə 4 kampaniya" in page
    api = client.get("/api/v1/figures/").json()
    assert (api["campaigns"], api["campaign_communities"]) == (4, 2)
    hide(matter=last.matter, sender="məhkəmə", basis="1", received_at=at, at=at, by=cast.moderator)
    assert client.get("/api/v1/figures/").json()["campaigns"] == 3
    assert "1 icma ilə 3 kampaniya" in client.get("/haqqinda/").content.decode()
