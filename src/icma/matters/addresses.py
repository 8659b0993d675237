"""Addresses that a higher floor serves, as plain paths in the reader's language."""

from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language

from icma.matters.ladder import Rung
from icma.matters.models import Matter
from icma.matters.rules_of_moderation import MOVED, WITHDRAWN

HELP = "/komek/"


def local(path: str) -> str:
    """`/m/X/` → `/ru/m/X/` where the page is read in Russian; the first language has no prefix."""
    language = get_language() or settings.LANGUAGE_CODE
    return path if language == settings.LANGUAGE_CODE else f"/{language}{path}"


def matter_address(code: str) -> str:
    """Every matter's address, whatever its kind."""
    return local(f"/m/{code}/")


def proposals_address(code: str) -> str:
    """Where a moderator reads the correction of what a community has published."""
    return local(f"/is/kampaniya/{code}/duzelis/")


def move_address(matter: Matter) -> str:
    """Where a moderator moves what is too personal to legal aid; "" where it was public or has been decided so."""
    if (
        matter.published_at
        or matter.stage not in ("raised", "rejected")
        or matter.reason in (MOVED, WITHDRAWN)
    ):
        return ""
    return local(f"/is/moderasiya/{matter.code}/mexfi/")


def lawyer_address(matter: str, letter: str = "") -> str:
    """Where a community asks a lawyer about a letter, or about the whole."""
    return local(f"/is/huquqsunas/{matter}/{letter}/" if letter else f"/is/huquqsunas/{matter}/")


def help_address() -> str:
    """The bare way to confidential help: the same on every page, no parameters, nothing carried over."""
    return local(HELP)


def missing_address(community: str) -> str:
    """Who is missing where this community works: kinds of people to invite, for whoever plans a meeting."""
    return local(f"/istirak/icma/{community}/#kim")


def step_address(rung: Rung, matter: str, letter: str) -> str:
    """Where the letter of a step of the ladder is written; where somebody must ask first, the page for that.

    "" where the step may not be taken (yet). `matter`, `letter`: their codes.
    """
    if rung.url:
        return local(rung.url)
    if rung.state not in ("open", "missing"):
        return ""
    if rung.needs_asking:
        return reverse("silence", args=[matter, letter])
    query = {"follows": letter, "wish": rung.key} | ({"to": rung.to.code} if rung.to else {})
    return f"{reverse('letter_new', args=[matter])}?{urlencode(query)}"
