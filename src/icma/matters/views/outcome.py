"""How it ended, and whether the residents agree."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from icma.core.access import may
from icma.core.action import Refused
from icma.core.door import can
from icma.matters.actions import outcome as outcomes
from icma.matters.actions.support import family
from icma.matters.addresses import matter_address
from icma.matters.forms.doing import CloseForm, OutcomeForm, WhyForm
from icma.matters.models import Matter, Part
from icma.matters.views.steps import run, step
from icma.matters.views.support import asked


@can("close", Matter, select=("place",))
def close(request: HttpRequest, matter: Matter) -> HttpResponse:
    at, form = timezone.now(), CloseForm(request.POST or None, request.FILES or None)
    by = request.user if request.user.is_authenticated else None

    def do() -> None:
        data = dict(form.cleaned_data)
        evidence = data.pop("evidence")
        outcomes.close_matter(
            matter=matter, at=at, by=by, evidence=evidence.read() if evidence else None, **data
        )

    return step(
        request, form, f"close:{matter.code}", do, matter_address(matter.code), at, "matters/take_step.html",
        matter=matter, title=_("Record the outcome"), button=_("Record"),
        lead=_("Those who raised and supported it are asked whether it is so."),
    )  # fmt: skip


@can("view", Matter, select=("place",))
def outcome(request: HttpRequest, matter: Matter) -> HttpResponse:
    """Residents say whether it is so: by account, by return code, or by the address with which they supported."""
    known = request.user.is_authenticated or bool(_authored(request, matter))
    form = OutcomeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        agrees, mail = form.cleaned_data["agrees"] == "yes", form.cleaned_data["mail"]
        if not known and mail:
            return asked(request, matter, mail, ["agree" if agrees else "deny"], **form.given())
        if known:
            try:
                return _said(request, matter, agrees, form.given())
            except Refused as refusal:
                form.add_error(None, str(refusal))
        else:
            form.add_error("mail", _("Without an address we cannot know that each person is counted once."))
    last, at = outcomes.closing(matter), timezone.now()
    leads = may(request.who, "lead", matter, at)
    page = {"matter": matter, "page": matter_address(matter.code), "form": form, "known": known,
            "last": last, "words": getattr(last, "words", None), "counts": outcomes.outcome_counts(matter),
            "may_reopen": may(request.who, "reopen", matter, at)
            and (leads or not outcomes.too_late_for_author(matter, at))}  # fmt: skip
    return render(request, "matters/outcome.html", page, status=422 if form.errors else 200)


def _authored(request: HttpRequest, matter: Matter) -> str:
    """Of this matter and those joined with it the one whose return code was proven."""
    codes = request.who.codes
    return next((code for code in family(matter).values() if code in codes), "") if codes else ""


def _said(request: HttpRequest, matter: Matter, agrees: bool, about: dict[str, str]) -> HttpResponse:
    """A proven author is one person, by account or by code."""
    at = timezone.now()
    by: Any = request.user if request.user.is_authenticated else None
    own = _authored(request, matter)
    if own and by is not None and not Part.objects.filter(matter__in=family(matter), user=by).exists():
        by = None
    proven = {"by": by} if by else {"own": own}

    def do() -> dict[str, bool]:
        return {"new": outcomes.confirm_outcome(matter=matter, agrees=agrees, at=at, **proven, **about)}

    if run(request, f"said:{matter.code}", do, at)["new"]:
        messages.success(request, _("Thank you. Your word is counted."))
    else:
        messages.info(request, _("Your word was counted before; each person counts once."))
    return redirect("outcome", code=matter.code)


@can("reopen", Matter, select=("place",))
def reopen(request: HttpRequest, matter: Matter) -> HttpResponse:
    at, form = timezone.now(), WhyForm(request.POST or None)
    by = request.user if request.user.is_authenticated else None
    author = not may(request.who, "lead", matter, at)
    return step(
        request, form, f"reopen:{matter.code}",
        lambda: outcomes.reopen(matter=matter, at=at, by=by, author=author, **form.cleaned_data),
        matter_address(matter.code), at, "matters/take_step.html", matter=matter,
        title=_("Open again"), button=_("Open again"),
    )  # fmt: skip
