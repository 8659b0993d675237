"""The API: the same rows, rules and filters as the pages; described; no persons."""

import csv
import io
import json
import xml.etree.ElementTree as ET
from datetime import date

import pytest
from django.urls import reverse

from icma.advocacy.models import Campaign, Commitment, Decision, MassRequest, MassRow, Petition, Source
from icma.asks.models import Form, Version
from icma.core.words import date_words
from icma.events.models import Event
from icma.front import figures
from icma.front.achieved.record import letters as letters_achieved
from icma.front.lists import PUBLIC
from icma.matters.models import Clock, Letter
from icma.research.models import Imported
from tests.front import rows

pytestmark = pytest.mark.usefixtures("standing_clock")
NAMES = [listing.name for listing in PUBLIC]
WORDS = {listing.name: listing.api or listing.name for listing in PUBLIC}


@pytest.fixture
def filled(country, at):
    for k in range(3):
        one = rows.matter(country, at, f"Məsələ {k}", stage="pressing", community=country.community,
                          authority=country.water)  # fmt: skip
        sent = rows.letter(one, country.water, date(2026, 2, 10), date(2026, 2, 12))
        rows.clock(sent, date(2026, 2, 12))
        late = rows.letter(one, country.water, date(2025, 11, 1), date(2025, 11, 2))
        rows.clock(late, date(2025, 11, 2))
        rows.answer(late, date(2025, 11, 20))
        rows.entry(one, "corrected", at, data={"rule": "insult"})
        Imported.objects.create(kind="campaign", key=f"k{k}", matter=one, source="Hesabat", at=at)
        Campaign.objects.create(matter=rows.matter(country, at, f"Kampaniya {k}", kind="campaign", stage="taken"),
                                template="infrastructure", stage="running")  # fmt: skip
        mass = MassRequest.objects.create(
            code=f"MASS000{k}",
            campaign=Campaign.objects.latest("pk"),
            subject="Sual",
            question="Neçə?",
            at=at,
        )
        asked = rows.letter(mass.campaign.matter, country.water, date(2026, 2, 10), date(2026, 2, 12))
        MassRow.objects.create(mass=mass, letter=asked)
        Petition.objects.create(
            matter=rows.matter(country, at, f"Petisiya {k}", kind="petition", stage="taken")
        )
    for k in range(4):
        form = Form.objects.create(
            code=f"ASK0000{k}", organisation=country.union, opens_on=at.date(), closes_on=at.date()
        )
        state, opened = ("open", at.date()) if k else ("waiting", None)
        Version.objects.create(form=form, title=f"Anket {k}", state=state, opened_on=opened)
    for k in range(3):
        rows.initiative(country, at, f"Təşəbbüs {k}", shown="public")
    rows.initiative(country, at, "Gözləyir", shown="waiting")
    for title, stage in (("Nəticə", "public"), ("Gözləyir", "sent"), ("Gizlədilib", "withdrawn")):
        rows.told(country, at, title, stage)
    rows.matter(country, at, "Gözləyir", stage="raised", published_at=None)
    for kind, model in (("campaign", Campaign), ("petition", Petition)):
        model.objects.create(
            matter=rows.matter(country, at, "Gözləyir", kind=kind, stage="planned", published_at=None)
        )
        model.objects.create(
            matter=rows.matter(country, at, "Gizlədilib", kind=kind, stage="taken", hidden_at=at)
        )
    for title, state in (("Görüş", "held"), ("Gözləyir", "planned"), ("Gizlədilib", "cancelled")):
        Event.objects.create(
            code=rows.code("E"), organisation=country.community, title=title, state=state, starts_at=at, minutes_public=True
        )  # fmt: skip
    hidden = rows.matter(country, at, "Gizlədilib", hidden_at=at)
    Imported.objects.create(kind="campaign", key="hidden", matter=hidden, source="Gizlədilib", at=at)
    for k in range(3):
        overseen(country, at, f"İzlənilir {k}", stage="taken")
    overseen(country, at, "Gözləyir", stage="planned", published_at=None)
    overseen(country, at, "Gizlədilib", stage="taken", hidden_at=at)


def overseen(country, at, title: str, **more) -> None:
    """A decision and a promise as far as their lists read them."""
    for kind, model, values in (
        ("decision", Decision, {"what": "plan"}),
        ("commitment", Commitment, {"said_on": at.date(), "said_at": "media", "due_on": at.date()}),
    ):
        matter = rows.matter(country, at, title, kind=kind, authority=country.water, **more)
        source = Source.objects.create(
            code=rows.code("S"), matter=matter, url="https://numune.invalid/", seen_on=at.date(), at=at
        )
        model.objects.create(matter=matter, source=source, **values)


def csv_rows(client, name: str) -> list[dict[str, str]]:
    text = client.get(reverse(f"{name}_csv")).getvalue().decode().lstrip("\ufeff")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("name", NAMES)
