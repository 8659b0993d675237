"""The work of those who watch decisions and promises: write them, record what happens, rate, look a second time."""

from collections.abc import Callable, Iterable
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

import icma.advocacy.access  # noqa: F401  (its rules)
from icma.advocacy.actions.oversight import commitments as promises
from icma.advocacy.actions.oversight import decisions as actions
from icma.advocacy.actions.oversight import rating, remarks, replies, sources
from icma.advocacy.flow import COMMITMENT, DECISION
from icma.advocacy.forms import oversight as forms
from icma.advocacy.gates import UNKEPT, archived, lacking
from icma.advocacy.models import Commitment, Decision, Rating, Source
from icma.advocacy.promises import MOST_RATERS, rounds_of, stand
from icma.core.action import Refused
from icma.core.day import legal_day
from icma.core.door import can
from icma.core.once import run_once
from icma.matters.addresses import local, matter_address
from icma.matters.models import Entry, Matter, Window
from icma.matters.views.steps import press, step
from icma.people.models import Organisation

WITH = ("matter__place", "matter__authority", "matter__community", "source__file")
FORM = "advocacy/oversight_form.html"
PLANNED = ("planned", "rejected")


def base(row: Decision | Commitment) -> str:
    name = "decision_work" if isinstance(row, Decision) else "commitment_work"
    return reverse(name, args=[row.matter.code])


