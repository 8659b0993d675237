"""What is public of a campaign changes through a moderator; steps name what came of them; who opened the notes is seen."""

from datetime import timedelta

import pytest
from django.urls import reverse

from icma.advocacy.actions.campaigns import plan as actions
from icma.advocacy.actions.campaigns import review as reviews
from icma.advocacy.actions.campaigns.corrections import correct_campaign, decide_correction
from icma.advocacy.models import Campaign, Petition, Tactic
from icma.core.action import Refused
from icma.core.flow import Stale
from icma.matters.actions.proposing import digest, proposals
from icma.matters.models import Clock, Entry, Words
from tests.advocacy.campaign_kit import published, shown, started
from tests.matters.letters_kit import drafted, words_read

pytestmark = pytest.mark.django_db
TYPO, RIGHT = (
    "Su İdarəsi 1 sentyabra qədər xətti təmir etsin.",
    "Su İdarəsi 1 oktyabra qədər xətti təmir etsin.",
)


@pytest.fixture
def live(country, cast, at) -> Campaign:
    return published(started(country, cast, at), cast, at)


def again(campaign: Campaign) -> Campaign:
    return Campaign.objects.select_related("matter__community", "matter__place").get(pk=campaign.pk)


def desk(campaign: Campaign) -> bool:
    """Whether a moderator owes something."""
    return Clock.objects.filter(matter=campaign.matter, rule="own.moderate", state="running").exists()


def correction(campaign: Campaign) -> str:
    return reverse("campaign_correction", args=[campaign.matter.code])


def test_the_old_text_stands_until_a_moderator_has_read_the_new_one(live, cast, at, client_as) -> None:
    values = shown(live, demand=RIGHT, title="Nümunəkənddə hər gün içməli su", fallback="Cədvəl")
    actions.write_plan(campaign=live, at=at, by=cast.coordinator, **values)
    page = f"/m/{live.matter.code}/"
    text = client_as("stranger").get(page).content.decode()
    assert TYPO in text and RIGHT not in text and "içməli" not in text
    assert desk(live) and again(live).fallback == "Cədvəl"
    moderator = client_as("moderator")
    assert (
        correction(live)
        in moderator.get(reverse("moderate_matter", args=[live.matter.code])).content.decode()
    )
    read = moderator.get(correction(live)).content.decode()
    assert TYPO in read and RIGHT in read
    assert moderator.post(correction(live), {"verdict": "publish"}).status_code == 302
    text = client_as("stranger").get(page).content.decode()
    demanded, _heading, thread = text.partition("<h2>İndiyədək nə edilib")
    assert RIGHT in demanded and TYPO not in demanded and "içməli" in text
    # People supported the earlier words: which parts changed, and what was demanded, stays on the thread.
    assert "Tələb, Kampaniyanın adı. Əvvəl tələb olunan:" in thread and TYPO in thread
    after = again(live)
    assert (after.demand, after.evidence) == (RIGHT, live.evidence) and "icmeli" in after.matter.search_text
    assert not desk(live) and proposals(after.matter) == {}
    entry = Entry.objects.get(matter=after.matter, verb="corrected")
    assert entry.data["was"]["demand"] == digest(TYPO)
    assert (entry.visibility, entry.data["fields"], entry.by) == (
        "public",
        ["demand", "title"],
        cast.moderator,
    )
    with pytest.raises(Stale):  # the second of two moderators is told
        decide_correction(campaign=after, publish=True, at=at, by=cast.moderator)


def test_what_is_not_published_is_erased_and_the_community_reads_the_rule(live, cast, at, client_as) -> None:
    correct_campaign(campaign=live, texts={"demand": "Rəis oğrudur"}, at=at, by=cast.coordinator)
    moderator = client_as("moderator")
    assert (
        moderator.post(correction(live), {"verdict": "drop", "rule": ""}).status_code == 422
    )  # a rule is cited
    assert moderator.post(correction(live), {"verdict": "drop", "rule": "accusation"}).status_code == 302
    assert again(live).demand == TYPO and not desk(live)
    assert not Words.objects.filter(text__contains="oğru").exists()
    work = client_as("coordinator").get(reverse("campaign_work", args=[live.matter.code])).content.decode()
    assert "Düzəliş dərc edilmədi" in work
    correct_campaign(campaign=live, texts={"demand": RIGHT}, at=at, by=cast.coordinator)
    work = client_as("coordinator").get(reverse("campaign_work", args=[live.matter.code])).content.decode()
    assert "Mətniniz moderatordadır" in work and "Düzəliş dərc edilmədi" not in work


