"""An advocate's signature, and what may be said without it."""

from datetime import date

import pytest
from django.urls import reverse

from icma.core.action import Refused
from icma.front.reviews import KINDS
from icma.law import actions
from icma.law.book import book
from icma.law.certainty import (
    late_words,
    lateness_status,
    may_assert,
    may_share,
    page_mark,
    signed_by,
    status_of,
    wording,
)
from icma.law.letters import letter_text
from icma.law.models import Rule
from icma.law.pages import rule_line
from icma.people.models import Change, Review

pytestmark = pytest.mark.django_db
DAYS = [date(2026, 3, 13), date(2026, 12, 21), date(2026, 5, 4)]
DUE = date(2026, 4, 14)
ASSERTS = {"az": "cavab verilməyib", "ru": "ответ не дан", "en": "no answer was given"}


def sign(cast, at, key="appeal.general", **more):
    given = {"name": "Nümunə Vəkil", "examples": DAYS, "by": cast.advocate, "at": at} | more
    return actions.sign_rule(key=key, **given)


def test_nothing_that_is_shipped_may_assert_a_breach(country):
    law = book()
    for key in law.rules:
        if not key.startswith("own."):
            assert not may_assert(status_of(law, key)), key
            for language, words in ASSERTS.items():
                said = wording(law, key, language, DUE)
                assert not said.asserts, key
                assert words not in said.sentence, key


def test_a_signed_rule_asserts_with_article_and_date(cast, at):
    sign(cast, at)
    said = wording(book(), "appeal.general", "az", DUE)
    assert said.asserts
    assert "10.1" in said.sentence
    assert "14 aprel 2026" in said.sentence
    assert ASSERTS["az"] in said.sentence


def test_a_rule_read_in_the_law_is_cited_and_its_date_is_our_reckoning(country):
    said = wording(book(), "adm.decision", "az", DUE)
    assert status_of(book(), "adm.decision") == "V"
    assert "52.1" in said.sentence
    assert "hesablamamıza görə" in said.sentence


@pytest.mark.parametrize("key", ["ombudsman.examine", "concourt.lodge", "appeal.general"])
def test_a_rule_of_a_secondary_source_gives_neither_article_nor_date(country, key):
    said = wording(book(), key, "az", DUE)
    assert "aprel" not in said.sentence
    assert book().rules[key].article not in said.sentence
    assert "qanunla müəyyən edilmiş müddətdə" in said.sentence


def test_the_status_is_the_weakest_of_the_fields(country):
    law = book()
    assert status_of(law, "info.defects") == "V"
    assert status_of(law, "info.extension") == "M"


def test_a_term_that_was_read_in_the_law_makes_nobody_late_while_its_extension_was_not(country, cast, at):
    law = book()
    assert law.rules["info.general"].certain["extensions"] == "M"
    assert (status_of(law, "info.general"), lateness_status(law, "info.general")) == ("V", "M")
    assert (status_of(law, "adm.decision"), lateness_status(law, "adm.decision")) == ("V", "V")
    assert (status_of(law, "info.defects"), lateness_status(law, "info.defects")) == (
        "V",
        "V",
    )  # has no extension
    assert late_words(lateness_status(law, "info.general")) == ""
    line = rule_line(law.rules["info.general"], law)
    assert "yoxlanılmayıb" in line.extensions[0] and "yoxlanılmayıb" not in line.mark
    sign(cast, at, key="info.general")
    assert lateness_status(book(), "info.general") == "signed"


def test_only_what_is_sure_enough_enters_a_share(country):
    assert [may_share(mark) for mark in ("signed", "own", "V", "V2", "M")] == [True, True, True, False, False]
    assert late_words("M") == ""
    assert "vəkil təsdiqləməyib" in page_mark("V")
    assert "yoxlanılmayıb" in page_mark("V2")


def test_three_different_examples_are_computed_and_kept_with_name_and_date(cast, at):
    sign(cast, at)
    row = Rule.objects.get(key="appeal.general", until=None)
    assert [example["due"] for example in row.examples] == ["2026-04-14", "2027-01-14", "2026-05-26"]
    assert row.examples[0]["readings"] == ["2026-04-13"]
    assert "Cəmi 15" in row.examples[0]["explanation"]
    assert (row.signed_by, row.signed_on) == ("Nümunə Vəkil", date(2026, 3, 13))
    assert "Nümunə Vəkil" in signed_by(book(), "appeal.general")


@pytest.mark.parametrize(
    "wrong",
    [
        {"examples": DAYS[:2]},
        {"examples": [DAYS[0]] * 3},
        {"name": " "},
        {"key": "own.moderate"},
        {"key": "court.count"},
        {"key": "no.such"},
        {"examples": [*DAYS[:2], date(9990, 1, 1)]},
    ],
)
def test_a_signature_without_name_or_three_examples_is_refused(cast, at, wrong):
    with pytest.raises(Refused):
        sign(cast, at, **wrong)
    assert book().signed == {}


def test_an_advocate_may_correct_what_the_source_says_and_sign_it_at_once(cast, at):
    row = Rule.objects.get(key="appeal.general", until=None)
    data = {**row.data, "alternatives": {}, "certain": dict.fromkeys(row.data["certain"], "V")}
    sign(cast, at, data=data)
    law = book()
    assert law.rules["appeal.general"].alternatives == {}
    assert status_of(law, "appeal.general") == "signed"


