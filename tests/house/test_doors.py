"""Every address has a door, and the matrix of roles and rules is the committed one."""

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for item in resolver.url_patterns:
        route = prefix + str(item.pattern)
        if isinstance(item, URLResolver):
            yield from patterns(item, route)
        else:
            yield route, item


# Doors of their own: accounts are allauth's, the API's are tested against the pages, static files are files.
FOREIGN = ("allauth.", "ninja.", "django.")


def test_every_address_has_a_door() -> None:
    without = []
    for route, item in patterns(get_resolver("icma.front.urls_api")):
        view = item.callback
        module = getattr(view, "func", view).__module__
        if getattr(view, "door", None) or module.startswith(FOREIGN):
            continue
        without.append(f"{route} ({module}.{getattr(view, '__name__', view)})")
    assert without == []


@pytest.mark.django_db
def test_the_access_matrix_is_the_committed_one() -> None:
    from tools.docs import access_text, committed

    assert access_text() == committed("access.md")


@pytest.mark.django_db
def test_a_composite_rule_that_matches_nothing_stands_as_none_so_that_widening_it_is_seen(at) -> None:
    """A stranger closes no matter, though the rule is an "or" of two."""
    from django.db.models import Exists, Q

    from icma.core.access import EVERYBODY, NOBODY, STRANGER
    from icma.matters.access import close_matter
    from icma.matters.models import Letter, Matter
    from tools.docs import _word

    assert _word(Matter, close_matter(STRANGER, at)) == "–"
    assert _word(Matter, NOBODY | Q(community__in=[])) == _word(Matter, Q(stage="open") & NOBODY) == "–"
    assert _word(Matter, Q(Exists(Letter.objects.filter(NOBODY)))) == "–"
    assert _word(Matter, EVERYBODY | Q(stage="open")) == "all" and _word(Matter, Q(stage="open")) == "some"
