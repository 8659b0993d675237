"""One demo country for all tests of this folder, built once: on the last evening of a year, on PostgreSQL on a Monday in June."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.conf import settings as live
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from icma.core.day import BAKU
from icma.demo.build import build
from tests.undefined import marked

__all__ = ["demo", "marked"]
# Two days of the year for the price of one: something must be due whenever the demo is built.
SQLITE = connection.vendor == "sqlite"
BUILT = datetime(2026, 12, 31, 21, 30, tzinfo=BAKU) if SQLITE else datetime(2027, 6, 14, 12, 0, tzinfo=BAKU)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "demo" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("demo"))  # one worker builds it


@pytest.fixture(scope="package")
def built(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[list[str]]:
    """What the builder said. The country stands committed for the tests here and goes afterwards."""
    said: list[str] = []
    with django_db_blocker.unblock():
        live.IS_DEMO = True
        try:
            assert build(at=BUILT, fresh=False, say=said.append) is True
        finally:
            live.IS_DEMO = False
    yield said
    with django_db_blocker.unblock():
        call_command("flush", verbosity=0, interactive=False)


@pytest.fixture
def demo(built: list[str], db: None, settings, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The demo country, in demo mode, on the evening for which it was built."""
    settings.IS_DEMO = True
    settings.ROOT_URLCONF = "tests.demo.urls"
    monkeypatch.setattr(timezone, "now", lambda: BUILT)
    return built
