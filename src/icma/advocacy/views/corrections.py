"""A moderator reads the correction of a public campaign, or what it has learned, beside what stands now."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

import icma.advocacy.access  # noqa: F401  (its rules)
from icma.advocacy.actions.campaigns.corrections import decide_correction, public_texts
from icma.advocacy.campaign_thread import NAMES
from icma.advocacy.forms.campaigns import CorrectionForm
from icma.advocacy.models import Campaign
from icma.core.action import Refused
from icma.core.door import can
from icma.matters.actions.proposing import proposals
from icma.matters.addresses import matter_address
from icma.matters.views.steps import run


@can("moderate", Campaign, by="matter__code", select=("matter__place", "matter__village"))
def correction(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    at, form = timezone.now(), CorrectionForm(request.POST or None)
    verdict = request.POST.get("verdict", "")

    def do() -> None:
        rule = form.cleaned_data["rule"]
        decide_correction(campaign=campaign, publish=verdict == "publish", rule=rule, at=at, by=request.user)

    if verdict in ("publish", "drop") and form.is_valid():
        try:
            run(request, f"correction:{campaign.matter.code}", do, at)
            return redirect(reverse("moderate"))
        except Refused as refusal:
            form.add_error(None, str(refusal))
    page = {"form": form, "matter": campaign.matter, "texts": _texts(campaign)}
    page |= {
        "page": matter_address(campaign.matter.code),
        "back": reverse("moderate_matter", args=[campaign.matter.code]),
    }
    return render(request, "advocacy/campaign_correction.html", page, status=422 if form.errors else 200)


def _texts(campaign: Campaign) -> list[dict[str, Any]]:
    """What stands and what is to stand, in the order of the page."""
    now, waiting = public_texts(campaign), proposals(campaign.matter)
    return [
        {"label": label, "now": now[name], "new": waiting[name].text}
        for name, label in NAMES.items()
        if name in waiting
    ]
