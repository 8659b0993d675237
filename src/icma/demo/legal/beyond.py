"""Beyond the case: figures of a year that two people have let out, a clinic in Göyçay, a complaint about us. All invented."""

import random
from datetime import datetime, timedelta

from icma.core.day import BAKU, legal_day, moment
from icma.demo.country import Country
from icma.events.actions import hold_event, plan_event
from icma.legalaid.actions.audit import keep_head
from icma.legalaid.actions.complaints import answer, complain
from icma.legalaid.actions.facts import Service, quarter_of, write
from icma.legalaid.actions.releases import decide, propose
from icma.legalaid.ring import Ring

FACTS, ENDINGS, QUARTERS = 420, 84, 3
REGIONS = 8
# First level of the taxonomy: silence, dismissal and wages, pensions, land, water and roads, family, violence.
PROBLEMS = {"AZ-02": 9, "AZ-11": 8, "AZ-10": 8, "AZ-06": 6, "AZ-08": 6, "AZ-12": 5, "AZ-13": 2}
SERVICES = {
    "advice": 9,
    "information": 7,
    "drafting": 5,
    "referral": 2,
    "representation": 2,
    "negotiation": 1,
}
OUTCOMES = {"partly": 4, "won": 6, "settled": 3, "lost": 5, "withdrawn": 1}


def play(country: Country, rings: dict[str, Ring], at: datetime) -> dict[str, str]:
    """Lawyer and officer let the figures out; what visitors may try is the code of a complaint."""
    _figures(country, rings, at)
    _clinic(country, at)
    row, code = complain(
        text="Nümunə: iki dəfə zəng etdim, heç kim geri zəng etmədi.", without=[], at=at - timedelta(days=4)
    )
    answer(row=row, ring=rings["officer"], text="Nümunə: üzr istəyirik, araşdırırıq.", final=False, at=at - timedelta(days=3))  # fmt: skip
    keep_head(at=at)
    return {"complaint": code}


def _figures(country: Country, rings: dict[str, Ring], at: datetime) -> None:
    dice = random.Random(1992)
    regions = sorted(code for code, place in country.places.items() if place.kind == "region")[:REGIONS]
    days = _days(at, dice)

    def one(table: dict[str, int]) -> str:
        return dice.choices(list(table), list(table.values()))[0]

    for day in days:
        who = "initiative" if dice.random() < 0.12 else "person"
        woman, named = dice.random() < 0.56, who == "person"
        write(
            at=moment(day),
            values=Service(
                who=who, first=dice.random() < 0.72, sex=("female" if woman else "male") if named else "unknown",
                band=one({"18-29": 4, "30-44": 7, "45-59": 6, "60+": 4}) if named else "unknown",
                region=dice.choices(regions, range(len(regions), 0, -1))[0],
                problem=one(PROBLEMS), service=one(SERVICES),
            ),
        )  # fmt: skip
    for day in days[:: len(days) // ENDINGS]:
        write(
            at=moment(day),
            values=Service(
                ended=True, sex="female" if dice.random() < 0.56 else "male", problem=one(PROBLEMS),
                service=one({"representation": 5, "negotiation": 2, "drafting": 3}), outcome=one(OUTCOMES),
            ),
        )  # fmt: skip
    for day in days[:24]:
        write(at=moment(day), values=Service(grade=dice.choice((5, 5, 4, 4, 3))))
    release = propose(ring=rings["lawyer"], at=at)
    decide(release=release, agreed=True, by=country.persons["officer"], at=at)


def _days(at: datetime, dice: random.Random) -> list:
    """Days of the last closed quarters and a few of the one that runs."""
    today = legal_day(at)
    days = [today - timedelta(days=dice.randrange(1, 92 * (QUARTERS + 1))) for _n in range(FACTS)]
    return [day for day in days if quarter_of(day) <= quarter_of(today)]


def _clinic(country: Country, at: datetime) -> None:
    """A lawyer comes to the community; who came is a count, what was asked is a fact without a name."""
    community = country.communities["goycay"]
    day = moment(legal_day(at) - timedelta(days=24))
    event = plan_event(
        organisation=community, title="Nümunə: hüquqşünas qəbulu", kind="clinic", starts_at=day.astimezone(BAKU), at=day - timedelta(days=7),
        agenda="Pensiya və sosial yardım, torpaq, işdən çıxarılma", by=country.leads["goycay"],
    )  # fmt: skip
    hold_event(
        event=event, at=day + timedelta(hours=4), by=country.leads["goycay"],
        counts={("female", "30-44"): 4, ("female", "60+"): 3, ("male", "45-59"): 3, ("male", "60+"): 2},
    )  # fmt: skip
    for sex, problem in (("female", "AZ-10"), ("female", "AZ-10"), ("male", "AZ-06"), ("male", "AZ-11")):
        write(at=day, values=Service(sex=sex, problem=problem, service="advice", clinic=event.code))
