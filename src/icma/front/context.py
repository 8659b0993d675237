"""What every page needs: navigation, languages, whether this is the demo; the workspace's side list."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from icma.matters.addresses import local

NAV = (
    ("matters", _("Matters")),
    ("campaigns", _("Campaigns")),
    ("decisions", _("Decisions")),
    ("communities", _("Communities")),
    ("authorities", _("Authorities")),
    ("clocks", _("Terms")),
    ("search", _("Search")),
)
FOOT = (
    ("about", _("About İcma")),
    ("achieved", _("What has been achieved")),
    ("releases", _("Figures about people")),
    ("inclusion", _("Women and young people")),
    ("guides", _("What to do first")),
    ("protect", _("What we protect")),
    ("moderation_log", _("Moderation log")),
    ("petitions", _("Petitions")),
    ("asks", _("Questionnaires")),
    ("initiatives", _("Initiatives")),
    ("outcomes", _("Outcomes")),
    ("commitments", _("Promises")),
    ("letters", _("Letters")),
    ("places", _("Districts")),
    ("data", _("Data (API)")),
)
# (url name, label, roles that see it; none: everybody signed in)
SIDE = (
    ("mine", _("My work"), ()),
    ("feed", _("What is new"), ()),
    ("community_homes", _("My communities"), ("coordinator", "member", "officer")),
    ("moderate", _("To moderate"), ("moderator", "officer")),
    ("desk", _("The desk"), ("officer",)),
    ("monday", _("Monday page"), ("officer",)),
    ("tasks", _("Tasks"), ("coordinator", "officer")),
    ("events", _("Meetings"), ("coordinator", "officer")),
    ("initiatives_mine", _("Initiatives"), ("coordinator", "member", "officer")),
    ("papers", _("A report in one click"), ("coordinator", "officer")),
    ("collections", _("Stories"), ("coordinator", "officer")),
    ("months", _("Months of the communities"), ("officer",)),
    ("ask_forms", _("Questionnaires"), ("coordinator", "researcher", "officer")),
    ("tell", _("Whom to tell"), ("coordinator", "officer")),
    ("reviews", _("To review"), ("coordinator", "moderator", "officer")),
    ("directory", _("Directory"), ("officer", "coordinator", "lawyer", "advocate")),
    ("people", _("People and roles"), ("officer",)),
    ("data_requests", _("Requests about data"), ("officer",)),
    ("releases_desk", _("Making figures"), ("researcher", "officer")),
    ("inclusion_work", _("Women and young people"), ("officer", "researcher")),
    ("achieved_work", _("Figures of the past"), ("officer",)),
    ("law_rules", _("Terms of law"), ("advocate", "lawyer", "officer")),
    ("vault_keys", _("Keys of the vault"), ("lawyer", "advocate", "moderator", "officer")),
    ("reception", _("Reception"), ("lawyer", "advocate", "officer")),
    ("questions", _("Questions to the lawyers"), ("lawyer", "advocate")),
    ("assisted", _("Help: write down for somebody"), ("coordinator",)),
    ("raise_paper", _("From paper or telephone"), ("coordinator", "officer")),
    ("held", _("What is held about me"), ()),
    ("account", _("My account"), ()),
)


def site(request: HttpRequest) -> dict[str, Any]:
    return plain(request) | {
        "nav": _links(NAV, request.path),
        "languages": _languages(request),
        "side": lambda: _side(request),
    }


def plain(request: HttpRequest) -> dict[str, Any]:
    """What a page needs that must stand when the house does not: no user, no database."""
    return {
        "is_demo": settings.IS_DEMO,
        "try_it": local("/numune/") if settings.IS_DEMO else "",
        "union_name": settings.UNION_NAME,
        "footer": _links(FOOT, request.path),
    }


def _links(items: Sequence[tuple[str, Any]], here: str) -> list[dict[str, Any]]:
    """Links to pages; the one we are in or below is current."""
    urls = _addresses(tuple(name for name, _label in items), get_language())
    pairs = zip(urls, items, strict=True)
    return [{"url": url, "label": label, "current": here.startswith(url)} for url, (_name, label) in pairs]


@lru_cache(maxsize=64)
def _addresses(names: tuple[str, ...], language: str | None) -> tuple[str, ...]:
    """Addresses by language: every page asks for the same twenty."""
    return tuple(reverse(name) for name in names)


def _side(request: HttpRequest) -> list[dict[str, Any]]:
    """The workspace's list, by the roles that count now."""
    if not request.user.is_authenticated:
        return []
    roles = request.who.roles
    links = _links(
        [(name, label) for name, label, wants in SIDE if not wants or roles & set(wants)], request.path
    )
    # "/is/" is above all other addresses of the workspace: only the nearest is current.
    nearest = max((link["url"] for link in links if link["current"]), key=len, default="")
    return [link | {"current": link["url"] == nearest} for link in links]


def _languages(request: HttpRequest) -> list[dict[str, Any]]:
    """The same page in the other languages: addresses differ by their prefix alone."""
    now = get_language() or settings.LANGUAGE_CODE
    path = request.path
    if now != settings.LANGUAGE_CODE:
        path = path.removeprefix(f"/{now}") or "/"
    query = (
        f"?{request.META['QUERY_STRING']}"
        if request.method == "GET" and request.META.get("QUERY_STRING")
        else ""
    )
    return [
        {
            "code": code, "label": label, "current": code == now,
            "url": (path if code == settings.LANGUAGE_CODE else f"/{code}{path}") + query,
        }
        for code, label in settings.LANGUAGES
    ]  # fmt: skip
