"""The map of power: page, picture, rows; and each of its sides."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from icma.advocacy.actions.campaigns import power as actions
from icma.advocacy.forms.campaigns import NoteForm, ReachForm, StakeholderForm
from icma.advocacy.models import Campaign, Note, Stakeholder
from icma.advocacy.powermap import HEAD, lines, picture, sides
from icma.advocacy.views.campaigns import FORM, WITH, base
from icma.core.cells import csv_line, safe_cell
from icma.core.door import can
from icma.matters.views.steps import press, step

OF = tuple(f"campaign__{name}" for name in WITH)


def _map(campaign: Campaign) -> str:
    return f"{base(campaign)}xerite/"


@can("lead", Campaign, by="matter__code", select=WITH)
def power(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """The picture and the same as a table."""
    request.keep_nothing = True  # type: ignore[attr-defined]
    found = sides(campaign)
    links = {side.row.code: f"{_map(campaign)}{side.row.code}/" for side in found}
    page = {
        "campaign": campaign, "matter": campaign.matter, "found": found, "picture": picture(found, links),
        "base": _map(campaign), "back": base(campaign),
    }  # fmt: skip
    return render(request, "advocacy/campaign_map.html", page)


@can("lead", Campaign, by="matter__code", select=WITH)
def power_svg(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    drawn = picture(sides(campaign), alone=True)
    return _file(request, campaign, drawn, "image/svg+xml", "svg")


@can("lead", Campaign, by="matter__code", select=WITH)
def power_csv(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    rows = [HEAD, *([safe_cell(cell) for cell in row] for row in lines(sides(campaign)))]
    return _file(request, campaign, "\ufeff" + "".join(map(csv_line, rows)), "text/csv; charset=utf-8", "csv")


def _file(request: HttpRequest, campaign: Campaign, data: str, kind: str, ending: str) -> HttpResponse:
    """Always a file to keep, never a page: it is for the team alone."""
    request.keep_nothing = True  # type: ignore[attr-defined]
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="icma-{campaign.matter.code}-xerite.{ending}"'
    return response


@can("lead", Campaign, by="matter__code", select=WITH)
def side_new(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    at, form = timezone.now(), StakeholderForm(request.POST or None, campaign=campaign)

    def do() -> None:
        values = {name: value for name, value in form.cleaned_data.items() if name != "on"}
        actions.add_stakeholder(campaign=campaign, at=at, by=request.user, **values)

    form.fields.pop("on")
    return step(
        request, form, f"side:{campaign.matter.code}", do, _map(campaign), at, FORM, campaign=campaign,
        matter=campaign.matter, title=_("Somebody else on the map"), button=_("Add"),
    )  # fmt: skip


@can("edit", Stakeholder, select=OF)
def side(request: HttpRequest, stakeholder: Stakeholder, matter__code: str) -> HttpResponse:
    """Move it, name it anew; what it can reach and its removal stand below."""
    at, campaign = timezone.now(), stakeholder.campaign
    form = StakeholderForm(request.POST or None, campaign=campaign, initial=_shown(stakeholder))

    def do() -> None:
        values, by = dict(form.cleaned_data), request.user
        place = {name: values.pop(name) for name in ("on", "influence", "support")}
        actions.rename_stakeholder(stakeholder=stakeholder, at=at, by=by, **values)
        if any(field in form.changed_data for field in place):
            actions.stand(stakeholder=stakeholder, at=at, by=by, **place)

    return step(
        request, form, f"side:{stakeholder.code}", do, _map(campaign), at, "advocacy/campaign_side.html",
        campaign=campaign, matter=campaign.matter, title=stakeholder.post, stakeholder=stakeholder,
        reach=ReachForm(stakeholder=stakeholder), base=f"{_map(campaign)}{stakeholder.code}/",
        note=NoteForm(initial={"kind": Note.Kind.NOTE, "side": stakeholder.code}), note_url=f"{base(campaign)}qeyd/",
    )  # fmt: skip


def _shown(stakeholder: Stakeholder) -> dict[str, Any]:
    last = stakeholder.standings.order_by("-on", "-id").first()
    return {
        "post": stakeholder.post, "kind": stakeholder.kind,
        "authority": stakeholder.authority.code if stakeholder.authority else "",
        "influence": last.influence if last else 3, "support": last.support if last else 0,
    }  # fmt: skip


@can("edit", Stakeholder, select=OF)
def side_reach(request: HttpRequest, stakeholder: Stakeholder, matter__code: str) -> HttpResponse:
    at, form = timezone.now(), ReachForm(request.POST or None, stakeholder=stakeholder)
    rows = form.rows() if form.is_valid() else []
    return press(
        request, f"reach:{stakeholder.code}",
        lambda: actions.set_reaches(stakeholder=stakeholder, rows=rows, at=at, by=request.user),
        _map(stakeholder.campaign), at,
    )  # fmt: skip


@can("edit", Stakeholder, select=OF)
def side_remove(request: HttpRequest, stakeholder: Stakeholder, matter__code: str) -> HttpResponse:
    at = timezone.now()
    return press(
        request, f"unside:{stakeholder.code}",
        lambda: actions.remove_stakeholder(stakeholder=stakeholder, at=at, by=request.user),
        _map(stakeholder.campaign), at,
    )  # fmt: skip
