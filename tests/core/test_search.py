"""Search finds words by their beginnings, without diacritics, whatever is typed."""

import pytest

from icma.core.search import narrowed, sought, words, words_of
from icma.matters.models import Matter
from icma.matters.similar import search_text_of
from icma.people.models import Place

pytestmark = pytest.mark.django_db


def find(rows, text: str):
    return narrowed(rows, *sought(rows.model, text))


@pytest.fixture
def matters(country, at):
    gence = Place.objects.create(
        code="AZ-GA",
        kind="unit",
        name_az="Gəncə",
        name_en="Ganja",
        name_ru="Гянджа",
        sort_key="g",
        search_text="gence ganja",
    )
    texts = [
        ("Bulaq küçəsində su yoxdur", country.goychay),
        ("Məktəbin damı axır", gence),
        ("Дорога разбита", country.shaki),
    ]
    for number, (title, place) in enumerate(texts):
        Matter.objects.create(
            code=f"M{number:07d}", title=title, text="IŞIQ yanmır", place=place, topic="other", raised_at=at, changed_at=at,
            search_text=search_text_of(title, "IŞIQ yanmır", place),
        )  # fmt: skip


def found(text: str) -> list[str]:
    return sorted(find(Matter.objects.all(), text).values_list("code", flat=True))


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("gence", ["M0000001"]),
        ("GƏNCƏ", ["M0000001"]),
        ("Gəncə", ["M0000001"]),
        ("goycay", ["M0000000"]),
        ("Göyçay su", ["M0000000"]),
        ("su goyc", ["M0000000"]),
        ("su gence", []),
        ("işıq", ["M0000000", "M0000001", "M0000002"]),
        ("isiq", ["M0000000", "M0000001", "M0000002"]),
        ("ДОРОГА", ["M0000002"]),
        ("mekteb dami", ["M0000001"]),
        ("məkt\u200bəb \u202edamı", ["M0000001"]),
        ("aktəb", []),
    ],
)
def test_words_are_found_by_their_beginnings(matters, text, codes):
    assert found(text) == codes


def test_an_empty_search_changes_nothing_and_one_without_words_finds_nothing(matters):
    assert len(found("")) == len(found("   ")) == 3
    assert found('"') == found("***") == found("- ( )") == []


@pytest.mark.parametrize(
    "text",
    ['"', "su AND", "su OR gence", "NEAR(su gence)", "su*", "-su", "^su", "search_text:su", "su' OR 1=1 --", "\\", "%", "_",
     "su & !gence", "su | gence", "su:*", "a" * 10_000, "su " * 5_000, "(" * 10_000, "\u202e\u200b\u0000", "😀 su", "𞤀𞤁", "²½",
     "مرحبا"],
    ids=range(23),
)  # fmt: skip
def test_nothing_that_is_typed_breaks_the_search(matters, text):
    found(text)


def test_operators_are_words(matters):
    assert found("su AND") == [] and found("su*") == ["M0000000"] and found("-su") == ["M0000000"]


def test_a_search_of_ten_thousand_characters_asks_for_eight_words_at_most():
    assert len(words("abcd efgh " * 1_000)) == 2
    assert len(words(" ".join(f"soz{n}" for n in range(2_000)))) == 8
    assert max(map(len, words("x" * 10_000))) <= 40


def test_changed_and_deleted_rows_leave_the_index(matters):
    Matter.objects.filter(code="M0000000").update(search_text=words_of("Təzə söz"))
    assert found("bulaq") == [] and found("teze") == ["M0000000"]
    Matter.objects.filter(code="M0000000").delete()
    assert found("teze") == []


def test_small_tables_are_searched_without_an_index(country):
    assert list(find(Place.objects.all(), "GÖYÇ")) == [country.goychay]
    assert not find(Place.objects.all(), "100%").exists()


def test_many_hits_are_found_in_the_order_of_the_list(country, at, monkeypatch):
    from icma.core import search

    monkeypatch.setattr(search, "RARE", 2)
    for number in range(6):
        Matter.objects.create(
            code=f"N{number:07d}", title="su", place=country.goychay, topic="other", raised_at=at, changed_at=at,
            search_text="su goycay",
        )  # fmt: skip
    rows = find(Matter.objects.all(), "su").order_by("-id")
    assert [row.code for row in rows[:3]] == ["N0000005", "N0000004", "N0000003"]
