"""What every journey shares: the moving day, and visitors who have just signed in on it."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.core import mail

from icma.core.day import BAKU
from icma.front.jobs import run_all
from tests.journeys.visitor import Clock, Visitor


class World(Clock):
    """The country on a day. `on(month, day)` moves everybody there and runs what time does."""

    enter: Callable[[str], Visitor]

    def on(self, month: int, day: int, hour: int = 10) -> None:
        self.go(datetime(2026, month, day, hour, tzinfo=BAKU))
        failed = {name: result for name, result in run_all(self.at).items() if isinstance(result, Exception)}
        assert failed == {}

    def letter_box(self, address: str) -> str:
        """The newest mail to an address."""
        found = [message for message in mail.outbox if address in message.to]
        assert found, f"no mail to {address}: {[message.to for message in mail.outbox]}"
        return str(found[-1].body)


@pytest.fixture
def world(country, cast, client_as, monkeypatch: pytest.MonkeyPatch, settings) -> World:
    """Tuesday 10 March 2026. `world.enter("officer")` signs in anew: sessions last half a day."""
    settings.BASE_URL = "http://testserver"
    made = World(monkeypatch, datetime(2026, 3, 10, 10, tzinfo=BAKU))
    made.enter = lambda key: Visitor(client_as(key))
    return made


@pytest.fixture
def stranger() -> Visitor:
    return Visitor()
