"""The log of a petition for everybody, and the work behind it: sheets, witnesses, samples, rules that take support out."""

import json
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

import icma.advocacy.access  # noqa: F401  (its rules)
from icma.advocacy import keyring, offline
from icma.advocacy.actions.log import audit, invalidation, sheets, witnesses
from icma.advocacy.actions.petitions import final_at
from icma.advocacy.forms.log import PaperForm, ResultForm, RuleForm, SampleForm, WitnessForm
from icma.advocacy.models import AuditSample, Checkpoint, Invalidation, Leaf, Petition, Sheet, Witness
from icma.advocacy.publishing import count_of, written
from icma.advocacy.views.proofs import given
from icma.core.access import may
from icma.core.action import Refused
from icma.core.door import anyone, can
from icma.matters.addresses import local, matter_address
from icma.matters.models import Window
from icma.matters.views.steps import press, step

WITH = ("matter__place", "matter__community")
MOST_ROWS = 50


@can("view", Petition, by="matter__code", select=WITH)
def log(request: HttpRequest, petition: Petition) -> HttpResponse:
    """What the count rests on, for everybody: nothing about a person stands here."""
    matter = petition.matter
    checkpoints = Checkpoint.objects.filter(petition=petition).order_by("-number")
    seen = Witness.objects.filter(checkpoint__petition=petition).select_related("checkpoint")
    page = {
        "petition": petition, "matter": matter, "page": matter_address(matter.code), "head": count_of(petition),
        "key": bytes(keyring.public_key()).hex(), "checkpoints": checkpoints[:5], "removals": _removals(petition),
        "rules": _rules(petition, applied=True), "sheets": _sheets(petition), "samples": _samples(petition),
        "witnesses": seen.order_by("-checkpoint__number")[:MOST_ROWS],
        "base": local(f"/d/{matter.code}/fayl"), "files": written(matter.code),
        "doors": _doors(request, petition), "proofs": given(matter.code),
    }  # fmt: skip
    return render(request, "advocacy/log.html", page)


def _doors(request: HttpRequest, petition: Petition) -> list[tuple[str, Any]]:
    at, code, found = timezone.now(), petition.matter.code, []
    if may(request.who, "lead", petition, at):
        found += [(reverse("petition_paper", args=[code]), _("Paper sheets"))]
        if petition.mode != Petition.Mode.PROTECTED or audit.open_sample(petition):
            found += [(reverse("petition_sample", args=[code]), _("Ask a sample"))]
    if may(request.who, "moderate", petition, at):
        found += [
            (reverse("petition_witness", args=[code]), _("Partners who sign the log")),
            (reverse("petition_rules", args=[code]), _("Support that does not hold")),
        ]
    return found


def _removals(petition: Petition) -> list[tuple[str, int]]:
    """(reason in words, how many), from the log itself."""
    found: Counter = Counter()
    rows = Leaf.objects.filter(petition=petition, removes__isnull=False)
    for reason in rows.values_list("reason", flat=True):
        found[invalidation.reason_words(reason)] += 1
    return found.most_common()


def _rules(petition: Petition, applied: bool = False) -> list[dict[str, Any]]:
    rows = Invalidation.objects.filter(petition=petition).order_by("-at")
    if applied:
        rows = rows.filter(applied_at__isnull=False)
    return [
        {"rule": row, "words": invalidation.reason_words(row.reason), "said": invalidation.said(row.criteria)}
        for row in rows[:MOST_ROWS]
    ]


def _sheets(petition: Petition) -> list[Sheet]:
    """None of a protected petition: a sheet is no step of 25."""
    rows = Sheet.objects.filter(petition=petition).defer("scan").order_by("-at")
    return [] if petition.mode == Petition.Mode.PROTECTED else list(rows[:MOST_ROWS])


def _samples(petition: Petition) -> list[dict[str, Any]]:
    rows = list(AuditSample.objects.filter(petition=petition).order_by("-pk"))
    found = audit.verdicts(rows)
    return [{"sample": row, "refused": found.get(row.pk) == "refused", **_interval(row)} for row in rows]


def _interval(sample: AuditSample) -> dict[str, Any]:
    if sample.confirmed is None:
        return {"done": False}
    share = audit.result(sample)
    return {"done": True, "low": round(100 * share.low), "high": round(100 * share.high)}


@anyone
def offline_program(request: HttpRequest) -> HttpResponse:
    """The program for keys that stay at home."""
    return FileResponse(Path(offline.__file__).open("rb"), as_attachment=True, content_type="text/x-python")


# --- work ---------------------------------------------------------------------------------------------
def _work(
    request: HttpRequest, petition: Petition, form: Any, do: Any, name: str, **words: Any
) -> HttpResponse:
    """A page of work: its list, and one form that writes once and comes back."""
    code, at = petition.matter.code, timezone.now()
    more = {"petition": petition, "matter": petition.matter, "work": reverse("petition_work", args=[code])}
    back = reverse(name, args=[code])
    return step(
        request,
        form,
        f"{name}:{code}",
        do,
        back,
        at,
        f"advocacy/log_{words.pop('template')}.html",
        **more,
        **words,
    )


