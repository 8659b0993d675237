"""Acts summed by quarter: what the panel and the figures door read instead of a million rows."""

from collections import Counter
from datetime import date, timedelta

from django.db.models import Case, Count, F, Max, Min, Q, QuerySet, Sum, When

from icma.matters.bands import AgeBand, Sex
from icma.matters.models import Act
from icma.people.models import Place
from icma.research.inclusion.levels import level_of
from icma.research.models import ActQuarter, ActSum
from icma.research.quarters import quarter_of

ALL, UNKNOWN = "*", "unknown"
FORM = "1"  # raised when levels change their verbs: everything is summed anew
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
    return ":".join([FORM, *(str(value or 0) for value in found.values())])


def grouped(first: date, last: date) -> Counter[Key]:
    """Counts by key from the acts themselves."""
    rows = acts_of(first, last).annotate(district=DISTRICT).values_list(*KEYS)
    regions, found = regions_by_district(), Counter[Key]()
    for verb, district, sex, band, channel, n in rows.annotate(total=Sum("n")).iterator():
        found[level_of(verb), regions.get(district, UNKNOWN), sex, band, channel] += n
    return found


def kept(first: date, last: date) -> Counter[Key]:
    """The same from the sums of whole quarters."""
    rows = ActSum.objects.filter(quarter__first__range=(first, last)).exclude(sex=ALL)
    keyed = rows.values_list("level", "region", "sex", "band", "channel").annotate(total=Sum("n"))
    return Counter({(level, region, sex, band, channel): n for level, region, sex, band, channel, n in keyed})


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
    return sorted(source(first, last).items())


def regions_by_district() -> dict[int | None, str]:
    """Codes of regions by the number of a district, or of the region itself."""
    rows = Place.objects.exclude(kind=Place.Kind.VILLAGE).values_list("pk", "kind", "code", "parent__code")
    return {pk: code if kind == Place.Kind.REGION else above or UNKNOWN for pk, kind, code, above in rows}


def live_total() -> int:
    """All acts of the country as of the last round: one number. Any part of it comes from releases alone."""
    return ActSum.objects.filter(sex=ALL).aggregate(n=Sum("n"))["n"] or 0


def totals_of(acts: QuerySet[Act]) -> dict[str, int]:
    """Acts by level of one campaign or community: totals alone."""
    found: Counter[str] = Counter()
    for verb, n in acts.order_by().values_list("verb").annotate(total=Sum("n")):
        found[level_of(verb)] += n
    return dict(found)
