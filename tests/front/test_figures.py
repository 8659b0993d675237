"""Statistics about authorities are fair by construction."""

import functools
import random
import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from icma.core import kept
from icma.core.action import Refused
from icma.core.day import legal_day
from icma.engines.aztext import lower_az
from icma.engines.intervals import Share, wilson
from icma.front import figures
from icma.law.book import _book, book
from icma.law.models import Rule
from icma.matters.actions.incoming import record_answer
from tests.front import rows
from tests.matters.letters_kit import came

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


def test_a_term_whose_extension_nobody_read_in_the_act_enters_no_share_either(ask, country) -> None:
    assert book().rules["info.general"].certainty == "V"
    for _k in range(6):
        ask(200, answered_after=20, rule="info.general")
    found = record(country)
    assert found.late is None and found.due == 0 and found.n == 6


def test_unsigned_shares_carry_their_mark_and_signed_ones_do_not(ask, country, client) -> None:
    for _k in range(5):
        one = ask(200, answered_after=20)
    pages = [
        reverse("authorities"),
        reverse("authority", args=[country.water.code]),
        reverse("matter", args=[one.code]),
    ]

    def marked() -> list[bool]:
        shown = [client.get(page).content.decode().split("<main")[1] for page in pages]
        shares = [re.search(r"5 / 5 .*?</(td|p)>", text, re.S)[0] for text in (shown[0], shown[2])]
        found = ["vəkil təsdiqləməyib" in text for text in (*shares, lower_az(shown[1]))]
        plain = client.get("/api/v1/authorities/").json()["rows"]
        return [*found, *(row["unsigned"] for row in plain if row["code"] == country.water.code)]

    assert marked() == [True] * 4
    Rule.objects.filter(key="adm.decision").update(signed_by="N. N.", signed_on=TODAY)
    _book.cache_clear()
    assert marked() == [False] * 4
    _book.cache_clear()


@pytest.mark.parametrize(("rate", "n"), [(0.1, 120), (0.3, 200), (0.5, 20), (0.5, 60), (0.8, 400)])
def test_a_known_rate_lies_in_the_interval_in_ninety_five_of_a_hundred_runs(rate, n) -> None:
    """Counts are whole: where few decide the cover of Wilson's interval swings around 95 % (92.8 % for 0.2 of 40)."""
    dice = random.Random(f"{rate} {n}")

    @functools.cache
    def share(kept: int) -> Share:
        cases = [figures.Case(9, True, "in_time" if k < kept else "late", True, True) for k in range(n)]
        return figures.record_of(cases).in_time

    runs = [share(sum(dice.random() < rate for _case in range(n))) for _run in range(2000)]
    assert 0.93 <= sum(one.low <= rate <= one.high for one in runs) / len(runs) <= 0.97


def test_requests_that_have_just_been_sent_do_not_move_the_middle_time() -> None:
    def middle(open_ones: int) -> float:
        cases = [(days, True) for days in range(10, 100, 10)] + [(3, False)] * open_ones
        return figures.record_of(figures.Case(*case, "running", False, False) for case in cases).median.value

    assert {middle(open_ones) for open_ones in (0, 1, 10, 100)} == {50}


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
    monkeypatch.setattr(kept, "SECONDS", 60)
    kept.KEPT.clear()
    assert figures.country(TODAY).matters == 0
    rows.matter(country, at)
    assert figures.country(TODAY).matters == 0
    monkeypatch.setattr(kept, "SECONDS", 0)
    assert figures.country(TODAY).matters == 1
    kept.KEPT.clear()


def test_the_country_counts_what_the_lists_show(ask, country, at, client) -> None:
    ask(200, answered_after=20)
    rows.matter(country, at, stage="raised", published_at=None)
    found = figures.country(legal_day(timezone.now()))
    assert (found.matters, found.letters, found.answers, found.communities) == (1, 1, 1, 1)
    assert client.get("/api/v1/matters/").json()["count"] == "1"


def test_a_quick_answer_counts_no_sooner_than_silence_could(ask, country) -> None:
    for _k in range(6):
        ask(200, answered_after=95)  # late, and the latest lawful day is long over
    for _k in range(20):
        ask(40, answered_after=3)  # answered at once, but silence since that day could not count yet
    found = record(country)
    assert (found.due, found.in_time.value, found.late.value) == (6, 0, 1)
    assert found.n == 26 and found.median.value == 3  # the middle time knows them all


def test_shares_and_middle_times_agree_with_a_computation_by_hand(ask, country) -> None:
    """Wilson for 6 of 9: centre (6/9 + 1.96²/18) / (1 + 1.96²/9) = 0.6169, reach 0.2627. Kaplan–Meier over 5+ 10
    20 20 30+ 40: 4/5 after ten days, 4/5 · 2/4 = 2/5 after twenty, so the middle is twenty (open ones bear a +)."""
    for _k in range(6):
        ask(200, answered_after=20)
    for _k in range(3):
        ask(200, asked=True)
    share = record(country).in_time
    assert (round(share.low, 3), round(share.high, 3), share.n) == (0.354, 0.879, 9)
    cases = [(5, False), (10, True), (20, True), (20, True), (30, False), (40, True)]
    curve = figures.record_of(
        figures.Case(days, answered, "running", False, False) for days, answered in cases
    ).median
    assert (curve.value, curve.n) == (20, 6)


