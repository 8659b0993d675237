"""An undefined variable of a template shows itself in the page, and is found there."""

import re
from collections.abc import Iterator

import pytest
from django.template import engines


@pytest.fixture
def marked() -> Iterator[None]:
    engine = engines["django"].engine
    before, engine.string_if_invalid = engine.string_if_invalid, "⟦undefined %s⟧"
    yield
    engine.string_if_invalid = before


def undefined(page: str) -> list[str]:
    """The first variable of `page` that nothing defines."""
    return re.findall("⟦undefined [^⟧]*⟧", page)[:1]
