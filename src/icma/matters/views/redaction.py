"""Covering what must not be public: one person draws, another releases."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from icma.core.access import may
from icma.core.action import Refused
from icma.core.door import can
from icma.core.files import open_file
from icma.core.models import File
from icma.core.once import run_once
from icma.matters.actions.redaction import copy_of, original_of, redact, refuse_copy, release, waiting
from icma.matters.addresses import matter_address
from icma.matters.compose.pictures import as_png, pages_of, sizes_of
from icma.matters.forms.letters import DropForm, refusals
from icma.matters.forms.redaction import BoxFormSet, NothingForm
from icma.matters.models import Document, Letter
from icma.matters.views.letters import of_matter
from icma.people.models import Review

Thing = Letter | Document


@can("redact", Letter, select=("matter__community", "scan"))
@of_matter
def letter_redact(request: HttpRequest, letter: Letter) -> HttpResponse:
    return _page(request, letter, "letter")


@can("redact", Document, select=("matter__community", "file", "thumb"))
@of_matter
def photo_redact(request: HttpRequest, photo: Document) -> HttpResponse:
    return _page(request, photo, "photo")


@can("redact", Letter, select=("matter", "scan"))
@of_matter
def letter_redact_page(request: HttpRequest, letter: Letter, number: int) -> HttpResponse:
    return _picture(request, letter, number)


@can("redact", Document, select=("matter", "file"))
@of_matter
def photo_redact_page(request: HttpRequest, photo: Document, number: int) -> HttpResponse:
    return _picture(request, photo, number)


def _page(request: HttpRequest, thing: Thing, name: str) -> HttpResponse:
    if isinstance(thing, Letter) and thing.scan_id is None:
        raise Http404
    review = waiting(thing)
    return _decide(request, thing, name, review) if review else _draw(request, thing, name)


def _draw(request: HttpRequest, thing: Thing, name: str) -> HttpResponse:
    """`step=show` draws what was typed; `step=done` burns it in and asks the second person."""
    step = request.POST.get("step", "")
    boxes = BoxFormSet(request.POST if step else None, prefix="box")
    form = NothingForm(request.POST if step else None)
    right = boxes.is_valid() and form.is_valid() if step else False
    if step == "done" and right:
        with refusals(form):
            return _burn(request, thing, boxes, form.cleaned_data["nothing"])
    drawn = boxes.boxes() if right else []
    if step == "show" and right:
        rows = [vars(box) for box in drawn]
        boxes, form = BoxFormSet(initial=rows, prefix="box"), NothingForm(initial=form.cleaned_data)
    try:
        pages = _pages(original_of(thing), name, thing, drawn)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(_home(request, thing))
    words = {"thing": thing, "boxes": boxes, "form": form, "pages": pages, "home": _home(request, thing)}
    return render(request, "matters/redact.html", words)


def _pages(file: File, name: str, thing: Thing, drawn: list[Any]) -> list[dict[str, Any]]:
    with open_file(file) as source:
        sizes = sizes_of(source.read(), file.kind)
    return [
        {
            "number": number, "width": width, "height": height,
            "url": reverse(f"{name}_redact_page", args=[thing.matter.code, thing.code, number]),
            "boxes": [box for box in drawn if box.page == number],
        }
        for number, (width, height) in enumerate(sizes, 1)
    ]  # fmt: skip


def _burn(request: HttpRequest, thing: Thing, boxes: Any, nothing: bool) -> HttpResponse:
    now = timezone.now()

    def do() -> dict[str, Any]:
        redact(thing=thing, boxes=boxes.boxes(), nothing_to_hide=nothing, at=now, by=request.user)
        return {}

    run_once("redact", request.POST.get("once", ""), do, now)
    messages.success(request, _("The copy is ready. A second person looks at it before it is public."))
    return redirect(_home(request, thing))


def _decide(request: HttpRequest, thing: Thing, name: str, review: Review) -> HttpResponse:
    """The flat copy before the second person; its maker sees it and waits."""
    now, file = timezone.now(), copy_of(review)
    may_decide = may(request.who, "decide", review, now)
    form = DropForm(request.POST if request.method == "POST" and may_decide else None)
    if form.is_bound and form.is_valid():
        once = request.POST.get("once", "")
        with refusals(form):
            run_once("redact_decide", once, lambda: _verdict(request, thing, review, now), now)
            return redirect(_home(request, thing))
    words = {
        "thing": thing, "review": review, "form": form, "may_decide": may_decide, "home": _home(request, thing),
        "pages": _pages(file, name, thing, []) if file else [],
    }  # fmt: skip
    return render(request, "matters/redact_decide.html", words)


def _verdict(request: HttpRequest, thing: Thing, review: Review, now: datetime) -> dict[str, Any]:
    if request.POST.get("verdict") == "release":
        release(review=review, thing=thing, at=now, by=request.user)
    else:
        refuse_copy(review=review, at=now, by=request.user)
    return {}


def _home(request: HttpRequest, thing: Thing) -> str:
    """Where one comes back to: the letter, or the list of reviews for a second person who does not lead it;
    for a photo the moderator's page, or the matter's own."""
    if isinstance(thing, Letter):
        if not may(request.who, "lead", thing, timezone.now()):
            return reverse("reviews")
        return reverse("letter", args=[thing.matter.code, thing.code])
    if request.who.has("moderator", "officer"):
        return reverse("moderate_matter", args=[thing.matter.code])
    return matter_address(thing.matter.code)


def _picture(request: HttpRequest, thing: Thing, number: int) -> HttpResponse:
    """One page: of the waiting copy if there is one, else of the original. Never kept on the way."""
    review = waiting(thing)
    file = copy_of(review) if review else original_of(thing)
    if file is None:
        raise Http404
    try:
        with open_file(file) as source:
            pages = pages_of(source.read(), file.kind, number)
    except Refused as refusal:
        raise Http404 from refusal
    if not pages:
        raise Http404
    response = HttpResponse(as_png(pages[0]), content_type="image/png")
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store, private"
    return response
