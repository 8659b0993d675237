"""An initiative as IATI 2.03 XML: what it set out to change, its indicators, their targets and confirmed figures.

Always as the public sees it: what a second person confirmed, shares of few people withheld. What nobody reported is an
`actual` that says so and has no `value`; a reported 0 is "0". With `split` (for the own team) people are broken down by
sex and age band, "unknown" among them, and protected like a release: a group of 1–4, and what would tell it, has no value.

Source: iati-activities-schema.xsd 2.03 and the codelists OrganisationType, OrganisationRole, ActivityStatus,
ActivityDateType, Sector, PolicyMarker, ResultType, IndicatorMeasure.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from icma.engines import disclosure, rollup
from icma.engines.publish import Asked, publish
from icma.engines.suppression import MARGIN, Key
from icma.matters.bands import AgeBand, Sex
from icma.monitoring.models import Indicator, Initiative, ReportCell
from icma.monitoring.onpaper import actual, target
from icma.monitoring.slots import NOT_DUE, plain
from icma.monitoring.standing import Goal, Row, Span, Standing
from icma.people.models import Place
from icma.research.models import Marker

NGO, ACCOUNTABLE, IMPLEMENTING = "24", "2", "4"
STATUS = {"plan": "1", "running": "2", "done": "4"}
PLANNED_START, PLANNED_END = "1", "3"
TAKING_PART = "15150"  # democratic participation and civil society
LEVEL = {"output": "1", "outcome": "2", "impact": "3"}
OTHER = "9"
MEASURE = {"count": "1", "ratio": "2", "score": "4", "text": "5"}
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Split = dict[int, dict[Key, disclosure.Cell]]  # by period


def xml_of(standing: Standing, split: bool = False) -> bytes:
    """One file with one activity. `standing`: of the public's audience, whoever asks."""
    one, at = standing.initiative, standing.at.isoformat(timespec="seconds")
    root = Element("iati-activities", {"version": "2.03", "generated-datetime": at})
    with override(settings.LANGUAGE_CODE):
        page = settings.BASE_URL + reverse("initiative", args=[one.code])
    activity = _add(root, "iati-activity", **{LANG: settings.LANGUAGE_CODE, "linked-data-uri": page})
    _about(activity, one, standing.on)
    groups = _split(standing) if split else {}
    nodes = {node.pk: node for node in one.nodes.all()}
    rows: dict[int | None, list[Row]] = {}
    for row in standing.rows:
        rows.setdefault(row.indicator.node_id, []).append(row)
    for pk in sorted(rows, key=lambda pk: list(nodes).index(pk) if pk in nodes else len(nodes)):
        node = nodes.get(pk or 0)
        result = _add(activity, "result", type=LEVEL.get(node.kind, OTHER) if node else OTHER)
        _told(result, "title", node.title if node else one.title)
        for row in rows[pk]:
            _indicator(result, row, one, groups)
    indent(root)
    return tostring(root, encoding="utf-8", xml_declaration=True)


def _add(parent: Element, tag: str, **given: str) -> Element:
    return SubElement(parent, tag, {name.replace("_", "-"): value for name, value in given.items()})


def _told(parent: Element, tag: str, text: str, **given: str) -> None:
    """Words as somebody wrote them, in the language of the file."""
    _add(_add(parent, tag, **given), "narrative").text = NOT_XML.sub("", text)


def _said(parent: Element, tag: str, words: Callable[[], str]) -> None:
    """Our own words, in every language."""
    box = _add(parent, tag)
    for language, _name in settings.LANGUAGES:
        with override(language):
            _add(box, "narrative", **{LANG: language}).text = NOT_XML.sub("", words())


def _about(activity: Element, one: Initiative, on: date) -> None:
    ref = settings.IATI_REF or urlsplit(settings.BASE_URL).hostname or "icma"
    group = one.organisation if one.organisation.seen == "full" else None
    _add(activity, "iati-identifier").text = f"{ref}-{one.code}"
    _told(activity, "reporting-org", settings.UNION_NAME, ref=ref, type=NGO)
    _told(activity, "title", one.title)
    _told(activity, "description", one.text or one.title, type="1")
    _told(activity, "participating-org", settings.UNION_NAME, ref=ref, type=NGO, role=ACCOUNTABLE)
    if group:
        _told(activity, "participating-org", group.name, role=IMPLEMENTING)
    _add(activity, "activity-status", code=STATUS[one.stage])
    _add(activity, "activity-date", type=PLANNED_START, iso_date=one.starts_on.isoformat())
    _add(activity, "activity-date", type=PLANNED_END, iso_date=one.ends_on.isoformat())
    _add(activity, "recipient-country", code="AZ")
    place = group and group.place
    if place:
        _said(_add(activity, "location"), "name", _district(place).__str__)
    _add(activity, "sector", vocabulary="1", code=TAKING_PART)
    looked = Marker.objects.filter(kind="initiative", subject=one.code, which="gender", on__lte=on)
    if marker := looked.order_by("version").last():
        _add(activity, "policy-marker", vocabulary="1", code="1", significance=str(marker.score))


