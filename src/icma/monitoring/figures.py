"""People that initiatives have counted, for releases: confirmed reports alone, as they stand when a release is made."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from icma.monitoring.models import ReportCell
from icma.people.models import Place
from icma.research.figures import BAND, REGION, SEX
from icma.research.measures import UNKNOWN, Measure, Row


def _rows(first: date, last: date) -> Iterator[Row]:
    """By the last day of the period that was reported. Two queries."""
    cells = ReportCell.objects.filter(
        report__state="confirmed", report__superseded_at=None, report__period__last__range=(first, last),
        report__period__indicator__counts_people=True,
    ).order_by().values_list("place", "sex", "band").annotate(n=Sum("value"))  # fmt: skip
    regions, counts = _regions(), Counter[tuple[str, ...]]()
    for place, sex, band, n in cells:
        counts[regions.get(place, UNKNOWN), sex, band] += int(n)
    yield from counts.items()


def _covered(first: date, last: date) -> dict[str, set[str]]:
    """Regions from which there is a report: of the others nobody knows anything."""
    return {"region": {UNKNOWN, *(region for (region, _sex, _band), _n in _rows(first, last))}}


def _regions() -> dict[int, str]:
    """Number of a place → code of its region; a place without one is left out."""
    rows = Place.objects.values_list(
        "pk", "kind", "code", "parent__kind", "parent__code", "parent__parent__code"
    )
    found = {}
    for pk, kind, code, above_kind, above, top in rows:
        region = code if kind == "region" else above if above_kind == "region" else top
        if region:
            found[pk] = region
    return found


COUNTED = Measure(
    name="counted",
    title=_("People that initiatives have counted"),
    definition=_(
        "People in reports on results that a second person has confirmed, by the last day of the period. One person can "
        "stand in several reports. Sex and age as they were noted; what was not noted is counted as not given."
    ),
    unit=_("people counted"),
    kind="people",
    dimensions=(REGION, SEX, BAND),
    rows=_rows,
    covered=_covered,
)