def test_api_csv_atom_and_page_tell_the_same_rows(name, filled, client) -> None:
    told = client.get(f"/api/v1/{WORDS[name]}/").json()
    table = csv_rows(client, name)
    feed = ET.fromstring(client.get(reverse(f"{name}_atom")).content)
    entries = feed.findall("{http://www.w3.org/2005/Atom}entry")
    assert int(told["count"]) == len(told["rows"]) == len(table) == len(entries) > 0
    column = "code" if "code" in told["rows"][0] else next(iter(told["rows"][0]))
    assert [str(row[column] or "") for row in told["rows"]] == [row[column] for row in table]
    page = client.get(reverse(name)).content.decode()
    assert all(row["url"].split("#")[0] in page for row in told["rows"])


@pytest.mark.parametrize("name", NAMES)
def test_nobody_sees_more_through_the_api_than_a_stranger(name, filled, client_as, client) -> None:
    address = f"/api/v1/{WORDS[name]}/"
    stranger = client.get(address).json()
    for role in ("stranger", "resident", "coordinator", "officer", "moderator"):
        assert client_as(role).get(address).json() == stranger, role
    text = json.dumps(stranger, ensure_ascii=False)
    assert "Gözləyir" not in text and "Gizlədilib" not in text


def test_the_description_has_an_example_for_every_field(filled, client) -> None:
    described = client.get("/api/v1/openapi.json").json()
    for name in NAMES:
        assert f"/api/v1/{WORDS[name]}/" in described["paths"]
        fields = described["components"]["schemas"][f"{name}_row"]["properties"]
        assert all(
            field.get("examples") is not None and field.get("description") for field in fields.values()
        )


def test_pages_of_the_api_follow_each_other(country, at, client) -> None:
    for k in range(7):
        rows.matter(country, at, f"Məsələ {k}")
    seen, address = [], "/api/v1/matters/?limit=3&place=AZ-GOY"
    while address:
        part = client.get(address).json()
        seen += [row["code"] for row in part["rows"]]
        address = part["next"]
    assert len(seen) == len(set(seen)) == 7


CANNOT = {
    "after=!!!": "`after` is not a place", "place=MARS": "No such choice: place", "stage=x": "open, untaken, taken", "q=" + "a" * 300: "200",
    "limit=0": "limit: ", "limit=1000": "limit: ", "limit=many": "limit: ",
}  # fmt: skip


@pytest.mark.parametrize("asked", CANNOT)
@pytest.mark.one_engine
def test_what_cannot_be_asked_is_answered_with_words_as_the_description_says(asked, filled, client) -> None:
    response = client.get(f"/api/v1/matters/?{asked}")
    described = client.get("/api/v1/openapi.json").json()["paths"]["/api/v1/matters/"]["get"]["responses"]
    assert str(response.status_code) in described and response.status_code == 400
    assert CANNOT[asked] in response.json()["detail"]


def test_one_matter_with_its_thread(filled, client) -> None:
    rows_told = client.get("/api/v1/matters/").json()["rows"]
    code = next(row["code"] for row in rows_told if row["title"].startswith("Məsələ"))
    whole = client.get(f"/api/v1/matters/{code}/").json()
    assert whole["text"] == "Su gecə gəlir."
    assert [step["state"] for step in whole["steps"]][-1] == "next"
    assert any(step["on"] == "2026-02-10" for step in whole["steps"])
    assert "<" not in json.dumps(whole["steps"])


def test_what_is_not_public_has_no_address_in_the_api(country, at, client) -> None:
    for more in ({"stage": "raised", "published_at": None}, {"hidden_at": at}):
        one = rows.matter(country, at, **more)
        assert client.get(f"/api/v1/matters/{one.code}/").status_code == 404
    assert client.post("/api/v1/matters/").status_code == 405


def test_answered_terms_stay_on_record_so_that_figures_can_be_made_anew(filled, client) -> None:
    everything = client.get("/api/v1/clocks/").json()
    answered = client.get("/api/v1/clocks/?state=answered").json()
    assert (everything["count"], answered["count"]) == ("6", "3")
    assert {row["ended_on"] for row in answered["rows"]} == {"2025-11-20"}
    assert {row["kind"] for row in client.get("/api/v1/answers/").json()["rows"]} == {"substance"}


def test_a_silence_that_may_still_be_lawful_is_in_no_public_row(country, at, client) -> None:
    one = rows.matter(country, at, stage="pressing", community=country.community, authority=country.water)
    letter = rows.letter(one, country.water, date(2026, 1, 19), date(2026, 1, 20), stage="silent")
    clock = rows.clock(letter, date(2026, 1, 20), asked_on=date(2026, 3, 1))

    def told() -> list[tuple[str, str | None]]:
        def row(name: str) -> dict:
            return client.get(f"/api/v1/{name}/").json()["rows"][0]

        assert row("letters")["stage"] in client.get("/mektublar.csv").getvalue().decode()
        return [(row("letters")["stage"], row(name)["silence_confirmed_on"]) for name in ("terms", "clocks")]

    assert "silent" not in client.get("/mektublar.csv").getvalue().decode()
    assert told() == [("registered", None)] * 2
    Clock.objects.filter(pk=clock.pk).update(latest_on=date(2026, 2, 28))
    assert told() == [("silent", "2026-03-01")] * 2
    Clock.objects.filter(pk=clock.pk).update(disputed_at=at)
    assert told() == [("registered", None)] * 2


