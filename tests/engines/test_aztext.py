"""Azerbaijani letters: search, case, order, slugs, cleaning, dates."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icma.engines.aztext import (
    clean_text,
    date_az,
    date_words,
    first_upper,
    fold,
    fold_all,
    lower_az,
    slug,
    sort_key,
    upper_az,
    weekday_words,
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Gəncə", "gence"), ("GƏNCƏ", "gence"), ("gence", "gence"), ("Göyçay", "goycay"),
        ("İŞIQ ışıq", "isiq isiq"), ("I\u0307stək", "istek"), ("  Şəki\u00a0 \n rayonu ", "seki rayonu"),
        ("ge\u200bn\u202ece", "gence"), ("Баку Ёлка Йод", "баку ёлка йод"), ("ǝ\u018e", "ee"),
        ("é ﬁ Ⅳ", "e fi iv"), ("Straße", "strasse"), ("", ""), ("a\x00b", "ab"),
    ],
)  # fmt: skip
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_fold_twice_is_fold_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.lists(st.text(), max_size=5))
def test_fold_all_is_fold_of_each(texts: list[str]) -> None:
    assert fold_all(texts) == [fold(text.replace("\ue000", " ")) for text in texts]


def test_case() -> None:
    assert lower_az("İŞIQ") == "işıq" and upper_az("işıq") == "İŞIQ"
    assert lower_az("I\u0307") == "i" and upper_az("qızılı gül") == "QIZILI GÜL"
    assert first_upper("istək") == "İstək" and first_upper("ışıq") == "Işıq"
    assert first_upper("əhali BİR") == "Əhali BİR" and first_upper("") == ""


@given(st.text(alphabet="abcçdeəfgğhxıijkqlmnoöprsştuüvyz "))
def test_case_goes_both_ways(text: str) -> None:
    assert lower_az(upper_az(text)) == text


def test_order() -> None:
    alphabet = list("ABCÇDEƏFGĞHXIİJKQLMNOÖPRSŞTUÜVYZ")
    assert sorted(set(alphabet), key=sort_key) == alphabet
    names = [
        "Zaqatala",
        "Xaçmaz",
        "Şəki",
        "Quba",
        "Əli Bayramlı",
        "Gəncə",
        "Ağdam",
        "Ağ şəhər",
        "İmişli",
        "Qax",
    ]
    assert sorted(names, key=sort_key) == [
        "Ağ şəhər", "Ağdam", "Əli Bayramlı", "Gəncə", "Xaçmaz", "İmişli", "Qax", "Quba", "Şəki", "Zaqatala",
    ]  # fmt: skip
    assert sorted(["Яма", "zona", "9 nömrə", "West", "Vəl", "Yay"], key=sort_key) == [
        "9 nömrə", "Vəl", "West", "Yay", "zona", "Яма",
    ]  # fmt: skip


def test_slug() -> None:
    assert slug("Şəki şəhəri, Su xətti!") == "seki-seheri-su-xetti"
    assert slug("Дорога в Гяндже") == "doroga-v-gyandje"
    assert slug("???") == "" and len(slug("a" * 200)) == 60


def test_clean_text() -> None:
    assert clean_text(" a\u200b\u202eb\x07\r\nc\td\u2028e ") == "ab\nc d\ne"
    assert clean_text("e\u0301") == "é" and clean_text("x\ud800y") == "xy"


@given(st.text())
def test_clean_text_is_stable_and_can_be_stored(text: str) -> None:
    cleaned = clean_text(text)
    cleaned.encode("utf-8")
    assert clean_text(cleaned) == cleaned


def test_dates_in_words() -> None:
    day = date(2026, 3, 13)
    assert date_az(day) == "13 mart 2026" == date_words(day)
    assert date_words(day, "ru") == "13 марта 2026" and date_words(day, "en") == "13 March 2026"
    assert date_words(day, "az", year=False) == "13 mart"
    assert [weekday_words(day, lang) for lang in ("az", "ru", "en")] == ["cümə", "пятница", "Friday"]