def test_a_newer_correction_takes_the_place_of_the_older_and_the_public_text_takes_it_back(
    live, cast, at
) -> None:
    given = {"campaign": live, "at": at, "by": cast.coordinator}
    assert correct_campaign(texts={"demand": "Birinci"}, **given) == ["demand"]
    assert correct_campaign(texts={"demand": RIGHT}, **given) == ["demand"]
    assert correct_campaign(texts={"demand": RIGHT}, **given) == ["demand"]  # sent twice: once is enough
    assert proposals(live.matter)["demand"].text == RIGHT
    assert Entry.objects.filter(matter=live.matter, verb="proposed").count() == 2
    assert not Words.objects.filter(text="Birinci").exists()
    assert correct_campaign(texts={"demand": TYPO}, **given) == []
    assert not desk(live)
    assert correct_campaign(texts={"evidence": ""}, **given) == ["evidence"]  # a text can be taken away
    decide_correction(campaign=live, publish=True, at=at, by=cast.moderator)
    assert again(live).evidence == ""
    with pytest.raises(Refused):
        correct_campaign(texts={"demand": " "}, **given)


def test_nobody_decides_about_his_own_words_nor_about_a_text_that_has_changed(live, cast, at) -> None:
    correct_campaign(campaign=live, texts={"demand": RIGHT}, at=at, by=cast.officer)
    with pytest.raises(Refused, match="öz mətniniz"):
        decide_correction(campaign=live, publish=True, at=at, by=cast.officer)
    Campaign.objects.filter(pk=live.pk).update(demand="Başqası dəyişdi")
    with pytest.raises(Stale):
        decide_correction(campaign=again(live), publish=True, at=at, by=cast.moderator)
    assert again(live).demand == "Başqası dəyişdi"


@pytest.mark.parametrize("who", ["stranger", "resident", "coordinator", "official"])
def test_only_moderators_and_officers_read_a_correction(live, cast, at, client_as, who) -> None:
    correct_campaign(campaign=live, texts={"demand": RIGHT}, at=at, by=cast.coordinator)
    assert client_as(who).get(correction(live)).status_code in (302, 404)
    assert client_as(who).post(correction(live), {"verdict": "publish"}).status_code in (302, 404)
    assert again(live).demand == TYPO
    code = live.matter.code
    for page in (f"/m/{code}/", f"/m/{code}.atom", "/kampaniyalar/", "/api/v1/matters/", "/meseleler.atom"):
        assert RIGHT not in client_as("stranger").get(page, follow=True).content.decode(), page


def test_what_was_learned_is_read_before_it_is_public(live, cast, at, client_as) -> None:
    words = "Cədvəli əvvəlcədən istəmək lazımdır."
    reviews.finish_campaign(
        campaign=live, outcome="partly", changed="Su gəlir.", learned=words, at=at, by=cast.coordinator
    )
    done, page = again(live), f"/m/{live.matter.code}/"
    assert (done.stage, done.matter.stage, done.learned) == ("done", "closed", "")
    assert words not in client_as("stranger").get(page).content.decode() and desk(live)
    assert words in client_as("moderator").get(correction(live)).content.decode()
    url = reverse("campaign_plan", args=[live.matter.code])
    form = client_as("coordinator").get(url).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    assert sent["learned"] == words
    words += " Bir ay əvvəl."
    assert client_as("coordinator").post(url, sent | {"learned": words}).status_code == 302
    decide_correction(campaign=done, publish=True, at=at, by=cast.moderator)
    assert words in client_as("stranger").get(page).content.decode() and desk(live), (
        "what changed is to be read too"
    )
    words_read(live.matter, cast, at)
    assert not desk(live)
    seen = Entry.objects.filter(matter=done.matter, visibility="public").order_by("pk")
    assert seen.last().verb == "learned"


def test_the_plan_of_a_public_campaign_opens_its_words_and_keeps_the_rest_fixed(live, client_as) -> None:
    url = reverse("campaign_plan", args=[live.matter.code])
    form = client_as("coordinator").get(url).context["form"]
    fixed = {name for name, field in form.fields.items() if field.disabled}
    assert fixed == {"authority", "decides_on", "level", "topic", "place"}
    sent = {name: form[name].value() or "" for name in form.fields} | {"demand": RIGHT, "topic": "other"}
    assert client_as("coordinator").post(url, sent).status_code == 302
    form = client_as("coordinator").get(url).context["form"]
    assert form["demand"].value() == RIGHT  # what waits is what one goes on writing
    assert again(live).matter.topic == live.matter.topic


# --- steps and what came of them ---------------------------------------------------------------------
def test_a_step_names_what_came_of_it_and_nothing_of_another_campaign(
    live, country, cast, at, client_as
) -> None:
    step = Tactic.objects.filter(campaign=live, kind="letter").select_related("campaign__matter").first()
    letter = drafted(country, cast, at, matter=live.matter)
    url = reverse("campaign_tactic_made", args=[live.matter.code, step.task.code])
    coordinator = client_as("coordinator")
    coordinator.post(url, {"made": f"letter:{letter.code}"})
    step.refresh_from_db()
    assert step.made == f"letter:{letter.code}"
    work = coordinator.get(reverse("campaign_work", args=[live.matter.code])).content.decode()
    assert reverse("letter", args=[live.matter.code, letter.code]) in work
    with pytest.raises(Refused):
        actions.link_tactic(tactic=step, made="letter:ZZZZZZZZ", at=at, by=cast.coordinator)
    coordinator.post(url, {"made": ""})
    step.refresh_from_db()
    assert step.made == ""


