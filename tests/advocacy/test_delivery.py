"""Handing over: a letter of the spine with what stood behind it, and the campaign's step."""

import hashlib
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from icma.advocacy.actions.deliveries import heard, record_delivery
from icma.advocacy.actions.log.batcher import log_signatures
from icma.advocacy.models import Campaign, Checkpoint, Delivery
from icma.core.action import Refused
from icma.core.day import legal_day
from icma.core.flow import Stale
from icma.front.jobs import JOBS
from icma.front.petitions import draw
from icma.law import actions as law_actions
from icma.law.book import newest
from icma.matters.actions.incoming import Came, record_answer
from icma.matters.actions.letters import draft, register
from icma.matters.models import Clock, Entry, Letter, Matter
from tests.advocacy.campaign_kit import published, started

pytestmark = pytest.mark.django_db
EXAMPLES = [date(2026, 3, 13), date(2026, 5, 4), date(2026, 12, 21)]
COLUMNS = ("Təqdim edilib", "Cavabın son günü", "Vəziyyət")
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def campaign(country, cast, at) -> Campaign:
    return published(started(country, cast, at), cast, at)


def handed(campaign: Campaign, country, cast, at, **more) -> Delivery:
    values = {
        "matter": campaign.matter, "authority": country.water, "channel": "hand", "on": legal_day(at), "subject": "Su",
        "body": "Su hər gün verilsin.", "at": at, "by": cast.coordinator,
    } | more  # fmt: skip
    return record_delivery(**values)


def test_handing_over_makes_a_letter_that_waits_and_takes_the_step(campaign, country, cast, at) -> None:
    made = handed(campaign, country, cast, at, count=412)
    campaign.refresh_from_db()
    letter = Letter.objects.get(pk=made.pk)
    assert (letter.stage, letter.sender, letter.rule, letter.matter_id) == (
        "sent",
        "community",
        "appeal.general",
        campaign.pk,
    )
    assert campaign.stage == "delivered" and not Clock.objects.filter(letter=letter).exists()
    assert Entry.objects.filter(letter=letter, verb="sent", visibility="public").exists()


def test_its_registration_starts_the_same_clock_as_any_letter(campaign, country, cast, at) -> None:
    later = at + timedelta(days=3)
    made = handed(campaign, country, cast, at)
    register(letter=made.letter, number="12-A", on=later.date(), at=later, by=cast.coordinator)
    plain = draft(
        matter=campaign.matter, authority=country.water, kind="application", sender="community", rule="appeal.general",
        subject="Su", body="Su.", at=at, by=cast.coordinator,
    )  # fmt: skip
    from icma.matters.actions.letters import mark_sent

    mark_sent(letter=plain, channel="hand", on=at.date(), at=at, by=cast.coordinator)
    register(letter=plain, number="13-A", on=later.date(), at=later, by=cast.coordinator)
    ours, theirs = Clock.objects.get(letter=made.pk), Clock.objects.get(letter=plain)
    assert (ours.rule, ours.due_on, ours.latest_on) == (theirs.rule, theirs.due_on, theirs.latest_on)


def test_number_and_date_at_once_start_the_clock_at_once(campaign, country, cast, at) -> None:
    made = handed(campaign, country, cast, at, number="12-A", registered_on=at.date())
    assert Clock.objects.get(letter=made.pk).state == "running"
    with pytest.raises(Refused, match="birlikdə|birgə|ikisini"):
        handed(campaign, country, cast, at, number="12-A")


def test_a_refusal_leaves_nothing_behind(campaign, country, cast, at) -> None:
    for wrong in (
        {"on": at.date() + timedelta(days=1)}, {"sha256": "abc"}, {"count": 0}, {"file": b"x"}, {"channel": "pigeon"},
        {"number": "1", "registered_on": at.date() - timedelta(days=1)},
    ):  # fmt: skip
        with pytest.raises(Refused):
            handed(campaign, country, cast, at, **wrong)
    campaign.refresh_from_db()
    assert not Letter.objects.exists() and not Delivery.objects.exists() and campaign.stage == "running"


def test_a_letter_written_here_goes_with_it_and_only_to_its_own_body(campaign, country, cast, at) -> None:
    letter = draft(
        matter=campaign.matter, authority=country.water, kind="proposal", sender="community", rule="appeal.general",
        subject="Su", body="Su.", at=at, by=cast.coordinator,
    )  # fmt: skip
    with pytest.raises(Refused):
        handed(campaign, country, cast, at, letter=letter, authority=country.executive)
    made = handed(campaign, country, cast, at, letter=letter)
    assert made.letter_id == letter.pk and Letter.objects.count() == 1
    with pytest.raises(Stale):
        handed(campaign, country, cast, at, letter=letter)


