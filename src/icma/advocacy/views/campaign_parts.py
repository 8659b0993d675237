"""Steps of the plan, and its sealed notes and risks."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from icma.advocacy.actions.campaigns import notes as sealed
from icma.advocacy.actions.campaigns import plan as actions
from icma.advocacy.forms.campaigns import MadeForm, NoteForm, TacticForm
from icma.advocacy.made import made_by
from icma.advocacy.models import Campaign, Note, Stakeholder, Tactic
from icma.advocacy.views.campaigns import FORM, WITH, base
from icma.core.action import Refused
from icma.core.day import legal_day
from icma.core.door import can
from icma.matters.actions.tasks import finish_task
from icma.matters.views.steps import press, step
from icma.people.models import Membership, Opening

SHOWN = 200
OF = ("task__who", *(f"campaign__{name}" for name in WITH))


@can("lead", Campaign, by="matter__code", select=WITH)
def tactic_new(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    at = timezone.now()
    form = TacticForm(
        request.POST or None, campaign=campaign, user=request.user, initial={"who": request.user.pk}
    )
    return step(
        request, form, f"tactic:{campaign.matter.code}",
        lambda: actions.add_tactic(campaign=campaign, at=at, by=request.user, **form.cleaned_data),
        base(campaign) + "#tactics", at, FORM, campaign=campaign, matter=campaign.matter,
        title=_("A step of the plan"), button=_("Add"),
    )  # fmt: skip


@can("edit", Tactic, by="task__code", select=OF)
def tactic(request: HttpRequest, tactic: Tactic, matter__code: str) -> HttpResponse:
    at, task, campaign = timezone.now(), tactic.task, tactic.campaign
    first = {
        "title": task.title,
        "kind": tactic.kind,
        "until": task.until,
        "who": task.who_id,
        "who_said": task.who_said,
    }
    form = TacticForm(request.POST or None, campaign=campaign, user=request.user, initial=first)
    return step(
        request, form, f"tactic:{task.code}",
        lambda: actions.change_tactic(tactic=tactic, at=at, by=request.user, **form.cleaned_data),
        base(campaign) + "#tactics", at, "advocacy/campaign_tactic.html", campaign=campaign, matter=campaign.matter,
        title=task.title, tactic=tactic, base=f"{base(campaign)}addim/{task.code}/",
        made=MadeForm(initial={"made": tactic.made}, offered=made_by(campaign)), make=_make(tactic),
    )  # fmt: skip


def _make(tactic: Tactic) -> dict[str, Any] | None:
    """Where what the step is about is made; None where it stands already, or nobody can make it here (yet)."""
    matter, kind = tactic.campaign.matter, Tactic.Kind(tactic.kind)
    if tactic.made or matter.community is None:
        return None
    lives = matter.community.until is None
    if kind == Tactic.Kind.PETITION and lives:
        query = urlencode({"kampaniya": matter.code, "addim": tactic.task.code})
        return {
            "url": f"{reverse('petition_new', args=[matter.community.code])}?{query}",
            "label": _("Open a petition"),
        }
    if matter.published_at is None:
        return None
    if kind in WISH:
        url = f"{reverse('letter_new', args=[matter.code])}?{urlencode({'wish': WISH[kind]})}"
        return {"url": url, "label": _("Write a letter")}
    if kind in (Tactic.Kind.MEETING, Tactic.Kind.HEARING) and lives:
        return {"url": reverse("event_new", args=[matter.community.code]), "label": _("A new meeting")}
    return None


# With which wish the letter of a step begins.
WISH = {Tactic.Kind.LETTER: "common", Tactic.Kind.INFORMATION: "information", Tactic.Kind.LEGAL: "complaint"}


@can("edit", Tactic, by="task__code", select=OF)
def tactic_made(request: HttpRequest, tactic: Tactic, matter__code: str) -> HttpResponse:
    at, made = timezone.now(), request.POST.get("made", "")[:24]
    return press(
        request, f"made:{tactic.task.code}",
        lambda: actions.link_tactic(tactic=tactic, made=made, at=at, by=request.user),
        base(tactic.campaign) + "#tactics", at,
    )  # fmt: skip


@can("edit", Tactic, by="task__code", select=OF)
def tactic_done(request: HttpRequest, tactic: Tactic, matter__code: str) -> HttpResponse:
    at = timezone.now()
    return press(
        request, f"done:{tactic.task.code}",
        lambda: finish_task(task=tactic.task, on=legal_day(at), at=at, by=request.user),
        base(tactic.campaign) + "#tactics", at,
    )  # fmt: skip


@can("edit", Tactic, by="task__code", select=OF)
def tactic_drop(request: HttpRequest, tactic: Tactic, matter__code: str) -> HttpResponse:
    at = timezone.now()
    return press(
        request, f"drop:{tactic.task.code}", lambda: actions.drop_tactic(tactic=tactic, at=at, by=request.user),
        base(tactic.campaign) + "#tactics", at,
    )  # fmt: skip


@can("lead", Campaign, by="matter__code", select=WITH)
def notes(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """What is kept without its words; the words open on a button, after a second factor, and that is logged."""
    request.keep_nothing = True  # type: ignore[attr-defined]
    rows = Note.objects.filter(campaign=campaign).select_related("stakeholder").order_by("kind", "at")
    page: dict[str, Any] = {
        "campaign": campaign,
        "matter": campaign.matter,
        "back": base(campaign),
        "rows": rows,
    }
    page |= {"base": f"{base(campaign)}qeyd/", "form": NoteForm(initial={"kind": Note.Kind.SAFETY})}
    if request.method == "POST":
        if not request.who.strong:
            return redirect_to_login(request.get_full_path(), "second_factor")
        try:
            page["opened"] = sealed.open_notes(
                campaign=campaign, by=request.user, who=request.who, at=timezone.now()
            )
        except Refused as refusal:
            messages.error(request, str(refusal))
    return render(request, "advocacy/campaign_notes.html", page)


@can("lead", Campaign, by="matter__code", select=WITH)
def openings(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Who opened the sealed words, and when."""
    found = Opening.objects.filter(person=f"campaign:{campaign.matter.code}", reason="campaign_notes")
    roles = dict(Membership.Role.choices)
    rows = [
        (row, roles.get(row.role, "–")) for row in found.select_related("by").order_by("-at", "-pk")[:SHOWN]
    ]
    page = {
        "campaign": campaign,
        "matter": campaign.matter,
        "back": f"{base(campaign)}riskler/",
        "rows": rows,
    }
    return render(request, "advocacy/campaign_openings.html", page)


@can("lead", Campaign, by="matter__code", select=WITH)
def note_new(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Of the campaign, or of a side of its map (`side`, from that side's page)."""
    at, form = timezone.now(), NoteForm(request.POST or None)
    request.keep_nothing = True  # type: ignore[attr-defined]
    code = form.cleaned_data.pop("side") if form.is_valid() else form["side"].value()
    side = get_object_or_404(Stakeholder, campaign=campaign, code=code) if code else None
    return step(
        request, form, f"note:{campaign.matter.code}",
        lambda: sealed.add_note(campaign=campaign, at=at, by=request.user, stakeholder=side, **form.cleaned_data),
        f"{base(campaign)}riskler/", at, FORM, campaign=campaign, matter=campaign.matter,
        title=side.post if side else _("A note or a risk"), button=_("Seal it"),
    )  # fmt: skip


@can("lead", Note, select=tuple(f"campaign__{name}" for name in WITH))
def note_delete(request: HttpRequest, note: Note, matter__code: str) -> HttpResponse:
    at = timezone.now()
    return press(
        request, f"unnote:{note.code}", lambda: sealed.delete_note(note=note, at=at, by=request.user),
        f"{base(note.campaign)}riskler/", at,
    )  # fmt: skip