def _district(place: Place) -> Place:
    """Never a village, as on every public page."""
    return place.parent if place.kind == Place.Kind.VILLAGE and place.parent else place


# --- indicators --------------------------------------------------------------------------------------
def _indicator(result: Element, row: Row, one: Initiative, groups: Split) -> None:
    how, shown = row.how, row.indicator
    is_sum = how["kind"] == Indicator.Kind.COUNT and how["across_reporters"] == rollup.SUM
    box = _add(
        result, "indicator", measure=MEASURE[how["kind"]], aggregation_status=_bool(is_sum),
        ascending=_bool(how["direction"] == Indicator.Direction.UP),
    )  # fmt: skip
    _told(box, "title", f"{shown.title}, {shown.unit}" if shown.unit else shown.title)
    if shown.sheet.get("definition"):
        _told(box, "description", shown.sheet["definition"])
    if row.baseline is not None and how["kind"] != Indicator.Kind.TEXT:
        begin = one.starts_on
        _add(box, "baseline", year=str(begin.year), iso_date=begin.isoformat(), value=plain(row.baseline))
    days, alone = (one.starts_on, one.ends_on), False
    for span in row.spans:
        alone = (span.period.first, span.period.last) == days and span.goal.value is None
        goal = row.goal if alone else span.goal
        _period(box, (span.period.first, span.period.last), goal, span, shown, groups.get(span.period.pk, {}))
    if row.goal.value is not None and not alone:
        _period(box, days, row.goal, row, shown, {})


def _bool(value: bool) -> str:
    return "true" if value else "false"


def _period(
    box: Element, days: tuple[date, date], goal: Goal, figure: Span | Row, one: Indicator,
    groups: dict[Key, disclosure.Cell],
) -> None:  # fmt: skip
    """Days, target and figure; the words of a change or of a figure that is not there stand beside them."""
    period = _add(box, "period")
    _add(period, "period-start", iso_date=days[0].isoformat())
    _add(period, "period-end", iso_date=days[1].isoformat())
    if goal.value is not None:
        aim = _add(period, "target", value=plain(goal.value))
        if goal.changed_on:
            _said(aim, "comment", lambda: target(goal, one)[2])
    cell = actual(figure.said, figure.status, one, "")
    if cell.value is not None:
        _add(period, "actual", value=plain(cell.value))
    elif figure.status != NOT_DUE:
        _said(_add(period, "actual"), "comment", lambda: actual(None, figure.status, one, "").shown)
    for key, part in groups.items():
        known = {} if part.value is None else {"value": str(part.value)}
        group = _add(period, "actual", **known)
        for name, value in zip(("sex", "age"), key, strict=True):
            if value != MARGIN:
                _add(group, "dimension", name=name, value=value)
        if part.value is None:
            _said(group, "comment", lambda: _("withheld"))


# --- people, for the own team --------------------------------------------------------------------------
def _split(standing: Standing) -> Split:
    """Of each period with people: sex, age band and both crossed, as far as they may be seen."""
    spans = [span for row in standing.rows if _is_split(row) for span in row.spans if span.said is not None]
    at = {
        slot.report.pk: span.period.pk for span in spans for slot in span.slots if slot.said and slot.report
    }
    found: dict[int, Counter[Key]] = {}
    for cell in ReportCell.objects.filter(report__in=at):
        counts = found.setdefault(at[cell.report_id], Counter())
        counts[cell.sex, cell.band] += int(cell.value)
    return {pk: dict(_protected(counts)) for pk, counts in found.items()}


def _is_split(row: Row) -> bool:
    return row.indicator.counts_people and row.how["kind"] == Indicator.Kind.COUNT and row.how["across_reporters"] == rollup.SUM  # fmt: skip


def _protected(counts: Counter[Key]) -> Iterator[tuple[Key, disclosure.Cell]]:
    values: dict[int, Any] = {0: Sex.values, 1: AgeBand.values}
    made = publish(Asked(rows=counts, chosen=(0, 1), values=values))
    if not made.refused:
        yield from ((key, cell) for key, cell in made.cells.items() if set(key) != {MARGIN})
