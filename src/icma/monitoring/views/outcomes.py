"""Outcomes: the community's page of results, an outcome's own page, and the steps of it."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

import icma.monitoring.access_outcomes  # noqa: F401  (its rules)
from icma.core.access import may
from icma.core.action import Refused
from icma.core.day import legal_day
from icma.core.door import can, signed_in
from icma.core.words import capital
from icma.matters.access import PUBLIC
from icma.matters.addresses import local, matter_address
from icma.matters.models import Letter, Matter
from icma.matters.rules_of_moderation import RULES
from icma.matters.views.steps import press, run, step
from icma.monitoring.actions import outcomes as actions
from icma.monitoring.forms.outcomes import (
    OutcomeForm,
    SubstantiateForm,
    VersionForm,
    WhyForm,
    outcome_first,
)
from icma.monitoring.models import Month, Outcome, Story, Visit
from icma.monitoring.months import asked_for, due_on, month_before
from icma.monitoring.views.stories import rounds_of
from icma.people.models import Organisation

OF = (
    "organisation",
    "place",
    "initiative",
    "node",
    "indicator",
    "matter",
    "letter__authority",
    "letter__matter",
    "by",
)
SALT, WEEKS, FORM = "icma.outcome", 60 * 60 * 24 * 28, "monitoring/told_form.html"
WRITE = "monitoring/outcome_form.html"
SHOWN, ALL = 12, 1000


@can("results", Organisation)
def results(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """What changed, what was seen, what each month brought: everything a community tells of its results.

    The newest of each; `?hamisi=1` shows all of them.
    """
    at, who = timezone.now(), request.who
    most = ALL if request.GET.get("hamisi") else SHOWN
    told = {
        "outcomes": Outcome.objects.select_related("place"), "visits": Visit.objects.select_related("place"),
        "stories": Story.objects.select_related("collection").prefetch_related("choices"),
    }  # fmt: skip
    lists = {
        name: list(rows.filter(organisation=organisation).order_by("-on", "-id")[: most + 1])
        for name, rows in told.items()
    }
    return render(request, "monitoring/results.html", {
        "organisation": organisation, "leads": may(who, "lead", organisation, at), "papers": who.has("coordinator", "officer"),
        "rounds": rounds_of(who, at).exists(), "more": {name: len(rows) > most for name, rows in lists.items()},
        "months": _months(organisation, at), "home": local(f"/is/icma/{organisation.code}/"),
    } | {name: rows[:most] for name, rows in lists.items()})  # fmt: skip


def _months(organisation: Organisation, at: datetime) -> list[tuple[Any, Month | None, bool]]:
    """The last six months, the newest first: the month, what was told of it, whether it is still waited for."""
    sent = {row.first: row for row in Month.objects.filter(organisation=organisation).order_by("-first")[:24]}
    first, found = asked_for(legal_day(at)), []
    for _at in range(6):
        if first >= organisation.since.replace(day=1):
            found.append((first, sent.get(first), legal_day(at) <= due_on(first)))
        first = month_before(first)
    return found


@can("view", Outcome, select=OF)
def outcome(request: HttpRequest, outcome: Outcome) -> HttpResponse:
    at, who = timezone.now(), request.who
    inside = request.user.is_authenticated and may(who, "team", outcome, at)
    leads = inside and may(who, "lead", outcome, at)
    ours = inside or (request.user.is_authenticated and who.has("moderator"))
    if outcome.stage == "withdrawn" and not ours:
        page = _linked(outcome, False) | {"outcomes_url": local("/netice/")}
        return render(request, "monitoring/outcome_gone.html", page)
    said = list(outcome.substantiations.order_by("at"))
    for one in said:
        one.heading = capital(one.get_verdict_display())
    page = {
        "outcome": outcome, "inside": inside, "leads": leads, "ours": ours, "lacks": actions.missing(outcome),
        "said": said if ours else [one for one in said if one.version == outcome.version],
        "rule": RULES.get(outcome.rule), "moderates": ours and may(who, "moderate", outcome, at),
        "may_say": request.user.is_authenticated and may(who, "substantiate", outcome, at),
        "link": settings.BASE_URL + _asked_address(outcome) if leads and outcome.stage != "draft" else "",
    }  # fmt: skip
    return render(request, "monitoring/outcome.html", page | _linked(outcome, inside))


def _linked(outcome: Outcome, inside: bool) -> dict[str, Any]:
    """Matter and letter, for others only where they are public."""
    matter: Matter | None = outcome.matter
    letter: Letter | None = outcome.letter
    if matter and not inside and not Matter.objects.filter(PUBLIC, pk=matter.pk).exists():
        matter = letter = None
    return {
        "matter": matter, "matter_url": matter_address(matter.code) if matter else "", "letter": letter,
        "community": outcome.organisation if inside or outcome.organisation.seen == "full" else None,
    }  # fmt: skip


def _asked_address(outcome: Outcome) -> str:
    """Good for four weeks; who opens it signs in, and does not belong to the community."""
    token = signing.TimestampSigner(salt=SALT).sign(outcome.code)
    return reverse("outcome_asked", args=[outcome.code, token])


@can("lead", Organisation)
def outcome_new(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    at = timezone.now()
    first = {
        "sign": "positive",
        "planned": "planned",
        "language": get_language(),
        "place": _unit(organisation),
    }
    form = OutcomeForm(request.POST or None, organisation=organisation, initial=first)

    def do() -> dict[str, Any]:
        made = actions.harvest(organisation=organisation, at=at, by=request.user, **form.values())
        return {"code": made.code}

    return step(
        request, form, f"outcome:{organisation.code}", do, reverse("results_of", args=[organisation.code]), at, WRITE,
        title=_("A new outcome"), button=_("Keep the draft"), organisation=organisation,
        lead=_("Something that somebody does, decides or says differently now, and in which you had a part. For the worse too. It stays a draft until you send it."),
    )  # fmt: skip


def _unit(organisation: Organisation) -> str:
    unit = organisation.place and organisation.place.unit
    return unit.code if unit else ""


@can("lead", Outcome, select=OF)
def outcome_change(request: HttpRequest, outcome: Outcome) -> HttpResponse:
    at, draft = timezone.now(), outcome.stage == "draft"
    form = OutcomeForm(
        request.POST or None,
        organisation=outcome.organisation,
        outcome=outcome,
        initial=outcome_first(outcome),
    )

    def do() -> None:
        given = form.values() | {"was": outcome.version, "why": form.cleaned_data.get("why", "")}
        actions.change_outcome(outcome=outcome, at=at, by=request.user, **given)

    return step(
        request, form, f"outcome:{outcome.code}", do, reverse("outcome_page", args=[outcome.code]), at, WRITE,
        title=_("Change the outcome"), button=_("Keep the draft") if draft else _("Send it to a moderator"),
        organisation=outcome.organisation,
    )  # fmt: skip


@can("lead", Outcome)
def outcome_send(request: HttpRequest, outcome: Outcome) -> HttpResponse:
    at = timezone.now()
    return press(
        request, f"send:{outcome.code}", lambda: actions.send_outcome(outcome=outcome, at=at, by=request.user),
        reverse("outcome_page", args=[outcome.code]), at, _("A moderator reads it. From now on it counts in every report."),
    )  # fmt: skip


@can("lead", Outcome, select=("organisation",))
def outcome_drop(request: HttpRequest, outcome: Outcome) -> HttpResponse:
    at = timezone.now()
    back = reverse("results_of", args=[outcome.organisation.code])
    return press(request, f"drop:{outcome.code}", lambda: actions.drop_draft(outcome=outcome, at=at, by=request.user), back, at)  # fmt: skip


@can("lead", Outcome, select=("organisation",))
def outcome_withdraw(request: HttpRequest, outcome: Outcome) -> HttpResponse:
    at, form = timezone.now(), WhyForm(request.POST or None)

    def do() -> None:
        actions.withdraw_outcome(outcome=outcome, why=form.cleaned_data["why"], at=at, by=request.user)

    return step(
        request, form, f"withdraw:{outcome.code}", do, reverse("outcome_page", args=[outcome.code]), at, FORM,
        title=_("Withdraw the outcome"), button=_("Withdraw"), organisation=outcome.organisation,
        lead=_("Its words go from the public pages. That there was one, whether it was for the better or the worse, and your reason stay in every report."),
    )  # fmt: skip


@can("moderate", Outcome, select=OF)
def outcome_decide(request: HttpRequest, outcome: Outcome) -> HttpResponse:
    """Publish the version that stands on the page, or name the rule that it does not keep."""
    at, form = timezone.now(), VersionForm(request.POST or None, initial={"version": outcome.version})

    def do() -> None:
        given = {"outcome": outcome, "version": form.cleaned_data["version"], "at": at, "by": request.user}
        if request.POST.get("do") == "publish":
            actions.publish_outcome(**given)
        else:
            actions.keep_outcome(rule=form.cleaned_data["rule"], **given)

    return step(
        request, form, f"decide:{outcome.code}", do, reverse("outcome_page", args=[outcome.code]), at,
        "monitoring/told_decide.html", title=outcome.who, outcome=outcome, own=outcome.by_id == request.user.pk,
        thanks=_("It is decided."),
    )  # fmt: skip


@can("substantiate", Outcome, select=OF)
def outcome_substantiate(request: HttpRequest, outcome: Outcome) -> HttpResponse:
    return _substantiate(request, outcome)


@signed_in
def outcome_asked(request: HttpRequest, code: str, token: str) -> HttpResponse:
    """The link that a community gives to somebody who knows: only for this outcome, for four weeks."""
    try:
        known = signing.TimestampSigner(salt=SALT).unsign(token, max_age=WEEKS)
    except signing.BadSignature as error:
        raise Http404 from error
    rows = Outcome.objects.filter(code=code, stage__in=("sent", "public", "kept")).select_related(*OF)
    asked = rows.first() if known == code else None
    if asked is None:
        raise Http404
    return _substantiate(request, asked)


def _substantiate(request: HttpRequest, outcome: Outcome) -> HttpResponse:
    at, form = timezone.now(), SubstantiateForm(request.POST or None, initial={"version": outcome.version})
    page: dict[str, Any] = {
        "outcome": outcome,
        "form": form,
        "inside": actions.is_inside(request.user, outcome, at),
    } | _linked(outcome, False)
    if request.method == "POST" and form.is_valid():
        try:
            run(
                request, f"say:{outcome.code}",
                lambda: {"pk": actions.substantiate(outcome=outcome, at=at, by=request.user, **form.cleaned_data).pk}, at,
            )  # fmt: skip
            page["done"] = True
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return render(request, "monitoring/substantiate.html", page, status=422 if form.errors else 200)
