"""Problem topics: stable codes, three languages, found without diacritics; a page of each that says how sure it is."""

import re
from dataclasses import replace
from datetime import date

import pytest

from icma.law.book import book
from icma.law.problems import OTHER, choices, facet, find, search_topics, topic, topics

LANGUAGES = {"az", "ru", "en"}


def test_thirty_topics_have_three_to_six_leaves_under_stable_codes():
    codes = [one.code for one in topics()]
    assert codes == [f"AZ-{n:02}" for n in range(1, 31)]
    for one in topics():
        assert 3 <= len(one.leaves) <= 6, one.code
        assert [leaf.code for leaf in one.leaves] == [
            f"{one.code}-{n:02}" for n in range(1, len(one.leaves) + 1)
        ]
    assert (find("AZ-13-03").name["en"], find("AZ-13-03").topic) == ("Early or forced marriage", "AZ-13")
    assert find("AZ-31") is None and find("AZ-01-09") is None and find("") is None


def test_every_text_is_complete_in_three_languages():
    for one in topics():
        told = [one.name, one.lead, *one.steps, *one.evidence, *one.bodies]
        for leaf in one.leaves:
            told += [leaf.name, leaf.text]
        for text in told:
            assert set(text) == LANGUAGES and all(text.values()), (one.code, text)
            assert re.search("[а-я]", text["ru"]) and not re.search("[а-яА-Я]", text["az"] + text["en"]), text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("isden cixarilma", "AZ-11"), ("işdən çıxarılma", "AZ-11"), ("увольнение", "AZ-11"), ("aliment", "AZ-12"),
        ("sokuntu", "AZ-07"), ("снос", "AZ-07"), ("döyür", "AZ-13"), ("su yoxdur", "AZ-08"), ("пенсия", "AZ-10"),
    ],
)  # fmt: skip
def test_a_topic_is_found_by_the_words_people_use(text, code):
    assert code in [one.code for one in search_topics(text)]
    assert len(search_topics(text)) <= 6


def test_a_word_that_nobody_uses_finds_nothing():
    assert search_topics("qwertyz") == [] and search_topics("") == [] and search_topics("%_'\"") == []


def test_the_select_offers_every_leaf_once_and_not_listed():
    for lang in LANGUAGES:
        groups = choices(lang)
        assert groups[-1][0] == OTHER
        offered = [code for _, leaves in groups[:-1] for code, _ in leaves]
        assert len(offered) == len(set(offered)) == sum(len(one.leaves) for one in topics())
        assert all(find(code) for code in offered)
        assert len(facet("relief", lang)) == 7 and len(facet("against", lang)) == 6


def test_what_an_advocate_read_is_stale_after_twelve_months():
    read = replace(topic("AZ-01"), reviewed_by="N. N.", reviewed_on=date(2026, 1, 15))
    assert not read.is_stale(date(2026, 12, 31)) and read.is_stale(date(2027, 1, 15))
    assert not topic("AZ-01").is_stale(date(2099, 1, 1))


@pytest.mark.django_db
def test_every_page_tells_terms_with_their_certainty_and_the_bare_way_to_help(
    client, country, django_assert_max_num_queries
):
    client.get("/bilik/")
    for one in topics():
        with django_assert_max_num_queries(12):
            answer = client.get(f"/bilik/{one.code}/", HTTP_ACCEPT_ENCODING="gzip")
        assert answer.status_code == 200 and len(answer.content) < 20_000
        html = client.get(f"/bilik/{one.code}/").content.decode()
        assert 'href="/komek/"' in html and "vəkil yoxlamayıb" in html
        assert ("data-exit" in html) == (one.code in ("AZ-13", "AZ-14", "AZ-27")), one.code
        assert set(one.rules) <= set(book().rules)
        for key in one.rules:
            assert f"/muddetler/?rule={key}#calculator" in html
    assert client.get("/bilik/AZ-99/").status_code == 404


@pytest.mark.django_db
def test_the_index_is_searched_without_script_and_linked_from_the_foot(client, country):
    html = client.get("/ru/bilik/", {"q": "алименты"}).content.decode()
    assert "/ru/bilik/AZ-12/" in html and "/ru/bilik/AZ-07/" not in html
    assert 'href="/bilik/"' in client.get("/haqqinda/").content.decode()
    assert 'value="info.general" selected' in client.get("/muddetler/?rule=info.general").content.decode()
    assert "/bilik/AZ-07/" in client.get("/axtar/", {"q": "sokuntu"}).content.decode()
