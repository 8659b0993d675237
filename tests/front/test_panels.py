"""The panel of one campaign, for whom it was decided, and the marker of an initiative."""

import pytest
from django.db.models import Q
from django.urls import reverse

from icma.advocacy.models import Campaign, Petition, Reached
from icma.front.inclusion import decided_for, petitions_of
from icma.matters.actions.acts import note_act
from icma.monitoring.actions.initiatives import start_initiative
from icma.research.inclusion import page
from icma.research.models import Marker
from tests.front import rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(country, at):
    one = rows.matter(
        country, at, kind="campaign", stage="closed", outcome="solved", community=country.community
    )
    Campaign.objects.create(matter=one, template="social", level="local", stage="running")
    Reached.objects.create(matter=one, people=200, women=120, youth=50)
    return one


def test_a_campaign_counts_its_own_acts_and_leaves_out_what_can_never_be_counted_there(
    campaign, country, client, at
) -> None:
    for verb, n in (("vote", 12), ("attend", 3)):
        note_act(verb=verb, channel="web", place=country.goychay, matter=campaign, on=at.date(), n=n)
    found = page.of_campaign(campaign, petitions_of(campaign), decided_for)
    told = dict(zip(page.OWN, (row["value"] for row in found["totals"]), strict=True))
    assert (
        told["decides"] == 12
        and told["present"] == "withheld"
        and told["speaks"] == 0
        and "leads" not in told
    )
    assert client.get(reverse("inclusion_campaign", args=[campaign.code])).status_code == 200
    assert not Petition.objects.exists() and found["markers"][0]["row"] is None


def test_for_whom_it_was_decided_counts_public_outcomes_alone_that_say_so(campaign, country, at) -> None:
    rows.matter(country, at, "Körpü", stage="closed", outcome="partly")
    hidden = rows.matter(country, at, "Gizli", stage="closed", outcome="solved", hidden_at=at)
    Reached.objects.create(matter=hidden, people=900, women=900, youth=900)
    assert decided_for(Q()) == page.DecidedFor(outcomes=2, told=1, people=200, women=120, youth=50)
    assert decided_for(Q(pk=0)) == page.DecidedFor()


def test_who_leads_an_initiative_sets_its_marker_and_nobody_else(country, cast, client_as, at) -> None:
    made = start_initiative(
        organisation=country.community, title="Su hər həyətə", starts_on=at.date(), ends_on=at.date().replace(month=12),
        at=at, by=cast.coordinator,
    )  # fmt: skip
    address = reverse("initiative_marker", args=[made.code, "gender"])
    assert client_as("resident").get(address).status_code == 404
    lead = client_as("coordinator")
    assert lead.get(address).status_code == 200
    assert lead.post(address, {"score": 0, "criteria": [], "once": "a"}).status_code == 302
    row = Marker.objects.get()
    assert (row.kind, row.subject, row.score) == ("initiative", made.code, 0)
    assert lead.get(reverse("initiative_marker", args=[made.code, "moon"])).status_code == 404
