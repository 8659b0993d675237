"""What a campaign tells: a moderator first, then the thread; news once a version to those who asked, never to the protected."""

import re
from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.utils import timezone

from icma.advocacy.actions import updates as actions
from icma.advocacy.actions.petitions import tighten
from icma.advocacy.models import Campaign, Petition, Update
from icma.core.action import Refused
from icma.core.flow import Stale
from icma.front.actions import forget_all
from icma.front.jobs import JOBS
from icma.front.notices.mails import deliver
from icma.matters.actions.outcome import erase_step
from icma.matters.actions.support import follow
from icma.matters.models import Entry, Part, Words
from icma.people.models import Contact, Mail
from tests.advocacy.campaign_kit import published, started

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def campaign(country, cast, now, settings) -> Campaign:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    return published(started(country, cast, now), cast, now)


def news(campaign, cast, now, **more) -> Update:
    values = {
        "kind": "news",
        "on": now.date() - timedelta(days=1),
        "title": "Komissiya toplandı",
        "text": "Cavab gəlir.",
    } | more
    return actions.write_update(campaign=campaign, at=now, by=cast.coordinator, **values)


def out(update: Update, cast, now) -> None:
    actions.publish_update(update=update, version=update.version, at=now, by=cast.moderator)


def followers(campaign: Campaign, n: int, now) -> list[str]:
    people = [f"person-{number:06d}" for number in range(n)]
    for number, person in enumerate(people):
        follow(matter=campaign.matter, person=person, at=now, mail=f"f{number}@numune.invalid")
    return people


def test_nothing_is_public_before_a_moderator_has_read_it(campaign, cast, now, client_as) -> None:
    one = news(campaign, cast, now)
    page = f"/m/{campaign.matter.code}/"
    assert "Komissiya toplandı" not in client_as("stranger").get(page).content.decode()
    out(one, cast, now)
    assert "Komissiya toplandı" in client_as("stranger").get(page).content.decode()
    refused = news(campaign, cast, now, title="Başqa")
    actions.refuse_update(update=refused, version=1, rule="insult", at=now, by=cast.moderator)
    assert "Başqa" not in client_as("stranger").get(page).content.decode()


def test_who_wrote_it_does_not_publish_it(campaign, cast, now) -> None:
    one = actions.write_update(
        campaign=campaign,
        kind="media",
        on=now.date() - timedelta(days=1),
        title="Xəbər",
        at=now,
        by=cast.moderator,
    )
    with pytest.raises(Refused):
        out(one, cast, now)


@pytest.mark.parametrize("kind", list(Update.Kind.values))
def test_each_kind_of_action_stands_on_the_thread(campaign, cast, now, client_as, kind) -> None:
    lead = client_as("coordinator")
    address = f"/is/kampaniya/{campaign.matter.code}/xeber/{kind}/"
    given = {"on": now.date() - timedelta(days=1), "title": f"Addım {kind}", "text": "Nə oldu", "once": "1"}
    for _tap in range(4):
        assert lead.post(address, given).status_code == 302
    one = Update.objects.get()
    moderator = client_as("moderator")
    assert one.title in moderator.get("/is/xeber/").content.decode()
    decide = {"version": 1, "do": "publish", "once": "2"}
    assert moderator.post(f"/is/xeber/{one.code}/qerar/", decide).status_code == 200
    thread = client_as("stranger").get(f"/m/{campaign.matter.code}/").content.decode()
    assert f"Addım {kind}" in thread
    assert Entry.objects.get(verb=f"told_{kind}").data == {"update": one.code, "version": 1}


def test_a_legal_step_leads_to_no_case(campaign, cast, now) -> None:
    fields = {field.name for field in Update._meta.get_fields()}
    related = {
        field.related_model._meta.app_label for field in Update._meta.get_fields() if field.is_relation
    }
    assert related <= {"advocacy", "people"} and not any("case" in name for name in fields)


def test_only_the_version_that_was_read_is_published(campaign, cast, now) -> None:
    one = news(campaign, cast, now)
    actions.rewrite_update(update=one, was=1, on=one.on, title="İkinci", at=now, by=cast.coordinator)
    with pytest.raises(Stale):
        actions.publish_update(update=one, version=1, at=now, by=cast.moderator)
    with pytest.raises(Stale):
        actions.rewrite_update(update=one, was=1, on=one.on, title="Üçüncü", at=now, by=cast.coordinator)
    actions.publish_update(update=one, version=2, at=now, by=cast.moderator)
    assert Update.objects.get().title == "İkinci"


def test_a_corrected_version_leaves_a_tombstone_where_the_first_stood(campaign, cast, now) -> None:
    one = news(campaign, cast, now)
    out(one, cast, now)
    one.refresh_from_db()
    actions.rewrite_update(update=one, was=1, on=one.on, title="Düzəliş", at=now, by=cast.coordinator)
    actions.publish_update(update=one, version=2, at=now, by=cast.moderator)
    words = Words.objects.filter(entry__verb="told_news").order_by("pk")
    assert [bool(row.erased_at) for row in words] == [True, False] and "Düzəliş" in words[1].text