def test_the_file_is_hashed_as_it_was_handed_over_and_stays_private(
    campaign, country, cast, at, client_as
) -> None:
    made = handed(campaign, country, cast, at, file=PDF)
    assert made.sha256 == hashlib.sha256(PDF).hexdigest() and made.file.visibility == "staff"
    address = f"/m/{campaign.matter.code}/tehvil/{made.letter.code}/"
    page = client_as("stranger").get(address).content.decode()
    assert made.sha256 in page and "fayl/" not in page
    assert client_as("stranger").get(address + "fayl/").status_code == 302
    assert client_as("resident").get(address + "fayl/").status_code == 404
    found = client_as("coordinator").get(address + "fayl/")
    assert found.content == PDF and "attachment" in found["Content-Disposition"]
    with pytest.raises(Refused):
        handed(campaign, country, cast, at, file=PDF, sha256="0" * 64)


def test_of_a_petition_the_number_is_that_of_its_log_on_that_day(campaign, country, cast, at, signer) -> None:
    from django.utils import timezone

    now = timezone.now()
    one = signer("open", campaign=campaign)
    for name in ("ali", "veli", "leyla"):
        one.sign(f"{name}@numune.invalid")
    log_signatures(at=now, draw=draw)
    made = handed(campaign, country, cast, now, petition=one.petition, count=9_999)
    assert made.count == 3 and made.checkpoint == Checkpoint.objects.get(petition=one.petition)
    one.petition.matter.refresh_from_db()
    assert Entry.objects.filter(matter=one.petition.matter, verb="petition_delivered").get().data == {"n": 3}
    page = one.client.get(f"/m/{campaign.matter.code}/tehvil/{made.letter.code}/").content.decode()
    assert one.petition.matter.title in page
    import json

    assert json.loads(made.checkpoint.body)["root"] in page


def test_of_a_protected_petition_the_number_is_rounded_down(campaign, country, cast, signer) -> None:
    from django.utils import timezone

    one = signer("protected", campaign=campaign)
    for n in range(27):
        one.sign(f"n{n}@numune.invalid")
    log_signatures(at=timezone.now(), draw=draw)
    assert handed(campaign, country, cast, timezone.now(), petition=one.petition).count in (0, 25)


def test_a_petition_that_stands_alone_is_handed_over_too(country, cast, signer, client_as) -> None:
    from django.utils import timezone

    one, at = signer("open"), timezone.now()
    address = f"/is/tehvil/{one.petition.matter.code}/"
    given = {
        "authority": country.water.code, "subject": "Su", "body": "Su verilsin", "channel": "hand", "on": legal_day(at),
        "once": "1",
    }  # fmt: skip
    assert client_as("coordinator").post(address, given).status_code == 302
    made = Delivery.objects.get()
    assert (
        made.campaign is None and made.petition == one.petition and made.letter.matter_id == one.petition.pk
    )


def test_the_petition_of_another_campaign_is_refused(campaign, country, cast, at, signer) -> None:
    with pytest.raises(Refused):
        handed(campaign, country, cast, at, petition=signer("open").petition)


def test_an_answer_after_the_last_delivery_makes_it_answered_once(campaign, country, cast, at) -> None:
    assert "campaigns_heard" in dict(JOBS)
    made = handed(campaign, country, cast, at, number="1", registered_on=at.date())
    assert heard(at) == 0
    came = Came(dated_on=at.date(), received_on=at.date(), summary="Baxılır")
    record_answer(letter=made.letter, answer="formal", came=came, at=at, by=cast.coordinator)
    assert (heard(at), heard(at)) == (1, 0)
    campaign.refresh_from_db()
    assert campaign.stage == "answered"
    handed(campaign, country, cast, at, authority=country.executive)
    campaign.refresh_from_db()
    assert (heard(at), campaign.stage) == (0, "delivered")


def test_the_form_is_for_those_who_lead_and_four_taps_record_one(
    campaign, country, cast, at, client_as
) -> None:
    address = f"/is/tehvil/{campaign.matter.code}/"
    for other in ("resident", "moderator", "official"):
        assert client_as(other).get(address).status_code == 404
    lead = client_as("coordinator")
    assert lead.get(address).status_code == 200
    given = {
        "authority": country.water.code, "subject": "Su", "body": "Su verilsin", "channel": "hand", "on": legal_day(at),
        "count": "412", "once": "same", "file": SimpleUploadedFile("imza.pdf", PDF),
    }  # fmt: skip
    for _tap in range(4):
        given["file"].seek(0)
        assert lead.post(address, given).status_code == 302
    made = Delivery.objects.get()
    assert made.count == 412 and made.file is not None
    assert lead.post(address, given | {"body": "", "once": "other"}).status_code == 422