def test_the_page_about_us_draws_our_shares_by_the_same_measure(country) -> None:
    few = figures.Own("moderated", 4, 4, None).row
    assert "share" not in few and few["n"] == 4
    many = figures.Own("moderated", 8, 9, wilson(8, 9)).row
    assert (many["low"], many["high"], many["n"]) == (wilson(8, 9).low, wilson(8, 9).high, 9)


def test_the_right_of_reply_leads_to_the_letters_and_to_the_code(country, client) -> None:
    page = client.get(reverse("authority", args=[country.water.code])).content.decode()
    assert f'href="{reverse("authority_letters", args=[country.water.code])}"' in page
    assert f'href="{reverse("reply")}"' in page


def test_the_list_of_authorities_shows_a_share_with_its_n_and_nothing_below_five(
    ask, country, client
) -> None:
    for _k in range(4):
        ask(200, answered_after=10)

    def row() -> str:
        page = client.get(reverse("authorities")).content.decode()
        return next(part for part in page.split("<tr>") if country.water.code in part)

    assert "%" not in row() and ">4<" in row()
    ask(200, answered_after=10)
    assert "5 / 5 (100" in row() and "interval" in row()
    plain = client.get("/api/v1/authorities/").json()["rows"]
    water = next(one for one in plain if one["code"] == country.water.code)
    assert (water["requests"], water["ended"], water["in_time"]) == (5, 5, 1.0)
    assert next(one for one in plain if one["code"] == country.executive.code)["in_time"] is None


def test_letters_are_listed_by_how_they_stand_and_not_by_a_term_that_is_over(ask, country, client) -> None:
    ask(200)
    for address in (reverse("letters"), reverse("authority", args=[country.water.code])):
        page = client.get(address).content.decode()
        assert "cavab barədə məlumat yoxdur" in page and "müddət davam edir" not in page


def test_what_a_body_answered_stands_by_kind_with_its_span_and_not_below_five(country, at, client) -> None:
    one = rows.matter(country, at, stage="pressing", authority=country.water, community=country.community)
    kinds = ["refusal", "refusal", "substance", "formal", "registration"]
    for kind in kinds:
        sent = rows.letter(one, country.water, date(2026, 1, 10), date(2026, 1, 12))
        rows.answer(sent, date(2026, 1, 20), kind)
    address = reverse("authority", args=[country.water.code])
    assert (
        "Cavablar necə olub" not in client.get(address).content.decode()
    )  # four, and a note of registration
    last = rows.answer(
        rows.letter(one, country.water, date(2026, 1, 10), date(2026, 1, 12)), date(2026, 1, 25), "refusal"
    )
    type(last).objects.filter(pk=last.pk).update(confirmed=False)
    kept.KEPT.clear()
    page = client.get(address).content.decode()
    found = figures.answers(country.water.pk, at.date())
    assert [row["n"] for row in found.rows] == [5, 5, 5] and found.rows[0]["share"] == 3 / 5
    assert found.unsure == 1 and found.first == date(2026, 1, 20)
    assert "5 cavab" in page and "təsdiqləmədiyi cavablar: 1." in page


def test_refusals_are_counted_by_what_they_are_based_on_from_five_up_with_interval(client, country, at):
    one, address = rows.matter(country, at), reverse("authority", args=[country.water.code])

    def refused(ground: str, answer: str = "refusal") -> None:
        sent = rows.letter(one, country.water, date(2026, 1, 10), date(2026, 1, 12))
        record_answer(letter=sent, answer=answer, came=came(date(2026, 1, 20)), at=at, by=None, ground=ground)

    for ground in ("means", "means", "means", "none", "", ""):
        refused(ground)
    refused("means", "formal")  # no refusal: it is not counted as one
    kept.KEPT.clear()
    assert "İmtinalar nə ilə" not in client.get(address).content.decode()  # four of which it was said
    refused("secret")
    kept.KEPT.clear()
    page, found = client.get(address).content.decode(), figures.grounds(country.water.pk, at.date())
    assert (found.n, found.unsaid, [row["n"] for row in found.rows]) == (5, 2, [5, 5, 5])
    assert found.rows[0]["share"] == 3 / 5 and found.rows[0]["low"] < 3 / 5 < found.rows[0]["high"]
    assert "5 imtina" in page and "Səbəbi qeyd olunmayan imtinalar: 2." in page
    said = [row["ground"] for row in client.get("/api/v1/answers/").json()["rows"]]
    assert sorted(said) == ["", "", "", "means", "means", "means", "none", "secret"]
    assert "bunun üçün pul" in client.get(reverse("matter", args=[one.code])).content.decode()
    with pytest.raises(Refused):
        refused("magic")
