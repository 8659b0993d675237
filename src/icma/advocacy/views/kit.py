"""The media kit of what is public, and the number in a frame on other people's pages."""

import base64
import functools
import hashlib
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.html import escape
from django.utils.http import quote_etag
from django.utils.translation import get_language

import icma.advocacy.access  # noqa: F401  (its rules)
from icma.advocacy import kit as words
from icma.advocacy.kit_papers import TEMPLATES, page, paper
from icma.advocacy.kit_pictures import SIZES, picture
from icma.advocacy.models import Petition
from icma.advocacy.publishing import count_of, published
from icma.core.day import legal_day
from icma.core.door import anyone, can
from icma.matters.access import PUBLIC
from icma.matters.addresses import matter_address
from icma.matters.compose.paper import NoPango
from icma.matters.models import Matter

WITH = ("place", "authority", "community")
KINDS = (Matter.Kind.CAMPAIGN, Matter.Kind.PETITION)
SECONDS = 600  # what is hidden after a legal notice leaves every cache within the hour
WIDE, HIGH = 320, 190
FRAME = (
    ":root{color-scheme:light dark}body{margin:0;padding:12px;font:16px/1.4 system-ui,sans-serif;background:#faf6ee;"
    "color:#2a2019;border:2px solid #8f2619;box-sizing:border-box;min-height:100vh}p{margin:0 0 6px;overflow-wrap:anywhere}"
    ".n{font:700 40px/1.1 serif;color:#8f2619}a{color:#1f3350}"
    "@media(prefers-color-scheme:dark){body{background:#1b1612;color:#f3e3c3}.n{color:#e98a76}a{color:#a9c6ea}}"
)


def _kit(matter: Matter) -> words.Kit:
    """Of what everybody may read, whoever asks."""
    if matter.kind not in KINDS or matter.published_at is None or matter.hidden_at is not None:
        raise Http404
    return words.kit_of(matter, (get_language() or "az")[:2])


@can("view", Matter, select=WITH)
def kit(request: HttpRequest, matter: Matter) -> HttpResponse:
    made, today = _kit(matter), legal_day(timezone.now())
    page = {
        "matter": matter, "kit": made, "text": words.short_text(made), "back": matter_address(matter.code),
        "note": words.press_note(made, matter, today), "frames": _frames(matter),
    }  # fmt: skip
    return render(request, "advocacy/kit.html", page)


def _frames(matter: Matter) -> list[dict[str, str]]:
    """The code of a frame for each petition: nothing of it is a script."""
    found = []
    for row in words.petitions_of(matter):
        url, title = (
            settings.BASE_URL + reverse("kit_frame", args=[row.matter.code]),
            escape(row.matter.title),
        )
        size = f'width="{WIDE}" height="{HIGH}" loading="lazy" style="border:0"'
        found.append(
            {"title": row.matter.title, "code": f'<iframe src="{url}" title="{title}" {size}></iframe>'}
        )
    return found


def _kept(request: HttpRequest, made: words.Kit, salt: str, kind: str, make: Any, name: str) -> HttpResponse:
    """Made anew only when what it says has changed."""
    tag = quote_etag(hashlib.sha256(f"{salt}{made}".encode()).hexdigest()[:24])
    response = get_conditional_response(request, etag=tag)
    if response is None:
        response = HttpResponse(make(), content_type=kind)
    response["Cache-Control"], response["ETag"] = f"public, max-age={SECONDS}", tag
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


@can("view", Matter, select=WITH)
def kit_picture(request: HttpRequest, matter: Matter, shape: str) -> HttpResponse:
    if shape not in SIZES:
        raise Http404
    made = words.drawn(_kit(matter))
    name = f"icma-{matter.code}-{shape}-{made.language}.png"
    return _kept(request, made, shape, "image/png", lambda: picture(made, shape), name)


@can("view", Matter, select=WITH)
def kit_paper(request: HttpRequest, matter: Matter, name: str) -> HttpResponse:
    """PDF; without the native library the page for the printer."""
    if name not in TEMPLATES:
        raise Http404
    made = words.drawn(_kit(matter))
    file = f"icma-{matter.code}-{name}-{made.language}.pdf"
    try:
        return _kept(request, made, name, "application/pdf", lambda: paper(made, name), file)
    except NoPango:
        return HttpResponse(page(made, name, str(request.csp_nonce)))  # type: ignore[attr-defined]


@can("view", Matter, select=WITH)
def kit_press(request: HttpRequest, matter: Matter) -> HttpResponse:
    text = words.press_note(_kit(matter), matter, legal_day(timezone.now()))
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="icma-{matter.code}.txt"'
    return response


# --- the number on other pages -----------------------------------------------------------------------
@functools.cache
def frame_hash() -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(FRAME.encode()).digest()).decode() + "'"


def _head(code: str) -> dict[str, Any]:
    """From its file; from the database before the batcher's first round has written that."""
    if not code.isalnum():
        return {}
    if head := published(code):
        return head
    public = Matter.objects.filter(PUBLIC, code=code)
    petition = Petition.objects.select_related("matter").filter(matter__in=public).first()
    return count_of(petition) if petition else {}


@anyone
def kit_frame(request: HttpRequest, code: str) -> HttpResponse:
    """Made of the published count: no database, no cookie, no script. The only page that others may frame."""
    head = _head(code)
    if not head:
        raise Http404
    url = settings.BASE_URL + matter_address(code)
    given = {"head": {"title": code, **head}, "url": url, "style": FRAME, "language": get_language()}
    response = HttpResponse(render_to_string("advocacy/kit_frame.html", given))
    response.xframe_options_exempt = True  # type: ignore[attr-defined]
    response._csp_replace = {  # type: ignore[attr-defined]
        "style-src": [frame_hash()], "frame-ancestors": ["*"], "script-src": None, "img-src": None, "connect-src": None,
        "form-action": ["'none'"],
    }  # fmt: skip
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Cache-Control"] = "public, max-age=5, stale-while-revalidate=30"
    return response
