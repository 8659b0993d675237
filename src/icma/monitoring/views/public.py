"""What everyone may see of an initiative, in confirmed figures; its team sees what was sent as well."""

from datetime import date, datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

import icma.monitoring.access  # noqa: F401  (its rules)
from icma.core.access import may
from icma.core.day import legal_day, moment
from icma.core.door import can
from icma.core.words import day, num
from icma.matters.access import PUBLIC as OPEN
from icma.matters.addresses import local, matter_address
from icma.matters.bands import AgeBand, Sex
from icma.matters.forms.moderation import RuleForm
from icma.matters.models import Matter
from icma.monitoring import exports, pictures, sheet
from icma.monitoring.actions.initiatives import words_of
from icma.monitoring.forms.reports import heading
from icma.monitoring.models import Indicator, Initiative, Node
from icma.monitoring.slots import PUBLIC, TEAM, is_small, said_in
from icma.monitoring.standing import Row, Standing, standing_of
from icma.monitoring.wording import figure, group, number, of, way
from icma.people.models import Place
from icma.research.inclusion.page import markers_of

WITH = ("organisation", "matter")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def asked_at(request: HttpRequest) -> datetime:
    """The end of the day that `gun` names, or now: a day that is not over has no end."""
    now = timezone.now()
    try:
        on = date.fromisoformat(request.GET.get("gun", ""))
    except ValueError:
        return now
    return moment(on + timedelta(days=1), 0) - timedelta(microseconds=1) if on < legal_day(now) else now


def audience_of(request: HttpRequest, initiative: Initiative) -> str:
    """The team's eyes, unless it asks to see what the public sees."""
    if not request.user.is_authenticated or request.GET.get("kim") == PUBLIC:
        return PUBLIC
    return TEAM if may(request.who, "team", initiative, timezone.now()) else PUBLIC


def seen(request: HttpRequest, initiative: Initiative) -> Standing:
    return standing_of(initiative, asked_at(request), audience_of(request, initiative))


@can("view", Initiative, select=WITH)
def initiative(request: HttpRequest, initiative: Initiative) -> HttpResponse:
    standing = seen(request, initiative)
    nodes = list(initiative.nodes.all())
    team = standing.audience == TEAM
    moderates = initiative.shown == "waiting" and may(request.who, "moderate", initiative, timezone.now())
    page = {
        "initiative": initiative, "standing": standing, "team": team, "table": table_of(standing),
        "bars": pictures.bars(list(standing.rows), _links(standing)), "tree": tree_of(nodes, standing),
        "reported": of(standing.reported, standing.expected), "is_then": standing.on < legal_day(timezone.now()),
        "outcomes_url": local(f"/netice/?initiative={initiative.code}"),
        "community_url": local(f"/icmalar/{initiative.organisation.code}/"),
        "matter_url": matter_address(initiative.matter.code) if initiative.matter else "",
        "named": team or initiative.organisation.seen == "full", "query": request.GET.urlencode(),
        "moderates": moderates, "read": words_of(initiative) if moderates else "", "matter": team or _is_public(initiative.matter_id),
        "unseen": sum(row.unseen for row in standing.rows), "today": legal_day(timezone.now()), "drop": RuleForm(),
        "markers": markers_of("initiative", initiative.code), "marking": local(f"/istirak/nisan/tesebbus/{initiative.code}/"),
    }  # fmt: skip
    return render(request, "monitoring/initiative.html", page)


def _is_public(matter: int | None) -> bool:
    return matter is not None and Matter.objects.filter(OPEN, pk=matter).exists()


def _links(standing: Standing) -> dict[int, str]:
    return {row.indicator.pk: reverse("indicator", args=[row.indicator.code]) for row in standing.rows}


def table_of(standing: Standing) -> list[dict[str, Any]]:
    """The numbers of the picture."""
    return [
        {
            "title": row.indicator.title, "unit": row.indicator.unit,
            "begin": number(row.baseline) or row.indicator.baseline_none_reason or "–",
            "now": figure(row.said, row.status, "%" if row.indicator.unit == "%" else ""), "goal": number(row.goal.value) or "–",
            "way": way(row.progress) or "–", "of": f"{num(row.reported)} / {num(row.expected)}", "late": len(row.late),
        }
        for row in standing.rows
    ]  # fmt: skip


def tree_of(nodes: list[Node], standing: Standing | None) -> list[dict[str, Any]]:
    """Boxes with those below them: [{node, rows, below: […]}]."""
    rows: dict[int | None, list[Row]] = {}
    for row in standing.rows if standing else ():
        rows.setdefault(row.indicator.node_id, []).append(row)

    def below(parent: int | None) -> list[dict[str, Any]]:
        found = (node for node in nodes if node.parent_id == parent)
        return [{"node": node, "rows": rows.get(node.pk, []), "below": below(node.pk)} for node in found]

    return below(None)


def _attached(response: HttpResponse, standing: Standing, end: str) -> HttpResponse:
    name = f"icma-{standing.initiative.code}-{standing.on.isoformat()}.{end}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    if standing.audience == TEAM:
        response["Cache-Control"] = "no-store, private"
    return response