def test_bad_input_is_refused_with_words(campaign, cast, now) -> None:
    for wrong in (
        {"title": " "}, {"title": "x" * 121}, {"text": "x" * 2001}, {"on": now.date() + timedelta(days=2)}, {"kind": "case"},
        {"link": "javascript:alert(1)"}, {"link": "https://"},
    ):  # fmt: skip
        with pytest.raises(Refused):
            news(campaign, cast, now, **wrong)
    assert not Update.objects.exists()


# --- to supporters ---------------------------------------------------------------------------------
def test_every_follower_gets_a_version_once_however_often_the_job_runs(campaign, cast, now) -> None:
    assert "updates" in dict(JOBS)
    followers(campaign, 7, now)
    one = news(campaign, cast, now)
    assert actions.queue_updates(now) == 0
    out(one, cast, now)
    assert (actions.queue_updates(now), actions.queue_updates(now)) == (7, 0)
    assert deliver(now + timedelta(minutes=1)) == (7, 0) and deliver(now + timedelta(minutes=2)) == (0, 0)
    assert sorted(message.to[0] for message in outbox.outbox) == [f"f{n}@numune.invalid" for n in range(7)]
    assert (
        "Komissiya toplandı" in outbox.outbox[0].body
        and f"/m/{campaign.matter.code}/" in outbox.outbox[0].body
    )


def test_a_job_that_died_half_way_goes_on_and_nobody_gets_two(campaign, cast, now, monkeypatch) -> None:
    people = followers(campaign, 25, now)
    monkeypatch.setattr(actions, "BATCH", 10)
    one = news(campaign, cast, now)
    out(one, cast, now)
    real, calls = actions.queue_many, []

    def dies(**given):
        calls.append(1)
        made = real(**given)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return made

    monkeypatch.setattr(actions, "queue_many", dies)
    with pytest.raises(KeyboardInterrupt):
        actions.queue_updates(now)
    assert Mail.objects.filter(kind="update").count() == 10
    deliver(now + timedelta(minutes=1))
    monkeypatch.setattr(actions, "queue_many", real)
    actions.queue_updates(now)
    deliver(now + timedelta(minutes=2))
    assert len(outbox.outbox) == len({message.to[0] for message in outbox.outbox}) == len(people)


def test_a_new_version_goes_once_more_and_the_old_one_no_longer(campaign, cast, now) -> None:
    followers(campaign, 3, now)
    one = news(campaign, cast, now)
    out(one, cast, now)
    actions.queue_updates(now)
    one.refresh_from_db()
    actions.rewrite_update(update=one, was=1, on=one.on, title="Düzəliş", at=now, by=cast.coordinator)
    deliver(now + timedelta(minutes=1))
    assert outbox.outbox == []
    actions.publish_update(update=one, version=2, at=now, by=cast.moderator)
    actions.queue_updates(now)
    deliver(now + timedelta(minutes=2))
    assert len(outbox.outbox) == 3 and all("Düzəliş" in message.body for message in outbox.outbox)


def test_one_click_ends_it(campaign, cast, now, client) -> None:
    followers(campaign, 2, now)
    out(news(campaign, cast, now), cast, now)
    actions.queue_updates(now)
    deliver(now + timedelta(minutes=1))
    message = outbox.outbox[0]
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = re.search(r"<(.*)>", message.extra_headers["List-Unsubscribe"])[1]
    assert client.post(address[address.index("/mektub") :]).status_code == 200
    out(news(campaign, cast, now, title="İkinci xəbər"), cast, now)
    actions.queue_updates(now)
    deliver(now + timedelta(minutes=2))
    assert [one.to for one in outbox.outbox].count(message.to) == 1 and len(outbox.outbox) == 3


def test_the_page_that_offers_it_tells_that_the_communitys_own_mails_come_besides(campaign, client) -> None:
    page = client.get(f"/m/{campaign.matter.code}/izleyin/").content.decode()
    assert "bundan əlavə icmanın" in page


def test_who_signs_and_asks_for_news_gets_them_and_who_does_not_ask_does_not(
    campaign, cast, now, signer
) -> None:
    one = signer("standard", campaign=campaign)
    one.sign("leyla@numune.invalid", updates="on")
    one.sign("veli@numune.invalid")
    outbox.outbox.clear()
    out(news(campaign, cast, now), cast, now)
    actions.queue_updates(now)
    deliver(timezone.now() + timedelta(minutes=1))
    assert [message.to for message in outbox.outbox] == [["leyla@numune.invalid"]]


