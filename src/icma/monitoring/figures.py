"""People that initiatives have counted, for releases: confirmed reports alone, as they stand when a release is made."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from django.db.models import Sum
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from icma.engines.rollup import SUM
from icma.matters.models import Act
from icma.monitoring.models import Indicator, ReportCell
from icma.people.models import Place
from icma.research.figures import BAND, REGION, SEX
from icma.research.inclusion.levels import VERBS
from icma.research.measures import UNKNOWN, Measure, Row


def _rows(first: date, last: date) -> Iterator[Row]:
    """Periods that lie in these days, of indicators that are sums over periods and reporters: of a latest state or a
    maximum the same people would be counted several times. Two queries."""
    cells = ReportCell.objects.filter(
        report__state="confirmed", report__superseded_at=None, report__period__gone_at=None,
        report__period__first__gte=first, report__period__last__lte=last,
        report__period__indicator__gone_at=None, report__period__indicator__counts_people=True,
        report__period__indicator__kind=Indicator.Kind.COUNT,
        report__period__indicator__across_periods=SUM, report__period__indicator__across_reporters=SUM,
    ).order_by().values_list("place", "sex", "band").annotate(n=Sum("value"))  # fmt: skip
    regions, counts = _regions(), Counter[tuple[str, ...]]()
    for place, sex, band, n in cells:
        counts[regions.get(place, UNKNOWN), sex, band] += int(n)
    yield from counts.items()


def _refuses(first: date, last: date) -> str:
    """Reports are made of a community's months, those of its meetings: whoever came stands in "acts" already."""
    if Act.objects.filter(on__range=(first, last), verb__in=VERBS["present"]).exists():
        return _t(
            "People who came to meetings of this quarter are counted in “What people did”. Reports of initiatives count "
            "the same people again, and from both tables small numbers could be worked out: release “What people did”."
        )
    return ""


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
        "People in reports on results that a second person has confirmed, of periods that lie in the quarter and of "
        "indicators that may be added up. Only of quarters in which nobody was noted at a meeting. One person can stand in "
        "several reports. Sex and age as they were noted; what was not noted is counted as not given."
    ),
    unit=_("people counted"),
    kind="people",
    dimensions=(REGION, SEX, BAND),
    rows=_rows,
    covered=_covered,
    refuses=_refuses,
)
