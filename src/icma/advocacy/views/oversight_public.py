"""What others than the community do: a remark, an observer's record, the authority's word, the copy of a source."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

import icma.advocacy.access  # noqa: F401  (its rules)
from icma.advocacy.actions.oversight import observing, remarks, replies
from icma.advocacy.forms.oversight import ObserveForm, RemarkForm, SayForm
from icma.advocacy.models import Commitment, Decision, Source
from icma.core.access import may
from icma.core.cells import csv_line, safe_cell
from icma.core.door import can
from icma.core.files import TYPES, open_file
from icma.core.limit import within
from icma.matters.addresses import matter_address
from icma.matters.models import Matter
from icma.matters.views.steps import step

PER_HOUR, BURST = 20, 30  # remarks from one connection (a village) before they wait behind others
WITH = ("matter__place", "matter__authority", "matter__community")


@can("view", Decision, by="matter__code", select=WITH)
def remark(request: HttpRequest, decision: Decision) -> HttpResponse:
    """Without an account and without a name; who is signed in leaves none either. Outside its days it says so."""
    at, form, matter = timezone.now(), RemarkForm(request.POST or None), decision.matter
    if not may(request.who, "remark", decision, at):
        messages.warning(request, _("Remarks are not open now. The page says when they were, or will be."))
        return redirect(matter_address(matter.code))

    def do() -> None:
        remarks.remark(
            decision=decision, text=form.cleaned_data["text"], at=at, language=(get_language() or "az")[:2],
            slow=bool(form.cleaned_data["website"]) or not within(request, "remark", PER_HOUR, BURST),
            **form.given(),
        )  # fmt: skip

    return step(
        request, form, f"remark:{matter.code}", do, matter_address(matter.code), at, "advocacy/decision_remark.html",
        matter=matter, thanks=_("Thank you. A moderator reads it within two working days; then everybody can."),
    )  # fmt: skip


@can("view", Decision, by="matter__code", select=("matter",))
def remarks_csv(request: HttpRequest, decision: Decision) -> HttpResponse:
    """Every published remark with what was decided on it and why, for whoever counts."""
    lines = (csv_line([safe_cell(value) for value in row]) for row in remarks.table(decision))
    response = StreamingHttpResponse(("\ufeff", *lines), content_type="text/csv; charset=utf-8")
    name = f"icma-{decision.matter.code}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@can("observe", Decision, by="matter__code", select=WITH)
def observe(request: HttpRequest, decision: Decision) -> HttpResponse:
    at, form, matter = timezone.now(), ObserveForm(request.POST or None), decision.matter

    def do() -> None:
        observing.observe(
            decision=decision, on=form.cleaned_data["on"], values=form.values(), at=at, by=request.user
        )

    return step(
        request, form, f"observe:{matter.code}", do, matter_address(matter.code), at, "advocacy/observe.html",
        matter=matter, thanks=_("Thank you. Somebody else reads it, then everybody can."),
    )  # fmt: skip


@can("say", Matter, select=("authority",))
def say(request: HttpRequest, matter: Matter) -> HttpResponse:
    """The right of reply: what the body's own official writes stands beside what we wrote."""
    at = timezone.now()
    rated = Commitment.objects.filter(pk=matter.pk).exclude(stage="unrated").exists()
    form = SayForm(request.POST or None, rated=rated)

    def do() -> None:
        replies.reply(matter=matter, at=at, by=request.user, **form.cleaned_data)

    return step(
        request, form, f"say:{matter.code}", do, matter_address(matter.code), at, "advocacy/oversight_form.html",
        matter=matter, work=matter_address(matter.code), title=_("The word of your authority"), button=_("Publish"),
        lead=_("It stands on the page of the decision or promise, beside what was recorded there."),
    )  # fmt: skip


@can("read", Source, select=("file", "matter"))
def source_copy(request: HttpRequest, source: Source, matter__code: str) -> HttpResponse:
    """The kept copy, as an attachment."""
    if source.matter.code != matter__code or source.file is None:
        raise Http404
    try:
        body: Any = open_file(source.file)
    except FileNotFoundError as error:
        raise Http404 from error
    kind = source.file.kind
    response = FileResponse(
        body, content_type=TYPES[kind], as_attachment=True, filename=f"icma-{source.code}.{kind}"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = (
        "no-store, private" if source.file.visibility != "public" else "public, max-age=600"
    )
    return response