@can("lead", Petition, by="matter__code", select=WITH)
def paper(request: HttpRequest, petition: Petition) -> HttpResponse:
    form = PaperForm(request.POST or None, request.FILES or None, petition=petition)

    def do() -> None:
        sheets.enter_sheet(petition=petition, at=timezone.now(), by=request.user, **form.given())

    rows = list(Sheet.objects.filter(petition=petition).defer("scan").order_by("-at")[:MOST_ROWS])
    window = Window.objects.filter(matter=petition.pk, verb="sign").first()
    sealed = set(Sheet.objects.filter(petition=petition, scan__isnull=False).values_list("pk", flat=True))
    last = final_at(petition, window)
    asked = sheets.asked(rows)
    words = {
        "rows": rows, "sealed": sealed, "asked": asked, "agreed": [code for code, verdict in asked.items() if verdict], "last_day": last and last - timedelta(seconds=1),
        "taken": audit.taken(petition, sheets.REASON),
    }  # fmt: skip
    return _work(request, petition, form, do, "petition_paper", template="paper", **words)


@can("lead", Petition, by="matter__code", select=WITH)
def scan(request: HttpRequest, petition: Petition, sheet: str) -> HttpResponse:
    """The sealed scan, to be opened at home, after a second person has agreed; a GET hands out nothing."""
    if request.method != "POST":
        raise Http404
    code = petition.matter.code
    found = Sheet.objects.select_related("petition__matter")
    row = get_object_or_404(found, petition=petition, code=sheet, scan__isnull=False)
    if not request.who.strong:
        return redirect_to_login(reverse("petition_paper", args=[code]), "second_factor")
    data = sheets.hand_out_scan(sheet=row, by=request.user, who=request.who, at=timezone.now())
    if data is None:
        messages.info(request, _("A second person is asked. Come back when it was agreed."))
        return redirect("petition_paper", code)
    return _attached(data, f"{row.code}.sealed", "application/octet-stream")


def _attached(data: bytes, name: str, kind: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(data, content_type=kind, headers=headers)


@can("moderate", Petition, by="matter__code", select=WITH)
def witness(request: HttpRequest, petition: Petition) -> HttpResponse:
    """The name of a witness is public at once: whoever moderates types it."""
    form = WitnessForm(request.POST or None)

    def do() -> None:
        witnesses.cosign(petition=petition, at=timezone.now(), **form.given())

    rows = Witness.objects.filter(checkpoint__petition=petition).select_related("checkpoint")
    rows = rows.order_by("-checkpoint__number")[:MOST_ROWS]
    return _work(request, petition, form, do, "petition_witness", template="witness", rows=rows)


@can("lead", Petition, by="matter__code", select=WITH)
def sample(request: HttpRequest, petition: Petition) -> HttpResponse:
    """Draw a sample, or, while one is open, say what came of it."""
    open_one = audit.open_sample(petition)
    form = ResultForm(request.POST or None, sample=open_one) if open_one else SampleForm(request.POST or None)

    def do() -> None:
        _sampled(petition, open_one, form.cleaned_data, timezone.now(), request.user)

    words = {
        "rows": _samples(petition), "open": open_one, "agreed": open_one and audit.agreed(open_one),
        "taken": audit.taken(petition),
    }  # fmt: skip
    return _work(request, petition, form, do, "petition_sample", template="sample", **words)


def _sampled(
    petition: Petition, found: AuditSample | None, data: dict[str, int], at: datetime, by: Any
) -> None:
    if found is None:
        audit.draw_sample(petition=petition, n=data["n"], at=at, by=by)
    else:
        audit.record_sample(sample=found, confirmed=data["confirmed"], at=at, by=by)


@can("lead", Petition, by="matter__code", select=WITH)
def names(request: HttpRequest, petition: Petition) -> HttpResponse:
    """Sealed names of the open sample, after a second person has agreed; a GET hands out nothing."""
    if request.method != "POST":
        raise Http404
    if not request.who.strong:
        return redirect_to_login(reverse("petition_sample", args=[petition.matter.code]), "second_factor")
    found = audit.open_sample(petition)
    if found is None:
        raise Http404
    try:
        rows = audit.hand_out(sample=found, by=request.user, who=request.who, at=timezone.now())
    except Refused:
        raise Http404 from None
    lines = [json.dumps({"leaf": leaf, "sealed": sealed}) + "\n" for leaf, sealed in rows]
    return _attached("".join(lines).encode(), f"sample-{found.pk}.jsonl", "application/jsonl")


@can("moderate", Petition, by="matter__code", select=WITH)
def rules(request: HttpRequest, petition: Petition) -> HttpResponse:
    form = RuleForm(request.POST or None, petition=petition)

    def do() -> None:
        invalidation.propose(petition=petition, at=timezone.now(), by=request.user, **form.given())

    words = {"rows": _rules(petition), "waves": invalidation.hosts(petition)}
    return _work(request, petition, form, do, "petition_rules", template="rules", **words)


@can("moderate", Petition, by="matter__code", select=WITH)
def rule(request: HttpRequest, petition: Petition, rule: str) -> HttpResponse:
    """Put a rule in force after its dry run, or undo it."""
    found = get_object_or_404(
        Invalidation.objects.select_related("petition__matter"), petition=petition, code=rule
    )
    code, at = petition.matter.code, timezone.now()
    act = invalidation.undo_rule if request.POST.get("step") == "undo" else invalidation.apply
    thanks = _("Done. The log shows it within a minute.")
    back = reverse("petition_rules", args=[code])
    return press(
        request, f"rule:{found.code}", lambda: act(rule=found, at=at, by=request.user), back, at, thanks
    )
