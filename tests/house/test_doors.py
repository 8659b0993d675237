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
