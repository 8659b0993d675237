"""Gates say what is missing, hold back only what must be there, and hide nothing behind a form."""

import pytest

from icma.advocacy.actions.campaigns import notes, plan
from icma.advocacy.flow import CAMPAIGN
from icma.advocacy.forms.campaigns import IndicatorRow
from icma.advocacy.gates import GATES, missing
from icma.advocacy.models import Campaign, Indicator, Message, Note, Stakeholder, Tactic
from icma.core.action import Refused
from icma.matters.models import Matter, Task
from tests.advocacy.campaign_kit import shown, started, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(country, cast, at) -> Campaign:
    return written(started(country, cast, at), cast, at)


def names(campaign: Campaign) -> set[str]:
    return {gate.name for gate in missing(campaign)}


def test_gates_stand_before_steps_that_exist_and_have_names_of_their_own() -> None:
    assert {gate.step for gate in GATES} <= set(CAMPAIGN.steps)
    assert len({gate.name for gate in GATES}) == len(GATES)


def test_a_fresh_template_lacks_only_what_the_community_alone_knows(country, cast, at) -> None:
    fresh = started(country, cast, at)
    assert names(fresh) == {"gaps", "decider", "evidence", "indicators"}
    assert names(written(fresh, cast, at)) == {"indicators"}


@pytest.mark.parametrize(
    ("field", "value", "gate"),
    [
        ("text", " ", "problem"), ("demand", " ", "demand"), ("demand", "[Qurum] suyu versin", "gaps"),
        ("decider_post", "", "decider"), ("authority", None, "decider"),
    ],
)  # fmt: skip
def test_what_must_be_there_holds_the_campaign_back(cast, at, campaign, field, value, gate) -> None:
    plan.write_plan(campaign=campaign, at=at, by=cast.coordinator, **shown(campaign, **{field: value}))
    assert gate in names(campaign) and missing(campaign)[0].must
    with pytest.raises(Refused):
        plan.submit_campaign(campaign=campaign, at=at, by=cast.coordinator)
    assert Matter.objects.get(pk=campaign.pk).stage == "planned"


@pytest.mark.parametrize("lost", [{"who": None, "who_said": ""}, {"until": None}])
def test_a_step_without_owner_or_day_holds_it_back(cast, at, campaign, lost) -> None:
    Task.objects.filter(tactic__campaign=campaign).update(**lost)
    assert "tactics" in names(campaign)
    with pytest.raises(Refused):
        plan.submit_campaign(campaign=campaign, at=at, by=cast.coordinator)


def test_advice_is_said_and_holds_nothing_back(cast, at, campaign) -> None:
    Stakeholder.objects.filter(campaign=campaign).delete()
    Message.objects.filter(campaign=campaign).delete()
    Indicator.objects.filter(campaign=campaign).delete()
    Note.objects.filter(campaign=campaign).delete()
    plan.write_plan(
        campaign=campaign, at=at, by=cast.coordinator, **shown(campaign, evidence="", fallback="")
    )
    assert names(campaign) == {"map", "messages", "indicators", "risks", "evidence", "fallback"}
    plan.submit_campaign(campaign=campaign, at=at, by=cast.coordinator)
    assert Matter.objects.get(pk=campaign.pk).stage == "raised"


def test_the_page_lists_what_is_missing_and_offers_the_button_only_then(cast, at, client_as, country) -> None:
    fresh = started(country, cast, at)
    client, root = client_as("coordinator"), f"/is/kampaniya/{fresh.matter.code}/"
    text = client.get(root).content.decode()
    assert "Hələ nə çatmır" in text and "gonderin/" not in text
    written(fresh, cast, at)
    text = client.get(root).content.decode()
    assert "gonderin/" in text and "məsləhətdir" in text


def test_steps_can_be_added_changed_and_dropped(cast, at, campaign) -> None:
    before = Tactic.objects.filter(campaign=campaign).count()
    one = plan.add_tactic(
        campaign=campaign,
        kind="letter",
        title="Deputata yazmaq",
        who_said="Aytən",
        at=at,
        by=cast.coordinator,
    )
    assert "tactics" in names(campaign)  # no day yet
    plan.change_tactic(
        tactic=one, kind="meeting", title="Deputatla görüş", until=at.date(), who=None, who_said="Aytən",
        at=at, by=cast.coordinator,
    )  # fmt: skip
    assert "tactics" not in names(campaign)
    plan.drop_tactic(tactic=one, at=at, by=cast.coordinator)
    assert Tactic.objects.filter(campaign=campaign).count() == before


def test_a_hundred_notes_are_enough(cast, at, campaign, monkeypatch) -> None:
    monkeypatch.setattr(notes, "MOST_NOTES", Note.objects.filter(campaign=campaign).count())
    with pytest.raises(Refused):
        notes.add_note(campaign=campaign, kind="note", text="x", at=at, by=cast.coordinator)


@pytest.mark.parametrize(
    "row, wrong",
    [
        ({"baseline": "1,5", "target": "2.5", "value": "1 500"}, set()),
        ({"baseline": "20", "target": "20,0"}, {"target"}),
        ({"value": "-3"}, {"value"}),
        ({"target": "çox"}, {"target"}),
    ],
)
def test_a_number_of_an_indicator_is_read_as_people_type_it(row, wrong):
    form = IndicatorRow({"label": "Su verilən günlər"} | row)
    assert set(form.errors) == wrong
    if not wrong:
        assert [str(form.cleaned_data[name]) for name in ("baseline", "target", "value")] == [
            "1.5",
            "2.5",
            "1500",
        ]
