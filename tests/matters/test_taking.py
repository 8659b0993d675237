"""A community takes a matter up and chooses the way; or nobody does, and says why."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from icma.core.action import Refused
from icma.core.flow import Stale
from icma.matters.actions import moderation, taking
from icma.matters.actions.raising import raise_matter
from icma.matters.models import Clock, Entry, Matter
from icma.matters.rules_of_moderation import UNTAKEN

pytestmark = pytest.mark.django_db


@pytest.fixture
def matter(country, cast, at):
    made = raise_matter(
        title="Körpü sınıb", text="Keçmək olmur.", place=country.goychay, topic="infrastructure", at=at
    )
    moderation.publish(matter=made.matter, at=at, by=cast.moderator)
    return made.matter


def owed(matter):
    return Clock.objects.filter(matter=matter, rule="own.take_up", state="running").exists()


def test_taken_up_by_the_community_our_promise_is_kept(matter, country, cast, at):
    taking.take_up(matter=matter, community=country.community, at=at, by=cast.coordinator)
    matter.refresh_from_db()
    assert (matter.stage, matter.community) == ("taken", country.community)
    assert not owed(matter)
    entry = Entry.objects.get(verb="taken_up")
    assert country.community.name not in str(entry.data) and country.community.code not in str(entry.data)


def test_of_two_communities_one_takes_it_and_the_other_is_told(matter, country, cast, at):
    other = Matter.objects.get(pk=matter.pk)
    taking.take_up(matter=matter, community=country.community, at=at, by=cast.coordinator)
    with pytest.raises(Stale):
        taking.take_up(matter=other, community=country.union, at=at, by=cast.officer)


@pytest.mark.parametrize(("way", "stage"), [("authority", "taken"), ("self", "doing"), ("both", "doing")])
def test_the_way_is_chosen(matter, country, cast, at, way, stage):
    taking.take_up(matter=matter, community=country.community, at=at, by=cast.coordinator, way=way)
    matter.refresh_from_db()
    assert (matter.way, matter.stage) == (way, stage)
    taking.choose_way(matter=matter, way="both", authority=country.water, at=at, by=cast.coordinator)
    matter.refresh_from_db()
    assert (matter.way, matter.authority) == ("both", country.water)


def test_no_way_before_it_is_taken_up_and_none_that_is_not_on_the_list(matter, cast, at):
    with pytest.raises(Refused):
        taking.choose_way(matter=matter, way="money", at=at, by=cast.coordinator)
    with pytest.raises(Stale):
        taking.choose_way(matter=matter, way="authority", at=at, by=cast.coordinator)


def test_nobody_takes_it_up_is_an_answer_with_a_reason(matter, country, cast, at):
    with pytest.raises(Refused):
        taking.leave(matter=matter, reason="", at=at, by=cast.officer)
    taking.leave(matter=matter, reason="no_group", at=at, by=cast.officer)
    matter.refresh_from_db()
    assert (matter.stage, matter.reason) == ("untaken", "no_group") and not owed(matter)
    taking.take_up(matter=matter, community=country.union, at=at, by=cast.officer)
    assert Matter.objects.get(pk=matter.pk).stage == "taken"


def test_everybody_reads_why_nobody_took_it_up_and_what_can_be_done_alone(client, matter, cast, at):
    taking.leave(matter=matter, reason="no_group", at=at, by=cast.officer)
    text = client.get(f"/m/{matter.code}/").content.decode()
    assert str(escape(UNTAKEN["no_group"].text)) in text and f'href="{reverse("alone")}"' in text


def test_handed_back_it_is_owed_again(matter, country, cast, at):
    taking.take_up(matter=matter, community=country.community, at=at, by=cast.coordinator)
    with pytest.raises(Refused):
        taking.hand_back(matter=matter, why=" ", at=at, by=cast.coordinator)
    taking.hand_back(matter=matter, why="Gücümüz çatmadı", at=at, by=cast.coordinator)
    matter.refresh_from_db()
    assert (matter.stage, matter.community) == ("open", None) and owed(matter)


# --- pages -----------------------------------------------------------------------------------------
def test_a_coordinator_sees_the_own_district_and_takes_up(client_as, matter, country, cast, at):
    far = raise_matter(title="Şəkidə yol", text="x", place=country.shaki, topic="other", at=at).matter
    moderation.publish(matter=far, at=at, by=cast.moderator)
    client = client_as("coordinator")
    page = client.get(reverse("desk")).content.decode()
    assert "Körpü sınıb" in page and "Şəkidə yol" not in page
    assert "Şəkidə yol" in client_as("officer").get(reverse("desk")).content.decode()
    url = reverse("take_up", args=[matter.code])
    assert client.get(url).status_code == 200
    assert client.post(url, {"community": country.union.code, "way": "self"}).status_code == 422
    page = client.post(url, {"community": country.community.code, "way": "self"})
    assert page.status_code == 302
    assert Matter.objects.get(pk=matter.pk).stage == "doing"
    assert client.get(reverse("choose_way", args=[matter.code])).status_code == 200


def test_a_community_of_a_village_sees_what_waits_in_its_district(client_as, matter, country, cast, at):
    country.community.place = country.village
    country.community.save()
    far = raise_matter(title="Şəkidə yol", text="x", place=country.shaki, topic="other", at=at).matter
    moderation.publish(matter=far, at=at, by=cast.moderator)
    page = client_as("coordinator").get(reverse("desk")).content.decode()
    assert "Körpü sınıb" in page and "Şəkidə yol" not in page
    page = client_as("officer").get(reverse("desk")).content.decode()
    assert page.count("orada icma yoxdur") == 1, "of the two places only Şəki has no community"


def test_a_stale_form_says_so_and_changes_nothing(client_as, matter, country, cast, at):
    client = client_as("officer")
    taking.take_up(matter=matter, community=country.community, at=at, by=cast.coordinator)
    page = client.post(reverse("take_up", args=[matter.code]), {"community": country.union.code})
    assert page.status_code == 422 and 'id="errors"' in page.content.decode()
    assert Matter.objects.get(pk=matter.pk).community == country.community


def test_only_the_desk_answers_that_nobody_takes_it_up(client_as, matter):
    url = reverse("leave", args=[matter.code])
    assert client_as("coordinator").get(url).status_code == 404
    assert client_as("officer").post(url, {"reason": "beyond", "text": ""}).status_code == 302
    assert Matter.objects.get(pk=matter.pk).stage == "untaken"


def test_a_stranger_takes_nothing_up_and_reads_what_can_be_done_alone(client, matter):
    assert client.get(reverse("take_up", args=[matter.code])).status_code == 302
    page = Client().get(reverse("alone"))
    assert page.status_code == 200 and "/komek/" in page.content.decode()


def test_the_desk_asks_the_same_number_of_questions_for_one_and_three(
    client_as, matter, country, cast, at, django_assert_max_num_queries
):
    client = client_as("officer")
    client.get(reverse("desk"))

    def queries():
        with django_assert_max_num_queries(14) as asked:
            client.get(reverse("desk"))
        return len(asked)

    one = queries()
    for n in range(2):
        more = raise_matter(title=f"t{n}", text="x", place=country.shaki, topic="other", at=at).matter
        moderation.publish(matter=more, at=at, by=cast.moderator)
    assert queries() == one
