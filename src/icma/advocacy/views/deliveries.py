"""Handing over: the form of those who lead, and the page that everybody reads."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

import icma.advocacy.access  # noqa: F401  (its rules)
from icma.advocacy.actions.deliveries import KIND, head_of, record_delivery
from icma.advocacy.forms.deliveries import DeliveryForm, first_values
from icma.advocacy.models import Campaign, Delivery, Petition
from icma.core.access import may
from icma.core.day import legal_day
from icma.core.door import can
from icma.matters.addresses import local, matter_address
from icma.matters.clockview import clock_view
from icma.matters.compose.addressee import remarks, suggestions
from icma.matters.lateness import clock_of, standing
from icma.matters.models import Letter, Matter
from icma.matters.views.letters import file_response
from icma.matters.views.steps import step
from icma.people.models import Address

WITH = ("place", "authority", "community")
OF = (
    "letter__matter__place", "letter__authority", "petition__matter", "campaign__matter", "checkpoint", "file",
)  # fmt: skip


@can("lead", Matter, select=WITH)
def delivery_new(request: HttpRequest, matter: Matter) -> HttpResponse:
    """Of a campaign, or of a petition that stands alone."""
    at, campaign = timezone.now(), Campaign.objects.filter(matter=matter).first()
    if campaign is None and not Petition.objects.filter(matter=matter).exists():
        raise Http404
    form = _form(request, matter, campaign)
    known = remarks(matter, matter.authority, KIND, None, legal_day(at))[1:] if matter.authority else []
    return step(
        request, form, f"delivery:{matter.code}",
        lambda: record_delivery(matter=matter, at=at, by=request.user, **form.cleaned_data),
        _work(matter, campaign), at, "advocacy/delivery_new.html", matter=matter, title=_("Record a delivery"),
        button=_("Record it"), lead=_("You have handed it over yourselves; here it is recorded. It waits for its registration, then the law's clock runs."),
        remarks=known,
    )  # fmt: skip


def _form(request: HttpRequest, matter: Matter, campaign: Campaign | None) -> DeliveryForm:
    today = legal_day(timezone.now())
    letters = Letter.objects.filter(matter=matter, direction="out", stage="draft", mass_row=None)
    petitions = Petition.objects.filter(campaign=campaign) if campaign else Petition.objects.none()
    return DeliveryForm(
        request.POST or None, request.FILES or None, bodies=suggestions(matter, KIND, today),
        letters=letters.select_related("authority", "matter").defer("body").order_by("pk"),
        petitions=petitions.filter(matter__published_at__isnull=False).select_related("matter"),
        initial=first_values(matter, campaign.demand if campaign else "", today),
    )  # fmt: skip


def _work(matter: Matter, campaign: Campaign | None) -> str:
    return reverse("campaign_work" if campaign else "petition_work", args=[matter.code])


@can("view", Delivery, by="letter__code", select=OF)
def delivery(request: HttpRequest, delivery: Delivery, matter: str) -> HttpResponse:
    """Date, body, number, how many, hash, and the clock in sight."""
    letter, today = delivery.letter, legal_day(timezone.now())
    if letter.matter.code != matter:
        raise Http404
    clock = clock_of(letter)
    replies = letter.replies.filter(stage="received", confirmed=True).order_by("dated_on", "pk")
    page = {
        "delivery": delivery, "letter": letter, "matter": letter.matter, "back": matter_address(matter),
        "stands": standing(letter, today, clock), "clock": clock_view(clock, today) if clock else None,
        "replies": replies.defer("body"), "facts": _facts(delivery), "head": head_of(delivery.checkpoint),
        "authority_url": local(f"/qurum/{letter.authority.code}/"), "leads": _leads(request, letter.matter),
        "petition_url": matter_address(delivery.petition.matter.code) if delivery.petition else "",
    }  # fmt: skip
    return render(request, "advocacy/delivery.html", page)


def _leads(request: HttpRequest, matter: Matter) -> bool:
    return request.user.is_authenticated and may(request.who, "lead", matter, timezone.now())


def _facts(delivery: Delivery) -> list[tuple[Any, Any]]:
    letter, labels = delivery.letter, dict(Letter._meta.get_field("kind").choices)
    rows: list[tuple[Any, Any]] = [(_("To"), str(letter.authority)), (_("With"), labels.get(letter.kind, ""))]
    if letter.channel:
        rows.append((_("How"), dict(Address.Channel.choices).get(letter.channel, letter.channel)))
    if letter.number:
        rows.append((_("Registration number"), letter.number))
    if delivery.sha256:
        rows.append((_("SHA-256 of the file"), format_html("<code>{}</code>", delivery.sha256)))
    return rows


@can("lead", Delivery, by="letter__code", select=("letter__matter", "file"))
def delivery_file(request: HttpRequest, delivery: Delivery, matter: str) -> HttpResponse:
    """What was handed over, for those who lead."""
    if delivery.letter.matter.code != matter:
        raise Http404
    return file_response(delivery.file, f"icma-{delivery.letter.code}-fayl")
