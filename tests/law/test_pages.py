"""Pages of the law: open to everybody, changed by officers, confirmed by the advocate."""

import re
from datetime import date
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from icma.core.day import legal_day
from icma.law import actions
from icma.law.book import book, newest
from icma.law.models import Rule

pytestmark = pytest.mark.django_db
PUBLIC = "/muddetler/"


def fields_of(html: str) -> dict[str, list[str]]:
    """What a browser would send back from the page's post form, unchanged."""
    form = re.search(r'<form method="post".*?</form>', html, re.S)[0]
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name = re.search(r'name="([^"]*)"', tag)
        kind = re.search(r'type="([^"]*)"', tag)[1]
        if not name or (kind in ("checkbox", "radio") and " checked" not in tag):
            continue
        value = re.search(r'value="([^"]*)"', tag)
        found.setdefault(name[1], []).append(value[1] if value else "on" if kind == "checkbox" else "")
    for name, body in re.findall(r'<select name="([^"]*)".*?>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', body)
        found[name] = [chosen[1] if chosen else re.search(r'value="([^"]*)"', body)[1]]
    for name, text in re.findall(r'<textarea name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.S):
        found[name] = [text.strip()]
    return {name: [unescape(value) for value in values] for name, values in found.items()}


# --- for everybody -----------------------------------------------------------------------------------------
def test_the_page_shows_every_rule_with_its_certainty_and_the_calendar(client, country):
    html = client.get(PUBLIC).content.decode()
    for key in book().rules:
        assert f'id="{key}"' in html, key
    assert "vəkil təsdiqləməyib" in html
    assert "yoxlanılmayıb" in html


def test_the_page_is_small_and_asks_little_of_the_database(client, country, django_assert_max_num_queries):
    client.get(PUBLIC)
    with django_assert_max_num_queries(3):
        answer = client.get(PUBLIC, HTTP_ACCEPT_ENCODING="gzip")
    assert len(answer.content) < 20_000


def test_the_calculator_shows_date_explanation_second_reading_and_latest_day(client, country):
    html = client.get(PUBLIC, {"rule": "appeal.general", "day": "2026-03-13"}).content.decode()
    assert 'datetime="2026-04-14"' in html
    assert 'datetime="2026-04-13"' in html
    assert "<details open><summary>Niyə məhz bu tarix?" in html
    assert "20–30 mart: qeyri-iş günləri. 31 mart – 14 aprel: 11. Cəmi 15." in html
    assert 'datetime="2026-06-23"' in html
    assert "№ 1308-IVQ" in html[html.index('id="answer"') : html.index("Necə sayırıq")]


def test_of_several_readings_the_one_that_goes_furthest_stands_on_the_card(client, country):
    ours = client.get(PUBLIC, {"rule": "ombudsman.lodge", "day": "2026-03-13"}).content.decode()
    assert 'datetime="2027-03-12"' in ours  # earliest: what we keep to
    theirs = client.get(PUBLIC, {"rule": "adm.served.post", "day": "2026-03-15"}).content.decode()
    assert 'datetime="2026-04-01"' in theirs


def test_a_later_date_by_another_reading_is_not_called_an_extension(client, country):
    html = client.get(PUBLIC, {"rule": "plan.notice", "day": "2026-06-15"}).content.decode()
    assert 'datetime="2026-06-09"' in html
    assert "Qanun daha çox vaxt verə bilər" not in html


def test_the_calculator_takes_a_time_for_terms_in_hours(client, country):
    html = client.get(PUBLIC, {"rule": "info.danger", "day": "19.03.2026", "hour": "15:00"}).content.decode()
    assert 'datetime="2026-04-01"' in html
    assert "saat 15:00" in html
    assert "2 aprel 2026</time></strong>, saat 00:00" in html.replace("\xa0", " ")


def test_our_own_side_is_shown_the_safe_day(client, country):
    html = client.get(PUBLIC, {"rule": "apc.claim.contest", "day": "2026-02-27"}).content.decode()
    assert "Ehtiyat tarixi" in html


def test_a_year_nobody_has_confirmed_is_said_to_be_provisional(client, country):
    html = client.get(PUBLIC, {"rule": "appeal.general", "day": "2031-03-14"}).content.decode()
    assert "is-provisional" in html


@pytest.mark.parametrize(
    ("rule", "year", "said"),
    [
        ("appeal.general", 2, True),
        ("appeal.general", 0, False),
        ("info.danger", 2, True),
        ("mm.hearing", 2, False),
    ],
)
def test_a_day_that_has_not_come_is_counted_and_asked_about(client, country, rule, year, said):
    """A mistyped year gave a comfortable date without a word; of a notice given beforehand the day lies ahead."""
    day = legal_day(timezone.now()).replace(day=1)
    asked = {"rule": rule, "day": day.replace(year=day.year + year).isoformat(), "hour": "10:00"}
    html = client.get(PUBLIC, asked).content.decode()
    assert 'id="answer"' in html and ("hələ gəlməyib" in html) is said


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"rule": "appeal.general", "day": "31.02.2026"}, "“31.02.2026” tarixi yoxdur"),
        ({"rule": "appeal.general", "day": "1850-01-01"}, "2005–2060"),
        ({"rule": "appeal.general", "day": "2060-12-31"}, "2060"),
        ({"rule": "info.danger", "day": "2026-03-19", "hour": "25:99"}, "Saatı belə yazın"),
        ({"rule": "no.such.rule", "day": "2026-03-13"}, "errs"),
        ({"rule": "court.count", "day": "2026-03-13"}, "errs"),
        ({"rule": "appeal.general"}, "errs"),
        ({"rule": "<script>alert(1)</script>", "day": "<script>"}, "errs"),
    ],
)
def test_bad_input_is_told_kindly_and_kept(client, country, asked, words):
    answer = client.get(PUBLIC, asked)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert words in html
    assert "<script>alert" not in html


