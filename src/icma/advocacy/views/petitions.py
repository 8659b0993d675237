"""The work of those who lead a petition: write it, set its key, send it to a moderator, switches, stricter protection."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

import icma.advocacy.access  # noqa: F401  (its rules)
from icma.advocacy.actions import petitions as actions
from icma.advocacy.actions.codes import issue_paper
from icma.advocacy.forms.petitions import CodesForm, KeyForm, ModeForm, PetitionForm
from icma.advocacy.models import Campaign, Petition, Tactic
from icma.core.action import Refused
from icma.core.door import can
from icma.core.once import run_once
from icma.core.words import amount, day
from icma.matters.actions.raising import MOST_TEXT, MOST_TITLE
from icma.matters.addresses import local, matter_address
from icma.matters.models import Window
from icma.matters.views.steps import press, run
from icma.people.models import Organisation

WITH = ("matter__place", "matter__authority", "matter__community")
SWITCHES = ("signing_paused", "mail_paused", "count_frozen")


@can("begin", Organisation)
def new(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """From a campaign (`?kampaniya=CODE`, and the step of its plan `&addim=CODE`) or by itself."""
    campaign = _campaign(request, organisation)
    form = PetitionForm(request.POST or None, community=organisation, initial=_first(campaign))
    if request.method == "POST" and form.is_valid():
        try:
            once = request.POST.get("once", "")
            scope, do = (
                f"petition:{organisation.code}",
                lambda: _prepare(request, organisation, form, campaign),
            )
            return redirect("petition_work", run_once(scope, once, do, timezone.now())["code"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
    page = {
        "form": form, "organisation": organisation, "campaign": campaign, "title": _("A new petition"),
        "back": _back(organisation, campaign),
    }  # fmt: skip
    return render(request, "advocacy/petition_new.html", page, status=422 if form.errors else 200)


def _back(organisation: Organisation, campaign: Campaign | None) -> str:
    if campaign is None:
        return local(f"/is/icma/{organisation.code}/")
    return reverse("campaign_work", args=[campaign.matter.code])


def _prepare(
    request: HttpRequest, organisation: Organisation, form: PetitionForm, campaign: Campaign | None
) -> dict[str, str]:
    made = actions.prepare_petition(
        community=organisation, at=timezone.now(), by=request.user, language=(get_language() or "az")[:2],
        campaign=campaign, tactic=_tactic(request, campaign), **form.cleaned_data,
    )  # fmt: skip
    return {"code": made.matter.code}


def _campaign(request: HttpRequest, organisation: Organisation) -> Campaign | None:
    """The campaign of this community that the petition grows from, named in the address."""
    code = request.GET.get("kampaniya", "")[:8]
    rows = Campaign.objects.filter(matter__code=code, matter__community=organisation)
    return rows.select_related("matter__place", "matter__authority").first() if code else None


def _tactic(request: HttpRequest, campaign: Campaign | None) -> Tactic | None:
    code = request.GET.get("addim", "")[:8]
    return Tactic.objects.filter(campaign=campaign, task__code=code).first() if campaign and code else None


def _first(campaign: Campaign | None) -> dict[str, Any]:
    """What the form of a campaign's petition begins with: its demand is what people support."""
    if campaign is None:
        return {}
    matter = campaign.matter
    return {
        "title": campaign.demand if len(campaign.demand) <= MOST_TITLE else matter.title,
        "text": "\n\n".join(text for text in (matter.text, campaign.demand) if text)[:MOST_TEXT],
        "topic": matter.topic, "place": matter.place.code,
        "authority": matter.authority.code if matter.authority else "",
    }  # fmt: skip


@can("lead", Petition, by="matter__code", select=WITH)
def work(request: HttpRequest, petition: Petition, key_form: Any = None, secret: str = "") -> HttpResponse:
    request.keep_nothing = True  # type: ignore[attr-defined]
    matter, planned = petition.matter, petition.matter.stage in ("planned", "rejected")
    lacks = [_("The campaign's key is not set.")] if actions.lacks_key(petition) else []
    page = {
        "petition": petition, "matter": matter, "page": matter_address(matter.code), "secret": secret,
        "base": reverse("petition_work", args=[matter.code]), "state_words": matter.get_stage_display(),
        "facts": _facts(petition), "missing": lacks if planned else [], "may_submit": planned and not lacks,
        "key_form": (key_form or KeyForm()) if lacks else None,
        "switches": [] if planned or petition.closed_at else _switches(petition),
        "codes_url": reverse("petition_codes", args=[matter.code]), **_stands(petition, planned),
        "mode_form": ModeForm(stricter=_stricter(petition)) if _stricter(petition) else None,
    }  # fmt: skip
    return render(request, "advocacy/petition_work.html", page)


def _stands(petition: Petition, planned: bool) -> dict[str, Any]:
    """Support is taken (or will be); or it is over, and sheets may still come until a day."""
    window = Window.objects.filter(matter=petition.pk, verb=actions.SIGN).first()
    final, live = actions.final_at(petition, window), not planned and petition.closed_at is None
    over = window is not None and window.closes_at is not None and window.closes_at <= timezone.now()
    return {
        "running": live and not over,
        "sheets_until": final - timedelta(seconds=1) if live and over and final else None,
    }


