"""The workspace of an initiative: begin it, write it, grow its tree, say who reports, ask for its public page."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

import icma.monitoring.access  # noqa: F401  (its rules)
from icma.core.access import allowed, may
from icma.core.action import Refused
from icma.core.charts import bars
from icma.core.day import legal_day
from icma.core.door import can, holds, signed_in
from icma.matters.addresses import local
from icma.matters.models import Matter
from icma.matters.views.steps import press, run, step
from icma.monitoring.actions import initiatives as actions
from icma.monitoring.due import to_confirm, to_report
from icma.monitoring.flow import INITIATIVE, SHOWN
from icma.monitoring.forms.initiatives import (
    InitiativeForm,
    NodeForm,
    ReporterEndForm,
    ReporterForm,
    StartForm,
)
from icma.monitoring.models import Initiative, Node, Reporter
from icma.monitoring.overview import overview as country
from icma.monitoring.slots import TEAM
from icma.monitoring.standing import standing_of
from icma.monitoring.starts import STARTS
from icma.monitoring.views.public import table_of, tree_of
from icma.people.models import Organisation

FORM = "monitoring/form.html"
WITH = ("organisation", "matter")
MOST = 60


def address(initiative: Initiative) -> str:
    return reverse("initiative_work", args=[initiative.code])


@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    """Initiatives of one's communities, what is to be reported, what is to be confirmed."""
    at, who = timezone.now(), request.who
    rows = allowed(Initiative.objects.select_related("organisation"), who, "team", at)[:MOST]
    led = Organisation.objects.filter(pk__in=who.organisations("coordinator"), kind="community")
    return render(request, "monitoring/mine.html", {
        "rows": rows, "led": led, "due": to_report(who, at), "weigh": to_confirm(who, at), "today": legal_day(at),
        "is_officer": who.has("officer"),
    })  # fmt: skip


@holds("officer")
def overview(request: HttpRequest) -> HttpResponse:
    """Where reports are missing, for the union."""
    top = country(timezone.now())
    rows = [
        {"label": one.title, "value": f"{one.reported} / {one.expected}", "share": one.reported / one.expected}
        for one in top.below if one.expected
    ]  # fmt: skip
    return render(request, "monitoring/overview.html", {"top": top, "picture": bars(rows)})