@pytest.mark.parametrize("year", ["2026", "1066", "99999", "abc", "２０２６", ""])
def test_the_calendar_of_any_year_answers(client, country, year):
    assert client.get(PUBLIC, {"il": year}).status_code == 200


@pytest.mark.parametrize("prefix", ["", "/ru", "/en"])
def test_the_page_speaks_three_languages(client, country, prefix):
    html = client.get(f"{prefix}{PUBLIC}", {"rule": "appeal.general", "day": "2026-03-13"}).content.decode()
    assert {"": "Müraciətə cavab", "/ru": "Ответ на обращение", "/en": "Answer to an appeal"}[prefix] in html


# --- doors --------------------------------------------------------------------------------------------------
STAFF = ["/is/qaydalar/", "/is/qaydalar/appeal.general/", "/is/teqvim/"]
OFFICERS = ["/is/qaydalar/appeal.general/deyisin/", "/is/teqvim/yeni/", "/is/teqvim/2026-05-28/",
            "/is/teqvim/2026-05-28/silin/", "/is/teqvim/il/2027/"]  # fmt: skip
ADVOCATE = ["/is/qaydalar/appeal.general/imza/"]


@pytest.mark.parametrize(
    ("role", "open_ones"),
    [
        ("officer", [*STAFF, *OFFICERS]), ("advocate", [*STAFF, *ADVOCATE]),
        ("lawyer", STAFF), ("coordinator", []), ("moderator", []), ("resident", []), ("official", []),
    ],
)  # fmt: skip
def test_an_officer_edits_an_advocate_signs_and_nobody_else_enters(client_as, role, open_ones):
    client = client_as(role)
    for address in [*STAFF, *OFFICERS, *ADVOCATE]:
        assert (client.get(address).status_code == 200) == (address in open_ones), address


def test_without_a_second_factor_no_officer_enters(client_as):
    assert client_as("officer", strong=False).get("/is/qaydalar/").status_code == 302


