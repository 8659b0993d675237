"""The reception: the queue, names before facts, taking or declining; writing down for somebody; quick advice."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from icma.core.access import allowed
from icma.core.action import Refused
from icma.core.day import legal_day
from icma.core.door import holds
from icma.core.once import run_once
from icma.legalaid.actions import conflicts, facts
from icma.legalaid.actions.desk import reception
from icma.legalaid.actions.intake import returning, telling
from icma.legalaid.doors import seated, unlocked
from icma.legalaid.forms import desk as forms
from icma.legalaid.forms.intake import AssistedForm
from icma.legalaid.keeping import kept_for, shown_again
from icma.legalaid.models import Case, SealedFile
from icma.legalaid.staff import who_meets
from icma.legalaid.uploads import sent
from icma.legalaid.urgency import told_words
from icma.legalaid.views.cases import taken, unread_words
from icma.matters.views.steps import step

FORM = "core/step.html"
KEPT = ("region", "clinic")
SHOWN = 500  # of those who wait, on one page
WRITERS = ("coordinator", "officer", "lawyer", "advocate", "moderator")


@unlocked()
def queue(request: HttpRequest) -> HttpResponse:
    """Who waits: urgent first, age, language. Nothing of what happened; what is not on the page is told."""
    at = timezone.now()
    cases = allowed(Case.objects.all(), request.who, "queue", at)
    rows = reception.open_queue(ring=request.ring, cases=cases, at=at)
    page = Paginator(rows, SHOWN).get_page(request.GET.get("sehife"))
    told = {
        "rows": page,
        "unseen": max(0, cases.count() - len(rows)),
        "alone": sum(not row.many for row in rows),
    }
    return render(request, "legalaid/desk_queue.html", told | {"member": request.ring.in_group("intake")})


@unlocked("queue", Case, over=taken)
def check(request: HttpRequest, case: Case) -> HttpResponse:
    """Names and at most ten candidates; the verdict that opens the facts. Another name or number may be looked up."""
    asked = request.POST.get("asked", "")[:200]
    at, form = (
        timezone.now(),
        forms.VerdictForm(request.POST if request.method == "POST" and not asked else None),
    )
    if not request.ring.in_group("conflicts"):
        raise Http404
    if form.is_bound and form.is_valid():
        verdict = form.cleaned_data["verdict"]
        conflicts.judge(ring=request.ring, case=case, verdict=verdict, at=at)
        return redirect("reception") if verdict == "conflict" else redirect("desk_facts", code=case.code)
    mine = set(allowed(Case.objects.all(), request.who, "work", at).values_list("code", flat=True))
    found = conflicts.look(ring=request.ring, case=case, mine=mine, at=at, asked=asked)
    page = found | {"case": case, "form": form, "verdicts": forms.VERDICTS, "asked": asked}
    return render(request, "legalaid/desk_check.html", page, status=422 if form.errors else 200)


@unlocked("queue", Case, over=taken)
def facts_page(request: HttpRequest, case: Case) -> HttpResponse:
    """What was told, once names were checked."""
    try:
        found = reception.open_facts(ring=request.ring, case=case, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("desk_check", code=case.code)
    told = told_words(found["facts"])
    page = found | {
        "facts": told,
        "paper": told.get("paper", ""),
        "triggers": told.get("triggers", []),
        "case": case,
    }
    return render(request, "legalaid/desk_facts.html", page)


@unlocked("queue", Case, over=taken)
def desk_file(request: HttpRequest, case: Case, row: str) -> HttpResponse:
    """A file that the client has sent; only after a verdict."""
    at = timezone.now()
    try:
        conflicts.demand_verdict(request.ring, case)
    except Refused:
        raise Http404 from None
    found = returning.open_upload(ring=request.ring, case=case, code=row, role="intake", at=at)
    stored = SealedFile.objects.filter(row=found[0]).first() if found else None
    if found is None or stored is None:
        raise Http404
    return sent(stored.name, found[1])


@unlocked("queue", Case, over=taken)
def wall(request: HttpRequest, case: Case) -> HttpResponse:
    at = timezone.now()
    form = forms.WallForm(request.POST if request.method == "POST" else None, staff=who_meets(at, case))
    do = lambda: conflicts.wall(case=case, user=form.cleaned_data["who"], by=request.user, at=at)  # noqa: E731
    return step(
        request, form, f"wall:{case.code}", do, reverse("reception"), at, FORM, title=_("A wall"), button=_("Build the wall"),
        lead=_("For this person the case is nowhere: in no list, search, calendar or count."),
    )  # fmt: skip


@unlocked("queue", Case, over=taken)
def decline(request: HttpRequest, case: Case) -> HttpResponse:
    at, form = timezone.now(), forms.DeclineForm(request.POST if request.method == "POST" else None)
    do = lambda: reception.decline(ring=request.ring, case=case, at=at, **form.cleaned_data)  # noqa: E731
    return step(
        request, form, f"decline:{case.code}", do, reverse("reception"), at, FORM, title=_("Decline"), button=_("Decline"),
        lead=unread_words(case) or _("The client reads it with the code."), thanks=_declined(case),
    )  # fmt: skip


def _declined(case: Case) -> str:
    return _("Declined.") if unread_words(case) else _("Declined. The client reads it with the code.")


@sensitive_post_parameters()
@sensitive_variables()
@holds(*WRITERS)
@never_cache
def assisted(request: HttpRequest) -> HttpResponse:
    """One page for who writes it down for somebody; afterwards he cannot read it any more."""
    request.keep_nothing = True
    first = {"language": "az", "source": "assisted"}
    form = AssistedForm(request.POST if request.method == "POST" else None, initial=first)
    page: dict[str, Any] = {"form": form, "nobody": telling.reception() is None}
    if form.is_bound and form.is_valid():
        try:
            page |= _taken_down(request, form)
            return render(request, "legalaid/assisted_done.html", page)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return render(request, "legalaid/assisted.html", page, status=422 if form.errors else 200)


@sensitive_variables()
def _taken_down(request: HttpRequest, form: AssistedForm) -> dict[str, Any]:
    """The code stands in this answer alone, and in the one to who taps twice."""
    at, once = timezone.now(), request.POST.get("once", "")

    def do() -> dict[str, Any]:
        language = form.cleaned_data["language"]
        case, code = telling.take_down(values=form.told(), language=language, at=at)
        return {"urgent": case.urgent} | kept_for(once, code, at)

    result = run_once("assisted", once, do, at)
    return {"secret": shown_again(once, result, at), "urgent": result["urgent"]}


@seated
@never_cache
def quick(request: HttpRequest) -> HttpResponse:
    """Quick advice on a reception day: a fact for the figures, no name, no case. What becomes a case counts there."""
    at, kept = timezone.now(), {name: request.GET.get(name, "") for name in KEPT}
    form = forms.QuickForm(
        request.POST if request.method == "POST" else None, today=legal_day(at), initial=kept
    )
    if form.is_bound and request.POST.get("do") == "case":
        form.full_clean()
        request.keep_nothing = True
        first = {"language": "az", "source": "assisted"} | form.carried()
        page = {"form": AssistedForm(initial=first), "nobody": telling.reception() is None}
        return render(request, "legalaid/assisted.html", page)
    if form.is_bound and form.is_valid():
        try:
            run_once("quick", request.POST.get("once", ""), lambda: _counted(form, at), at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Counted. The next one, please."))
            return redirect(f"{reverse('desk_quick')}?{urlencode(_same(form))}")
    return render(request, "legalaid/desk_quick.html", {"form": form}, status=422 if form.errors else 200)


def _same(form: forms.QuickForm) -> dict[str, str]:
    """What stays chosen for the next one: the whole day is spent at one place."""
    return {name: form.cleaned_data[name].code for name in KEPT if form.cleaned_data[name]}


def _counted(form: forms.QuickForm, at: Any) -> dict[str, Any]:
    data, same = form.cleaned_data, _same(form)
    region, clinic = (same.get(name, "") for name in KEPT)
    # A service and no person: nobody is named, so nobody can be told from who came last week.
    values = facts.Service(sex=data["sex"], band=data["band"], region=region, problem=data["problem"], minutes=data["minutes"], service=data["service"], clinic=clinic)  # fmt: skip
    if not facts.write(values=values, at=at):
        raise Refused(_("The group for figures has no key yet: nothing is counted."))
    return {}
