"""The page of a petition, drawn once by the batcher and then served as a file: it stands when the database does not."""

import functools
import time
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import InterfaceError, OperationalError
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import http_date
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from icma.advocacy import keyring, verify
from icma.advocacy.actions.petitions import final_at
from icma.advocacy.actions.signing import is_open
from icma.advocacy.figures import by_channel, by_place
from icma.advocacy.forms.signing import SignForm
from icma.advocacy.models import Delivery, Petition
from icma.advocacy.models.petition import Channel
from icma.advocacy.publishing import NAMES, count_of, folder, written
from icma.advocacy.reach import opened
from icma.advocacy.shells import with_style_hash
from icma.core.access import STRANGER, allowed, may
from icma.core.door import View, anyone
from icma.core.prepared import prepared
from icma.core.words import num
from icma.front.lists import seen
from icma.front.views.issue import doors
from icma.matters.addresses import matter_address
from icma.matters.models import Link, Matter, Window

KINDS = {"count.json": "application/json", "leaves.bin": "application/octet-stream"}
LONGEST = 64  # signs of a code that may be the name of a folder
FRESH = "public, max-age=5, stale-while-revalidate=30"


def petition(request: HttpRequest, matter: Matter) -> HttpResponse:
    """The page for those who are signed in, or before the first file was written."""
    found = Petition.objects.select_related("matter__place", "matter__authority").get(pk=matter.pk)
    more = doors(matter, request.who, timezone.now())
    if may(request.who, "lead", matter, timezone.now()):
        more.insert(0, {"url": reverse("petition_work", args=[matter.code]), "label": _("Lead the petition")})
    page = page_of(found, written(matter.code))
    return render(request, "advocacy/petition.html", page | {"doors": more})


# A page is drawn whole every five minutes; in between only its number and its root are put in anew.
MINUTES = 5
COUNT, ROOT = 9_876_543_210_123, "§root§"
MOST = 600
_DRAWN: dict[tuple[Any, ...], str] = {}