# --- changing -----------------------------------------------------------------------------------------------
def test_the_form_of_a_rule_sent_back_unchanged_changes_nothing(client_as, country):
    client = client_as("officer")
    for key in book().rules:
        address = reverse("law_rule_change", args=[key])
        sent = fields_of(client.get(address).content.decode()) | {"why": "heç nə dəyişmir"}
        html = client.post(address, sent).content.decode()
        assert "Heç nə dəyişdirilməyib" in html, key
    assert newest().number == 1


def test_an_officer_changes_a_rule_with_a_reason(client_as, country):
    client, address = client_as("officer"), reverse("law_rule_change", args=["appeal.general"])
    sent = fields_of(client.get(address).content.decode())
    assert "errs" in client.post(address, sent | {"amount": "20"}).content.decode()  # no reason
    answer = client.post(address, sent | {"amount": "20", "why": "Qanuna dəyişiklik"})
    assert answer.status_code == 302
    assert book().rules["appeal.general"].amount == 20
    assert "20 iş günü" in client.get(answer["Location"]).content.decode()


def test_four_quick_taps_change_a_rule_once(client_as, country):
    client, address = client_as("officer"), reverse("law_rule_change", args=["appeal.general"])
    sent = fields_of(client.get(address).content.decode()) | {"amount": "20", "why": "Qanuna dəyişiklik"}
    for _ in range(4):
        client.post(address, sent)
    assert newest().number == 2


def test_a_stale_form_says_so_and_keeps_what_was_typed(client_as, cast, at):
    client, address = client_as("officer"), reverse("law_rule_change", args=["appeal.general"])
    sent = fields_of(client.get(address).content.decode()) | {"amount": "25", "why": "Mənim dəyişikliyim"}
    row = Rule.objects.get(key="appeal.general", until=None)
    actions.change_rule(key=row.key, data={**row.data, "amount": 20}, why="birinci", by=cast.officer2, at=at)
    html = client.post(address, sent).content.decode()
    assert "elə indi kimsə dəyişib" in html
    assert "Mənim dəyişikliyim" in html
    assert book().rules["appeal.general"].amount == 20


def test_a_day_is_added_changed_moved_and_removed_on_its_pages(client_as, country):
    client = client_as("officer")
    given = {
        "day": "2026-04-01",
        "working": "no",
        "name": "Yas günü",
        "source": "Nümunə qərar",
        "why": "Qərar var",
    }
    assert client.post("/is/teqvim/yeni/", given).status_code == 302
    assert not book().calendar.is_working(date(2026, 4, 1))
    page = "/is/teqvim/2026-04-01/"
    sent = fields_of(client.get(page).content.decode()) | {"name": "Matəm günü", "why": "Adı düzəldi"}
    assert client.post(page, sent).status_code == 302
    assert book().calendar.name(date(2026, 4, 1)) == "Matəm günü"
    sent = fields_of(client.get(page).content.decode()) | {
        "to": "2026-04-02",
        "why": "Köçürüldü",
        "once": "x1",
    }
    assert client.post(page, sent)["Location"].endswith("?il=2026")
    assert book().calendar.is_working(date(2026, 4, 1))
    assert client.post("/is/teqvim/2026-04-02/silin/", {"why": "Səhv idi"}).status_code == 302
    assert book().calendar.is_working(date(2026, 4, 2))
    assert newest().number == 5


@pytest.mark.parametrize("day", ["2026-04-01", "bu gün", "2026-13-45"])
def test_a_day_that_does_not_stand_in_the_calendar_has_no_page(client_as, day):
    assert client_as("officer").get(f"/is/teqvim/{day}/").status_code == 404


def test_a_refused_day_stays_on_the_form(client_as):
    given = {"day": "2026-04-01", "working": "yes", "name": "Adi gün", "source": "mənbə", "why": "səbəb var"}
    html = client_as("officer").post("/is/teqvim/yeni/", given).content.decode()
    assert "onsuz da iş günüdür" in html
    assert "Adi gün" in html


