"""A voice is raised: the first question, the one form, paper and telephone, the photo behind it."""

import base64
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from icma.core.access import Who
from icma.core.action import Refused
from icma.core.door import anyone, can, holds
from icma.core.limit import within
from icma.core.once import run_once
from icma.core.seal import seal, unseal
from icma.matters.access import seen_villages
from icma.matters.actions.raising import add_photo, raise_matter
from icma.matters.addresses import help_address, matter_address
from icma.matters.forms.raising import PaperForm, PhotoForm, RaiseForm
from icma.matters.models import Document, Matter
from icma.matters.similar import similar
from icma.matters.views.steps import step
from icma.people.models import Place
from icma.people.who import CODES, renew

PER_HOUR, BURST = 20, 30  # matters from one connection (a village) before they wait behind others


@anyone
def question(request: HttpRequest) -> HttpResponse:
    """Mine alone, or many people's? The first is told in confidence, and nothing is carried over."""
    return render(request, "matters/raise_question.html", {"help_url": help_address()})


@anyone
def raise_form(request: HttpRequest) -> HttpResponse:
    """The form; then, if there are some, matters like it; then the return code, once."""
    request.keep_nothing = True
    form = RaiseForm(request.POST or None, initial={"place": request.GET.get("yer", "")[:24]})
    return _raise(request, form, "matters/raise_form.html", {}, f"raise:{get_language()}")


@holds("coordinator", "officer")
def raise_paper(request: HttpRequest) -> HttpResponse:
    """The same action from paper, telephone or a meeting, typed in by a coordinator."""
    form = PaperForm(request.POST or None)
    return _raise(request, form, "matters/raise_paper.html", {}, f"raise:{request.user.pk}")


def _raise(request: HttpRequest, form: RaiseForm, template: str, more: dict, scope: str) -> HttpResponse:
    page = {"form": form, "villages": _villages(form, request.who), **more}
    if request.method != "POST" or not form.is_valid():
        return render(request, template, page, status=422 if form.errors else 200)
    data = form.cleaned_data
    if not data["sure"]:
        like = similar(f"{data['title']} {data['text']}", data["place"].pk, data["topic"])
        page["similar"] = [(row, matter_address(row.code)) for row in like]
        if like:
            return render(request, template, page)
    try:
        return _raised(request, form, scope, timezone.now())
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return render(request, template, page, status=422)


def _raised(request: HttpRequest, form: RaiseForm, scope: str, at: datetime) -> HttpResponse:
    """Keep it once, however often it was posted, and show the return code: a repeated post shows it again."""
    data = form.cleaned_data
    once = request.POST.get("once", "")
    # Who goes back, writes something else and sends the old form again raises another matter.
    typed = f"{once}\0{data['title']}\0{data['text']}\0{data['place'].code}" if once else ""
    kept = run_once(scope, typed, lambda: _keep(request, form, at), at)
    if not data.get("channel"):  # who types in for somebody else does not become the author
        remember(request, kept["matter"])
    return render(request, "matters/raise_done.html", {
        "matter": Matter.objects.select_related("place").get(code=kept["matter"]), "called": data["phone"],
        "code": unseal(base64.b64decode(kept["sealed"]), "codes")["code"], "typed_in": bool(data.get("channel")),
        "hour": data["hour"],
        "photo": PhotoForm(initial={"handwriting": data["handwriting"]}),
    })  # fmt: skip


def _keep(request: HttpRequest, form: RaiseForm, at: datetime) -> dict[str, str]:
    """What the form's key remembers for seven days: the return code stands there sealed, its key is elsewhere."""
    data = form.cleaned_data
    made = raise_matter(
        **form.values(), at=at, by=request.user if request.user.is_authenticated else None,
        channel=data.get("channel") or "web", consented=bool(data.get("consented")),
        language=(get_language() or "az")[:2], slow=_slow(request, data),
    )  # fmt: skip
    return {
        "matter": made.matter.code,
        "sealed": base64.b64encode(seal({"code": made.code}, "codes")).decode(),
    }


def _slow(request: HttpRequest, data: dict[str, Any]) -> bool:
    """A program filled in the hidden field, or very many came from one connection: wait behind the others."""
    if request.user.is_authenticated:
        return False
    return bool(data.get("website")) or not within(request, "raise", PER_HOUR, BURST)


@can("typed", Matter, select=("place",))
def paper_photo(request: HttpRequest, matter: Matter) -> HttpResponse:
    """Photos that belong to a matter from paper, sent by the one who typed it in."""
    at, form = timezone.now(), PhotoForm(request.POST or None, request.FILES or None)

    def do() -> None:
        given = form.cleaned_data
        kind = Document.Kind.HANDWRITING if given["handwriting"] else Document.Kind.PHOTO
        add_photo(
            matter=matter,
            data=given["photo"].read(),
            kind=kind,
            caption=given["caption"],
            at=at,
            by=request.user,
        )

    back, n = reverse("paper_photo", args=[matter.code]), matter.documents.count()
    return step(
        request, form, f"paper:{matter.code}", do, back, at, "matters/raise_photo.html", matter=matter, n=n,
        thanks=_("The photo is here. It is shown only after a moderator has seen it."),
    )  # fmt: skip


def remember(request: HttpRequest, code: str) -> None:
    """The author has proven this matter in this session; it is forgotten with it."""
    known = [old for old in request.session.get(CODES, []) if old != code]
    if code not in request.who.codes:
        renew(request)
    request.session[CODES] = [*known, code][-20:]


def _villages(form: RaiseForm, who: Who) -> list[str]:
    """The villages of the district that is chosen already, offered while typing: to the public only those that
    it may see, to those who grow the list all of them."""
    code = form.data.get("place") if form.is_bound else form.initial.get("place")
    if not code:
        return []
    rows = Place.objects.filter(parent__code=str(code)[:24], kind="village")
    if not who.has("coordinator", "officer"):
        rows = rows.filter(pk__in=seen_villages(timezone.now()).filter(village__parent__code=str(code)[:24]))
    return list(rows.values_list("name_az", flat=True)[:400])
