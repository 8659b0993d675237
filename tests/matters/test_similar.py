"""Matters like what is being written are shown before it is sent."""

import pytest

from icma.matters.models import Matter
from icma.matters.similar import search_text_of, similar, stems

pytestmark = pytest.mark.django_db


@pytest.fixture
def keep(country, at):
    numbers = iter(range(10**6))

    def make(title, text="", place=None, **more):
        place = place or country.goychay
        values = {"stage": "open", "published_at": at, "topic": "infrastructure"} | more
        return Matter.objects.create(
            code=f"S{next(numbers):07d}", title=title, text=text, place=place, raised_at=at, changed_at=at,
            search_text=search_text_of(title, text, place), **values,
        )  # fmt: skip

    return make


def test_suffixes_and_diacritics_do_not_hide_a_like_matter(keep, country):
    road = keep("Məktəbin qarşısında yol dağılıb", "Uşaqlar keçə bilmir")
    keep("İşıqlar yanmır", "Küçə gecə qaranlıqdır")
    assert similar("mektebimizin qarsisindaki yol dagilmisdir", country.goychay.pk) == [road]


def test_only_the_same_district_and_only_what_is_public(keep, country, at):
    keep("Küçəyə su verilmir", place=country.shaki)
    keep("Küçəyə su verilmir", stage="raised", published_at=None)
    keep("Küçəyə su verilmir", hidden_at=at)
    shown = keep("Küçəyə su verilmir")
    assert similar("küçədə su verilmir", country.goychay.pk) == [shown]


def test_one_common_word_is_not_enough(keep, country):
    keep("Məktəbin damı axır", "Yağış yağanda siniflər su ilə dolur")
    assert similar("Bazarda meyvə satmağa yer verilmir, su da yoxdur", country.goychay.pk) == []


def test_the_likest_stands_first_and_there_are_five_at_most(keep, country):
    for n in range(7):
        keep(f"Küçədə su yoxdur {n}")
    best = keep("Bulaq küçəsində içməli su yoxdur, nasos sınıb")
    found = similar("Bulaq küçəsində içməli su yoxdur, nasos xarabdır", country.goychay.pk)
    assert found[0] == best
    assert len(similar("Küçədə su yoxdur", country.goychay.pk)) == 5


@pytest.mark.parametrize(
    "text", ["", " ", "!!!", "və", "x" * 10_000, "söz " * 3_000, '"NEAR(', "\u200b\u202e"]
)
def test_nothing_that_is_typed_breaks_it(keep, country, text):
    keep("Küçədə su yoxdur")
    similar(text, country.goychay.pk)


def test_words_that_say_nothing_do_not_count():
    assert stems("Bizim üçün çox xahiş edirik, küçədə su yoxdur") == ["kuce", "su"]


def test_the_number_of_questions_does_not_grow_with_the_matters(keep, country, django_assert_max_num_queries):
    for n in range(30):
        keep(f"Küçədə su yoxdur {n}")
    with django_assert_max_num_queries(16):
        similar("Küçədə su yoxdur " + " ".join(f"sozler{n}" for n in range(50)), country.goychay.pk)


@pytest.fixture
def few(monkeypatch):
    """A word with more than three hits is common, as one with hundreds is in a city."""
    monkeypatch.setattr("icma.matters.similar.LOOKED_AT", 3)
    monkeypatch.setattr("icma.matters.similar.COMMON", 3)
    monkeypatch.setattr("icma.matters.similar.RECENT", 6)


def test_common_words_are_found_beside_a_rare_one_however_old_the_matter(keep, country, few):
    old = keep("Bulaq küçəsində nasos sınıb")
    for n in range(12):
        keep(f"Küçədə su yoxdur {n}")
    assert similar("Nasos sınıb, küçədə su yoxdur", country.goychay.pk)[0] == old


def test_where_all_words_are_common_what_happened_last_is_shown(keep, country, few):
    rows = [keep(f"Küçədə su verilmir {n}") for n in range(12)]
    assert similar("küçəmizdə su verilmir", country.goychay.pk)[0] == rows[-1]