def draw(petition: Petition, language: str, head: dict[str, Any]) -> str:
    """The page as everybody sees it, without a person, a cookie or a token."""
    code, (opens, closes) = petition.matter.code, _window(petition=petition.pk)[0]
    at = timezone.now()
    key = (
        code, language, int(time.time() // 60 // MINUTES), petition.mode, petition.goal, petition.signing_paused,
        petition.closed_at, head["changed"], opens <= at, closes is not None and closes <= at,
    )  # fmt: skip
    with override(language):
        if key not in _DRAWN:
            if len(_DRAWN) >= MOST:
                _DRAWN.clear()
            _DRAWN[key] = _drawn(petition, head | {"count": COUNT, "root": ROOT})
        return _DRAWN[key].replace(num(COUNT), num(head["count"])).replace(ROOT, head["root"])


@prepared
def _window(*, petition: int) -> QuerySet:
    return Window.objects.filter(matter=petition, verb="sign").values_list("opens_at", "closes_at")[:1]


def _drawn(petition: Petition, head: dict[str, Any]) -> str:
    request = HttpRequest()
    request.method, request.path = "GET", matter_address(petition.matter.code)
    request.path_info = request.path
    request.user = AnonymousUser()
    page = page_of(petition, NAMES)  # all of them stand when the page does, count.json as the last
    return render_to_string("advocacy/petition.html", page | {"head": head}, request)


def page_of(petition: Petition, names: tuple[str, ...]) -> dict[str, Any]:
    """What the page shows; `names` of the files that it offers."""
    matter, code = petition.matter, petition.matter.code
    window = Window.objects.filter(matter=matter, verb="sign").first()
    files = [(name, reverse("petition_file", args=[code, name])) for name in (*names, "verify.py")]
    return {
        "petition": petition, "matter": matter, "window": window, "state": _state(petition, window),
        "last_day": window.closes_at - timedelta(seconds=1) if window and window.closes_at else None,
        "final_day": _final_day(petition, window),
        "form": SignForm(protected=petition.mode == Petition.Mode.PROTECTED), "head": count_of(petition),
        "sign_url": reverse("petition_sign", args=[code]), "withdraw_url": reverse("petition_withdraw", args=[code]),
        "files": files, "key": bytes(keyring.public_key()).hex(), "by_channel": _channels(petition),
        "places": by_place(petition), "grew_from": _grew_from(matter), "deliveries": _handed_over(petition),
    }  # fmt: skip


def _state(petition: Petition, window: Window | None) -> str:
    at = timezone.now()
    if is_open(petition, window, at):
        return "open"
    if window and at < window.opens_at:
        return "early"
    over = (
        petition.closed_at is not None
        or window is None
        or (window.closes_at is not None and window.closes_at <= at)
    )
    return "over" if over or not petition.signing_paused else "paused"


def _final_day(petition: Petition, window: Window | None) -> datetime | None:
    """Until when sheets may still come; None where none may, or the number stands."""
    final = final_at(petition, window)
    waits = final is not None and petition.closed_at is None and petition.mode != Petition.Mode.PROTECTED
    return final - timedelta(seconds=1) if final and waits else None


def _channels(petition: Petition) -> list[dict[str, Any]]:
    """Online, by paper code, on sheets: shown apart, only where there is more than one way and nobody is protected."""
    if petition.mode == Petition.Mode.PROTECTED:
        return []
    found = by_channel(petition)
    if len(found) < 2:
        return []
    total = sum(found.values())
    return [
        {"label": label, "value": found[name], "share": found[name] / total} for name, label in Channel.choices if name in found
    ]  # fmt: skip


def _grew_from(matter: Matter) -> list[dict[str, str]]:
    rows = Link.objects.filter(source=matter, kind=Link.Kind.GREW_FROM).select_related("target")
    return [
        {"url": matter_address(one.target.code), "title": one.target.title}
        for one in rows[:12]
        if seen(one.target)
    ]


def _handed_over(petition: Petition) -> list[dict[str, Any]]:
    """Only what everybody may see: a campaign behind it may not be public."""
    rows = allowed(Delivery.objects.filter(petition=petition), STRANGER, "list", timezone.now())
    rows = rows.select_related("letter__matter", "letter__authority").order_by("letter__sent_on", "pk")[:12]
    return [
        {"url": reverse("delivery", args=[one.letter.matter.code, one.letter.code]), "on": one.letter.sent_on, "authority": one.letter.authority}
        for one in rows
    ]  # fmt: skip


# --- files -----------------------------------------------------------------------------------------
def as_file_first(view: View) -> View:
    """A stranger gets the written page where there is one; no database is asked. While it is away, so does everybody."""

    @functools.wraps(view)
    def inner(request: HttpRequest, *args: Any, code: str, **more: Any) -> HttpResponse:
        named = code.isalnum() and len(code) <= LONGEST
        path = folder(code) / f"page.{get_language()}.html" if named else None
        if path is None or not path.exists():
            return view(request, *args, code=code, **more)
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            opened(request, code)
            return _page_file(request, path)
        try:
            return view(request, *args, code=code, **more)
        except (OperationalError, InterfaceError):
            return _page_file(request, path)

    return inner


def _page_file(request: HttpRequest, path: Any) -> HttpResponse:
    changed = path.stat().st_mtime
    if request.headers.get("If-Modified-Since") == http_date(changed):
        return _unchanged()
    response = HttpResponse(path.read_bytes())
    response["Cache-Control"], response["Last-Modified"] = FRESH, http_date(changed)
    return with_style_hash(response)


def _unchanged() -> HttpResponse:
    """The page that a browser keeps goes with the policy that it came with: a 304 that brought another would undress it."""
    response = HttpResponseNotModified()
    response._csp_exempt = True  # type: ignore[attr-defined]
    return response


@anyone
def file(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """A file of the log, or the program that checks it."""
    if name == "verify.py":
        return FileResponse(open(verify.__file__, "rb"), as_attachment=True, content_type="text/x-python")
    path = folder(code) / name
    if name not in NAMES or not code.isalnum() or not path.exists():
        raise Http404
    response = FileResponse(path.open("rb"), content_type=KINDS.get(name, "application/jsonl"))
    response["Cache-Control"] = FRESH
    return response
