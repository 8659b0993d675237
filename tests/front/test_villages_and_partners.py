"""Villages, partners, and communities that do not show themselves: what the public may and may not be led to."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from icma.core.action import Refused
from icma.events.actions import plan_event
from icma.events.models import Event
from icma.front.actions import AT_PLACE, join_village
from icma.people.actions.organisations import close_organisation
from icma.people.actions.places import add_village
from icma.people.models import Change, Organisation, Place
from tests.front import rows

pytestmark = pytest.mark.django_db


# --- villages --------------------------------------------------------------------------------------
def village_url(village: Place) -> str:
    return reverse("village", args=[village.code])


@pytest.mark.parametrize("who", ["coordinator", "officer"])
def test_the_name_of_a_village_is_corrected_and_the_audit_tells_it(client_as, country, cast, who):
    client = client_as(who)
    assert village_url(country.village) in client.get(reverse("villages", args=["AZ-GOY"])).content.decode()
    client.post(village_url(country.village), {"name": "Nümunəli", "once": "1"})
    country.village.refresh_from_db()
    assert (country.village.name_az, country.village.search_text) == ("Nümunəli", "numuneli")
    change = Change.objects.get(table="place", row=country.village.code)
    assert (change.before["name_az"], change.after["name_az"]) == ("Nümunəkənd", "Nümunəli")
    assert change.by == getattr(cast, who)


def test_a_coordinator_corrects_only_villages_of_the_own_district(client_as, country, cast, at):
    far = add_village(unit=country.shaki, name="Uzaqkənd", by=cast.officer, at=at)
    client = client_as("coordinator")
    assert client.get(village_url(far)).status_code == 404
    page = client.get(reverse("villages", args=["AZ-SAK"])).content.decode()
    assert "Uzaqkənd" in page and village_url(far) not in page
    assert client_as("officer").get(village_url(far)).status_code == 200


@pytest.mark.parametrize("who", ["resident", "moderator", "official"])
def test_nobody_else_corrects_a_village(client_as, country, who):
    assert client_as(who).get(village_url(country.village)).status_code == 404


def test_a_village_that_was_entered_twice_is_joined_with_the_other_after_a_question(
    client_as, country, cast, at
):
    twin = add_village(unit=country.goychay, name="Nümünəkənd qəsəbəsi", by=cast.officer, at=at)
    matter = rows.matter(country, at, village=twin)
    Organisation.objects.filter(pk=country.community.pk).update(place=twin)
    client = client_as("officer")
    asked = client.post(village_url(twin), {"name": "numunekend", "once": "1"})
    assert asked.status_code == 200 and f'value="{country.village.code}"' in asked.content.decode()
    assert Place.objects.filter(pk=twin.pk).exists(), "nothing has happened yet"
    client.post(village_url(twin), {"name": "numunekend", "join": country.village.code, "once": "2"})
    matter.refresh_from_db()
    country.community.refresh_from_db()
    assert matter.village == country.village == country.community.place
    assert not Place.objects.filter(pk=twin.pk).exists()
    change = Change.objects.get(table="place", row=twin.code, after__isnull=True)
    assert change.before["name_az"] == "Nümünəkənd qəsəbəsi" and country.village.code in change.why


def test_everything_that_points_at_a_place_moves_with_it():
    models = {
        (one.related_model, one.field.name)
        for one in Place._meta.get_fields(include_hidden=True)
        if one.auto_created and one.is_relation
    }
    assert set(AT_PLACE) == models - {(Place, "parent")}


def test_villages_of_two_districts_are_not_joined(country, cast, at):
    far = add_village(unit=country.shaki, name="Nümunəkənd", by=cast.officer, at=at)
    with pytest.raises(Refused):
        join_village(village=far, into=country.village, by=cast.officer, at=at)
    with pytest.raises(Refused):
        join_village(village=country.goychay, into=country.shaki, by=cast.officer, at=at)


def test_a_search_finds_a_village_only_once_three_matters_are_public_there(client, country, at):
    for n in range(3):
        page = client.get("/axtar/?q=numunekend").content.decode()
        assert "Nümunəkənd" not in page and f"/yer/{country.village.code}/" not in page, n
        rows.matter(country, at, title=f"Küçədə su yoxdur {n}", village=country.village)
    page = client.get("/axtar/?q=numunekend").content.decode()
    assert f"/yer/{country.village.code}/" in page
    assert "Küçədə su yoxdur" not in page, "no matter is found by the name of its village"


def test_an_initiative_is_found_by_its_title_and_by_the_name_of_a_community_that_shows_it(
    client, country, at
):
    mine = f"/tesebbus/{rows.initiative(country, at, 'Gəncə yolu təmir olunsun', shown='public').code}/"
    waits = rows.initiative(country, at, "Gəncə yolu", shown="waiting").code
    group = country.community
    Organisation.objects.filter(pk=group.pk).update(name="Çinar icması", search_text="cinar icmasi")
    for address in ("/axtar/?q=%s", "/tesebbusler/?q=%s", "/api/v1/initiatives/?q=%s"):
        for word in ("gence yolu", "cinar", "gence cinar"):
            page = client.get(address % word).content.decode()
            assert mine in page and waits not in page, (address, word)
        assert mine not in client.get(address % "baki").content.decode()
    Organisation.objects.filter(pk=group.pk).update(seen="region")
    assert mine in client.get("/axtar/?q=gence").content.decode()
    for hidden in ("q=cinar", "place=AZ-GOY"):
        assert client.get(f"/api/v1/initiatives/?{hidden}").json()["count"] == "0", hidden
    assert client.get("/api/v1/initiatives/").json()["rows"][0]["place_name"] == ""


def test_a_community_of_a_village_is_found_in_its_district_and_its_region(client, country, at):
    Organisation.objects.filter(pk=country.community.pk).update(place=country.village, seen="full")
    rows.initiative(country, at, "Gəncə yolu", shown="public")
    for code in ("MAR", "AZ-GOY"):
        assert country.community.name in client.get(f"/yer/{code}/").content.decode(), code
    assert client.get("/api/v1/initiatives/?place=AZ-GOY").json()["count"] == "1"
    assert client.get("/api/v1/initiatives/?place=AZ-SAK").json()["count"] == "0"


@pytest.mark.parametrize("address", ["campaign_new", "petition_new", "decision_new", "commitment_new"])
def test_a_community_of_a_village_begins_in_its_district_with_its_bodies(client_as, country, address):
    Organisation.objects.filter(pk=country.community.pk).update(place=country.village)
    more = "?nov=infrastructure" if address == "campaign_new" else ""
    page = client_as("coordinator").get(reverse(address, args=[country.community.code]) + more)
    assert '<option value="AZ-GOY" selected' in page.content.decode()
    assert country.water.code in page.content.decode(), "a body of the district is offered"


# --- communities that do not show themselves -------------------------------------------------------
PAGES = (
    "/", "/meseleler/", "/meseleler.csv", "/meseleler.atom", "/icmalar/", "/icmalar.csv", "/icmalar.atom",
    "/kampaniyalar/", "/petisiyalar/", "/mektublar/", "/mektublar.csv", "/muddetler/siyahi/", "/moderasiya/",
    "/yer/AZ-GOY/", "/yer/MAR/", "/yerler/", "/axtar/?q=gizliqurum", "/qurumlar/", "/haqqinda/", "/sitemap.xml",
    "/api/v1/matters/", "/api/v1/communities/", "/api/v1/letters/",
)  # fmt: skip


@pytest.mark.parametrize("seen", ["region", "unlisted"])
def test_no_public_page_leads_to_a_community_that_does_not_show_itself(country, cast, at, seen):
    group = country.community
    Organisation.objects.filter(pk=group.pk).update(
        seen=seen, name="Gizliqurum icması", code="GZLQRM01", search_text="gizliqurum icmasi", topics=["social"],
        aims="Gizliqurum məqsədi", public_contact="gizliqurum@numune.invalid",
    )  # fmt: skip
    group.refresh_from_db()
    matter = rows.matter(country, at, stage="pressing", community=group, authority=country.water)
    rows.entry(matter, "taken_up", at)
    rows.letter(matter, country.water, at.date(), at.date())
    now = timezone.now()
    event = plan_event(
        organisation=group, kind="meeting", title="Gizliqurum görüşü", starts_at=now + timedelta(days=3), where="Otaq",
        matter=matter, by=cast.coordinator, at=now,
    )  # fmt: skip
    Event.objects.update(is_open=True)  # it was opened before the community hid itself
    stranger = Client()
    for page in (
        *PAGES,
        f"/m/{matter.code}/",
        f"/m/{matter.code}.ics",
        f"/api/v1/matters/{matter.code}/",
        f"/gorus/{event.code}/",
    ):
        text = (
            stranger.get(page)
            .getvalue()
            .decode()
            .replace("gizliqurum&quot;", "")
            .replace('value="gizliqurum"', "")
        )
        for word in ("Gizliqurum", "GZLQRM01", event.code):
            assert word not in text, (page, word)


def test_the_row_of_a_community_that_shows_its_region_alone_leads_nowhere(client, country):
    Organisation.objects.filter(pk=country.community.pk).update(seen="region", place=country.village)
    page = client.get("/icmalar/").content.decode()
    table = page[page.index("<tbody>") : page.index("</tbody>")]
    assert "<tr>" in table and "<a " not in table
    assert "Mərkəzi Aran" in table and "Göyçay" not in table, (
        "a village is shown by its region, not by its district"
    )
    assert "<entry>" not in client.get("/icmalar.atom").content.decode()
    assert client.get("/api/v1/communities/").json()["rows"][0]["url"] == ""


# --- partners --------------------------------------------------------------------------------------
def entered(client, **more):
    given = {
        "name": "Nümunə Klinikası",
        "place": "",
        "aims": "Məsləhət",
        "public_contact": "https://k.invalid",
        "seen": "full",
    }
    return client.post(reverse("partner_new"), given | {"once": "a"} | more)


def test_a_partner_is_entered_shown_changed_and_closed(client_as, client, country, cast):
    officer = client_as("officer")
    assert reverse("partners") in officer.get("/is/icmalar/").content.decode()
    entered(officer)
    partner = Organisation.objects.get(kind="partner")
    assert "Nümunə Klinikası" in client.get("/haqqinda/").content.decode()
    assert "Nümunə Klinikası" not in client.get("/icmalar/").content.decode()
    assert client.get(f"/icmalar/{partner.code}/").status_code == 404
    page = reverse("partner", args=[partner.code])
    officer.post(page, {"name": "Nümunə Hüquq Klinikası", "seen": "full", "once": "b"})
    assert "Nümunə Hüquq Klinikası" in client.get("/haqqinda/").content.decode()
    today = timezone.localdate().isoformat()
    officer.post(reverse("organisation_close", args=[partner.code]), {"until": today, "once": "c"})
    assert "Klinikası" not in client.get("/haqqinda/").content.decode()
    assert "Nümunə Hüquq Klinikası" in officer.get(reverse("partners")).content.decode(), "the record stays"
    assert Change.objects.filter(table="organisation", row=partner.code, by=cast.officer).count() == 3


def test_a_partner_that_is_not_to_be_shown_is_not(client_as, client, country):
    entered(client_as("officer"), seen="unlisted")
    assert "Nümunə Klinikası" not in client.get("/haqqinda/").content.decode()


@pytest.mark.parametrize("who", ["coordinator", "moderator", "resident", "official"])
def test_partners_are_for_officers(client_as, country, who):
    for page in (
        reverse("partners"),
        reverse("partner_new"),
        reverse("organisation_close", args=["GOYCAY01"]),
    ):
        assert client_as(who).get(page).status_code == 404


def test_four_quick_taps_enter_one_partner(client_as, country):
    client = client_as("officer")
    for _tap in range(4):
        entered(client)
    assert Organisation.objects.filter(kind="partner").count() == 1


def test_a_community_is_closed_and_its_roles_end(client_as, client, country, cast, at):
    client_as("officer").post(
        reverse("organisation_close", args=["GOYCAY01"]),
        {"until": timezone.localdate().isoformat(), "once": "c"},
    )
    country.community.refresh_from_db()
    assert country.community.until is not None
    assert not country.community.memberships.filter(until=None).exists()
    assert country.community.name not in client.get("/icmalar/").content.decode()


def test_nothing_is_closed_in_the_future_twice_or_before_it_began(country, cast, at):
    group, today = country.community, at.date()
    for until in (today.replace(year=2030), today.replace(year=2000)):
        with pytest.raises(Refused):
            close_organisation(organisation=group, until=until, by=cast.officer, at=at)
    close_organisation(organisation=group, until=today, by=cast.officer, at=at)
    with pytest.raises(Refused):
        close_organisation(organisation=group, until=today, by=cast.officer, at=at)
    with pytest.raises(Refused):
        close_organisation(organisation=country.union, until=today, by=cast.officer, at=at)
