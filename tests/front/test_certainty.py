"""Never a date of law without how sure it is; one that nobody read in the act stays on its page."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from icma.advocacy.kit import _happened
from icma.core.access import STRANGER
from icma.core.day import moment
from icma.front.agenda import calendar_of
from icma.front.notices.mails import fill
from icma.front.share import share_words
from icma.law.actions import sign_rule
from icma.law.book import book
from icma.law.certainty import status_of
from icma.matters.jobs import rederive_stale
from icma.matters.threadview import thread
from icma.people.models import Mail
from tests.front import rows

pytestmark = pytest.mark.usefixtures("standing_clock")
TODAY = date(2026, 3, 13)
BEGAN, DUE = TODAY - timedelta(days=27), TODAY + timedelta(days=3)
WORDS = {"appeal.general": "yoxlanılmayıb", "adm.decision": "vəkil təsdiqləməyib"}
by_rule = pytest.mark.parametrize(("rule", "mark"), WORDS.items())


@pytest.fixture
def term(country, at):
    """A term of a rule that runs on a public matter until the sixteenth of March."""

    def make(rule: str):
        assert status_of(book(), rule) == {"appeal.general": "M", "adm.decision": "V"}[rule]
        one = rows.matter(country, at, stage="pressing", authority=country.water, community=country.community)
        sent = rows.letter(one, country.water, BEGAN - timedelta(days=1), BEGAN, rule=rule)
        return rows.clock(sent, BEGAN)

    return make


@by_rule
def test_wherever_a_date_of_law_stands_it_is_said_how_sure_it_is(term, country, client, rule, mark) -> None:
    clock = term(rule)
    water = [country.water.code]
    for name, words in (
        ("home", []), ("matters", []), ("terms", []), ("matter", [clock.matter.code]), ("authority", water),
        ("authority_letters", water),
    ):  # fmt: skip
        page = client.get(reverse(name, args=words)).content.decode().replace("\xa0", " ")
        found = re.search(r"(16 mart|16\.03\.2026).*?(?=</li>|</tr>|</p>)", page.split("<main")[1], re.S)
        assert found and mark in found[0], name
    for address in ("/muddetler/siyahi.csv", f"/qurum/{country.water.code}/mektublar.csv"):
        assert mark in client.get(address).getvalue().decode(), address
    plain = client.get("/api/v1/terms/").json()["rows"][0]
    told = "2026-03-16" if rule == "adm.decision" else None  # else on the page alone
    assert (plain["due_on"], plain["certainty"]) == (told, mark)


@by_rule
def test_a_calendar_carries_the_date_only_where_the_act_was_read(term, cast, client, at, rule, mark) -> None:
    clock, sure = term(rule), rule == "adm.decision"
    mine = calendar_of(cast.who("coordinator"), at).decode()
    for text in (client.get(f"/m/{clock.matter.code}.ics").content.decode(), mine):
        plain = text.replace("\r\n ", "")
        assert (f"{DUE:%Y%m%d}" in plain) is sure and (mark in plain) is sure
        assert sure or (f"{BEGAN:%Y%m%d}" in plain and "səhifədədir" in plain)
    assert (f"{DUE + timedelta(days=1):%Y%m%d}" in mine) is sure  # the next step would tell the day


@by_rule
def test_a_mail_carries_the_date_only_where_the_act_was_read(term, cast, at, rule, mark) -> None:
    clock, sure = term(rule), rule == "adm.decision"
    mail = Mail(
        person=cast.coordinator.person, key=f"due:{clock.pk}:{DUE}", kind="urgent",
        data={"about": "clock", "id": clock.pk},
    )  # fmt: skip
    words = fill(mail)["sentence"].replace("\xa0", " ")
    assert ("16 mart 2026" in words) is sure and (mark in words) is sure and words
    data = {"rule": rule, "old": "2026-03-15", "new": "2026-03-16"}
    moved = rows.entry(clock.matter, "term_changed", at, letter=clock.letter, clock=clock, data=data)
    since = {"since": (at - timedelta(hours=1)).isoformat(), "until": (at + timedelta(hours=1)).isoformat()}
    digest = fill(Mail(person=cast.coordinator.person, kind="digest", data=since))
    line = str(digest["items"]).replace("\\xa0", " ")
    assert ("16 mart 2026" in line) is sure and (mark in line) is sure
    assert bool(share_words(moved)) is sure
    assert ("16 mart" in " ".join(_happened(clock.matter)).replace("\xa0", " ")) is sure


@by_rule
def test_that_a_term_has_ended_is_said_of_a_signed_rule_alone(term, cast, at, rule, mark) -> None:
    clock = term(rule)

    def told() -> None:
        for verb, on in (("term_ended", clock.due_on), ("term_ended_latest", clock.latest_on)):
            rows.entry(clock.matter, verb, moment(on + timedelta(days=1)), letter=clock.letter, clock=clock)

    told()

    def said() -> str:
        steps = thread(clock.matter, STRANGER, clock.latest_on + timedelta(days=1))
        return " ".join(f"{step['title']} {step.get('meta', '')}" for step in steps)

    assert f"Cavab gözlənilən tarix keçib · {mark}" in said()
    assert "Müddət bitib" not in said() and "Qanunun yol verə biləcəyi" not in said()
    days = [date(2026, 3, 13), date(2026, 5, 4), date(2026, 12, 21)]
    sign_rule(key=rule, name="Nümunə Vəkil", by=cast.advocate, at=at, examples=days)
    rederive_stale(at)
    clock.refresh_from_db()
    told()  # on the days that the law gives it, where they are others
    assert "Müddət bitib" in said() and "Qanunun yol verə biləcəyi" in said()