def test_a_year_is_confirmed_on_its_page(client_as):
    client = client_as("officer")
    assert "il/2027/" in client.get("/is/teqvim/?il=2027").content.decode()
    assert client.post("/is/teqvim/il/2027/", {"source": "Nümunə qərar № 7"}).status_code == 302
    assert "il/2027/" not in client.get("/is/teqvim/?il=2027").content.decode()


# --- the advocate ----------------------------------------------------------------------------------------------
def test_an_advocate_sees_three_examples_and_confirms_with_a_name(client_as, country):
    client, address = client_as("advocate"), reverse("law_rule_sign", args=["appeal.general"])
    html = client.get(address).content.decode()
    assert html.count('class="clock ') == 3
    sent = fields_of(html)
    nameless = client.post(address, sent | {"do": "sign"}).content.decode()
    assert "Adınızı yazın" in nameless
    done = client.post(address, fields_of(nameless) | {"name": "Nümunə Vəkil", "do": "sign"})
    assert done.status_code == 302
    assert book().signed["appeal.general"].name == "Nümunə Vəkil"
    assert "Nümunə Vəkil" in client.get(PUBLIC).content.decode()


def test_the_advocates_page_names_term_article_and_source_beside_the_examples(client_as, country):
    html = client_as("advocate").get("/is/qaydalar/appeal.general/imza/").content.decode()
    for words in ("Müraciətə cavab: 15 iş günü", "№ 1308-IVQ", "10.1", 'href="https://www.arxkom.gov.az'):
        assert words in html


@pytest.mark.parametrize(
    ("key", "field", "others"),
    [
        ("info.perishable", "also_exclude_days", {"start": ["next_wd"]}),
        ("adm.served.post", "also_direction", {"roll": [True]}),
        ("plan.notice", "also_start", {"roll": [True]}),
    ],
)
def test_an_advocate_can_settle_every_second_reading(client_as, country, key, field, others):
    client, address = client_as("advocate"), f"/is/qaydalar/{key}/imza/"
    form = client.get(address).context["form"]
    given = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    given.pop(field)
    page = client.post(address, {**given, "do": "compute"})
    done = {
        **given,
        "name": "Nümunə Vəkil",
        "checked": page.context["mark"],
        "do": "sign",
        "once": "one-settles",
    }
    assert client.post(address, done).status_code == 302
    assert Rule.objects.get(key=key, until=None).data["alternatives"] == others
    assert key in book().signed


def test_examples_that_were_not_seen_cannot_be_signed(client_as, country):
    client, address = client_as("advocate"), reverse("law_rule_sign", args=["appeal.general"])
    sent = fields_of(client.get(address).content.decode()) | {
        "name": "Nümunə Vəkil",
        "do": "sign",
        "amount": "20",
    }
    html = client.post(address, sent).content.decode()
    assert "yenidən hesablandı" in html
    assert book().signed == {}
    done = client.post(address, fields_of(html) | {"do": "sign"})
    assert done.status_code == 302
    assert book().rules["appeal.general"].amount == 20
    assert "appeal.general" in book().signed


def test_computing_the_examples_signs_nothing(client_as, country):
    client, address = client_as("advocate"), reverse("law_rule_sign", args=["adm.decision"])
    sent = fields_of(client.get(address).content.decode()) | {"name": "Nümunə Vəkil", "do": "compute"}
    assert client.post(address, sent | {"example_1": "2026-02-23"}).status_code == 200
    assert book().signed == {}


@pytest.mark.parametrize("key", ["own.moderate", "court.count", "no.such"])
def test_what_is_no_term_of_law_has_no_page_to_sign(client_as, key):
    assert client_as("advocate").get(reverse("law_rule_sign", args=[key])).status_code == 404
