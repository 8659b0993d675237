"""An authority: how it is reached, what is on record, and its right of reply."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from icma.core.access import STRANGER, allowed
from icma.core.day import legal_day
from icma.core.door import can
from icma.core.listing import Asked, count
from icma.front import figures
from icma.front.lists import LETTERS, TERMS
from icma.front.lists.letters import due_marked, standing_tag
from icma.front.lists.oversight import watched_of
from icma.matters.models import Clock
from icma.people.directory import addresses_on
from icma.people.models import Authority

SHOWN = 10


def standing(rows: Iterable[Any]) -> list[Any]:
    """Letters or terms, each with the tag or words of how it stands, and a term with its date and how sure it is."""
    made = list(rows)
    for row in made:
        row.stands = standing_tag(row)
        row.due = due_marked(row) if isinstance(row, Clock) else ""
    return made


def recorded(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """What the page of authorities shows below its list: all of them together."""
    return {"record": figures.all_authorities(legal_day(timezone.now()))}


@can("view", Authority, select=("place", "superior", "parent"))
def authority(request: HttpRequest, authority: Authority) -> HttpResponse:
    at = timezone.now()
    today = legal_day(at)
    letters = allowed(LETTERS.rows().filter(authority=authority), STRANGER, "list", at)
    terms = allowed(TERMS.rows().filter(authority=authority), STRANGER, "list", at)
    return render(request, "front/authority.html", {
        "authority": authority, "record": figures.authority(authority.pk, today), "answers": figures.answers(authority.pk, today),
        "grounds": figures.grounds(authority.pk, today),
        "addresses": addresses_on(authority, today), "total": count(letters),
        "letters": standing(letters.order_by("-sent_on", "-id")[:SHOWN]),
        "terms": standing(terms.order_by("due_on", "id")[:SHOWN]), "watched": watched_of(authority),
        "today": today, "closed": authority.until is not None and authority.until < today,
    })  # fmt: skip