@can("view", Initiative, select=WITH)
def initiative_csv(request: HttpRequest, initiative: Initiative) -> HttpResponse:
    standing = seen(request, initiative)
    text = exports.csv_of(standing)
    return _attached(HttpResponse(text, content_type="text/csv; charset=utf-8"), standing, "csv")


@can("view", Initiative, select=WITH)
def initiative_xlsx(request: HttpRequest, initiative: Initiative) -> HttpResponse:
    standing = seen(request, initiative)
    return _attached(HttpResponse(exports.xlsx_of(standing), content_type=XLSX), standing, "xlsx")


@can("view", Initiative, select=WITH)
def initiative_json(request: HttpRequest, initiative: Initiative) -> HttpResponse:
    standing = seen(request, initiative)
    response = JsonResponse(exports.json_of(standing), json_dumps_params={"ensure_ascii": False})
    if standing.audience == TEAM:
        response["Cache-Control"] = "no-store, private"
    return response


@can("view", Initiative, select=WITH)
def initiative_iati(request: HttpRequest, initiative: Initiative) -> HttpResponse:
    """Confirmed figures alone, whoever asks; the own team has its people by sex and age as well."""
    standing = standing_of(initiative, asked_at(request), PUBLIC)
    xml_of = import_string("icma.monitoring.iati.xml_of")  # with an XML library that few workers ever need
    data = xml_of(standing, split=audience_of(request, initiative) == TEAM)
    response = _attached(HttpResponse(data, content_type="application/xml; charset=utf-8"), standing, "xml")
    if request.user.is_authenticated:
        response["Cache-Control"] = "no-store, private"
    return response


@can("view", Indicator, select=("initiative__organisation", "initiative__matter", "node"))
def indicator(request: HttpRequest, indicator: Indicator) -> HttpResponse:
    """One indicator: its way over the periods, what was corrected, its reference sheet."""
    standing = seen(request, indicator.initiative)
    row = next((row for row in standing.rows if row.indicator.pk == indicator.pk), None)
    if row is None:
        raise Http404
    team = standing.audience == TEAM
    page = {
        "indicator": indicator, "row": row, "bars": pictures.bars([row], {}), "over_time": pictures.over_time(row),
        "periods": periods_of(row, team), "sheet": sheet.rows(indicator.sheet), "team": team, "how": how_of(row),
        "edits": team and may(request.who, "edit", indicator, timezone.now()), "groups": groups_of(row) if team else [],
        "aims": aims_of(row) if team else [],
        "unknown": number(row.unknown) if team and row.unknown else "",
    }  # fmt: skip
    return render(request, "monitoring/indicator.html", page)


def how_of(row: Row) -> list[tuple[str, str]]:
    """How single reports make the figure: what is set, and to what."""
    how, one = row.how, row.indicator
    said = [
        (_("Kind"), one.get_kind_display()),
        (_("Direction of change"), Indicator.Direction(how["direction"]).label),
    ]
    if how["kind"] != "text":
        said += [
            (_("Over the periods"), Indicator.Periods(how["across_periods"]).label),
            (_("Over those who report"), Indicator.Reporters(how["across_reporters"]).label),
        ]
    return [*said, (_("How often it is reported"), one.get_frequency_display())]


def periods_of(row: Row, team: bool) -> list[dict[str, Any]]:
    """A period a line; what a correction replaced stays in sight."""
    unit = row.indicator.unit
    return [
        {
            "span": span, "words": pictures.span_words(span.period), "figure": figure(span.said, span.status, unit),
            "goal": number(span.goal.value, unit), "was_goal": number(span.goal.was, unit),
            "changed": day(span.goal.changed_on) if span.goal.changed_on else "",
            "corrected": [
                {"slot": slot, "was": number(slot.before.value, unit) or "–", "now": figure(slot.said, slot.status, unit)}
                for slot in span.slots
                if slot.before is not None and (team or not any(is_small(row.indicator, one) for one in (slot.said, said_in(slot.before))))
            ],
            "slots": [
                {"slot": slot, "figure": figure(slot.said, slot.status, unit)} for slot in span.slots
            ] if team else [],
            "of": of(span.reported, span.expected),
        }
        for span in reversed(row.spans)
    ]  # fmt: skip


def aims_of(row: Row) -> list[dict[str, str]]:
    """Targets of groups: whose, how many there are, how many there should be, and what was changed late."""
    rows = [(group, goal) for group, goal in row.groups.items() if goal.value is not None]
    places = Place.objects.in_bulk([place for (_sex, _band, place), _goal in rows if place])
    return [
        {
            "who": " · ".join([*group(sex, band), *([str(places[place])] if place in places else [])]),
            "n": number(row.in_group((sex, band, place))) if row.cells else "–", "goal": number(goal.value),
            "changed": day(goal.changed_on) if goal.changed_on else "", "was": number(goal.was),
        }
        for (sex, band, place), goal in rows
    ]  # fmt: skip


def groups_of(row: Row) -> list[tuple[str, list[str]]]:
    """Age bands against sexes, unknown included, for the team alone."""

    if not row.cells:
        return []
    cells = row.broken_down()
    return [
        (heading(band), [number(cells.get((sex.value, band.value))) or "0" for sex in Sex])
        for band in AgeBand
    ]