@can("begin", Organisation)
def new(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """One form; `?mesele=` names the matter it grows from."""
    at, matter = timezone.now(), _source(request, organisation)
    begin = legal_day(at).replace(day=1)
    first = {
        "starts_on": begin,
        "ends_on": begin.replace(year=begin.year + 1) - timedelta(days=1),
        "start": "demand",
    }
    if matter is not None:
        first |= {"title": matter.title[:120]}
    form = StartForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("initiative_work", _start(request, organisation, matter, form.cleaned_data))
        except Refused as refusal:
            form.add_error(None, str(refusal))
    page = {"form": form, "back": local(f"/is/icma/{organisation.code}/"), "title": _("A new initiative"), "button": _("Begin"),
            "where": organisation.name, "lead": _("What a community wants to change, and how it will see that it has.")}  # fmt: skip
    return render(request, FORM, page, status=422 if form.errors else 200)


def _source(request: HttpRequest, organisation: Organisation) -> Matter | None:
    code = request.GET.get("mesele", "")
    return Matter.objects.filter(code=code, community=organisation).first() if code else None


def _start(
    request: HttpRequest, community: Organisation, matter: Matter | None, values: dict[str, Any]
) -> str:
    """The code of what was begun, once for this form."""
    values, at = dict(values), timezone.now()
    chosen = STARTS.get(values.pop("start", ""))

    def do() -> dict[str, str]:
        made = actions.start_initiative(
            organisation=community, matter=matter, start=chosen, at=at, by=request.user, **values
        )
        return {"code": made.code}

    return run(request, f"initiative:{community.code}", do, at)["code"]


@can("team", Initiative, select=WITH)
def work(request: HttpRequest, initiative: Initiative) -> HttpResponse:
    at = timezone.now()
    standing = standing_of(initiative, at, TEAM)
    leads = may(request.who, "edit", initiative, at)
    page = {
        "initiative": initiative, "standing": standing, "leads": leads, "table": list(zip(standing.rows, table_of(standing), strict=True)),
        "tree": tree_of(list(initiative.nodes.all()), standing), "reporters": initiative.reporters.select_related("place"),
        "steps": INITIATIVE.open_steps(initiative) if leads else [],
        "asks": [s for s in SHOWN.open_steps(initiative) if s.verb == "lead" and s.name != "reword"] if leads else [],
        "due": to_report(request.who, at, initiative), "weigh": to_confirm(request.who, at, initiative),
        "shown": initiative.get_shown_display(), "today": legal_day(at), "rule": actions.not_published(initiative),
    }  # fmt: skip
    return render(request, "monitoring/work.html", page)


@can("edit", Initiative, select=WITH)
def edit(request: HttpRequest, initiative: Initiative) -> HttpResponse:
    at = timezone.now()
    names = ("title", "text", "project_code", "starts_on", "ends_on")
    form = InitiativeForm(request.POST or None, initial={name: getattr(initiative, name) for name in names})
    return step(
        request, form, f"write:{initiative.code}",
        lambda: actions.write_initiative(initiative=initiative, at=at, by=request.user, **form.cleaned_data),
        address(initiative), at, FORM, title=_("Words and days"), button=_("Save"), where=initiative.title,
        lead=_("New words of a public page wait for a moderator."),
    )  # fmt: skip


@can("edit", Initiative)
def move(request: HttpRequest, initiative: Initiative, step: str) -> HttpResponse:
    """A button: begin, finish, go on; ask for the public page, take it off."""
    at = timezone.now()
    flows = {"start": actions.move_initiative, "finish": actions.move_initiative, "go_on": actions.move_initiative,
             "ask": actions.show_initiative, "hide": actions.show_initiative}  # fmt: skip
    if step not in flows:
        raise Http404
    return press(
        request, f"move:{initiative.code}",
        lambda: flows[step](initiative=initiative, step=step, at=at, by=request.user), address(initiative), at,
    )  # fmt: skip


@can("moderate", Initiative)
def moderate(request: HttpRequest, initiative: Initiative) -> HttpResponse:
    """A moderator has read the words: they are public, or not."""
    at = timezone.now()
    verdict, rule = (
        "show" if request.POST.get("verdict") == "show" else "refuse",
        request.POST.get("rule", ""),
    )
    return press(
        request, f"show:{initiative.code}",
        lambda: actions.show_initiative(
            initiative=initiative, step=verdict, read=request.POST.get("read", ""), rule=rule, at=at, by=request.user
        ),
        local("/is/"), at, _("Published.") if verdict == "show" else _("It stays with the team."),
    )  # fmt: skip


# --- the tree --------------------------------------------------------------------------------------
@can("edit", Initiative)
def node_new(request: HttpRequest, initiative: Initiative) -> HttpResponse:
    at = timezone.now()
    first = {"parent": request.GET.get("ust", ""), "kind": request.GET.get("nov", "")}
    form = NodeForm(request.POST or None, initiative=initiative, initial=first)
    return step(
        request, form, f"node:{initiative.code}",
        lambda: actions.add_node(initiative=initiative, at=at, by=request.user, **form.cleaned_data),
        address(initiative) + "#tree", at, FORM, title=_("A step of the tree"), button=_("Add"), where=initiative.title,
        lead=_("Below stands what you do; above it what comes of that; at the top what changes for people."),
    )  # fmt: skip


@can("edit", Node, select=("initiative",))
def node(request: HttpRequest, node: Node) -> HttpResponse:
    at = timezone.now()
    form = NodeForm(
        request.POST or None, initiative=node.initiative, node=node,
        initial={"title": node.title, "assumptions": node.assumptions},
    )  # fmt: skip
    return step(
        request, form, f"node:{node.code}",
        lambda: actions.write_node(node=node, at=at, by=request.user, **form.cleaned_data),
        address(node.initiative) + "#tree", at, FORM, title=_("A step of the tree"), button=_("Save"),
        where=node.initiative.title, drop=reverse("node_drop", args=[node.code]),
    )  # fmt: skip


@can("edit", Node, select=("initiative",))
def node_drop(request: HttpRequest, node: Node) -> HttpResponse:
    at, back = timezone.now(), address(node.initiative) + "#tree"
    return press(
        request, f"drop:{node.code}", lambda: actions.drop_node(node=node, at=at, by=request.user), back, at
    )


# --- who reports -----------------------------------------------------------------------------------
@can("edit", Initiative)
def reporter_new(request: HttpRequest, initiative: Initiative) -> HttpResponse:
    at = timezone.now()
    since = min(max(legal_day(at), initiative.starts_on), initiative.ends_on)
    form = ReporterForm(request.POST or None, initial={"since": since})
    return step(
        request, form, f"reporter:{initiative.code}",
        lambda: actions.add_reporter(initiative=initiative, at=at, by=request.user, **form.cleaned_data),
        address(initiative) + "#reporters", at, FORM, title=_("Somebody more who reports"), button=_("Add"),
        where=initiative.title,
    )  # fmt: skip


@can("edit", Reporter, select=("initiative",))
def reporter(request: HttpRequest, reporter: Reporter) -> HttpResponse:
    """Another name, or the first day without it."""
    at = timezone.now()
    form = ReporterEndForm(request.POST or None, initial={"name": reporter.name, "until": reporter.until})

    def do() -> None:
        data = form.cleaned_data
        actions.rename_reporter(reporter=reporter, name=data["name"], at=at, by=request.user)
        if data["until"] and data["until"] != reporter.until:
            actions.end_reporter(reporter=reporter, until=data["until"], at=at, by=request.user)

    return step(
        request, form, f"reporter:{reporter.code}", do, address(reporter.initiative) + "#reporters", at, FORM,
        title=_("Who reports"), button=_("Save"), where=reporter.initiative.title,
    )  # fmt: skip