def test_its_page_shows_date_body_number_count_and_the_clock(campaign, country, cast, at, client_as) -> None:
    made = handed(campaign, country, cast, at, count=412)
    address = f"/m/{campaign.matter.code}/tehvil/{made.letter.code}/"
    page = client_as("stranger").get(address).content.decode()
    assert (
        '<time datetime="2026-03-13"' in page
        and str(country.water) in page
        and "412" in page
        and "clock" not in page.split("<main")[1]
    )
    register(letter=made.letter, number="12-A/7", on=at.date(), at=at, by=cast.coordinator)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = client_as("stranger").get(address).content.decode()
    assert "12-A/7" in page and 'class="clock' in page and len(asked) <= 12
    assert client_as("stranger").get(f"/m/ZZZZZZZZ/tehvil/{made.letter.code}/").status_code == 404
    thread = client_as("stranger").get(f"/m/{campaign.matter.code}/").content.decode()
    assert address in thread


def test_what_is_hidden_hides_its_deliveries(campaign, country, cast, at, client_as) -> None:
    from icma.matters.actions.joining import hide

    made = handed(campaign, country, cast, at)
    hide(matter=campaign.matter, sender="məhkəmə", basis="13-1", received_at=at, at=at, by=cast.moderator)
    assert (
        client_as("stranger").get(f"/m/{campaign.matter.code}/tehvil/{made.letter.code}/").status_code == 404
    )


def test_the_list_of_campaigns_filters_and_tells_which_demands_are_unanswered(
    country, cast, at, django_assert_max_num_queries
) -> None:
    def live(title: str, **more) -> Campaign:
        return published(started(country, cast, at, title=title, **more), cast, at)

    one, two, three, four = (
        live("Birinci"), live("İkinci", template="gender", place=country.shaki), live("Üçüncü"), live("Dördüncü"),
    )  # fmt: skip
    waits = handed(one, country, cast, at)
    past = handed(two, country, cast, at, number="12-A", registered_on=at.date())
    Clock.objects.filter(letter=past.pk).update(due_on=date(2020, 2, 3), latest_on=date(2020, 3, 4))
    Letter.objects.filter(pk=handed(three, country, cast, at).pk).update(stage="answered")
    Campaign.objects.filter(pk=two.pk).update(level="central")
    Matter.objects.filter(pk=three.pk).update(outcome="partly")
    every = {one, two, three, four}
    for query, shown in (
        ("", every), ("topic=gender", {two}), (f"place={country.shaki.code}", {two}), ("level=central", {two}),
        ("stage=delivered", {one, two, three}), ("stage=running", {four}), ("outcome=partly", {three}),
        ("answer=waiting", {one, two}), ("answer=past", {two}), ("answer=answered", {three}),
    ):  # fmt: skip
        text = Client().get(f"/kampaniyalar/?{query}").content.decode()
        assert {row for row in every if row.matter.title in text} == shown, query
    with django_assert_max_num_queries(12):
        late = Client().get("/kampaniyalar/?answer=past").content.decode()
    waiting = Client().get("/kampaniyalar/?answer=waiting").content.decode()
    for page in (late, waiting):  # since when, by when, and how it stands by law
        assert '<time datetime="2020-02-03"' in page and "cavab barədə məlumat yoxdur" in page
        assert all(f'<th scope="col">{word}</th>' in page for word in COLUMNS)
    assert waiting.count(f'<time datetime="{legal_day(at)}"') >= 2
    every = Client().get("/kampaniyalar/").content.decode()
    assert not any(word in every.split("<table")[1] for word in COLUMNS)
    ask = []
    for _more in range(2):
        with CaptureQueriesContext(connection) as asked:
            Client().get("/kampaniyalar/?answer=waiting&n=50")
        ask.append(len(asked))
        handed(live("Beşinci"), country, cast, at, number="13-A", registered_on=at.date())
    assert ask[0] == ask[1]

    def told() -> dict[str, tuple]:
        rows = Client().get("/api/v1/campaigns/").json()["rows"]
        return {row["title"]: (row["delivered_on"], row["due_on"], row["standing"]) for row in rows}

    day = legal_day(at).isoformat()
    assert told()["İkinci"] == (day, None, "no_record")  # nobody has signed its rule: the date stays on pages
    law_actions.sign_rule(
        key="appeal.general", name="Nümunə Vəkil", by=cast.advocate, at=at, examples=EXAMPLES
    )
    Clock.objects.filter(letter=past.pk).update(edition=newest())
    told = told()
    assert told["İkinci"] == (day, "2020-02-03", "no_record") and told["Dördüncü"] == (None, None, "")
    assert told["Birinci"][:2] == (day, None) and waits.letter.stage == "sent"
    assert told["Üçüncü"] == (day, None, "answered")
