"""Figures of the demo leave through the door like all others: prepared by the researcher, agreed to by an officer."""

from datetime import date, datetime, timedelta

from icma.core.day import legal_day, moment
from icma.demo.country import Country
from icma.matters.models import Act
from icma.research.door import agree, ask, prepare, withdraw
from icma.research.figures import ACTS, LETTERS
from icma.research.measures import Measure
from icma.research.models import Release
from icma.research.quarters import closed

# Of two columns: a whole crossing of few people would withhold nearly every share of the young.
TABLES = (
    ("level", "sex"), ("level", "band"), ("region", "sex"), ("region", "band"), ("sex", "band"),
    ("region", "level", "sex"),
)  # fmt: skip
AFTER = timedelta(days=18)  # after the quarter: lists from paper have come in
QUARTERS = 4


def publish(country: Country, at: datetime) -> None:
    """The last four closed quarters by level and by region, letters with their terms, one that was withdrawn, and one
    that waits for whoever tries the officer's desk."""
    since = Act.objects.order_by("on").values_list("on", flat=True).first()
    if since is None:
        return
    spans = [span for span, _n in zip(closed(since, legal_day(at)), range(QUARTERS), strict=False)]
    for first, last in reversed(spans):
        then = min(moment(last + AFTER), at)
        for columns in TABLES:
            _let_out(country, ACTS, columns, first, last, then)
    if not spans:
        return
    first, last = spans[-1]
    gone = _let_out(country, ACTS, ("channel",), first, last, min(moment(last + AFTER), at))
    reason = "Kağız siyahıların bir hissəsi səhvən “onlayn” kimi daxil edilmişdi."
    withdraw(release=gone, reason=reason, by=country.persons["officer"], at=at)
    _letters(country, spans[0][1], at)
    first, last = spans[0]
    waiting = prepare(
        measure=ACTS,
        dimensions=("channel", "sex"),
        first=first,
        last=last,
        by=country.persons["researcher"],
        at=at,
    )
    ask(release=waiting, by=country.persons["researcher"], at=at)


def _let_out(
    country: Country, measure: Measure, columns: tuple[str, ...], first: date, last: date, at: datetime
) -> Release:
    """As two people do it."""
    maker, second = country.persons["researcher"], country.persons["officer"]
    row = prepare(measure=measure, dimensions=columns, first=first, last=last, by=maker, at=at)
    ask(release=row, by=maker, at=at)
    return agree(release=row, by=second, at=at)


def _letters(country: Country, last: date, at: datetime) -> None:
    _let_out(country, LETTERS, ("body", "standing"), date(last.year - 1, 1, 1), last, at)
