"""Acts summed by quarter: what the panel and the figures door read instead of a million rows."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, Count, F, Max, Min, Q, QuerySet, Sum, When

from icma.matters.bands import AgeBand, Sex
from icma.matters.models import Act
from icma.people.models import Place
from icma.research.inclusion.levels import level_of
from icma.research.models import ActQuarter, ActSum
from icma.research.quarters import quarter_of

ALL = "*"
KEYS = ("verb", "district", "sex", "band", "channel")
# A village counts for its district.
DISTRICT = Case(When(place__kind=Place.Kind.VILLAGE, then=F("place__parent_id")), default=F("place_id"))
Key = tuple[str, str, str, str, str]  # level, region, sex, band, channel


def quarters() -> list[tuple[date, date]]:
    """Every quarter from the first act to the last."""
    ends = Act.objects.aggregate(least=Min("on"), most=Max("on"))
    found: list[tuple[date, date]] = []
    on = ends["least"]
    while on is not None and on <= ends["most"]:
        found.append(quarter_of(on))
        on = found[-1][1] + timedelta(days=1)
    return found


def acts_of(first: date, last: date) -> QuerySet[Act]:
    return Act.objects.filter(on__range=(first, last)).order_by()


def mark_of(first: date, last: date) -> str:
    """What changes whenever acts of these days are added, replaced or forgotten. One range of one index."""
    found = acts_of(first, last).aggregate(
        acts=Count("pk"), newest=Max("pk"), people=Sum("n"),
        sexless=Sum("n", filter=Q(sex=Sex.UNKNOWN)), ageless=Sum("n", filter=Q(band=AgeBand.UNKNOWN)),
    )  # fmt: skip
    return ":".join(str(value or 0) for value in found.values())


def grouped(first: date, last: date) -> Iterator[tuple[str, int | None, str, str, str, int]]:
    """(verb, district, sex, band, channel, how many) from the acts themselves."""
    rows = acts_of(first, last).annotate(district=DISTRICT).values_list(*KEYS)
    yield from rows.annotate(total=Sum("n")).iterator()


def kept(first: date, last: date) -> Iterator[tuple[str, int | None, str, str, str, int]]:
    """The same from the sums of whole quarters."""
    rows = ActSum.objects.filter(quarter__first__range=(first, last)).exclude(sex=ALL)
    yield from (
        rows.values_list("verb", "place_id", "sex", "band", "channel").annotate(total=Sum("n")).iterator()
    )


def fresh(first: date, last: date) -> bool:
    """Do the sums of these days say what the acts say now? False for anything but whole quarters."""
    on = first
    while on <= last:
        begins, ends = quarter_of(on)
        known = ActQuarter.objects.filter(first=begins).values_list("mark", flat=True).first()
        if begins != on or ends > last or known != mark_of(begins, ends):
            return False
        on = ends + timedelta(days=1)
    return True


def rows(first: date, last: date) -> list[tuple[Key, int]]:
    """Rows of the measure "acts": level, region, sex, band, channel. Sums where they are fresh, else the acts."""
    source = kept if fresh(first, last) else grouped
    regions = regions_by_district()
    found: Counter[Key] = Counter()
    for verb, district, sex, band, channel, n in source(first, last):
        found[level_of(verb), regions.get(district, "unknown"), sex, band, channel] += n
    return sorted(found.items())


def regions_by_district() -> dict[int | None, str]:
    """Codes of regions by the number of a district."""
    pairs = Place.objects.filter(kind=Place.Kind.UNIT, parent__isnull=False).values_list("pk", "parent__code")
    return dict(pairs)


def live_totals(region: str = "") -> dict[str, int]:
    """Acts by level, of the country or of one region, as of the last round: totals alone."""
    found = ActSum.objects.filter(sex=ALL)
    if region:
        found = found.filter(place__parent__code=region)
    by_verb = found.values_list("verb").annotate(total=Sum("n"))
    return _by_level(by_verb)


def totals_of(acts: QuerySet[Act]) -> dict[str, int]:
    """Acts by level of one campaign or community: totals alone."""
    return _by_level(acts.order_by().values_list("verb").annotate(total=Sum("n")))


def _by_level(by_verb: Any) -> dict[str, int]:
    found: Counter[str] = Counter()
    for verb, n in by_verb:
        found[level_of(verb)] += n
    return dict(found)
