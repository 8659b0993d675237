"""One question to many bodies: all letters or none, each with a clock of its own, one table for everybody."""

import csv
import gzip
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from icma.advocacy.actions import mass as actions
from icma.advocacy.models import Campaign, MassRequest, MassRow
from icma.core.action import Refused
from icma.engines.aztext import fold, sort_text
from icma.matters.actions.incoming import Came, record_answer
from icma.matters.models import Clock, Entry, Letter
from icma.people.models import Authority, Place, Review
from tests.advocacy.campaign_kit import published, started

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(country, cast, at) -> Campaign:
    return published(started(country, cast, at), cast, at)


def made(first: int, after: int, **more) -> list[Authority]:
    values = {"kind": "executive", "source": "nümunə"} | more
    return [
        Authority.objects.create(
            code=f"MASS{n:04d}", name_az=f"Nümunə İcra Hakimiyyəti {n}", search_text=fold(f"nümunə {n}"),
            sort_key=sort_text(f"nümunə {n:04d}"), **values,
        )
        for n in range(first, after)
    ]  # fmt: skip


@pytest.fixture
def bodies(country) -> list[Authority]:
    return made(0, 40)


def ask(campaign: Campaign, bodies, cast, at, **more) -> MassRequest:
    values = {
        "campaign": campaign, "authorities": bodies, "subject": "Su qrafiki", "at": at, "by": cast.coordinator,
        "question": "Gündə neçə saat su verilir?",
    } | more  # fmt: skip
    return actions.ask_many(**values)


def sent(mass: MassRequest, cast, at) -> list[MassRow]:
    rows = list(
        MassRow.objects.filter(mass=mass).select_related("letter__authority", "letter__matter").order_by("pk")
    )
    actions.send_many(rows=rows, channel="post", on=at.date(), at=at, by=cast.coordinator)
    return list(
        MassRow.objects.filter(mass=mass).select_related("letter__authority", "letter__matter").order_by("pk")
    )


def test_one_question_makes_a_draft_to_every_body(campaign, bodies, cast, at) -> None:
    mass = ask(campaign, bodies, cast, at)
    letters = Letter.objects.filter(mass_row__mass=mass)
    assert letters.count() == 40 and set(letters.values_list("stage", flat=True)) == {"draft"}
    assert set(letters.values_list("rule", flat=True)) == {"info.general"}
    assert all("Gündə neçə saat su verilir?" in body for body in letters.values_list("body", flat=True))


def test_one_body_that_cannot_be_written_to_leaves_none_behind(campaign, bodies, cast, at) -> None:
    bodies[39].until = at.date() - timedelta(days=1)
    bodies[39].save()
    with pytest.raises(Refused, match="39"):
        ask(campaign, bodies, cast, at)
    assert not MassRequest.objects.exists() and not Letter.objects.exists() and not MassRow.objects.exists()


def test_a_body_is_asked_once_and_never_alone(campaign, bodies, cast, at) -> None:
    for wrong in (bodies[:1], [bodies[0], bodies[0]], bodies[:1] + bodies[1:3] + bodies[:1]):
        with pytest.raises(Refused):
            ask(campaign, wrong, cast, at)
    for wrong in ({"question": " "}, {"subject": ""}, {"kind": "complaint"}, {"question": "x" * 3001}):
        with pytest.raises(Refused):
            ask(campaign, bodies, cast, at, **wrong)
    assert not Letter.objects.exists()


def test_each_letter_has_a_clock_of_its_own(campaign, bodies, cast, at) -> None:
    rows = sent(ask(campaign, bodies[:3], cast, at), cast, at)
    later = at + timedelta(days=10)
    given = [(rows[0], "1", at.date()), (rows[1], "2", later.date())]
    actions.register_many(given=given, at=later, by=cast.coordinator)
    clocks = {clock.letter_id: clock for clock in Clock.objects.filter(rule="info.general")}
    assert set(clocks) == {rows[0].letter_id, rows[1].letter_id}
    assert clocks[rows[0].letter_id].due_on < clocks[rows[1].letter_id].due_on


def test_a_wrong_number_in_one_row_keeps_none_of_them(campaign, bodies, cast, at) -> None:
    rows = sent(ask(campaign, bodies[:3], cast, at), cast, at)
    early = at.date() - timedelta(days=1)
    with pytest.raises(Refused):
        actions.register_many(
            given=[(rows[0], "1", at.date()), (rows[1], "2", early)], at=at, by=cast.coordinator
        )
    assert not Clock.objects.filter(rule="info.general").exists()


def test_drafts_are_for_those_who_lead_and_what_was_sent_is_for_everybody(
    campaign, bodies, cast, at, client_as
) -> None:
    mass = ask(campaign, bodies[:3], cast, at)
    page = f"/m/{campaign.matter.code}/sorgu/{mass.code}/"
    assert client_as("stranger").get(page).status_code == 404
    work = reverse("mass_work", args=[mass.code])
    assert client_as("coordinator").get(work).status_code == 200
    assert client_as("resident").get(work).status_code == 404
    rows = MassRow.objects.filter(mass=mass).select_related("letter__authority", "letter__matter")
    actions.send_many(rows=rows[:1], channel="post", on=at.date(), at=at, by=cast.coordinator)
    shown = client_as("stranger").get(page).content.decode()
    assert str(rows[0].letter.authority) in shown and str(rows[2].letter.authority) not in shown


