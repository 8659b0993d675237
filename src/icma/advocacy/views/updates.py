"""What a community tells about its campaign: written by those who lead, decided by a moderator."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

import icma.advocacy.access  # noqa: F401  (its rules)
from icma.advocacy.actions import updates as actions
from icma.advocacy.forms.updates import DecideForm, UpdateForm
from icma.advocacy.models import Campaign, Update
from icma.core.action import Refused
from icma.core.day import legal_day
from icma.core.door import can, holds
from icma.matters.addresses import matter_address
from icma.matters.rules_of_moderation import RULES
from icma.matters.views.steps import run, step

WITH = ("matter__place", "matter__authority", "matter__community")
OF = ("by", *(f"campaign__{name}" for name in WITH))
SHOWN = 50


def leads() -> dict[str, str]:
    """What to keep in mind for each kind."""
    return {
        "news": _("It goes once to everybody who asked to be told, and stands on the campaign's page. Whoever wants no more mail ends it with one click."),
        "meeting": _("Whom you met (posts, not names), what was said, what was agreed."),
        "hearing": _("What was discussed, who could speak, what comes next."),
        "media": _("What was published or broadcast, and where it can be found."),
        "legal": _("Only what your community itself wants to tell. Nothing here leads to a case: write no number of a case and no name of a client."),
    }  # fmt: skip


@can("lead", Campaign, by="matter__code", select=WITH)
def update_new(request: HttpRequest, campaign: Campaign, kind: str) -> HttpResponse:
    if kind not in Update.Kind.values:
        raise Http404
    at, matter = timezone.now(), campaign.matter
    form = UpdateForm(request.POST or None, initial={"on": legal_day(at)})

    def do() -> None:
        values = {name: value for name, value in form.cleaned_data.items() if name != "was"}
        actions.write_update(campaign=campaign, kind=kind, at=at, by=request.user, **values)

    return step(
        request, form, f"update:{matter.code}", do, reverse("campaign_work", args=[matter.code]) + "#doing", at,
        "advocacy/campaign_form.html", campaign=campaign, matter=matter, title=titles()[kind], lead=leads()[kind],
        button=_("Send it to a moderator"), thanks=_("A moderator reads it; then it stands on the campaign's page."),
    )  # fmt: skip


def titles() -> dict[str, str]:
    return {
        "news": _("Write to supporters"), "meeting": _("Tell of a meeting with an authority"), "hearing": _("Tell of a hearing"),
        "media": _("Tell of the media"), "legal": _("Tell of a legal step"),
    }  # fmt: skip


@can("lead", Update, select=OF)
def update(request: HttpRequest, update: Update) -> HttpResponse:
    """Write it anew: a new version, which a moderator reads too."""
    at, matter = timezone.now(), update.campaign.matter
    first = {name: getattr(update, name) for name in ("on", "title", "text", "link")} | {
        "was": update.version
    }
    form = UpdateForm(request.POST or None, initial=first)
    lead = leads()[update.kind]
    if update.reason in RULES:
        lead = _("It was not published: %(rule)s") % {"rule": RULES[update.reason].text}

    def do() -> None:
        actions.rewrite_update(update=update, at=at, by=request.user, **form.cleaned_data)

    return step(
        request, form, f"update:{update.code}", do, reverse("campaign_work", args=[matter.code]) + "#doing", at,
        "advocacy/campaign_form.html", campaign=update.campaign, matter=matter, title=titles()[update.kind], lead=lead,
        button=_("Send it to a moderator"),
    )  # fmt: skip


@holds("moderator", "officer")
def updates(request: HttpRequest) -> HttpResponse:
    """What waits for a moderator, those longest waiting first."""
    rows = Update.objects.filter(stage="waiting").select_related("campaign__matter__community")
    return render(request, "advocacy/updates.html", {"rows": rows.order_by("at")[:SHOWN]})


@can("moderate", Update, select=OF)
def update_decide(request: HttpRequest, update: Update) -> HttpResponse:
    """Publish the version that stands on the page, or name the rule that it does not keep."""
    at, form = timezone.now(), DecideForm(request.POST or None, initial={"version": update.version})
    page: dict[str, Any] = {
        "update": update, "matter": update.campaign.matter, "page": matter_address(update.campaign.matter.code),
        "form": form, "own": update.by_id == request.user.pk,
    }  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            run(request, f"decide:{update.code}", lambda: _decide(request, update, form, at), at)
            page["done"] = True
            update.refresh_from_db(fields=["stage"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return render(request, "advocacy/update_decide.html", page, status=422 if form.errors else 200)


def _decide(request: HttpRequest, update: Update, form: DecideForm, at: Any) -> None:
    version = form.cleaned_data["version"]
    if request.POST.get("do") == "publish":
        actions.publish_update(update=update, version=version, at=at, by=request.user)
    else:
        rule = form.cleaned_data["rule"]
        actions.refuse_update(update=update, version=version, rule=rule, at=at, by=request.user)
