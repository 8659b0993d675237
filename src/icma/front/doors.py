"""Where each step of a matter is taken: the flow's buttons on the matter's own page."""

from collections.abc import Callable

from django.urls import reverse

from icma.matters.models import Matter


def _at(name: str) -> Callable[[Matter], str]:
    return lambda matter: reverse(name, args=[matter.code])


DOORS: dict[str, Callable[[Matter], str]] = {}
