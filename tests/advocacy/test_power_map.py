"""The map of power: one truth as a picture, as a table and as files; a trail when somebody moves."""

import csv
import io
import xml.etree.ElementTree as ET
from datetime import timedelta

import pytest

from icma.advocacy.actions.campaigns import power as actions
from icma.advocacy.models import Campaign, Reach, Stakeholder, Standing
from icma.advocacy.powermap import BOX_WIDTH, HIGH, LEFT, RADIUS, TOP, WIDE, picture, sides
from icma.core.action import Refused
from icma.core.flow import Stale
from tests.advocacy.campaign_kit import started

pytestmark = pytest.mark.django_db
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def campaign(country, cast, at) -> Campaign:
    return started(country, cast, at)


def add(campaign, cast, at, post="Yeni tərəf", influence=3, support=0, kind="ally") -> Stakeholder:
    return actions.add_stakeholder(
        campaign=campaign,
        kind=kind,
        post=post,
        influence=influence,
        support=support,
        at=at,
        by=cast.coordinator,
    )


def test_every_side_is_drawn_in_its_cell_once_and_named_in_words(campaign) -> None:
    found = sides(campaign)
    root = ET.fromstring(picture(found, {side.row.code: f"/x/{side.row.code}/" for side in found}))
    links = root.findall(f"{SVG}a")
    assert len(links) == len(found) == Stakeholder.objects.filter(campaign=campaign).count()
    for side, link in zip(found, links, strict=True):
        assert link.get("href") == f"/x/{side.row.code}/" and side.row.post in link.get("aria-label")
        left, top = LEFT + (side.now.support + 2) * WIDE, TOP + (5 - side.now.influence) * HIGH
        assert left <= side.x <= left + WIDE and top <= side.y <= top + HIGH
        assert RADIUS * 2 >= 24  # a thumb's target where the picture is as wide as a telephone
    assert float(root.get("viewBox").split()[2]) == BOX_WIDTH <= 360


def test_who_stands_in_the_same_cell_does_not_lie_on_top_of_each_other(campaign, cast, at) -> None:
    Stakeholder.objects.filter(campaign=campaign).delete()
    for number in range(4):
        add(campaign, cast, at, post=f"Tərəf {number}", influence=2, support=1)
    places = [(side.x, side.y) for side in sides(campaign)]
    apart = [abs(a[0] - b[0]) + abs(a[1] - b[1]) for i, a in enumerate(places) for b in places[:i]]
    assert min(apart) >= 24


def test_moving_leaves_a_trail_in_picture_and_words(campaign, cast, at) -> None:
    one = add(campaign, cast, at - timedelta(days=40), post="Deputat", influence=4, support=-1)
    assert "polyline" not in picture(sides(campaign))
    actions.stand(stakeholder=one, on=at.date(), influence=4, support=2, at=at, by=cast.coordinator)
    side = next(side for side in sides(campaign) if side.row == one)
    assert [row.support for row in side.path] == [-1, 2] and "qarşıdır" in side.moved and "→" in side.moved
    drawn = picture(sides(campaign))
    assert drawn.count("<polyline") == 1 and "fevral" in drawn
    with pytest.raises(Refused):
        actions.stand(
            stakeholder=one, on=at.date() + timedelta(days=1), influence=4, support=2, at=at, by=None
        )
    with pytest.raises(Refused):
        actions.stand(stakeholder=one, on=at.date(), influence=6, support=0, at=at, by=cast.coordinator)


def test_standings_are_never_rewritten(campaign, cast, at) -> None:
    row = Standing.objects.filter(stakeholder__campaign=campaign).first()
    row.support = 2
    with pytest.raises(Exception, match="append|yenid|only|dəyiş"):
        row.save()


def test_relations_stay_within_one_map(campaign, cast, at, country) -> None:
    one, two = Stakeholder.objects.filter(campaign=campaign)[:2]
    actions.set_reaches(stakeholder=one, rows=[(two, "opposes")], at=at, by=cast.coordinator)
    assert list(Reach.objects.filter(source=one).values_list("target", "kind")) == [(two.pk, "opposes")]
    stranger = Stakeholder.objects.filter(campaign=started(country, cast, at)).first()
    for wrong in (stranger, one):
        with pytest.raises(Refused):
            actions.set_reaches(stakeholder=one, rows=[(wrong, "reaches")], at=at, by=cast.coordinator)


