"""From a template to a campaign that everybody reads, and back to what was learned."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from icma.advocacy.actions.campaigns import plan as actions
from icma.advocacy.actions.campaigns import review as reviews
from icma.advocacy.actions.campaigns.corrections import decide_correction
from icma.advocacy.actions.petitions import close_petition
from icma.advocacy.actions.signing import Asked, Confirmation, confirm_all, keep_pending, pending_of
from icma.advocacy.models import Campaign, Indicator, Message, Note, Reached, Stakeholder, Tactic
from icma.advocacy.plans import plan, raw
from icma.advocacy.views.campaign import _reached
from icma.core.action import Refused
from icma.core.flow import Stale
from icma.matters.actions.outcome import close_matter
from icma.matters.models import Entry, Link, Matter, Window
from tests.advocacy.campaign_kit import published, shown, started, written
from tests.front import rows
from tests.matters.letters_kit import words_read

pytestmark = pytest.mark.django_db
TEMPLATES = Campaign.Template.values


@pytest.fixture
def campaign(country, cast, at) -> Campaign:
    return started(country, cast, at)


def page(client, code: str, path: str = "") -> str:
    response = client.get(f"/m/{code}/" if not path else f"/is/kampaniya/{code}/{path.strip('.')}")
    assert response.status_code == 200, response.status_code
    return response.content.decode()


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_template_fills_every_block_in_three_languages(country, cast, at, template) -> None:
    made = started(country, cast, at, template=template, language="az")
    assert made.matter.topic == template and made.matter.stage == "planned" and "[" in made.demand
    assert made.fallback and "[" not in made.fallback
    assert Stakeholder.objects.filter(campaign=made, kind="decider", authority=country.water).count() == 1
    assert Stakeholder.objects.filter(campaign=made).count() >= 6
    steps = list(Tactic.objects.filter(campaign=made).select_related("task"))
    assert len(steps) >= 6 and all(
        one.task.until > at.date() and one.task.who == cast.coordinator for one in steps
    )
    assert Message.objects.filter(campaign=made, audience__in=("residents", "authority")).count() == 2
    assert Indicator.objects.filter(campaign=made).count() >= 3
    assert set(Note.objects.filter(campaign=made).values_list("kind", flat=True)) == {"safety", "legal"}
    texts = [plan(template, language) for language in ("az", "ru", "en")]
    assert len({one.demand for one in texts}) == len({one.evidence for one in texts}) == 3


def test_no_text_of_a_template_is_empty_or_left_in_another_language() -> None:
    def texts(value):
        if isinstance(value, dict) and set(value) == {"az", "ru", "en"}:
            yield value
        elif isinstance(value, dict | list):
            for one in value.values() if isinstance(value, dict) else value:
                yield from texts(one)

    found = list(texts(raw()))
    assert len(found) > 80
    assert all(len({*one.values()}) == 3 and all(one.values()) for one in found)
    assert all(
        len(one["az"]) <= 160 for t in raw().values() for step in t["tactics"] for one in [step["title"]]
    )


def test_a_campaign_grows_from_its_matters_and_belongs_to_their_community(country, cast, at) -> None:
    source = rows.matter(country, at, title="Su gəlmir")
    made = started(country, cast, at, grew_from=[source])
    link = Link.objects.get(source=made.matter)
    assert (link.target, link.kind, made.matter.community) == (source, "grew_from", country.community)


def test_only_its_team_works_on_it(country, cast, at, campaign, client_as) -> None:
    address = f"/is/kampaniya/{campaign.matter.code}/"
    assert client_as("coordinator").get(address).status_code == 200
    assert client_as("officer").get(address).status_code == 200
    for other in ("resident", "moderator", "official", "lawyer"):
        assert client_as(other).get(address).status_code == 404, other
    assert client_as("stranger").get(address).status_code == 302
    assert client_as("stranger").get(f"/m/{campaign.matter.code}/").status_code == 404


def test_a_plan_with_gaps_is_not_sent_and_says_what_is_missing(country, cast, at, campaign) -> None:
    with pytest.raises(Refused, match="kvadrat"):
        actions.submit_campaign(campaign=campaign, at=at, by=cast.coordinator)
    assert Matter.objects.get(pk=campaign.pk).stage == "planned"
    actions.submit_campaign(campaign=written(campaign, cast, at), at=at, by=cast.coordinator)
    campaign.refresh_from_db()
    assert (campaign.matter.stage, campaign.stage) == ("raised", "running")


def test_what_a_moderator_has_read_is_fixed_and_the_fallback_still_moves(cast, at, country, campaign) -> None:
    live = published(campaign, cast, at)
    before = live.demand
    values = shown(
        live, demand="Başqa tələb", evidence="Başqa dəlil", fallback="Heç olmasa cədvəl", title="Başqa"
    )
    actions.write_plan(campaign=live, at=at, by=cast.coordinator, **values)
    live = Campaign.objects.select_related("matter").get(pk=live.pk)
    assert (live.demand, live.fallback, live.matter.title) == (
        before,
        "Heç olmasa cədvəl",
        "Nümunəkənddə hər gün su",
    )


def test_a_rejected_campaign_is_corrected_and_sent_again(cast, at, country, campaign) -> None:
    from icma.matters.actions.moderation import reject
    from icma.matters.rules_of_moderation import RULES

    actions.submit_campaign(campaign=written(campaign, cast, at), at=at, by=cast.coordinator)
    reject(matter=campaign.matter, rule=next(iter(RULES)), at=at, by=cast.moderator)
    again = Campaign.objects.select_related("matter").get(pk=campaign.pk)
    actions.write_plan(campaign=again, at=at, by=cast.coordinator, **shown(again, demand="Daha dəqiq tələb"))
    actions.submit_campaign(campaign=again, at=at + timedelta(days=1), by=cast.coordinator)
    again.refresh_from_db()
    assert (again.matter.stage, again.demand) == ("raised", "Daha dəqiq tələb")


def test_everybody_reads_demand_decider_and_deeds_and_never_the_plan_behind(
    country, cast, at, client_as, campaign
) -> None:
    source = rows.matter(country, at, title="Küçədə su yoxdur")
    Link.objects.create(source=campaign.matter, target=source, kind="grew_from", at=at)
    live = published(campaign, cast, at)
    text = page(client_as("stranger"), live.matter.code)
    assert live.demand in text and live.decider_post in text and "Nümunə Su İdarəsi" in text
    assert live.evidence in text and "Küçədə su yoxdur" in text and "Nümunə Göyçay icması" in text
    assert live.fallback not in text
    hidden = [one.task.title for one in Tactic.objects.filter(campaign=live).select_related("task")]
    hidden += [one.post for one in Stakeholder.objects.filter(campaign=live).exclude(kind="decider")]
    hidden += [one.text for one in Message.objects.filter(campaign=live)]
    assert [words for words in hidden if words in text] == []
    assert "/is/kampaniya/" not in text and "/is/kampaniya/" in page(
        client_as("coordinator"), live.matter.code
    )


def test_its_petitions_stand_on_its_thread_as_they_open_and_as_they_end(
    country, cast, at, client_as, campaign, make_petition
) -> None:
    live, now = published(campaign, cast, at), timezone.now()
    petition = make_petition("open", campaign=live, title="Su petisiyası")
    hidden = make_petition("open", campaign=live, title="Gizli petisiya")
    Matter.objects.filter(pk=hidden.pk).update(hidden_at=now)
    confirmations = [pending_of(Asked(petition.pk, f"p{n}@numune.invalid"), now) for n in range(3)]
    keep_pending(rows=confirmations)
    confirm_all(confirmations=[Confirmation(row.ref, now) for row in confirmations])
    client, begun, ended = client_as("stranger"), "Petisiyaya dəstək vermək olur", "Petisiya başa çatdı"

    def thread() -> str:
        return page(client, live.matter.code).partition('<ol class="thread">')[2].partition("</ol>")[0]

    assert thread().count(begun) == 1 and f"/m/{petition.matter.code}/" in thread() and ended not in thread()
    assert "Gizli" not in thread()
    Window.objects.filter(matter=petition.matter).update(closes_at=now)
    close_petition(petition=petition, at=now + timedelta(minutes=1), complete=True)
    text = thread()
    assert text.index(begun) < text.index(ended) and re.search(rf"{ended}[^<]*\b3\b", text)


def test_its_page_is_light_and_asks_at_most_twelve_questions(
    country, cast, at, client_as, campaign, django_assert_max_num_queries
) -> None:
    live = published(campaign, cast, at)
    client = client_as("stranger")
    client.get(f"/m/{live.matter.code}/")
    with django_assert_max_num_queries(12):
        response = client.get(f"/m/{live.matter.code}/")
    assert len(response.content) < 60_000 and "<script" not in response.content.decode()


def test_the_review_tells_outcome_whom_it_reached_and_what_was_learned(
    country, cast, at, client_as, campaign
) -> None:
    live = published(campaign, cast, at)
    values = {"outcome": "partly", "changed": "Su hər gün dörd saat gəlir.", "by": cast.coordinator, "at": at}
    with pytest.raises(Refused, match="öyrən"):
        reviews.finish_campaign(campaign=live, learned=" ", **values)
    with pytest.raises(Refused):
        reviews.finish_campaign(campaign=live, learned="x", people=10, women=11, **values)
    live = Campaign.objects.select_related("matter").get(pk=live.pk)
    reviews.finish_campaign(
        campaign=live,
        learned="Cədvəli əvvəlcədən istəmək lazımdır.",
        people=400,
        women=210,
        youth=90,
        places=2,
        **values,
    )
    live = Campaign.objects.select_related("matter").get(pk=live.pk)
    assert (live.stage, live.matter.stage, live.reviewed_on) == ("done", "closed", at.date())
    assert Reached.objects.get(matter=live.matter).women == 210
    for is_estimate, few in ((True, "2"), (False, "gizlədilib")):
        Reached.objects.filter(matter=live.matter).update(
            people=21, women=2, youth=17, is_estimate=is_estimate
        )
        told = dict(_reached(Campaign.objects.select_related("matter__reached").get(pk=live.pk)))
        assert [str(told[name]) for name in told][:3] == ["21", few, "17" if is_estimate else few]
    Reached.objects.filter(matter=live.matter).update(people=400, women=210, youth=90)
    decide_correction(campaign=live, publish=True, at=at, by=cast.moderator)  # see test_corrections.py
    words_read(live.matter, cast, at)
    text = page(client_as("stranger"), live.matter.code)
    assert "Cədvəli əvvəlcədən" in text and "210" in text and "Su hər gün dörd saat" in text
    with pytest.raises(Stale):
        reviews.finish_campaign(campaign=live, learned="x", **values)


def test_a_campaign_that_goes_on_keeps_its_community_and_its_notes(country, cast, at, campaign) -> None:
    live = published(campaign, cast, at)
    reviews.finish_campaign(
        campaign=live, outcome="unsolved", learned="Gecikdik.", at=at, by=cast.coordinator
    )
    reviews.go_on(campaign=live, at=at, by=cast.coordinator)
    live = Campaign.objects.select_related("matter").get(pk=live.pk)
    assert (live.stage, live.reviewed_on, live.matter.community) == ("running", None, country.community)
    assert live.matter.stage in ("taken", "pressing")


def test_forms_of_the_workspace_work_through_their_pages(country, cast, at, client_as, campaign) -> None:
    client, code = client_as("coordinator"), campaign.matter.code
    root = f"/is/kampaniya/{code}/"
    for path in (
        "",
        "plan/",
        "mesajlar/",
        "gostericiler/",
        "xerite/",
        "xerite/yeni/",
        "addim/",
        "riskler/",
        "yekun/",
    ):
        assert client.get(root + path).status_code == 200, path
    step = Tactic.objects.filter(campaign=campaign).first()
    assert client.get(f"{root}addim/{step.task.code}/").status_code == 200
    client.post(f"{root}addim/{step.task.code}/oldu/")
    step.task.refresh_from_db()
    assert step.task.done_on is not None
    client.post(f"{root}mesajlar/", {"residents": "Yeni söz", "authority": ""})
    assert (
        dict(Message.objects.filter(campaign=campaign).values_list("audience", "text"))["residents"]
        == "Yeni söz"
    )
    assert not Message.objects.filter(campaign=campaign, audience="authority").exists()
    rows = {"row-TOTAL_FORMS": 1, "row-INITIAL_FORMS": 0, "row-0-label": "Ailələr", "row-0-target": "40"}
    client.post(f"{root}gostericiler/", rows)
    assert list(Indicator.objects.filter(campaign=campaign).values_list("label", "target")) == [
        ("Ailələr", 40)
    ]
    assert client.post(f"{root}gonderin/").status_code == 302
    assert Matter.objects.get(code=code).stage == "planned"  # gaps are left, and the page says so
    assert "kvadrat" in client.get(root).content.decode()


def test_its_page_opens_for_those_who_prepare_and_moderate_it_at_every_stage(
    country, cast, at, client_as, campaign
) -> None:
    code = campaign.matter.code
    for who in ("coordinator", "officer", "moderator"):
        assert campaign.demand in page(client_as(who), code), who
    actions.submit_campaign(campaign=written(campaign, cast, at), at=at, by=cast.coordinator)
    for who in ("coordinator", "moderator"):
        assert "moderator" in page(client_as(who), code)
    assert client_as("stranger").get(f"/m/{code}/").status_code == 404
    assert "İcma öz üzərinə götürür" not in page(client_as("moderator"), code)


def test_steps_of_the_plan_do_not_flood_the_thread(country, cast, at, campaign) -> None:
    assert Entry.objects.filter(matter=campaign.matter).count() == 1


def test_the_way_in_stands_on_the_community_and_on_the_matter(country, cast, at, client_as) -> None:
    source = rows.matter(country, at, title="Su gəlmir", community=country.community, stage="taken")
    client = client_as("coordinator")
    assert "/is/icma/GOYCAY01/kampaniya/" in client.get("/is/icma/GOYCAY01/").content.decode()
    assert f"kampaniya/?mesele={source.code}" in client.get(f"/m/{source.code}/").content.decode()
    form = client.get(f"/is/icma/GOYCAY01/kampaniya/?nov=social&mesele={source.code}").content.decode()
    assert "Su gəlmir" in form and "checked" in form
    values = {
        "title": "Hər gün su",
        "text": "Su yoxdur.",
        "matters": [source.code],
        "place": "AZ-GOY",
        "level": "local",
    }
    answer = client.post(
        "/is/icma/GOYCAY01/kampaniya/?nov=social", values | {"authority": country.water.code}
    )
    made = Campaign.objects.get(matter__code=answer["Location"].rstrip("/").rsplit("/", 1)[1])
    assert Link.objects.get(source=made.matter).target == source and made.matter.topic == source.topic


def test_a_campaign_closed_without_its_review_is_no_way_to_keep_notes(country, cast, at, campaign) -> None:
    from icma.front.actions import forget_all

    live = published(campaign, cast, at)
    close_matter(matter=live.matter, outcome="unsolved", at=at, by=cast.coordinator)
    forget_all(at=at + timedelta(days=89))
    assert Note.objects.filter(campaign=live).exists()
    forget_all(at=at + timedelta(days=92))
    assert not Note.objects.filter(campaign=live).exists()


def test_the_workspace_of_a_public_campaign_leads_to_letters_meetings_and_petitions(
    country, cast, at, client_as, campaign
) -> None:
    client, root = client_as("coordinator"), f"/is/kampaniya/{campaign.matter.code}/"
    assert "Müraciət yazın" not in client.get(root).content.decode()  # nothing is sent before it is public
    live = published(campaign, cast, at)
    text = client.get(root).content.decode()
    links = [
        link
        for link in (
            f"?kampaniya={live.matter.code}",
            "/is/icma/GOYCAY01/gorus/",
            "yekun/",
            f"/is/huquqsunas/{live.matter.code}/",
        )
        if link not in text
    ]
    assert links == [] and "Müraciət yazın" in text
