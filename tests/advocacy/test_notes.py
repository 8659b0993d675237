"""Notes and risks: sealed, opened only with a second factor and in writing, erased, and nowhere in public."""

import io
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.urls import reverse

from icma.advocacy.actions.campaigns import notes as actions
from icma.advocacy.actions.campaigns import plan, power
from icma.advocacy.actions.campaigns.corrections import decide_correction
from icma.advocacy.actions.campaigns.review import finish_campaign, go_on
from icma.advocacy.models import Campaign, Note, Stakeholder
from icma.core.action import Refused
from icma.front.actions import forget_all
from icma.matters.models import Matter
from icma.people.models import Opening
from tests.advocacy.campaign_kit import published, shown, started
from tests.matters.support_kit import everything

pytestmark = pytest.mark.django_db
NOTE, ANSWER = "Kanarqeyd dort yuz", "Kanarcavab besh yuz"
INSIDE = ("Kanartereef", "Kanaraddim", "Kanarmesaj", "Kanarehtiyat", "Kanargosterici")


@pytest.fixture
def campaign(country, cast, at) -> Campaign:
    """Published, with a canary in everything that only its team may see."""
    live = published(started(country, cast, at), cast, at)
    by = cast.coordinator
    side = power.add_stakeholder(
        campaign=live, kind="ally", post=INSIDE[0], influence=2, support=1, at=at, by=by
    )
    actions.add_note(campaign=live, kind="safety", text=NOTE, answer=ANSWER, at=at, by=by)
    actions.add_note(campaign=live, kind="note", text=f"{NOTE} iki", stakeholder=side, at=at, by=by)
    plan.add_tactic(campaign=live, kind="letter", title=INSIDE[1], until=at.date(), who=by, at=at, by=by)
    plan.set_messages(campaign=live, texts={"women": INSIDE[2]}, at=at, by=by)
    plan.write_plan(campaign=live, at=at, by=by, **shown(live, fallback=INSIDE[3]))
    plan.set_indicators(campaign=live, rows=[{"label": INSIDE[4]}], at=at, by=by)
    return live


def test_the_words_stand_nowhere_in_clear(campaign) -> None:
    assert Note.objects.filter(campaign=campaign).exists()
    out = io.StringIO()
    call_command("dumpdata", "advocacy", "matters", "core", stdout=out)
    for place in (everything(), out.getvalue()):
        assert NOTE not in place and ANSWER not in place and "Kanarqeyd" not in place
    for file in Path(settings.HOME).rglob("*"):
        assert not file.is_file() or b"Kanarqeyd" not in file.read_bytes(), file


def test_they_open_with_a_second_factor_and_each_opening_is_written_down(
    campaign, cast, at, client_as
) -> None:
    root = f"/is/kampaniya/{campaign.matter.code}/riskler/"
    closed = client_as("coordinator").get(root).content.decode()
    assert NOTE not in closed and "təhlükəsizlik riski" in closed
    weak = client_as("coordinator", strong=False).post(root)
    assert weak.status_code == 302 and "/is/" not in weak["Location"].split("?")[0]
    assert not Opening.objects.exists()
    opened = client_as("coordinator").post(root)
    assert NOTE in opened.content.decode() and ANSWER in opened.content.decode()
    assert "no-store" in opened["Cache-Control"]
    row = Opening.objects.get()
    assert (row.by, row.role, row.person) == (
        cast.coordinator,
        "coordinator",
        f"campaign:{campaign.matter.code}",
    )
    for other in ("moderator", "resident", "official"):
        assert client_as(other).post(root).status_code == 404
    assert Opening.objects.count() == 1


def test_the_action_itself_refuses_without_the_factor(campaign, cast, at) -> None:
    with pytest.raises(Refused):
        actions.open_notes(
            campaign=campaign, by=cast.coordinator, who=cast.who("coordinator", strong=False), at=at
        )
    with pytest.raises(Refused):
        actions.open_notes(campaign=campaign, by=cast.officer, who=cast.who("coordinator"), at=at)


def test_a_note_is_written_sealed_and_deleted_through_the_page(campaign, client_as) -> None:
    client, root = client_as("coordinator"), f"/is/kampaniya/{campaign.matter.code}/"
    before = set(Note.objects.values_list("code", flat=True))
    answer = client.post(f"{root}qeyd/", {"kind": "legal", "text": "Kanaryeni", "answer": ""})
    assert answer.status_code == 302
    new = Note.objects.exclude(code__in=before).get()
    assert new.kind == "legal" and b"Kanaryeni" not in bytes(new.sealed)
    assert "Kanaryeni" not in everything()
    client.post(f"{root}qeyd/{new.code}/silin/")
    assert not Note.objects.filter(pk=new.pk).exists()


