"""Who comes in the demo: invented lists with people who come again, who spoke, what was used, trainings of two days."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

from icma.core.day import BAKU, legal_day
from icma.demo.country import Country
from icma.events.actions import hold_event, plan_event
from icma.events.actions.attending import attend, enter_list
from icma.events.actions.days import add_day
from icma.events.lists import Line, Person, Report
from icma.events.models import Event
from icma.matters.actions.sums import count_me, note_leads, quarter_of, sum_supports
from icma.matters.bands import AgeBand, Sex
from icma.people.models import User

WOMEN = (
    "Aysel",
    "Günay",
    "Lalə",
    "Nərgiz",
    "Sevinc",
    "Aygün",
    "Rübabə",
    "Xalidə",
    "Könül",
    "Fidan",
    "Zərifə",
    "Mehriban",
)
MEN = (
    "Elçin",
    "Rəşad",
    "Vüqar",
    "Tural",
    "Kamran",
    "Ramil",
    "Səməd",
    "Orxan",
    "Natiq",
    "İlqar",
    "Mübariz",
    "Əli",
)
SURNAMES = ("Nümunəli", "Nümunəzadə", "Nümunəlioğlu")
BANDS = (
    AgeBand.B14,
    AgeBand.B18,
    AgeBand.B18,
    AgeBand.B30,
    AgeBand.B30,
    AgeBand.B45,
    AgeBand.B60,
    AgeBand.UNKNOWN,
)
SAY = 0.45  # of supporters say something about themselves
TRAININGS = (
    ("goycay", 150, "Müraciət necə yazılır", 14), ("gence", 118, "Qərar layihəsi necə oxunur", 17),
    ("seki", 66, "Görüş necə aparılır", 12), ("goycay", 38, "Büdcəni oxuyuruq", 16),
)  # fmt: skip
LEADS = {
    "goycay": (Sex.FEMALE, AgeBand.B30),
    "gence": (Sex.MALE, AgeBand.B18),
    "lenkeran": (Sex.FEMALE, AgeBand.B45),
}


def said(rng: Random) -> dict[str, str]:
    """Sex and age band as a supporter says them, or does not; more women, as at the meetings."""
    if rng.random() > SAY:
        return {}
    sex = rng.choices((Sex.FEMALE, Sex.MALE), (54, 46))[0]
    return {"sex": sex, "band": rng.choices(AgeBand.values, (4, 18, 30, 26, 16, 6))[0]}


def people_of(key: str) -> list[Person]:
    """The same invented people of a community every time."""
    rng = Random(f"people {key}")
    found = [
        Person(name=f"{surname} {first}", sex=sex, band=rng.choice(BANDS))
        for surname in SURNAMES
        for sex, names in ((Sex.FEMALE, WOMEN), (Sex.MALE, MEN))
        for first in names
    ]
    rng.shuffle(found)
    return found


def _report(people: Iterable[Person]) -> Report:
    return Report([Line(number, "taken", "", person) for number, person in enumerate(people, 2)])


def sign(*, event: Event, share: float, at: datetime, by: User) -> None:
    """A paper list of a meeting that was counted by heads: of so many of those who were there."""
    rng, crowd = Random(f"list {event.title}"), people_of(event.organisation.code)
    many = min(round((event.present or 0) * share), len(crowd))
    if many:
        came = rng.sample(crowd[: many + 12], many)
        enter_list(event=event, number="1", report=_report(came), at=at, by=by)


def spoken(counts: dict[tuple[str, str], int]) -> dict[str, int]:
    """Of ten who were there one or two spoke, men more often."""
    sums = {sex: sum(n for (one, _band), n in counts.items() if one == sex) for sex in ("female", "male")}
    return {"female": sums["female"] // 8, "male": sums["male"] // 4}


def gather(country: Country, at: datetime) -> None:
    """Trainings of two days with their lists; one that begins today; sums of supports; who leads, quarter by quarter."""
    for key, ago, title, many in TRAININGS:
        _train(country, key, legal_day(at) - timedelta(days=ago), title, many, at)
    _today(country, at)
    today = legal_day(at)
    sum_supports(first=today - timedelta(days=900), last=today)
    on = today
    for _quarter in range(6):
        note_leads(on=on)
        on = quarter_of(on) - timedelta(days=1)
    for key, (sex, band) in LEADS.items():
        count_me(by=country.leads[key], on=today, sex=sex, band=band)


def _train(country: Country, key: str, on: date, title: str, many: int, at: datetime) -> None:
    lead, crowd = country.leads[key], people_of(country.communities[key].code)
    begins = datetime(on.year, on.month, on.day, 11, tzinfo=BAKU)
    event = plan_event(
        organisation=country.communities[key], title=f"Təlim: {title}", kind="training", starts_at=begins, spot="office",
        where="Nümunə mərkəz", access=["children", "transport", "step_free", "hour"], at=begins - timedelta(days=9), by=lead,
    )  # fmt: skip
    add_day(event=event, on=on + timedelta(days=1), at=begins, by=lead)
    after = begins + timedelta(days=3)
    for session, people in ((1, crowd[:many]), (2, crowd[2 : many - 1])):
        enter_list(
            event=event, number=str(session), session=session, report=_report(people), at=after, by=lead
        )
    used = {"children": many // 4, "transport": many // 3, "step_free": 1}
    hold_event(event=event, used=used, at=after, by=lead)


def _today(country: Country, at: datetime) -> None:
    """A training that begins within the hour: its door can be tried."""
    lead = country.leads["goycay"]
    event = plan_event(
        organisation=country.communities["goycay"], title="Təlim: sübutu necə toplayırıq", kind="training",
        starts_at=at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1), spot="office", where="Nümunə mərkəz", access=["children", "transport"],
        at=at, by=lead,
    )  # fmt: skip
    for person in people_of(event.organisation.code)[:9]:
        agreed = replace(person, phone="+994 00 000 00 00", agreed=True)
        attend(event=event, person=agreed, at=at - timedelta(days=1), by=lead)