def test_a_petition_begins_with_what_its_campaign_says_and_is_named_by_its_step(
    live, country, client_as
) -> None:
    step = Tactic.objects.filter(campaign=live).first()
    Tactic.objects.filter(pk=step.pk).update(kind="petition")
    coordinator, code = client_as("coordinator"), live.matter.code
    shown = coordinator.get(reverse("campaign_tactic", args=[code, step.task.code])).content.decode()
    url = f"{reverse('petition_new', args=[country.community.code])}?kampaniya={code}&addim={step.task.code}"
    assert url.replace("&", "&amp;") in shown
    page = coordinator.get(url)
    form = page.context["form"]
    assert (form["title"].value(), form["authority"].value()) == (TYPO, country.water.code)
    assert live.matter.text in form["text"].value() and form["topic"].value() == live.matter.topic
    sent = {name: form[name].value() or "" for name in form.fields}
    sent |= {name: sent[name].isoformat() for name in ("opens_on", "closes_on")}
    assert coordinator.post(url, sent).status_code == 302
    petition = Petition.objects.select_related("matter").get()
    step.refresh_from_db()
    assert petition.campaign_id == live.pk and step.made == f"petition:{petition.matter.code}"
    plain = coordinator.get(reverse("petition_new", args=[country.community.code])).context["form"]
    assert plain["title"].value() is None


def test_an_answer_is_heard_only_once_one_is_entered(live, country, cast, at, client_as) -> None:
    from icma.matters.actions.incoming import record_answer
    from tests.matters.letters_kit import came, registered

    code = live.matter.code
    work, press = reverse("campaign_work", args=[code]), reverse("campaign_hear", args=[code])
    coordinator = client_as("coordinator")
    assert press not in coordinator.get(work).content.decode()
    coordinator.post(press)
    assert again(live).stage == "running"
    letter = registered(country, cast, at, matter=live.matter)
    record_answer(letter=letter, answer="formal", came=came(at.date()), at=at, by=cast.coordinator)
    assert press in coordinator.get(work).content.decode()
    coordinator.post(press)
    assert again(live).stage == "answered"
    assert press not in coordinator.get(work).content.decode()


# --- the thread, and the log of openings --------------------------------------------------------------
def test_public_steps_of_a_campaign_can_be_passed_on(live, client_as) -> None:
    entry = Entry.objects.get(matter=live.matter, verb="published")
    url, stranger = f"/m/{live.matter.code}/paylasin/", client_as("stranger")
    text = stranger.get(f"/m/{live.matter.code}/").content.decode()
    assert f"{url}{entry.pk}/" in text or text.count(url) >= 1
    pages = [part.split('"')[0] for part in text.split(f'href="{url}')[1:]]
    assert pages and all(stranger.get(url + page).status_code == 200 for page in pages)


def test_who_opened_the_notes_and_when_is_seen_by_the_team(live, cast, at, client_as) -> None:
    from icma.advocacy.actions.campaigns.notes import open_notes

    url = reverse("campaign_openings", args=[live.matter.code])
    assert "Hələ heç kim açmayıb" in client_as("coordinator").get(url).content.decode()
    who = cast.who("coordinator")
    for days in (0, 3):
        open_notes(campaign=live, by=cast.coordinator, who=who, at=at + timedelta(days=days))
    rows = client_as("officer").get(url).context["rows"]
    assert [(row.by, str(role), row.at) for row, role in rows] == [
        (cast.coordinator, "koordinator", at + timedelta(days=days)) for days in (3, 0)
    ]
    for other in ("stranger", "resident", "moderator", "official"):
        assert client_as(other).get(url).status_code in (302, 404), other
    assert (
        url
        in client_as("coordinator").get(reverse("campaign_notes", args=[live.matter.code])).content.decode()
    )


@pytest.mark.parametrize(
    ("kind", "there"),
    [("letter", "wish=common"), ("information", "wish=information"), ("meeting", "gorus"), ("ourselves", "")],
)
def test_a_step_leads_to_where_it_is_made(live, country, client_as, kind, there) -> None:
    step = Tactic.objects.filter(campaign=live).first()
    Tactic.objects.filter(pk=step.pk).update(kind=kind)
    page = client_as("coordinator").get(reverse("campaign_tactic", args=[live.matter.code, step.task.code]))
    make = page.context["make"]
    assert (make is None) == (there == "")
    if make:
        assert there in make["url"] and client_as("coordinator").get(make["url"]).status_code == 200
