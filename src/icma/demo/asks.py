"""The three first studies: one asked and closed, with published tables, one open, one before a moderator. All invented."""

from datetime import date, datetime, timedelta
from random import Random

from icma.asks.actions import answering, nightly, stages, studies
from icma.asks.actions.answering import Given
from icma.asks.models import Form, Question, Version
from icma.core.day import legal_day, moment
from icma.demo.country import Country
from icma.matters.bands import AgeBand, Sex
from icma.people.models import Place
from icma.research import door
from icma.research.asks import measure_of
from icma.research.quarters import quarter_of

SHEETS, OPEN_SHEETS, ON_PAPER = 150, 24, 12
WORDS = (
    "Nümunə: görüşün vaxtını bir həftə əvvəl desinlər.", "Nümunə: axşam avtobus olsa, gələrik.",
    "Nümunə: uşaqlar üçün otaq lazımdır.", "Nümunə: quruma nə yazıldığını hamı görsün.",
)  # fmt: skip
# (columns) of the tables that are published of the closed study
TABLES = ((), ("q6_1",), ("q7",), ("q9",), ("sex", "q4"))
BANDS = [*AgeBand.values[:-1], AgeBand.UNKNOWN.value]


def ask(country: Country, at: datetime) -> None:
    """`at` is the moment of the build."""
    made = {key: _study(country, key, at) for key in ("participation", "women", "youth")}
    regions, today = (
        list(Place.objects.filter(kind=Place.Kind.REGION).order_by("sort_key")[:6]),
        legal_day(at),
    )
    first, last = quarter_of(quarter_of(today)[0] - timedelta(days=1))
    closed = _opened(country, made["participation"], first + timedelta(days=9), last - timedelta(days=10))
    _answer(country, closed, regions, first + timedelta(days=9), 60, SHEETS - ON_PAPER)
    _paper(country, closed, regions, last - timedelta(days=14))
    nightly.lay_down(moment(last - timedelta(days=9)))
    nightly.close_ended(moment(last - timedelta(days=9)))
    now = _opened(country, made["women"], today - timedelta(days=8), today + timedelta(days=30))
    _answer(country, now, regions, today - timedelta(days=8), 8, OPEN_SHEETS)
    nightly.lay_down(at)
    stages.submit(version=made["youth"], at=at, by=country.persons["officer"])
    _publish(country, closed, first, last, at)


def _study(country: Country, key: str, at: datetime) -> Version:
    by, union = country.persons["researcher"], country.communities["union"]
    return studies.start_study(key=key, organisation=union, at=at - timedelta(days=200), by=by)


def _opened(country: Country, version: Version, opens_on: date, closes_on: date) -> Version:
    begin, by = moment(opens_on, 10), country.persons["researcher"]
    stages.submit(version=version, at=begin - timedelta(days=2), by=by)
    stages.moderate(
        version=version,
        verdict="agreed",
        read=stages.mark_of(version),
        at=begin - timedelta(days=1),
        by=country.persons["moderator"],
    )
    return stages.open_form(version=version, opens_on=opens_on, closes_on=closes_on, at=begin, by=by)


def _answer(country: Country, version: Version, regions: list[Place], begin: date, days: int, n: int) -> None:
    form, rng = Form.objects.get(pk=version.form_id), Random(version.form_id)
    questions = list(version.questions.all())
    for number in range(n):
        on = begin + timedelta(days=number * days // n)
        answering.answer(form=form, given=_sheet(questions, regions, rng), at=moment(on))


def _paper(country: Country, version: Version, regions: list[Place], on: date) -> None:
    by, rng, questions = country.persons["coordinator"], Random(7), list(version.questions.all())
    pile = answering.count_pile(
        version=version, name="Göyçay, sakinlərin görüşü", total=ON_PAPER, at=moment(on), by=by
    )
    for sheet in range(1, ON_PAPER + 1):
        given = _sheet(questions, regions[:1], rng)
        answering.enter_sheet(batch=pile, sheet=sheet, given=given, at=moment(on), by=by)


def _sheet(questions: list[Question], regions: list[Place], rng: Random) -> Given:
    """One invented sheet; some leave a question empty, some say that they do not answer."""
    sex = rng.choices(Sex.values, (56, 38, 6))[0]
    chosen: dict[int, tuple[str, ...]] = {}
    said: dict[int, str | None] = {}
    for row in questions:
        if row.kind == Question.Kind.TEXT:
            if rng.random() < 0.2:
                said[row.order] = rng.choice((*WORDS, None))
            continue
        luck = rng.random()
        if luck < 0.05:
            chosen[row.order] = ("refused",)
        elif luck > 0.1 or row.is_required:
            chosen[row.order] = _chosen(row, rng, 3 if sex == Sex.FEMALE else 1)
    band = rng.choices(BANDS, (8, 27, 28, 19, 10, 8))[0]
    return Given(chosen, said, sex, band, rng.choice([*regions, None]))


def _chosen(row: Question, rng: Random, lean: int) -> tuple[str, ...]:
    """Earlier answers are likelier; `lean` moves women and men apart a little."""
    if row.kind == Question.Kind.YESNO:
        return (rng.choices(("no", "yes"), (4 + lean, 5))[0],)
    if row.kind == Question.Kind.SCALE:
        return (rng.choices("12345", (lean + 2, 4, 5, 3, 2))[0],)
    values = [str(n) for n in range(1, len(row.choices) + 1)]
    weights = [len(values) + lean - n for n in range(len(values))]
    if row.kind != Question.Kind.MANY:
        return (rng.choices(values, weights)[0],)
    return tuple(sorted(set(rng.choices(values[:-1], weights[:-1], k=rng.randint(1, 3))), key=int)) or (
        values[-1],
    )


def _publish(country: Country, version: Version, first: date, last: date, at: datetime) -> None:
    """A few tables of the closed study, each looked at by a second person."""
    version.refresh_from_db()
    measure, by = (
        measure_of(Version.objects.prefetch_related("questions").select_related("form").get(pk=version.pk)),
        country.persons,
    )
    for columns in TABLES:
        made = door.prepare(
            measure=measure, dimensions=columns, first=first, last=last, by=by["researcher"], at=at
        )
        door.ask(release=made, by=by["researcher"], at=at)
        door.agree(release=made, by=by["officer"], at=at)
