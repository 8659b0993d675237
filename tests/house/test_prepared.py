"""What is prepared shows the same as what Django makes anew each time, to everybody; and nothing falls back unseen."""

import re
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from icma.core import prepared
from icma.demo.cast import CAST
from tests.front import rows

# Words looked for in a small table are put between signs of percent: Django makes that query each time.
COMPUTED = ("contains",)


@pytest.fixture
def pages(country, cast, at, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: at)
    led = rows.matter(
        country, at, "Su yoxdur", stage="pressing", community=country.community, authority=country.water
    )
    old = rows.letter(led, country.water, date(2025, 10, 1), date(2025, 10, 2))
    rows.clock(old, date(2025, 10, 2))
    rows.matter(country, at, "Yol", stage="taken", community=country.community)
    rows.matter(country, at, "Gizli", stage="raised", published_at=None)
    lists = ("mine", "matters", "authorities", "communities", "search", "campaigns", "letters")
    words = [f"{reverse(name)}{q}" for name in lists for q in ("", "?q=su", "?topic=social&n=2")]
    return [*words, reverse("matter", args=[led.code]), reverse("authority", args=[country.water.code])]


def read(client, path: str) -> str:
    answer = client.get(path)
    return f"{answer.status_code} " + re.sub(r'nonce="[^"]*"|value="[^"]{30,}"', "", answer.content.decode())


def test_every_role_reads_the_same_with_and_without_prepared_queries(pages, client_as, monkeypatch) -> None:
    people = ["stranger", *(person.key for person in CAST)]
    for one in prepared.ALL:
        one.kept.clear()
    clients = {who: client_as(who) for who in people}
    ready = {(who, path): read(clients[who], path) for who in people for path in (*pages, *pages)}
    fallen = {(one.__qualname__, str(key)) for one in prepared.ALL for key in one.untraced}
    assert [row for row in fallen if not any(word in row[1] for word in COMPUTED)] == []
    monkeypatch.setattr(
        prepared.Prepared, "__call__", lambda self, *shape, **given: list(self.make(*shape, **given))
    )
    monkeypatch.setattr(
        prepared.Prepared, "count", lambda self, *shape, **given: self.make(*shape, **given).count()
    )
    for (who, path), text in ready.items():
        assert read(clients[who], path) == text, (who, path)