def test_the_table_says_who_answered_when_what_and_who_did_not(campaign, bodies, cast, at, client_as) -> None:
    mass = ask(campaign, bodies[:3], cast, at)
    rows = sent(mass, cast, at)
    actions.register_many(given=[(row, "7", at.date()) for row in rows[:2]], at=at, by=cast.coordinator)
    on = at.date() + timedelta(days=4)
    came = Came(dated_on=on, received_on=on)
    record_answer(
        letter=rows[0].letter, answer="substance", came=came, at=at + timedelta(days=4), by=cast.coordinator
    )
    row = MassRow.objects.get(pk=rows[0].pk)
    actions.put_values(given=[(row, "4 saat")], at=at, by=cast.coordinator)
    assert Review.objects.get(kind="campaign.words").subject == f"mass:{mass.pk}", (
        "read once, question and answers"
    )
    table = client_as("stranger").get(f"/m/{campaign.matter.code}/sorgu/{mass.code}/").content.decode()
    assert "4 saat" in table and 'datetime="2026-03-17"' in table
    assert all(str(row.letter.authority) in table for row in rows)
    text = b"".join(client_as("stranger").get(f"/sorgular.csv?mass={mass.code}").streaming_content).decode(
        "utf-8-sig"
    )
    found = {line["authority"]: line for line in csv.DictReader(io.StringIO(text))}
    assert len(found) == 3
    first, second, third = (found[one.letter.authority.code] for one in rows)
    assert (first["answered_on"], first["days"], first["value"], first["answer"]) == (
        "2026-03-17",
        "4",
        "4 saat",
        "substance",
    )
    assert second["answered_on"] == "" and second["due_on"] and third["due_on"] == ""
    assert [one["state"] for one in (first, second, third)] == [
        "answered",
        "no_record",
        "registration_unknown",
    ]


def test_its_page_asks_alike_for_three_and_for_forty_and_stays_light(
    campaign, bodies, cast, at, client_as
) -> None:
    few, many = ask(campaign, bodies[:3], cast, at), ask(campaign, bodies, cast, at, subject="Başqa sual")
    for mass in (few, many):
        actions.register_many(
            given=[(row, "7", at.date()) for row in sent(mass, cast, at)], at=at, by=cast.coordinator
        )
    stranger, asked, weight = client_as("stranger"), [], 0
    for mass in (few, many):
        stranger.get(f"/m/{campaign.matter.code}/sorgu/{mass.code}/")
        with CaptureQueriesContext(connection) as seen:
            response = stranger.get(f"/m/{campaign.matter.code}/sorgu/{mass.code}/")
        asked.append(len(seen))
        weight = len(gzip.compress(response.content))
    assert asked[0] == asked[1] <= 12 and weight <= 20_000
    with CaptureQueriesContext(connection) as seen:
        thread = stranger.get(f"/m/{campaign.matter.code}/")
    assert len(seen) <= 12 and len(gzip.compress(thread.content)) <= 20_000


def test_on_the_thread_it_is_one_step_however_many_letters(campaign, bodies, cast, at, client_as) -> None:
    mass = ask(campaign, bodies, cast, at)
    sent(mass, cast, at)
    thread = client_as("stranger").get(f"/m/{campaign.matter.code}/").content.decode()
    assert thread.count(f"/sorgu/{mass.code}/") == 1 and "Nümunə İcra Hakimiyyəti 7" not in thread
    assert Entry.objects.filter(matter=campaign.pk, verb="sent").count() == 40


def test_the_law_is_named_only_where_it_cares(campaign, bodies, cast, at, client_as) -> None:
    def warned(kind: str) -> bool:
        mass = ask(campaign, bodies[:2], cast, at, kind=kind)
        page = client_as("coordinator").get(reverse("mass_work", args=[mass.code])).content.decode()
        actions.drop_mass(mass=mass, at=at, by=cast.coordinator)
        return "8.1.4" in page

    assert not warned("application")
    for _time in range(2):
        sent(ask(campaign, bodies[:2], cast, at, kind="application"), cast, at)
    from django.utils import timezone

    Letter.objects.update(sent_on=timezone.now().date())
    assert warned("application") and not warned("information")


def test_what_was_sent_is_not_dropped(campaign, bodies, cast, at) -> None:
    mass = ask(campaign, bodies[:2], cast, at)
    sent(mass, cast, at)
    with pytest.raises(Refused):
        actions.drop_mass(mass=mass, at=at, by=cast.coordinator)
    other = ask(campaign, bodies[:2], cast, at)
    actions.drop_mass(mass=other, at=at, by=cast.coordinator)
    assert not MassRequest.objects.filter(pk=other.pk).exists()