def test_a_later_change_takes_the_signature_away_but_a_better_name_does_not(cast, at):
    sign(cast, at)
    row = Rule.objects.get(key="appeal.general", until=None)
    titled = {**row.data, "title": {**row.data["title"], "az": "Müraciətə cavab müddəti"}}
    actions.change_rule(key="appeal.general", data=titled, why="Adı aydın olsun", by=cast.officer, at=at)
    assert "appeal.general" in book().signed
    actions.change_rule(
        key="appeal.general", data={**titled, "amount": 20}, why="Dəyişiklik", by=cast.officer, at=at
    )
    assert "appeal.general" not in book().signed


def test_an_invented_signature_says_that_it_is_a_sample(cast, at):
    sign(cast, at, sample=True)
    assert "nümunə" in signed_by(book(), "appeal.general")


def letter(key: str = "application"):
    return letter_text(key)


def test_a_signed_text_is_no_draft_any_more_and_a_colleague_takes_the_name_back(cast, at):
    before = letter()
    actions.sign_letter(
        key="application", seen=before.version, body=before.body, name="Nümunə Vəkil", by=cast.advocate, at=at
    )
    assert (letter().signed_by, letter().version, letter().body) == (
        "Nümunə Vəkil",
        before.version,
        before.body,
    )
    kind = next(one for one in KINDS if one.name == actions.LETTER)
    kind.decide(review=Review.objects.get(kind=actions.LETTER), verdict="undone", by=cast.officer, at=at)
    assert letter().signed_by == ""


def test_a_corrected_text_is_a_version_of_its_own_and_undone_the_one_before_stands(cast, at):
    before = letter()
    body = before.body + "\n\nHörmətlə, {place}"
    actions.sign_letter(
        key="application", seen=before.version, body=body, name="Nümunə Vəkil", by=cast.advocate, at=at
    )
    assert letter().body == body and letter().version == before.version + 1
    kind = next(one for one in KINDS if one.name == actions.LETTER)
    kind.decide(review=Review.objects.get(kind=actions.LETTER), verdict="undone", by=cast.officer, at=at)
    assert letter() == before


def undo(name: str, by, at):
    kind = next(one for one in KINDS if one.name == actions.LETTER)
    [review] = [one for one in Review.objects.filter(kind=actions.LETTER) if one.data["name"] == name]
    kind.decide(review=review, verdict="undone", by=by, at=at)


def sign_as(name: str, cast, at):
    now = letter()
    return actions.sign_letter(
        key="application", seen=now.version, body=now.body, name=name, by=cast.advocate, at=at
    )


def test_who_signed_before_stays_written_when_the_same_text_is_signed_again(cast, at, client_as):
    sign_as("Birinci Vəkil", cast, at)
    body = letter().body
    sign_as("İkinci Vəkil", cast, at)
    assert (letter().signed_by, letter().body) == ("İkinci Vəkil", body)
    page = client_as("advocate").get(reverse("letter_text_sign", args=["application"])).content.decode()
    assert "Birinci Vəkil" in page
    assert Change.objects.filter(table="letter_text").latest("pk").before["name"] == "Birinci Vəkil"


def test_undoing_the_second_signature_leaves_the_first_and_the_other_way_round(cast, at):
    sign_as("Birinci Vəkil", cast, at)
    sign_as("İkinci Vəkil", cast, at)
    undo("İkinci Vəkil", cast.officer, at)
    assert letter().signed_by == "Birinci Vəkil"
    sign_as("Üçüncü Vəkil", cast, at)
    undo("Birinci Vəkil", cast.officer, at)
    assert letter().signed_by == "Üçüncü Vəkil"
    undo("Üçüncü Vəkil", cast.officer, at)
    assert letter().signed_by == ""


@pytest.mark.parametrize(
    "wrong", [{"seen": 99}, {"name": " "}, {"body": " \n "}, {"body": "Xahiş edirəm, {hole}."}]
)
def test_a_text_is_not_signed_unseen_nameless_empty_or_with_a_hole_that_nothing_fills(cast, at, wrong):
    before = letter()
    given = {"seen": before.version, "body": before.body, "name": "Nümunə Vəkil"} | wrong
    with pytest.raises(Refused):
        actions.sign_letter(key="application", **given, by=cast.advocate, at=at)
    assert letter() == before


def test_an_advocate_signs_on_the_page_and_what_was_typed_stays_when_it_is_refused(client_as, cast):
    client, address = client_as("advocate"), reverse("letter_text_sign", args=["application"])
    sent = {
        "body": letter().body + " {hole}",
        "name": "Nümunə Vəkil",
        "seen": letter().version,
        "once": "a" * 20,
    }
    refused = client.post(address, sent)
    assert refused.status_code == 422 and "{hole}" in refused.content.decode()
    assert client.post(address, sent | {"body": letter().body}).status_code == 302
    assert letter().signed_by == "Nümunə Vəkil"
    assert "Nümunə Vəkil" in client.get(reverse("letter_texts")).content.decode()
    assert client_as("coordinator").get(address).status_code in (403, 404)