def test_a_side_gets_its_note_on_its_own_page_and_is_named_in_the_list(campaign, client_as, cast, at) -> None:
    client, root = client_as("coordinator"), f"/is/kampaniya/{campaign.matter.code}/"
    side = power.add_stakeholder(
        campaign=campaign, kind="ally", post="Kənd həkimi", influence=2, support=1, at=at, by=cast.coordinator
    )
    page = client.get(f"{root}xerite/{side.code}/").content.decode()
    assert f'action="{root}qeyd/"' in page and re.search(
        f'type="hidden" name="side" value="{side.code}"', page
    )
    empty = client.post(f"{root}qeyd/", {"kind": "note", "text": "", "side": side.code})
    assert empty.status_code == 422 and f'value="{side.code}"' in empty.content.decode()
    given = {"kind": "note", "text": "Kanaryeni", "answer": "", "side": side.code}
    assert client.post(f"{root}qeyd/", given).status_code == 302
    assert side.notes.count() == 1 and "Kanaryeni" not in everything()
    for answer in (client.get(f"{root}riskler/"), client.post(f"{root}riskler/")):
        assert "Kənd həkimi" in answer.content.decode()
    assert client.post(f"{root}qeyd/", given | {"side": "ZZZZZZZZ"}).status_code == 404


def test_a_note_on_a_side_goes_with_it(campaign, cast, at) -> None:
    side = Stakeholder.objects.get(campaign=campaign, post=INSIDE[0])
    assert side.notes.count() == 1
    power.remove_stakeholder(stakeholder=side, at=at, by=cast.coordinator)
    assert side.notes.count() == 0


def test_ninety_days_after_the_review_they_are_gone_and_nothing_else_is(campaign, cast, at) -> None:
    finish_campaign(
        campaign=campaign, outcome="unsolved", learned="Gec başladıq.", at=at, by=cast.coordinator
    )
    decide_correction(campaign=campaign, publish=True, at=at, by=cast.moderator)
    kept = Stakeholder.objects.filter(campaign=campaign).count()
    forget_all(at=at + timedelta(days=90))
    assert Note.objects.filter(campaign=campaign).exists()
    forget_all(at=at + timedelta(days=91))
    assert not Note.objects.filter(campaign=campaign).exists()
    assert Stakeholder.objects.filter(campaign=campaign).count() == kept
    assert Campaign.objects.get(pk=campaign.pk).learned == "Gec başladıq."


def test_without_a_review_they_stay_and_going_on_stops_the_term(campaign, cast, at) -> None:
    forget_all(at=at + timedelta(days=400))
    assert Note.objects.filter(campaign=campaign).exists()
    finish_campaign(
        campaign=campaign, outcome="unsolved", learned="Gec başladıq.", at=at, by=cast.coordinator
    )
    go_on(campaign=Campaign.objects.get(pk=campaign.pk), at=at, by=cast.coordinator)
    forget_all(at=at + timedelta(days=400))
    assert Note.objects.filter(campaign=campaign).exists()


def test_of_a_campaign_that_was_not_published_they_go_too(campaign, at) -> None:
    Matter.objects.filter(pk=campaign.pk).update(stage="rejected", changed_at=at)
    forget_all(at=at + timedelta(days=90))
    assert Note.objects.filter(campaign=campaign).exists()
    forget_all(at=at + timedelta(days=91))
    assert not Note.objects.filter(campaign=campaign).exists()


def public_addresses(campaign: Campaign, country) -> list[str]:
    """Every public list, page, feed and API row on which the campaign could appear."""
    code = campaign.matter.code
    lists = [
        "/",
        "/meseleler/",
        "/meseleler.csv",
        "/meseleler.atom",
        "/haqqinda/",
        "/moderasiya/",
        "/sitemap.xml",
    ]
    lists += [
        "/mektublar/",
        "/muddetler/siyahi/",
        "/icmalar/",
        f"/icmalar/{country.community.code}/",
        "/yer/AZ-GOY/",
    ]
    lists += [
        f"/qurum/{country.water.code}/",
        f"/axtar/?q={INSIDE[0]}",
        "/axtar/?q=Nümunəkənddə",
        f"/m/{code}.ics",
    ]
    pages = [f"{language}/m/{code}/" for language in ("", "/ru", "/en")]
    return lists + pages


def test_no_public_page_list_feed_or_api_says_what_the_team_keeps(campaign, country, client_as, at) -> None:
    stranger = client_as("stranger")
    schema = json.loads(stranger.get("/api/v1/openapi.json").content)
    api = [path for path in schema["paths"] if "{" not in path]
    assert len(api) >= 5
    seen, found = 0, []
    for address in [*public_addresses(campaign, country), *api]:
        answer = stranger.get(address)
        if answer.status_code == 200:
            seen += 1
            text = b"".join(answer).decode()
            if "q=Kanar" in address:
                text = text.replace(INSIDE[0], "")  # what was asked for stands in the search box
            found += [
                (address, word) for word in (NOTE, ANSWER, *INSIDE, "riskler/", "xerite") if word in text
            ]
    assert found == [] and seen >= 20
    assert campaign.matter.title in stranger.get("/meseleler/").content.decode()


def test_the_same_canaries_are_seen_by_the_team_so_that_the_test_can_fail(campaign, client_as) -> None:
    client, root = client_as("coordinator"), reverse("campaign_work", args=[campaign.matter.code])
    text = client.get(root).content.decode()
    assert all(word in text for word in INSIDE)