def test_from_the_form_to_the_table(campaign, bodies, cast, client_as) -> None:
    from django.utils import timezone

    lead, today = client_as("coordinator"), timezone.localdate()
    address = f"/is/kampaniya/{campaign.matter.code}/sorgu/"
    assert "nov=executive" in lead.get(address).content.decode()
    given = {
        "subject": "Su qrafiki", "question": "Neçə saat?", "kind": "information", "once": "a",
        "authorities": [body.code for body in bodies[:3]],
    }  # fmt: skip
    for _tap in range(4):
        assert lead.post(address + "?nov=executive", given).status_code == 302
    mass = MassRequest.objects.get()
    work = reverse("mass_work", args=[mass.code])
    rows = [row.pk for row in MassRow.objects.order_by("pk")]
    answer = lead.post(work + "gonderildi/", {"channel": "post", "on": today, "rows": rows, "once": "b"})
    assert answer.status_code == 302
    numbers = {f"number{rows[0]}": "12", f"on{rows[0]}": today, "once": "c"}
    assert lead.post(work + "nomreler/", numbers).status_code == 302
    assert (
        Letter.objects.filter(stage="registered").count() == 1
        and Letter.objects.filter(stage="sent").count() == 2
    )
    half = {f"number{rows[1]}": "12", "once": "d"}
    assert lead.post(work + "nomreler/", half).status_code == 422
    assert lead.get(work + "yoxdur/").status_code == 404


def test_two_hundred_bodies_are_asked_at_once_each_with_its_clock(
    campaign, bodies, cast, at, client_as
) -> None:
    """Made, sent and registered together; the table stays a light page."""
    everyone = [*bodies, *made(40, 201)]
    with pytest.raises(Refused):
        ask(campaign, everyone, cast, at)
    assert not Letter.objects.filter(matter=campaign.matter).exists()
    mass = ask(campaign, everyone[:200], cast, at)
    given = [(row, str(row.pk), at.date()) for row in sent(mass, cast, at)]
    actions.register_many(given=given, at=at, by=cast.coordinator)
    clocks = Clock.objects.filter(letter__mass_row__mass=mass)
    assert clocks.values("letter").distinct().count() == clocks.count() == 200
    assert clocks.values("due_on").distinct().count() == 1
    page = client_as("stranger").get(f"/m/{campaign.matter.code}/sorgu/{mass.code}/").content
    assert page.count(b"/qurum/MASS") == 200 and len(gzip.compress(page)) <= 20_000


def test_the_form_asks_all_bodies_of_its_list_and_never_cuts_a_list_short(
    campaign, country, cast, client_as
) -> None:
    lead, address = client_as("coordinator"), f"/is/kampaniya/{campaign.matter.code}/sorgu/"
    made(0, 60, kind="other", place=country.goychay)
    form = {"subject": "Su", "question": "Neçə saat?", "kind": "information", "all_of_them": "1", "once": "a"}
    assert lead.post(address + "?nov=other", form).status_code == 302
    mass = MassRequest.objects.get()
    assert mass.rows.count() == Authority.objects.filter(kind="other").count() >= 60
    made(60, 220, kind="other", place=country.goychay)
    region = country.goychay.region.code
    many = lead.get(address + "?nov=other").content.decode()
    assert "<form" not in many.partition("<main")[2] and f"?nov=other&amp;bolge={region}" in many
    chosen = lead.get(f"{address}?nov=other&bolge={region}").content.decode()
    assert "MASS0000" in chosen and "MASS0219" in chosen
    too_many = lead.post(f"{address}?nov=other&bolge={region}", form | {"once": "b"})
    assert too_many.status_code == 422 and MassRequest.objects.count() == 1
    other = Place.objects.filter(kind="region").exclude(code=region).first()
    if other is not None:
        assert "MASS0000" not in lead.get(f"{address}?nov=other&bolge={other.code}").content.decode()
    assert "MASS0000" not in lead.get(f"{address}?nov=hamisi&bolge=olke").content.decode()


def test_all_letters_are_printed_at_once_and_the_name_stays_nowhere(
    campaign, bodies, cast, at, client_as
) -> None:
    mass = ask(campaign, bodies, cast, at)
    lead, url = client_as("coordinator"), reverse("mass_print", args=[mass.code])
    assert url in lead.get(reverse("mass_work", args=[mass.code])).content.decode()
    given = {"name": "Nümunə Qaratikan", "address": "Sınaq küçəsi 7", "contact": ""}
    assert lead.post(url, given | {"address": ""}).status_code == 422
    answer = lead.post(url, given)
    paper = answer.content.decode()
    assert paper.count('<section class="sheet">') == paper.count("Nümunə Qaratikan") == 40
    assert all(f"<strong>{body.name_az}</strong>" in paper for body in bodies)
    assert paper.count("<html") == paper.count("</html>") == 1 and "no-store" in answer["Cache-Control"]
    for model in (Letter, MassRow, MassRequest, Entry):
        assert "Qaratikan" not in str(list(model.objects.values()))
    assert client_as("stranger").get(url).status_code in (302, 404)
    rows = sent(mass, cast, at)
    assert rows and "<section" not in lead.post(url, given).content.decode()
