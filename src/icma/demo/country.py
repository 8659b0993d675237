"""The demo's ground: places, invented authorities, the union, seven communities, the cast, signed rules."""

import tomllib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from icma.core.day import legal_day, moment
from icma.demo.cast import CAST
from icma.demo.tales import DATA
from icma.law.actions import load_shipped, sign_rule
from icma.people.actions.accounts import create_account
from icma.people.actions.organisations import create_organisation, tick_step
from icma.people.actions.places import add_village, load_places
from icma.people.actions.roles import give_role
from icma.people.actions.sheets import import_directory
from icma.people.models import Authority, Organisation, Place, User

BEGAN = 1200  # days before the build: the union and its law
OFFICIAL_OF = "WATERGOY"
MEMBERS = 2  # of each community besides its coordinator


@dataclass
class Country:
    """What the tales refer to by key: persons, bodies, communities (with "union"), places, villages by name."""

    persons: dict[str, User] = field(default_factory=dict)
    bodies: dict[str, Authority] = field(default_factory=dict)
    communities: dict[str, Organisation] = field(default_factory=dict)
    leads: dict[str, User] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    villages: dict[str, Place] = field(default_factory=dict)
    matters: dict[str, int] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)


def found(at: datetime) -> Country:
    """Make it all as it stood `BEGAN` days before `at`."""
    data = tomllib.loads((DATA / "country.toml").read_text(encoding="utf-8"))
    begin = moment(legal_day(at) - timedelta(days=BEGAN))
    country = Country()
    load_places(at=begin)
    load_shipped(at=begin)
    country.places = {place.code: place for place in Place.objects.all()}
    for code, names in data["villages"].items():
        for name in names:
            country.villages[name] = add_village(unit=country.places[code], name=name, by=None, at=begin)
    _bodies(country, begin)
    _union(country, data["union"], begin)
    for raw in data["community"]:
        _community(country, raw, at)
    for raw in data["partner"]:
        create_organisation(
            name=raw["name"], kind="partner", form="registered", place=country.places[raw["place"]], aims=raw["aims"],
            public_contact=raw["public_contact"], by=country.persons["officer"], at=begin, code=raw["code"],
        )  # fmt: skip
    _sign(country, data["signatures"], begin)
    return country


def _bodies(country: Country, at: datetime) -> None:
    report = import_directory(data=(DATA / "authorities.csv").read_bytes(), by=None, at=at)
    wrong = [line.text for line in report.lines if line.outcome == "error"]
    if wrong:
        raise ValueError(f"authorities.csv: {wrong}")
    country.bodies = {body.code: body for body in Authority.objects.all()}


def _union(country: Country, raw: dict, at: datetime) -> None:
    """The union and its cast; the coordinator of the cast is seated with the first community."""
    union = create_organisation(
        name=raw["name"], code=raw["code"], kind="union", form="registered", place=country.places[raw["place"]],
        aims=raw["aims"], by=None, at=at,
    )  # fmt: skip
    country.communities["union"] = union
    for person in CAST:
        user = create_account(email=person.email, pseudonym=person.pseudonym, at=at)
        country.persons[person.key] = user
        if person.seat == "union":
            give_role(user=user, role=person.role, organisation=union, by=None, at=at)
        elif person.seat == "authority":
            give_role(user=user, role=person.role, authority=country.bodies[OFFICIAL_OF], by=None, at=at)
    country.leads["union"] = country.persons["officer"]


def _community(country: Country, raw: dict, now: datetime) -> None:
    """A community that began `since` days ago: coordinator, members, ticked steps, mentor."""
    today = legal_day(now)
    since = today - timedelta(days=raw["since"])
    at, place = moment(since), country.places[raw["place"]]
    group = create_organisation(
        name=raw["name"], code=raw["code"], form=raw["form"], place=place, seen=raw["seen"],
        since=since, by=None, at=at, topics=raw["topics"], aims=raw["aims"], needs=raw["needs"], offers=raw["offers"],
        public_contact=raw.get("public_contact", ""), mentor=country.persons.get(raw.get("mentor", "")),
    )  # fmt: skip
    key = raw["key"]
    country.communities[key] = group
    if "coordinator" in raw:
        short, pseudonym = raw["coordinator"]
        lead = create_account(email=f"coordinator.{short}@numune.invalid", pseudonym=pseudonym, at=at)
    else:
        lead = country.persons["coordinator"]
    give_role(user=lead, role="coordinator", organisation=group, by=None, at=at)
    country.leads[key] = country.persons[f"coordinator.{key}"] = lead
    for number in range(1, MEMBERS + 1):
        name = f"Nümunə üzv {number} ({place.name_az})"
        member = create_account(email=f"member{number}.{key}@numune.invalid", pseudonym=name, at=at)
        joined = at + timedelta(days=18 + number)
        give_role(user=member, role="member", organisation=group, by=None, at=joined)
    for number, step in enumerate(raw["steps"]):
        tick_step(organisation=group, step=step, on=since + timedelta(days=9 * number + 4), by=lead)


def _sign(country: Country, raw: dict, at: datetime) -> None:
    """An invented advocate signs a few rules; the signature says that it is a sample."""
    today = legal_day(at)
    examples = [today - timedelta(days=back) for back in (10, 40, 75)]
    for number, key in enumerate(raw["rules"]):
        later = at + timedelta(minutes=number)
        by = country.persons["advocate"]
        sign_rule(key=key, name=raw["name"], examples=examples, by=by, at=later, sample=True)
