"""Problem topics: stable codes, three languages, found without diacritics; a page of each that says how sure it is."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from icma.front.reviews import KINDS
from icma.law.actions import TOPIC, sign_topic, unsign_topic
from icma.law.book import book
from icma.law.letters import shipped_letters
from icma.law.models import TopicSign
from icma.law.problems import OTHER, choices, facet, find, is_stale, search_topics, topic, topics
from icma.people.models import Change, Review

LANGUAGES = {"az", "ru", "en"}
# What LIST, written for the United States, has no certain word for: silence, hearings, budget, land, elections (its code
# is in one source alone), administrative offences, judgments not carried out.
NOT_IN_LIST = {"AZ-02", "AZ-04", "AZ-05", "AZ-06", "AZ-25", "AZ-26", "AZ-30"}


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


def test_beside_a_topic_stand_codes_of_list_of_its_first_two_levels_or_it_is_known_to_have_none():
    assert {one.code for one in topics() if not one.lists} == NOT_IN_LIST
    for one in topics():
        for code in one.lists:
            assert re.fullmatch(r"[A-Z]{2}-\d\d-00-00-00", code), (one.code, code)
        assert len(one.lists) == len(set(one.lists)) <= 2, one.code
    shared = {code for one in topics() for code in one.lists}
    assert {"HO-00-00-00-00", "FA-07-00-00-00", "WO-00-00-00-00"} <= shared


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
    read = date(2026, 1, 15)
    assert not is_stale(read, date(2026, 12, 31)) and is_stale(read, date(2027, 1, 15))


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
        assert 'href="/komek/"' in html and "vəkil hələ təsdiqləməyib" in html
        assert ("data-exit" in html) == (one.code in ("AZ-13", "AZ-14", "AZ-27")), one.code
        assert set(one.rules) <= set(book().rules)
        assert one.letters and set(one.letters) <= set(shipped_letters())
        for key in one.letters:
            assert f"<summary>{shipped_letters()[key].title('az')}</summary>" in html
        assert "{" not in html.partition('id="letters"')[2].partition("<h2")[0]
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


@pytest.mark.django_db
def test_an_advocate_puts_a_name_under_a_page_until_its_text_changes_or_a_year_has_passed(
    client_as, client, cast, country, at, monkeypatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: at)
    page, sign, one = reverse("guide", args=["AZ-08"]), reverse("guide_sign", args=["AZ-08"]), topic("AZ-08")
    draft = "vəkil hələ təsdiqləməyib"
    assert draft in client.get(page).content.decode() and client_as("lawyer").get(sign).status_code == 404
    given = {"name": "Nümunə Vəkil", "read": "on", "digest": one.digest, "once": "a"}
    advocate = client_as("advocate")
    assert sign in advocate.get(page).content.decode()
    assert advocate.post(sign, given | {"digest": "0" * 64}).status_code == 422
    assert advocate.post(sign, given | {"read": "", "once": "b"}).status_code == 422
    assert advocate.post(sign, given | {"once": "c"}).status_code == 302
    shown = client.get(page).content.decode()
    assert "Nümunə Vəkil" in shown and "2026-03-13" in shown and draft not in shown and sign not in shown
    monkeypatch.setattr(timezone, "now", lambda: at + timedelta(days=366))
    assert "Nümunə Vəkil" not in client.get(page).content.decode()
    monkeypatch.setattr(timezone, "now", lambda: at)
    TopicSign.objects.update(digest="0" * 64)  # as if the text were another one
    assert draft in client.get(page).content.decode()


@pytest.mark.django_db
def test_a_second_person_takes_the_name_off_a_page_again(cast, country, at) -> None:
    sign_topic(code="AZ-08", digest=topic("AZ-08").digest, name="Nümunə Vəkil", by=cast.advocate, at=at)
    review = Review.objects.get(kind="topic")
    kind = next(one for one in KINDS if one.name == "topic")
    kind.decide(review=review, verdict="undone", by=cast.officer, at=at)
    assert not TopicSign.objects.exists()


@pytest.mark.django_db
def test_a_page_signed_again_keeps_who_signed_before_and_goes_back_to_it(cast, country, at):
    one = topic("AZ-08")
    for name in ("Birinci Vəkil", "İkinci Vəkil"):
        sign_topic(code=one.code, digest=one.digest, name=name, by=cast.advocate, at=at)
    assert Change.objects.filter(table="topic").latest("pk").before["name"] == "Birinci Vəkil"
    first, second = Review.objects.filter(kind=TOPIC).order_by("pk")
    unsign_topic(review=second, by=cast.officer, at=at)
    row = TopicSign.objects.get()
    assert (row.name, row.by) == ("Birinci Vəkil", cast.advocate)
    unsign_topic(review=second, by=cast.officer, at=at)
    assert TopicSign.objects.get().name == "Birinci Vəkil"
    unsign_topic(review=first, by=cast.officer, at=at)
    assert not TopicSign.objects.exists()
