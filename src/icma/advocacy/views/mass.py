"""One question to many bodies: asked by those who lead, compared by everybody."""

from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

import icma.advocacy.access  # noqa: F401  (its rules)
from icma.advocacy.actions import mass as actions
from icma.advocacy.comparison import table, with_letters
from icma.advocacy.forms.mass import MassForm, NumbersForm, SentManyForm, ValuesForm
from icma.advocacy.models import Campaign, MassRequest, MassRow
from icma.core.access import may
from icma.core.action import Refused
from icma.core.day import legal_day
from icma.core.door import can
from icma.core.once import run_once
from icma.matters.addresses import local, matter_address
from icma.matters.compose import paper
from icma.matters.compose.addressee import sent_within_a_year
from icma.matters.forms.letters import PrintForm
from icma.matters.views.steps import press, step
from icma.people.access import live_on
from icma.people.models import Authority, Place

WITH = ("matter__place", "matter__authority", "matter__community")
OF = tuple(f"campaign__{name}" for name in WITH)
ALL, CENTRAL = "hamisi", "olke"
REPEATED = 2
PARTS = {"gonderildi": "sent", "nomreler": "numbers", "cavablar": "values"}


@can("lead", Campaign, by="matter__code", select=WITH)
def mass_new(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """First what kind of bodies and, of many, in which region (links), then one form."""
    kind, region, code = request.GET.get("nov", ""), request.GET.get("bolge", ""), campaign.matter.code
    page = {"campaign": campaign, "matter": campaign.matter, "back": reverse("campaign_work", args=[code])}
    if kind not in (ALL, *Authority.Kind.values):
        return render(request, "advocacy/mass_new.html", page | {"offers": _kinds()})
    bodies, page["kind"] = _bodies(kind, region), "" if kind == ALL else Authority.Kind(kind).label
    if not region and bodies.count() > actions.MOST:
        return render(
            request, "advocacy/mass_new.html", page | {"offers": _regions(kind, bodies), "regions": True}
        )
    form = MassForm(request.POST or None, bodies=bodies, initial={"kind": "information"})
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("mass_work", _ask(request, campaign, form.cleaned_data))
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return render(
        request, "advocacy/mass_new.html", page | {"form": form}, status=422 if form.errors else 200
    )


def _kinds() -> list[dict[str, Any]]:
    kinds = [*Authority.Kind.choices, (ALL, _("bodies of every kind"))]
    return [{"url": f"?nov={value}", "label": label} for value, label in kinds]


def _regions(kind: str, bodies: Any) -> list[dict[str, Any]]:
    """Too many for one form: none is left out, one region is chosen after the other. Central bodies have no place."""
    rows = Place.objects.filter(kind=Place.Kind.REGION)
    found = [{"url": f"?nov={kind}&bolge={row.code}", "label": str(row)} for row in rows]
    central = [{"url": f"?nov={kind}&bolge={CENTRAL}", "label": _("in the whole country")}]
    return [*found, *(central if bodies.filter(place=None).exists() else [])]


def _bodies(kind: str, region: str) -> Any:
    rows = Authority.objects.filter(live_on(legal_day(timezone.now())))
    if kind != ALL:
        rows = rows.filter(kind=kind)
    if region == CENTRAL:
        rows = rows.filter(place=None)
    elif region:
        up = ("place__code", "place__parent__code", "place__parent__parent__code")
        rows = rows.filter(Q(**{up[0]: region}) | Q(**{up[1]: region}) | Q(**{up[2]: region}))
    return rows.order_by("sort_key")


def _ask(request: HttpRequest, campaign: Campaign, values: dict[str, Any]) -> str:
    at = timezone.now()

    def do() -> dict[str, str]:
        return {"code": actions.ask_many(campaign=campaign, at=at, by=request.user, **values).code}

    return str(run_once(f"mass:{campaign.matter.code}", request.POST.get("once", ""), do, at)["code"])


@can("lead", MassRequest, select=OF)
def mass_work(request: HttpRequest, mass: MassRequest) -> HttpResponse:
    """What was sent, registered, answered: entered here for all of them at once."""
    rows, today = _rows(mass), legal_day(timezone.now())
    page = {
        "mass": mass, "campaign": mass.campaign, "matter": mass.campaign.matter, "rows": rows, "today": today,
        "back": reverse("campaign_work", args=[mass.campaign.matter.code]), "warned": _warned(mass, rows),
        "base": reverse("mass_work", args=[mass.code]), "sent": any(row.letter.sent_on for row in rows),
        "page": reverse("mass", args=[mass.campaign.matter.code, mass.code]),
        "todo": {
            "drafts": sum(row.letter.stage == "draft" for row in rows),
            "unregistered": sum(row.letter.stage == "sent" for row in rows),
            "answered": sum(row.letter.stage == "answered" for row in rows),
        },
    }  # fmt: skip
    return render(request, "advocacy/mass_work.html", page)


def _rows(mass: MassRequest) -> list[MassRow]:
    rows = (
        MassRow.objects.filter(mass=mass)
        .select_related("letter__authority", "letter__matter")
        .defer("letter__body")
    )
    return list(rows.order_by("letter__authority__sort_key", "pk"))


def _warned(mass: MassRequest, rows: list[MassRow]) -> list[str]:
    """Bodies for which this would be the third appeal on this matter within a year. An information request has its own law."""
    today = legal_day(timezone.now())
    drafts = [row.letter for row in rows if row.letter.stage == "draft" and row.letter.kind != "information"]
    matter = mass.campaign.matter
    return [
        str(one.authority) for one in drafts if sent_within_a_year(matter, one.authority, today) >= REPEATED
    ]


@can("lead", MassRequest, select=OF)
def mass_part(request: HttpRequest, mass: MassRequest, part: str) -> HttpResponse:
    """Sent, numbers, or answers: one form each."""
    if part not in PARTS:
        raise Http404
    at, back = timezone.now(), reverse("mass_work", args=[mass.code])
    rows = with_letters(MassRow.objects.filter(mass=mass)).order_by("letter__authority__sort_key", "pk")
    form, do, title, lead = PART[PARTS[part]](request, rows, at)
    return step(
        request, form, f"mass:{mass.code}:{part}", do, back, at, "advocacy/campaign_form.html",
        campaign=mass.campaign, matter=mass.campaign.matter, title=title, lead=lead, button=_("Keep it"),
    )  # fmt: skip


def _sent(request: HttpRequest, rows: Any, at: Any) -> tuple[Any, ...]:
    drafts = rows.filter(letter__stage="draft")
    first = {"on": legal_day(at), "rows": [row.pk for row in drafts]}
    form = SentManyForm(request.POST or None, drafts=drafts, initial=first)
    lead = _(
        "You have sent them yourselves; here it is only recorded. From now on they wait for their registration."
    )
    return (
        form,
        lambda: actions.send_many(at=at, by=request.user, **form.cleaned_data),
        _("They have been sent"),
        lead,
    )


def _numbers(request: HttpRequest, rows: Any, at: Any) -> tuple[Any, ...]:
    form = NumbersForm(request.POST or None, rows=rows.filter(letter__stage="sent"))
    lead = _("Leave empty what you do not know yet. Each number starts the clock of its own letter.")
    do = lambda: actions.register_many(given=form.given(), at=at, by=request.user)  # noqa: E731
    return form, do, _("Numbers and dates of registration"), lead


def _values(request: HttpRequest, rows: Any, at: Any) -> tuple[Any, ...]:
    form = ValuesForm(request.POST or None, rows=rows.filter(letter__stage="answered"))
    lead = _("The answer of each body in a word or a number. Everybody sees it in the table.")
    do = lambda: actions.put_values(given=form.given(), at=at, by=request.user)  # noqa: E731
    return form, do, _("Answers to compare"), lead


PART = {"sent": _sent, "numbers": _numbers, "values": _values}


@sensitive_post_parameters()
@never_cache
@can("lead", MassRequest, select=OF)
def mass_print(request: HttpRequest, mass: MassRequest) -> HttpResponse:
    """Name and address are typed once, go onto the paper of every letter that waits to be sent, and nowhere else."""
    form, rows = PrintForm(request.POST or None), [row for row in _whole(mass) if row.letter.stage == "draft"]
    form.fields.pop("with_code")
    if request.method == "POST" and rows and form.is_valid():
        sender, on = paper.Sender(**form.cleaned_data), legal_day(timezone.now())
        nonce = str(request.csp_nonce)  # type: ignore[attr-defined]
        return HttpResponse(paper.sheets([paper.page(row.letter, sender, on, nonce=nonce) for row in rows]))
    page = {
        "mass": mass, "matter": mass.campaign.matter, "form": form, "n": len(rows),
        "back": reverse("mass_work", args=[mass.code]),
    }  # fmt: skip
    return render(request, "advocacy/mass_print.html", page, status=422 if form.errors else 200)


def _whole(mass: MassRequest) -> Any:
    """Its letters with their words."""
    rows = MassRow.objects.filter(mass=mass).select_related(
        "letter__authority", "letter__matter", "letter__address"
    )
    return rows.order_by("letter__authority__sort_key", "pk")


@can("lead", MassRequest, select=OF)
def mass_drop(request: HttpRequest, mass: MassRequest) -> HttpResponse:
    at = timezone.now()
    return press(
        request, f"mass:{mass.code}:drop", lambda: actions.drop_mass(mass=mass, at=at, by=request.user),
        reverse("campaign_work", args=[mass.campaign.matter.code]), at,
    )  # fmt: skip


@can("view", MassRequest, select=OF)
def mass(request: HttpRequest, mass: MassRequest, matter: str) -> HttpResponse:
    """The table that everybody reads."""
    if mass.campaign.matter.code != matter:
        raise Http404
    rows = table(mass, legal_day(timezone.now()))
    answered, late = sum(one.reply is not None for one in rows), sum(one.stands.counts_late for one in rows)
    page = {
        "mass": mass, "matter": mass.campaign.matter, "rows": rows, "back": matter_address(matter), "n": len(rows),
        "answered": answered, "late": late, "work": _work(request, mass), "csv": f"{local('/sorgular.csv')}?mass={mass.code}",
        "shares": [
            {"label": _("answered"), "value": answered, "share": answered / len(rows)},
            {"label": _("not yet, as far as is recorded"), "value": len(rows) - answered, "share": 1 - answered / len(rows)},
        ] if rows else [],
    }  # fmt: skip
    return render(request, "advocacy/mass.html", page)


def _work(request: HttpRequest, mass: MassRequest) -> str:
    leads = request.user.is_authenticated and may(request.who, "lead", mass.campaign.matter, timezone.now())
    return reverse("mass_work", args=[mass.code]) if leads else ""