def _switches(petition: Petition) -> list[tuple[str, str, bool, str]]:
    """(name, what it says, whether it is so, the act that changes it)."""
    words = {
        "signing_paused": (_("Support is paused"), _("Pause support"), _("Take support again")),
        "mail_paused": (_("Mail is paused"), _("Pause mail"), _("Send mail again")),
        "count_frozen": (_("The count is frozen"), _("Freeze the count"), _("Let the count go on")),
    }
    found = []
    for name in SWITCHES:
        said, start, end = words[name]
        on = getattr(petition, name)
        found.append((name, said, on, end if on else start))
    return found


def _stricter(petition: Petition) -> list[tuple[str, Any]]:
    if petition.closed_at:
        return []
    place = actions.MODES.index(petition.mode)
    return [choice for choice in Petition.Mode.choices if actions.MODES.index(choice[0]) > place]


def _facts(petition: Petition) -> list[tuple[Any, Any]]:
    window = Window.objects.filter(matter=petition.pk, verb=actions.SIGN).first()
    rows = [
        (_("Protection of the signers"), petition.get_mode_display()), (_("Confirmed"), amount(petition.shown)),
        (_("Authority"), petition.matter.authority or "–"), (_("District or city"), petition.matter.place),
    ]  # fmt: skip
    if window:
        rows += [(_("First day"), day(window.opens_at))]
        closes = window.closes_at
        rows += [(_("It ends"), day(closes - timedelta(seconds=1)))] if closes else []
    return rows


@can("lead", Petition, by="matter__code", select=WITH)
def key(request: HttpRequest, petition: Petition) -> HttpResponse:
    """A pasted public key, or a pair made here whose secret is shown once."""
    form, secret = KeyForm(request.POST or None), ""
    if request.method != "POST" or petition.public_key or petition.mode == "protected":
        raise Http404
    if form.is_valid():
        public = form.cleaned_data["public_key"]
        if public is None:
            secret, public = actions.new_key_pair()
        actions.set_key(petition=petition, public_key=public, at=timezone.now(), by=request.user)
    return work.__wrapped__(request, petition, key_form=form, secret=secret)  # type: ignore[attr-defined]


@can("lead", Petition, by="matter__code", select=WITH)
def send(request: HttpRequest, petition: Petition) -> HttpResponse:
    at, matter = timezone.now(), petition.matter
    return press(
        request, f"submit:{matter.code}",
        lambda: actions.submit_petition(petition=petition, at=at, by=request.user),
        reverse("petition_work", args=[matter.code]), at, _("A moderator answers within two working days."),
    )  # fmt: skip


@can("lead", Petition, by="matter__code", select=WITH)
def switch(request: HttpRequest, petition: Petition) -> HttpResponse:
    at, name, on = timezone.now(), request.POST.get("name", ""), request.POST.get("on") == "1"
    if name not in SWITCHES:
        raise Http404
    return press(
        request, f"switch:{petition.matter.code}",
        lambda: actions.switch(petition=petition, name=name, on=on, at=at, by=request.user),
        reverse("petition_work", args=[petition.matter.code]), at,
    )  # fmt: skip


@can("lead", Petition, by="matter__code", select=WITH)
def end(request: HttpRequest, petition: Petition) -> HttpResponse:
    at = timezone.now()
    return press(
        request, f"end:{petition.matter.code}",
        lambda: actions.end_early(petition=petition, at=at, by=request.user),
        reverse("petition_work", args=[petition.matter.code]), at, _("No support is taken any more."),
    )  # fmt: skip


@can("lead", Petition, by="matter__code", select=WITH)
def number(request: HttpRequest, petition: Petition) -> HttpResponse:
    at = timezone.now()
    return press(
        request, f"number:{petition.matter.code}",
        lambda: actions.state_number(petition=petition, at=at, by=request.user),
        reverse("petition_work", args=[petition.matter.code]), at, _("The number is final."),
    )  # fmt: skip


@can("lead", Petition, by="matter__code", select=WITH)
def codes(request: HttpRequest, petition: Petition) -> HttpResponse:
    """Paper codes to cut out, shown once: a second tap with the same form shows none and makes none."""
    request.keep_nothing = True  # type: ignore[attr-defined]
    at, matter, form = timezone.now(), petition.matter, CodesForm(request.POST or None)
    made: list[str] = []
    if form.is_valid():

        def do() -> None:
            made.extend(issue_paper(petition=petition, n=form.cleaned_data["n"], at=at))

        try:
            run(request, f"petition_codes:{matter.code}", do, at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    page = {
        "matter": matter, "back": reverse("petition_work", args=[matter.code]), "form": form, "codes": made,
        "shown": form.is_bound and not form.errors, "address": f"{settings.BASE_URL}/m/{matter.code}/",
    }  # fmt: skip
    return render(request, "advocacy/petition_codes.html", page, status=422 if form.errors else 200)


@can("lead", Petition, by="matter__code", select=WITH)
def mode(request: HttpRequest, petition: Petition) -> HttpResponse:
    at = timezone.now()
    form = ModeForm(request.POST or None, stricter=_stricter(petition))
    back = reverse("petition_work", args=[petition.matter.code])
    if not form.is_valid():
        messages.error(request, _("Choose how the signers are protected."))
        return redirect(back)
    return press(
        request, f"mode:{petition.matter.code}",
        lambda: actions.tighten(petition=petition, mode=form.cleaned_data["mode"], at=at, by=request.user), back, at,
    )  # fmt: skip
