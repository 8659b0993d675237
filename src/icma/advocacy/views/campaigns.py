"""The workspace of a campaign: start it from a template, write its plan, send it to a moderator, look back."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _t

import icma.advocacy.access  # noqa: F401  (its rules)
from icma.advocacy.actions.campaigns import plan as actions
from icma.advocacy.actions.campaigns import review as reviews
from icma.advocacy.actions.campaigns.corrections import may_propose
from icma.advocacy.flow import CAMPAIGN
from icma.advocacy.forms.campaigns import (
    IndicatorRows,
    MessagesForm,
    PlanForm,
    ReviewForm,
    StartForm,
    indicator_rows,
    unit_code,
)
from icma.advocacy.gates import missing
from icma.advocacy.made import Made, made_by
from icma.advocacy.models import Campaign, Indicator, Message, Note, Petition, Tactic
from icma.advocacy.powermap import picture, sides
from icma.core.access import may
from icma.core.action import Refused
from icma.core.day import legal_day
from icma.core.door import can
from icma.core.once import run_once
from icma.matters.actions.proposing import proposals, refusal
from icma.matters.actions.raising import MOST_TITLE
from icma.matters.addresses import lawyer_address, local, matter_address
from icma.matters.models import Link, Matter
from icma.matters.rules_of_moderation import RULES
from icma.matters.views.steps import press, step
from icma.people.models import Organisation

WITH = ("matter__place", "matter__authority", "matter__community")
FORM = "advocacy/campaign_form.html"


def base(campaign: Campaign) -> str:
    return reverse("campaign_work", args=[campaign.matter.code])


# --- starting --------------------------------------------------------------------------------------
@can("begin", Organisation)
def new(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """First the kind (four links), then one form; `?mesele=` names the matter it grows from."""
    template, source = request.GET.get("nov", ""), _source(request, organisation)
    page = {"organisation": organisation, "back": local(f"/is/icma/{organisation.code}/"), "source": source}
    if template not in Campaign.Template.values:
        return render(request, "advocacy/campaign_new.html", page | {"kinds": _kinds(source)})
    form = StartForm(request.POST or None, community=organisation, initial=_first(organisation, source))
    page |= {"form": form, "kind": Campaign.Template(template).label}
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("campaign_work", _start(request, organisation, template, form.cleaned_data))
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return render(request, "advocacy/campaign_start.html", page, status=422 if form.errors else 200)


def _start(request: HttpRequest, community: Organisation, template: str, values: dict[str, Any]) -> str:
    """The code of what was started, once for this form."""
    values, language, at = dict(values), (get_language() or "az")[:2], timezone.now()
    sources = list(values.pop("matters"))

    def do() -> dict[str, str]:
        made = actions.start_campaign(
            template=template, community=community, grew_from=sources, topic=sources[0].topic if sources else "",
            language=language, at=at, by=request.user, **values,
        )  # fmt: skip
        return {"code": made.matter.code}

    return str(run_once(f"campaign:{community.code}", request.POST.get("once", ""), do, at)["code"])


def _source(request: HttpRequest, community: Organisation) -> Matter | None:
    code = request.GET.get("mesele", "")[:8]
    return Matter.objects.filter(code=code, community=community).first() if code else None


def _kinds(source: Matter | None) -> list[dict[str, str]]:
    more = f"&mesele={source.code}" if source else ""
    return [{"url": f"?nov={value}{more}", "label": str(label)} for value, label in Campaign.Template.choices]


def _first(community: Organisation, source: Matter | None) -> dict[str, Any]:
    place = source.place.code if source else unit_code(community)
    first: dict[str, Any] = {"place": place, "level": Campaign.Level.LOCAL}
    if source:
        first |= {"matters": [source.code], "title": source.title[:MOST_TITLE], "text": source.text}
        first |= {"authority": source.authority.code if source.authority else ""}
    return first


# --- the workspace ---------------------------------------------------------------------------------
@can("lead", Campaign, by="matter__code", select=WITH)
def work(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    request.keep_nothing = True  # type: ignore[attr-defined]
    matter, found = campaign.matter, sides(campaign)
    planned = actions.may_write(campaign)
    lacks = (
        missing(campaign) if planned else missing(campaign, "finish") if campaign.stage == "review" else []
    )
    page = {
        "campaign": campaign, "matter": matter, "page": matter_address(matter.code), "base": base(campaign),
        "planned": planned, "missing": lacks, "may_submit": planned and not any(gate.must for gate in lacks),
        "stage": CAMPAIGN.stages[campaign.stage].label, "steps": _steps(campaign), "today": legal_day(timezone.now()),
        "picture": picture(found, {side.row.code: f"{base(campaign)}xerite/{side.row.code}/" for side in found}),
        "found": found, "notes": Note.objects.filter(campaign=campaign).count(), "more": _more(request, campaign),
        "messages_kept": Message.objects.filter(campaign=campaign), "sources": _sources(campaign),
        "indicators": Indicator.objects.filter(campaign=campaign).order_by("pk"),
        "petitions": Petition.objects.filter(campaign=campaign).select_related("matter"),
        "lawyer": lawyer_address(matter.code), "waiting": list(proposals(matter)), "refused": RULES.get(refusal(matter)),
    }  # fmt: skip
    return render(request, "advocacy/campaign_work.html", page)


def _steps(campaign: Campaign) -> list[tuple[Tactic, Made | None]]:
    """The steps of the plan in the order of their days, each with what came of it."""
    rows = Tactic.objects.filter(campaign=campaign).select_related("task__who").order_by("task__until", "pk")
    made = {one.key: one for one in made_by(campaign)}
    return [(row, made.get(row.made)) for row in rows]


def _more(request: HttpRequest, campaign: Campaign) -> dict[str, bool]:
    """Which buttons of the later stages are open."""
    names = {one.name for one in CAMPAIGN.open_steps(campaign)} if campaign.matter.published_at else set()
    begins = campaign.matter.community is not None and may(
        request.who, "begin", campaign.matter.community, timezone.now()
    )
    return {
        "hear": "hear" in names and campaign.stage != "answered" and reviews.has_answer(campaign),
        "review": "review" in names,
        "finish": "finish" in names,
        "go_on": "go_on" in names,
        "make": begins,
    }


def _sources(campaign: Campaign) -> list[Link]:
    return list(Link.objects.filter(source=campaign.matter, kind="grew_from").select_related("target"))


@can("lead", Campaign, by="matter__code", select=WITH)
def plan(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    at, free, public = timezone.now(), actions.may_write(campaign), may_propose(campaign)
    waiting = {name: row.text for name, row in proposals(campaign.matter).items()} if public else None
    form = PlanForm(request.POST or None, campaign=campaign, may_write=free, waiting=waiting)
    lead = "" if free else _CORRECTED if public else _FIXED

    def do() -> None:
        actions.write_plan(campaign=campaign, at=at, by=request.user, **form.cleaned_data)

    return step(
        request, form, f"plan:{campaign.matter.code}", do, base(campaign) + "#plan", at, FORM, campaign=campaign,
        matter=campaign.matter, title=_("Problem, demand, decision"), button=_("Keep it"), lead=lead,
    )  # fmt: skip


_FIXED = _t("A moderator has it: only what would do for a beginning can be changed here.")
_CORRECTED = _t(
    "It is public: what you change in name, problem, evidence, demand or post goes to a moderator, and the old words "
    "stand until then. What would do for a beginning is kept at once."
)


@can("lead", Campaign, by="matter__code", select=WITH)
def messages_of(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    at, form = timezone.now(), MessagesForm(request.POST or None, campaign=campaign)
    return step(
        request, form, f"messages:{campaign.matter.code}",
        lambda: actions.set_messages(campaign=campaign, texts=form.cleaned_data, at=at, by=request.user),
        base(campaign) + "#messages", at, FORM, campaign=campaign, matter=campaign.matter,
        title=_("Messages by audience"), button=_("Keep it"),
        lead=_("What you say to whom, in one or two sentences. Only your team sees this page."),
    )  # fmt: skip


@can("lead", Campaign, by="matter__code", select=WITH)
def indicators(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    rows = IndicatorRows(request.POST or None, prefix="row", initial=_kept(campaign))
    error = ""
    if request.method == "POST" and rows.is_valid():
        try:
            found, at = indicator_rows(rows), timezone.now()
            actions.set_indicators(campaign=campaign, rows=found, at=at, by=request.user)
            return redirect(base(campaign) + "#indicators")
        except Refused as refusal:
            error = str(refusal)
    page = {
        "rows": rows,
        "error": error,
        "campaign": campaign,
        "matter": campaign.matter,
        "back": base(campaign),
    }
    return render(request, "advocacy/campaign_indicators.html", page, status=422 if rows.is_bound else 200)


@can("lead", Campaign, by="matter__code", select=WITH)
def send(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    at = timezone.now()
    return press(
        request, f"submit:{campaign.matter.code}",
        lambda: actions.submit_campaign(campaign=campaign, at=at, by=request.user), base(campaign), at,
        _("A moderator answers within two working days."),
    )  # fmt: skip


def _kept(campaign: Campaign) -> list[dict[str, Any]]:
    rows = Indicator.objects.filter(campaign=campaign).order_by("pk")
    return list(rows.values("label", "baseline", "target", "value"))


@can("lead", Campaign, by="matter__code", select=WITH)
def hear(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    at = timezone.now()
    return press(
        request, f"hear:{campaign.matter.code}",
        lambda: reviews.hear(campaign=campaign, at=at, by=request.user), base(campaign), at,
    )  # fmt: skip


# --- looking back ----------------------------------------------------------------------------------
@can("lead", Campaign, by="matter__code", select=WITH)
def review(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    at, form = timezone.now(), ReviewForm(request.POST or None, request.FILES or None)

    def do() -> None:
        values = dict(form.cleaned_data)
        file = values.pop("evidence")
        reviews.finish_campaign(
            campaign=campaign, at=at, by=request.user, evidence=file.read() if file else None, **values
        )

    return step(
        request, form, f"review:{campaign.matter.code}", do, base(campaign), at, FORM, campaign=campaign,
        matter=campaign.matter, title=_("Look back"), button=_("Finish the campaign"),
        lead=_("Those who take part are asked whether it is so. Notes and risks are erased 90 days after this."),
    )  # fmt: skip


@can("lead", Campaign, by="matter__code", select=WITH)
def go_on(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    at = timezone.now()
    return press(
        request, f"goon:{campaign.matter.code}",
        lambda: reviews.go_on(campaign=campaign, at=at, by=request.user), base(campaign), at,
    )  # fmt: skip
