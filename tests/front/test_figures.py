"""Statistics about authorities are fair by construction."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from icma.core.day import legal_day
from icma.engines.intervals import wilson
from icma.front import figures
from icma.law.book import book
from icma.law.models import Rule
from tests.front import rows

pytestmark = pytest.mark.usefixtures("standing_clock")
TODAY = date(2026, 3, 13)


@pytest.fixture
def ask(country, at):
    """A request registered so many days ago, and what became of it."""

    def make(
        days: int, answered_after: int | None = None, asked: bool = False, rule: str = "adm.decision", **more
    ):
        start = TODAY - timedelta(days=days)
        one = rows.matter(country, at, stage="pressing", authority=country.water)
        sent = rows.letter(one, country.water, start, start, rule=rule)
        term = rows.clock(sent, start, days=30, grace=60, **more)
        if answered_after is not None:
            rows.answer(sent, start + timedelta(days=answered_after))
        if asked:
            type(term).objects.filter(pk=term.pk).update(asked_on=TODAY)
        return one

    return make


def record(country) -> figures.Record:
    return figures.authority(country.water.pk, TODAY)


def test_below_five_nothing_is_computed(ask, country, client) -> None:
    for _k in range(4):
        ask(200, answered_after=10)
    assert record(country).median is None and record(country).in_time is None
    text = client.get(reverse("authority", args=[country.water.code])).content.decode()
    assert "%" not in text.split("<main")[1].split("</main>")[0].replace("100%", "")
    ask(200, answered_after=10)
    assert record(country).in_time == wilson(5, 5)


def test_each_case_falls_into_one_share(ask, country) -> None:
    for _k in range(5):
        ask(200, answered_after=20)  # in time
    ask(200, answered_after=80)  # within the latest lawful day: in time
    ask(200, answered_after=95)  # late
    ask(200, asked=True)  # silent, confirmed
    ask(200)  # unknown
    ask(10)  # still runs
    found = record(country)
    shares = {
        name: round(getattr(found, name).value * 9) for name in ("in_time", "late", "silent", "unknown")
    }
    assert shares == {"in_time": 6, "late": 1, "silent": 1, "unknown": 1}
    assert (found.n, found.due, found.open) == (10, 9, 3)


def test_open_requests_are_censored_not_forgotten(ask, country) -> None:
    for days in (5, 10, 15):
        ask(200, answered_after=days)
    for _k in range(4):
        ask(60)
    assert record(country).median.value is None  # fewer than half are answered: no median, not 10
    for _k in range(3):
        ask(200, answered_after=20)
    assert record(country).median.value == 20


def test_a_disputed_term_enters_no_share(ask, country, at) -> None:
    for _k in range(5):
        ask(200, answered_after=20)
    ask(200, asked=True, disputed_at=at)
    found = record(country)
    assert found.silent.value == 0 and found.due == 5


def test_a_term_that_nobody_read_in_the_act_enters_no_share(ask, country) -> None:
    assert book().rules["appeal.general"].certainty != "V"
    for _k in range(6):
        ask(200, answered_after=20, rule="appeal.general")
    found = record(country)
    assert found.in_time is None and found.due == 0 and found.median is not None


def test_unsigned_shares_carry_their_mark_and_signed_ones_do_not(ask, country, client) -> None:
    for _k in range(5):
        ask(200, answered_after=20)
    assert record(country).unsigned
    Rule.objects.filter(key="adm.decision").update(signed_by="N. N.", signed_on=TODAY)
    from icma.law.book import _book

    _book.cache_clear()
    assert not record(country).unsigned
    _book.cache_clear()


def test_letters_of_hidden_matters_are_not_counted(ask, country, at) -> None:
    for _k in range(5):
        ask(200, answered_after=20)
    hidden = ask(200, asked=True)
    hidden.hidden_at = at
    hidden.save()
    assert record(country).n == 5


def test_our_own_terms_stand_beside_theirs(country, at, client) -> None:
    text = client.get(reverse("about")).content.decode()
    assert "n = 0" in text or "n\u00a0=\u00a00" in text


def test_figures_are_kept_for_a_minute_and_no_longer(country, at, monkeypatch) -> None:
    monkeypatch.setattr(figures, "SECONDS", 60)
    figures._KEPT.clear()
    assert figures.country(TODAY).matters == 0
    rows.matter(country, at)
    assert figures.country(TODAY).matters == 0
    monkeypatch.setattr(figures, "SECONDS", 0)
    assert figures.country(TODAY).matters == 1
    figures._KEPT.clear()


def test_the_country_counts_what_the_lists_show(ask, country, at, client) -> None:
    ask(200, answered_after=20)
    rows.matter(country, at, stage="raised", published_at=None)
    found = figures.country(legal_day(timezone.now()))
    assert (found.matters, found.letters, found.answers, found.communities) == (1, 1, 1, 1)
    assert client.get("/api/v1/matters/").json()["count"] == "1"
