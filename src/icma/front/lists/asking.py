"""What the filters of lists offer, and the small words that lists share."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import get_language

import icma.people.access  # noqa: F401  (its rules)
from icma.core.access import STRANGER, allowed
from icma.core.day import moment
from icma.core.kept import kept
from icma.core.listing import Column
from icma.matters.bands import Topic
from icma.matters.flow import MATTER
from icma.matters.models import Matter
from icma.people.models import Authority, Organisation, Place

Hidden = partial(Column, in_table=False)
MOST = 150
STANDING = moment(date(2024, 1, 1))  # stamp of things that have no date of their own


def units() -> list[tuple[str, Any]]:
    """Districts in the reader's language; they change once in years."""

    def make() -> list[tuple[str, Any]]:
        rows = Place.objects.filter(kind="unit").only("code", "name_az", "name_en", "name_ru")
        return [(unit.code, str(unit)) for unit in rows]

    return kept(("units", get_language()), make)


def topics() -> Iterator[tuple[str, Any]]:
    yield from Topic.choices


def stages() -> Iterator[tuple[str, Any]]:
    """Stages that the public can see."""
    shown = ("open", "untaken", "taken", "doing", "pressing", "answered", "closed")
    yield from ((name, MATTER.stages[name].label) for name in shown)


def asked_authorities() -> list[tuple[str, Any]]:
    """Bodies that a public matter is addressed to: hundreds stand in the directory, few are looked for."""

    def make() -> list[tuple[str, Any]]:
        asked = allowed(Matter.objects.filter(authority=OuterRef("pk")), STRANGER, "list", timezone.now())
        return [(body.code, str(body)) for body in Authority.objects.filter(Exists(asked.order_by()))[:MOST]]

    return kept(("asked", get_language()), make)


def authority_named(code: str) -> Any:
    return Authority.objects.filter(code=code).first()


def community_named(code: str) -> Any:
    """Only a community that shows itself in full can be asked for by name."""
    return Organisation.objects.filter(code=code, kind="community", seen="full").first()


def shown_community(matter: Matter) -> str:
    """Code of the community, if it shows itself in full."""
    community = matter.community
    return community.code if community and community.seen == "full" else ""
