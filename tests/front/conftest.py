"""What tests of pages share: counting questions to the database, and a clock that stands still."""

from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation


@pytest.fixture
def connection_queries(db) -> Callable[[Callable[[], object]], int]:
    """How many questions a call asks the database."""

    def count(do: Callable[[], object]) -> int:
        with CaptureQueriesContext(connection) as asked:
            do()
        return len(asked)

    return count


@pytest.fixture
def standing_clock(at, monkeypatch) -> Iterator[None]:
    """It is Friday 13 March 2026 for every page, and addresses are the Azerbaijani ones."""
    monkeypatch.setattr(timezone, "now", lambda: at)
    with translation.override("az"):
        yield