def test_who_is_off_the_map_is_off_every_form_of_it(campaign, cast, at) -> None:
    one = add(campaign, cast, at, post="Gedən tərəf")
    actions.remove_stakeholder(stakeholder=one, at=at, by=cast.coordinator)
    assert "Gedən tərəf" not in picture(sides(campaign), alone=True)
    with pytest.raises(Stale):
        actions.remove_stakeholder(stakeholder=one, at=at, by=cast.coordinator)


def test_picture_table_and_files_say_the_same(campaign, cast, at, client_as) -> None:
    add(campaign, cast, at, post="=SUM(A1) <b>")
    client, root = client_as("coordinator"), f"/is/kampaniya/{campaign.matter.code}/xerite"
    page = client.get(f"{root}/").content.decode()
    found = sides(campaign)
    assert (
        page.count('<th scope="row">') == page.count("<title>") - 1 == len(found)
    )  # one title is the page's own
    drawn = client.get(f"{root}.svg")
    assert drawn["Content-Type"] == "image/svg+xml" and "attachment" in drawn["Content-Disposition"]
    tree = ET.fromstring(drawn.content)
    said = " ".join(tree.itertext())
    rows = list(csv.DictReader(io.StringIO(client.get(f"{root}.csv").content.decode("utf-8-sig"))))
    assert {row["code"] for row in rows} == {side.row.code for side in found}
    for side in found:
        assert side.row.post in said
        row = next(row for row in rows if row["code"] == side.row.code)
        assert (int(row["influence"]), row["support"].lstrip("'")) == (
            side.now.influence,
            str(side.now.support),
        )
    assert any(row["post"].startswith("'=SUM") for row in rows)
    assert "<b>" not in page and "&lt;b&gt;" in page
    assert any(row["relations"] for row in rows)


def test_only_the_team_gets_the_map_in_any_form(campaign, client_as) -> None:
    root = f"/is/kampaniya/{campaign.matter.code}/xerite"
    side = Stakeholder.objects.filter(campaign=campaign).first()
    for path in ("/", ".svg", ".csv", f"/{side.code}/"):
        for who in ("resident", "moderator", "official", "researcher"):
            assert client_as(who).get(root + path).status_code == 404, (who, path)
        assert client_as("stranger").get(root + path).status_code == 302
        response = client_as("coordinator").get(root + path)
        assert response.status_code == 200 and "no-store" in response["Cache-Control"]


def test_a_side_is_moved_linked_and_removed_through_its_page(campaign, client_as) -> None:
    client = client_as("coordinator")
    one, two = Stakeholder.objects.filter(campaign=campaign)[:2]
    root = f"/is/kampaniya/{campaign.matter.code}/xerite/"
    values = {
        "post": "Rəis",
        "kind": "decider",
        "influence": 5,
        "support": 1,
        "on": "2026-11-01",
        "authority": "",
    }
    assert client.post(f"{root}{one.code}/", values).status_code == 302
    assert one.standings.latest("on", "id").support == 1
    assert client.post(f"{root}{one.code}/", values | {"post": "Rəis müavini"}).status_code == 302
    assert client.post(f"{root}{one.code}/elaqe/", {"reaches": [two.code]}).status_code == 302
    assert Reach.objects.filter(source=one, target=two, kind="reaches").exists()
    client.post(f"{root}yeni/", {"post": "Yeni", "kind": "media", "influence": 2, "support": 0})
    assert Stakeholder.objects.filter(campaign=campaign, post="Yeni").exists()
    client.post(f"{root}{one.code}/cixarin/")
    one.refresh_from_db()
    assert one.gone_at is not None and one.post == "Rəis müavini"


def test_the_map_costs_the_same_whatever_the_number_of_sides(
    campaign, cast, at, django_assert_num_queries
) -> None:
    with django_assert_num_queries(3):
        sides(campaign)
    for number in range(5):
        add(campaign, cast, at, post=f"Tərəf {number}")
    with django_assert_num_queries(3):
        sides(campaign)