# --- starting ----------------------------------------------------------------------------------------------
@can("begin", Organisation)
def new_decision(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    form = forms.DecisionForm(
        request.POST or None,
        request.FILES or None,
        community=organisation,
        initial=_first(request, organisation),
    )
    words = {
        "title": _("Watch a decision"), "button": _("Keep it as a draft"),
        "lead": _("What is about to be decided, by whom, and where you read it. While it is a draft it can still be changed."),
    }  # fmt: skip
    return _new(request, organisation, form, actions.prepare_decision, "decision_work", words)


@can("begin", Organisation)
def new_commitment(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    form = forms.CommitmentForm(
        request.POST or None,
        request.FILES or None,
        community=organisation,
        initial=_first(request, organisation),
    )
    words = {
        "title": _("Record a promise"), "button": _("Keep it as a draft"),
        "lead": _("A promise that can be watched is verifiable, specific, public, and has a source."),
    }  # fmt: skip
    return _new(request, organisation, form, promises.prepare_commitment, "commitment_work", words)


def _new(
    request: HttpRequest, community: Organisation, form: Any, make: Callable[..., Any], to: str, words: dict[str, Any]
) -> HttpResponse:  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(to, _made(request, community, form, make, to))
        except Refused as refusal:
            form.add_error(None, str(refusal))
    page = {"form": form, "back": local(f"/is/icma/{community.code}/"), "organisation": community, **words}
    return render(request, FORM, page, status=422 if form.errors else 200)


def _made(request: HttpRequest, community: Organisation, form: Any, make: Callable[..., Any], to: str) -> str:
    """The code of what was begun, once for this form."""
    at, source = timezone.now(), _source(request, community)

    def do() -> dict[str, str]:
        made = make(
            community=community, seen=form.seen(), grew_from=[source] if source else [], at=at, by=request.user,
            language=(get_language() or "az")[:2], **form.values(),
        )  # fmt: skip
        return {"code": made.matter.code}

    return str(run_once(f"{to}:{community.code}"[:40], request.POST.get("once", ""), do, at)["code"])


def _source(request: HttpRequest, community: Organisation) -> Matter | None:
    """The matter or campaign of this community that it grows from, named in the address."""
    code = request.GET.get("mesele", "")[:8]
    return Matter.objects.filter(code=code, community=community).first() if code else None


def _first(request: HttpRequest, community: Organisation) -> dict[str, Any]:
    source = _source(request, community)
    if source is None:
        return {}
    authority = source.authority.code if source.authority else ""
    return {"place": source.place.code, "topic": source.topic, "authority": authority}


# --- a decision ----------------------------------------------------------------------------------------------
@can("lead", Decision, by="matter__code", select=WITH)
def decision(request: HttpRequest, decision: Decision) -> HttpResponse:
    request.keep_nothing = True  # type: ignore[attr-defined]
    matter, planned = decision.matter, decision.matter.stage in PLANNED
    asked = [(entry, getattr(entry, "point", None)) for entry in remarks.published(decision)]
    window = Window.objects.filter(matter=matter, verb=actions.REMARK).first()
    page = {
        "decision": decision, "matter": matter, "page": matter_address(matter.code), "base": base(decision),
        "planned": planned, "missing": [UNKEPT] if planned and not archived(decision.source) else [],
        "stage": matter.get_stage_display() if planned else DECISION.stages[decision.stage].label,
        "steps": {one.name for one in DECISION.open_steps(decision)} if matter.published_at else set(),
        "window": window, "last": actions.last_day(window) if window and window.closes_at else None, "asked": asked,
        "settles": decision.stage in ("taken", "carried"),
        "waiting": Entry.objects.filter(matter=matter, verb=remarks.REMARKED, visibility="staff", words__erased_at=None).count(),
        "copyable": _to_hand_over(entry for entry, _point in asked), "sources": _sources(matter), "over": decision.stage in ("carried", "dropped"),
    }  # fmt: skip
    return render(request, "advocacy/decision_work.html", page)


def _to_hand_over(asked: Iterable[Entry]) -> str:
    """Every remark, numbered, to be put into the community's letter to the body."""
    texts = [entry.words.text for entry in asked if not entry.words.erased_at]
    return "\n".join(f"{number}. {text}" for number, text in enumerate(texts, 1))


def _sources(matter: Matter) -> list[Source]:
    return list(
        Source.objects.filter(matter=matter).select_related("file", "letter__authority").order_by("pk")
    )


def _step(
    request: HttpRequest,
    row: Decision | Commitment,
    form: Form,
    name: str,
    do: Callable[[], Any],
    **words: Any,
) -> HttpResponse:
    """One page of the work; it leads back to the workspace."""
    matter, work = row.matter, base(row)
    words = {"matter": matter, "work": work, "button": _("Keep it")} | words
    return step(request, form, f"{name}:{matter.code}", do, work, timezone.now(), FORM, **words)


@can("lead", Decision, by="matter__code", select=WITH)
def decision_change(request: HttpRequest, decision: Decision) -> HttpResponse:
    community, at = decision.matter.community, timezone.now()
    initial = forms.about(decision.matter) | {"what": decision.what, "level": decision.level}
    form = forms.DecisionForm(
        request.POST or None, request.FILES or None, community=community, must=False, initial=initial
    )
    return _step(
        request, decision, form, "decision",
        lambda: actions.change_decision(decision=decision, seen=form.seen(), at=at, by=request.user, **form.values()),
        title=_("Write it anew"), lead=_("Leave the source empty to keep the one that stands."),
    )  # fmt: skip


@can("lead", Decision, by="matter__code", select=WITH)
def decision_send(request: HttpRequest, decision: Decision) -> HttpResponse:
    at, matter = timezone.now(), decision.matter
    return press(
        request, f"submit:{matter.code}", lambda: actions.submit_decision(decision=decision, at=at, by=request.user),
        base(decision), at,
        _("A moderator answers within two working days."),
    )  # fmt: skip


@can("lead", Decision, by="matter__code", select=WITH)
def decision_open(request: HttpRequest, decision: Decision) -> HttpResponse:
    usual = "plan.display" if decision.what == Decision.What.PLAN and decision.stage == "draft" else ""
    at, initial = timezone.now(), {"rule": decision.rule or usual, "article": decision.article}
    form = forms.RemarksForm(request.POST or None, initial=initial)
    return _step(
        request, decision, form, "remarks",
        lambda: actions.open_remarks(decision=decision, at=at, by=request.user, **form.cleaned_data),
        title=_("Days for remarks"),
        lead=_("By the law, or as the body has announced them. Remarks on this site are taken in these days."),
    )  # fmt: skip


@can("lead", Decision, by="matter__code", select=WITH)
def decision_take(request: HttpRequest, decision: Decision) -> HttpResponse:
    at, form = timezone.now(), forms.TakenForm(request.POST or None, request.FILES or None)
    return _step(
        request, decision, form, "take",
        lambda: actions.take_decision(decision=decision, seen=form.seen(), at=at, by=request.user, **form.values()),
        title=_("The body has decided"), lead=_("What, when, and where it can be read."),
    )  # fmt: skip


@can("lead", Decision, by="matter__code", select=WITH)
def decision_correct(request: HttpRequest, decision: Decision) -> HttpResponse:
    at, initial = timezone.now(), {"result": decision.result, "on": decision.taken_on}
    form = forms.TakenForm(request.POST or None, request.FILES or None, initial=initial)
    return _step(
        request, decision, form, "correct",
        lambda: actions.correct_decision(decision=decision, seen=form.seen(), at=at, by=request.user, **form.values()),
        title=_("Correct what was entered"), lead=_("Both stay on the thread; say why, and where it can be read."),
    )  # fmt: skip


@can("lead", Decision, by="matter__code", select=WITH)
def decision_carry(request: HttpRequest, decision: Decision) -> HttpResponse:
    at, form = timezone.now(), forms.HappenedForm(request.POST or None, request.FILES or None)
    return _step(
        request, decision, form, "carry",
        lambda: actions.carry_decision(decision=decision, seen=form.seen(), at=at, by=request.user, **form.values()),
        title=_("It was carried out"), lead=_("Say where that can be seen."),
    )  # fmt: skip


@can("lead", Decision, by="matter__code", select=WITH)
def decision_drop(request: HttpRequest, decision: Decision) -> HttpResponse:
    at, form = timezone.now(), forms.HappenedForm(request.POST or None, request.FILES or None)
    return _step(
        request, decision, form, "drop",
        lambda: actions.drop_decision(decision=decision, seen=form.seen(), at=at, by=request.user, **form.values()),
        title=_("The body does not pursue it"), lead=_("Say where that can be read."),
    )  # fmt: skip


@can("lead", Decision, by="matter__code", select=WITH)
def decision_heard(request: HttpRequest, decision: Decision) -> HttpResponse:
    """A remark that was made at a session, in a letter, on paper."""
    at, form = timezone.now(), forms.HeardForm(request.POST or None)
    return _step(
        request, decision, form, "heard",
        lambda: remarks.remark(decision=decision, at=at, by=request.user, **form.cleaned_data),
        title=_("What was asked elsewhere"), lead=_("At a session, in a letter, on paper. Without names."),
    )  # fmt: skip


@can("lead", Decision, by="matter__code", select=WITH)
def decision_point(request: HttpRequest, decision: Decision, entry: int) -> HttpResponse:
    asked = remarks.published(decision).filter(pk=entry).first()
    if asked is None:
        return redirect(base(decision))
    at, form = (
        timezone.now(),
        forms.PointForm(request.POST or None, request.FILES or None, initial=_decided(asked)),
    )
    return _step(
        request, decision, form, f"point:{entry}",
        lambda: remarks.settle_point(
            decision=decision, entry=asked, seen=form.seen(), at=at, by=request.user, **form.values()
        ),
        title=_("What was decided on it"), quote=asked.words.text,
        lead=_("That no reason was given is recorded only by somebody who has read the decision, with its source."),
    )  # fmt: skip


def _decided(asked: Entry) -> dict[str, Any]:
    point = getattr(asked, "point", None)
    if point is None:
        return {"told": ""}
    return {name: getattr(point, name) for name in ("verdict", "decided", "on", "told", "reason")}


# --- a promise -----------------------------------------------------------------------------------------------
@can("lead", Commitment, by="matter__code", select=WITH)
def commitment(request: HttpRequest, commitment: Commitment) -> HttpResponse:
    request.keep_nothing = True  # type: ignore[attr-defined]
    matter, planned = commitment.matter, commitment.matter.stage in PLANNED
    rounds = rounds_of(Rating.objects.filter(commitment=commitment))
    last, lacks = rounds[-1] if rounds else None, lacking(commitment) if planned else []
    page = {
        "commitment": commitment, "matter": matter, "page": matter_address(matter.code), "base": base(commitment),
        "planned": planned, "missing": lacks, "sources": _sources(matter), "last": last,
        "stage": matter.get_stage_display() if planned else COMMITMENT.stages[commitment.stage].label,
        "stands": stand(commitment, legal_day(timezone.now())), "rates": matter.published_at and not (last and last.split),
        "checks": last and not last.agreed and len(last.ratings) < MOST_RATERS and request.user.pk not in last.raters,
    }  # fmt: skip
    return render(request, "advocacy/commitment_work.html", page)


@can("lead", Commitment, by="matter__code", select=WITH)
def commitment_change(request: HttpRequest, commitment: Commitment) -> HttpResponse:
    community, at = commitment.matter.community, timezone.now()
    kept = ("level", "said_on", "said_at", "due_on", "check_by")
    initial = forms.about(commitment.matter) | {name: getattr(commitment, name) for name in kept}
    form = forms.CommitmentForm(
        request.POST or None, request.FILES or None, community=community, must=False, initial=initial
    )
    return _step(
        request, commitment, form, "promise",
        lambda: promises.change_commitment(
            commitment=commitment, seen=form.seen(), at=at, by=request.user, **form.values()
        ),
        title=_("Write it anew"), lead=_("Leave the source empty to keep the one that stands."),
    )  # fmt: skip


@can("lead", Commitment, by="matter__code", select=WITH)
def commitment_send(request: HttpRequest, commitment: Commitment) -> HttpResponse:
    at, matter = timezone.now(), commitment.matter
    return press(
        request, f"submit:{matter.code}",
        lambda: promises.submit_commitment(commitment=commitment, at=at, by=request.user), base(commitment), at,
        _("A moderator answers within two working days."),
    )  # fmt: skip


@can("rate", Commitment, by="matter__code", select=WITH)
def commitment_rate(request: HttpRequest, commitment: Commitment) -> HttpResponse:
    at, form = timezone.now(), forms.RatingForm(request.POST or None, request.FILES or None)
    return _step(
        request, commitment, form, "rate",
        lambda: rating.rate(commitment=commitment, seen=form.seen(), at=at, by=request.user, **form.values()),
        title=_("How far is it done?"), quote=commitment.check_by,
        lead=_("Go and look, or read where it can be read. Somebody else looks after you, within fourteen days."),
    )  # fmt: skip


@can("rate", Commitment, by="matter__code", select=WITH)
def commitment_check(request: HttpRequest, commitment: Commitment) -> HttpResponse:
    """The second look, and where two differ the third: one's own, with one's own source."""
    at, form = timezone.now(), forms.RatingForm(request.POST or None, request.FILES or None)
    return _step(
        request, commitment, form, "check",
        lambda: rating.check_rating(commitment=commitment, seen=form.seen(), at=at, by=request.user, **form.values()),
        title=_("Look for yourself"), quote=commitment.check_by,
        lead=_("Somebody has rated this promise. Rate it as you see it, with a source of your own; do not agree out of politeness."),
    )  # fmt: skip


# --- both ----------------------------------------------------------------------------------------------------
@can("lead", Decision, by="matter__code", select=WITH)
def decision_said(request: HttpRequest, decision: Decision) -> HttpResponse:
    return _said(request, decision, rated=False)


@can("lead", Commitment, by="matter__code", select=WITH)
def commitment_said(request: HttpRequest, commitment: Commitment) -> HttpResponse:
    return _said(request, commitment, rated=commitment.stage != "unrated")


def _said(request: HttpRequest, row: Decision | Commitment, rated: bool) -> HttpResponse:
    at, form = timezone.now(), forms.SaidForm(request.POST or None, request.FILES or None, rated=rated)
    return _step(
        request, row, form, "said",
        lambda: replies.reply(matter=row.matter, seen=form.seen(), at=at, by=request.user, **form.values()),
        title=_("What the authority says"), lead=_("It stands on the page, beside what was recorded."),
    )  # fmt: skip


@can("lead", Source, select=("file", "matter__community"))
def source_open(request: HttpRequest, source: Source) -> HttpResponse:
    """Ask a second person to let everybody read the kept copy."""
    at, matter = timezone.now(), source.matter
    name = "decision_work" if matter.kind == Matter.Kind.DECISION else "commitment_work"
    return press(
        request, f"source:{source.code}", lambda: sources.ask_release(source=source, at=at, by=request.user),
        reverse(name, args=[matter.code]), at, _("A second person looks at the copy before everybody can read it."),
    )  # fmt: skip