def test_an_answer_that_nobody_has_classified_is_listed_as_such(country, at, client) -> None:
    one = rows.matter(country, at, stage="answered", community=country.community, authority=country.water)
    letters = [rows.letter(one, country.water, date(2026, 1, n), date(2026, 1, n)) for n in (5, 6, 7)]
    rows.answer(letters[0], date(2026, 1, 20))
    given, linked = (rows.answer(letter, date(2026, 1, 20), "") for letter in letters[1:])
    Letter.objects.filter(pk=linked.pk).update(
        confirmed=False
    )  # by the link, and nobody has said it is theirs
    found = client.get("/api/v1/answers/").json()["rows"]
    assert [row["kind_name"] for row in found if row["code"] == given.code] == ["növü hələ deyilməyib"]
    assert len(found) == 2 and linked.code not in str(found)
    asked = client.get("/api/v1/answers/?kind=unclassified").json()["rows"]
    assert [(row["code"], row["kind"]) for row in asked] == [(given.code, "")]
    assert "növü hələ deyilməyib" in client.get("/cavablar/").content.decode()
    assert figures.country(at.date()).answers == 2
    (answers,) = [one for one in letters_achieved(at.date()) if one.name == "answers"]
    (by_kind,) = answers.splits
    assert answers.value == 2 and {row["key"]: row["value"] for row in by_kind.rows} == {
        "substance": 1,
        "": 1,
    }


# --- in the shape of OSDI -------------------------------------------------------------------------------
@pytest.mark.parametrize("role", ["stranger", "coordinator", "officer"])
def test_osdi_tells_everybody_the_public_rows_of_the_lists_and_no_person(
    role, filled, client_as, client
) -> None:
    ours = client_as(role)
    entry = ours.get("/api/v1/osdi/")
    assert entry["Content-Type"] == "application/hal+json"
    links = entry.json()["_links"]
    assert not {"osdi:people", "osdi:signatures", "osdi:record_signature_helper"} & set(links)
    for name, word in (("petitions", "petitions"), ("advocacy_campaigns", "campaigns")):
        listed = client.get(f"/api/v1/{word}/").json()["rows"]
        told = ours.get(links[f"osdi:{name}"]["href"]).json()
        found = told["_embedded"][f"osdi:{name}"]
        assert [one["identifiers"] for one in found] == [[f"icma:{row['code']}"] for row in listed]
        assert told["total_records"] == len(listed) == 3
        assert [one.get("total_signatures") for one in found] == [row.get("count") for row in listed]
        for one in found:
            assert ours.get(one["_links"]["self"]["href"]).json() == one
            assert client.get(one["browser_url"]).status_code == 200
            assert one["created_date"] and one["modified_date"] and one["origin_system"] and one["summary"]
        text = json.dumps(told, ensure_ascii=False)
        assert "Gözləyir" not in text and "Gizlədilib" not in text


def test_pages_of_osdi_follow_each_other_and_what_is_hidden_has_no_address(filled, client) -> None:
    seen, address = [], "/api/v1/osdi/petitions/?per_page=2"
    while address:
        part = client.get(address).json()
        seen += [one["title"] for one in part["_embedded"]["osdi:petitions"]]
        address = part["_links"].get("next", {}).get("href")
    assert seen == ["Petisiya 2", "Petisiya 1", "Petisiya 0"]
    for petition in Petition.objects.exclude(matter__title__startswith="Petisiya").select_related("matter"):
        assert client.get(f"/api/v1/osdi/petitions/{petition.matter.code}/").status_code == 404
    assert client.get("/api/v1/osdi/petitions/?after=!!!").status_code == 400
    assert client.post("/api/v1/osdi/petitions/").status_code == 405


def test_a_date_by_a_rule_that_nobody_has_read_in_the_act_stands_on_the_page_alone(
    country, at, client
) -> None:
    one = rows.matter(country, at, stage="pressing", authority=country.water, community=country.community)
    for rule in ("adm.decision", "info.ombudsman"):
        sent = rows.letter(one, country.water, date(2026, 2, 10), date(2026, 2, 12), rule=rule)
        rows.clock(sent, date(2026, 2, 12))
    told = {
        row["rule"]: [row["due_on"], row["earliest_on"], row["latest_on"]]
        for row in csv_rows(client, "terms")
    }
    assert all(told["adm.decision"]) and told["info.ombudsman"] == ["", "", ""]
    assert client.get(reverse("terms")).content.decode().count(date_words(date(2026, 3, 14))) == 2
    assert [
        r["due_on"] for r in client.get("/api/v1/terms/").json()["rows"] if r["rule"] == "info.ombudsman"
    ] == [None]