def test_who_takes_the_support_back_is_no_longer_told(campaign, cast, now, signer) -> None:
    one = signer("standard", campaign=campaign)
    one.sign("leyla@numune.invalid", updates="on")
    code = one.petition.matter.code
    assert one.client.post(f"/d/{code}/geri/", {"mail": "leyla@numune.invalid"}).status_code == 303
    one.client.post(one.link("leyla@numune.invalid"))
    assert (
        not Part.objects.filter(role="follower", until=None).exists()
        and not Contact.objects.filter(purpose="follow").exists()
    )


def test_of_a_protected_petition_nobody_is_kept_or_written_to(campaign, cast, now, signer) -> None:
    one = signer("protected", campaign=campaign)
    assert "updates" not in one.client.get(f"/d/{one.petition.matter.code}/").content.decode()
    one.sign("leyla@numune.invalid", updates="on")
    assert not Part.objects.filter(role="follower").exists() and not Contact.objects.exists()
    follow(matter=one.petition.matter, person="somebody", at=now, mail="a@numune.invalid")
    out(news(campaign, cast, now), cast, now)
    assert actions.queue_updates(now) == 0


def test_a_petition_that_becomes_protected_forgets_who_wanted_news(campaign, cast, now, signer) -> None:
    one = signer("standard", campaign=campaign)
    one.sign("leyla@numune.invalid", updates="on")
    assert (
        Part.objects.filter(role="follower").count() == Contact.objects.filter(purpose="follow").count() == 1
    )
    petition = Petition.objects.select_related("matter").get(pk=one.petition.pk)
    tighten(petition=petition, mode="protected", at=timezone.now(), by=cast.coordinator)
    assert (
        not Part.objects.filter(role="follower").exists()
        and not Contact.objects.filter(purpose="follow").exists()
    )


def test_what_was_hidden_meanwhile_is_not_sent(campaign, cast, now) -> None:
    from icma.matters.actions.joining import hide

    followers(campaign, 2, now)
    out(news(campaign, cast, now), cast, now)
    actions.queue_updates(now)
    hide(matter=campaign.matter, sender="məhkəmə", basis="13-1", received_at=now, at=now, by=cast.moderator)
    deliver(now + timedelta(minutes=1))
    assert outbox.outbox == []


def test_what_was_erased_meanwhile_is_not_sent_and_is_nowhere_kept(campaign, cast, now, client_as) -> None:
    followers(campaign, 2, now)
    one, other = news(campaign, cast, now, title="Birinci"), news(campaign, cast, now, title="İkinci")
    out(one, cast, now), out(other, cast, now + timedelta(seconds=1))
    actions.queue_updates(now)
    step = Entry.objects.get(verb="told_news", data__update=one.code)
    erase_step(entry=step, reason="person", at=now, by=cast.moderator)
    deliver(now + timedelta(minutes=1))
    assert len(outbox.outbox) == 2 and all("İkinci" in message.body for message in outbox.outbox)
    forget_all(now)
    kept = dict(Update.objects.values_list("code", "title"))
    assert kept == {one.code: "", other.code: "İkinci"}
    work = client_as("coordinator").get(f"/is/kampaniya/{campaign.matter.code}/").content.decode()
    assert "Burada mətn var idi" in work and "Birinci" not in work


def test_its_pages_are_for_those_who_lead_and_those_who_moderate(campaign, cast, now, client_as) -> None:
    one = news(campaign, cast, now)
    for other in ("resident", "official"):
        assert client_as(other).get(f"/is/xeber/{one.code}/").status_code == 404
        assert client_as(other).get("/is/xeber/").status_code == 404
        assert client_as(other).get(f"/is/xeber/{one.code}/qerar/").status_code == 404
    assert client_as("coordinator").get(f"/is/xeber/{one.code}/").status_code == 200
    assert client_as("coordinator").get(f"/is/xeber/{one.code}/qerar/").status_code == 404
    assert "Komissiya toplandı" in client_as("moderator").get("/is/").content.decode()


def test_there_is_no_form_by_which_many_write_the_same_to_one_body() -> None:
    """Letters are written by those who lead; supporters get words to pass on, never a letter to send."""
    from icma.core.access import STRANGER
    from icma.matters.access import lead_matter
    from icma.matters.models import Matter

    assert not Matter.objects.filter(lead_matter(STRANGER, timezone.now())).exists()


def test_addresses_for_news_go_90_days_after_the_campaign_and_stay_when_it_goes_on(
    campaign, cast, now, signer
) -> None:
    one = signer("standard", campaign=campaign)
    one.sign("leyla@numune.invalid", updates="on")
    kept = Contact.objects.filter(purpose="follow")
    for reviewed_on in (None, now.date(), None):
        Campaign.objects.filter(pk=campaign.pk).update(reviewed_on=reviewed_on)
        for _time in range(2):
            actions.let_followers_go(at=now)
        assert kept.get().expires_on == (reviewed_on and reviewed_on + timedelta(days=90))
    Petition.objects.filter(pk=one.petition.pk).update(campaign=None, closed_at=now)
    actions.let_followers_go(at=now)
    assert kept.get().expires_on is not None
