"""Texts and pictures to pass on: short, public, neutral, and in letters that the font has."""

import io
from datetime import date, timedelta

import pytest
from fontTools.ttLib import TTFont
from PIL import Image

from icma.core import pictures
from icma.front import share
from icma.law.book import book
from icma.law.certainty import may_share, status_of
from icma.law.models import Edition
from icma.matters.models import Clock, Entry, Letter, Matter
from icma.matters.verbs import SENTENCES
from tests.drawn import lie_apart, recorded
from tests.front.noticing import happened, public_matter

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.one_engine,
]  # pictures and papers: no database says otherwise
AZ = "ABCÇDEƏFGĞHXIİJKQLMNOÖPRSŞTUÜVYZabcçdeəfgğhxıijkqlmnoöprsştuüvyz"
RU = "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдеёжзийклмнопрстуфхцчшщъыьэюя"


@pytest.fixture
def matter(country, at) -> Matter:
    return public_matter(country, at)


@pytest.fixture
def entry(matter, at) -> Entry:
    return happened(matter, at, "answer_came")


def with_clock(matter, country, at, rule: str, verb: str) -> Entry:
    letter = Letter.objects.create(
        code="LETTER01",
        matter=matter,
        direction="out",
        stage="registered",
        subject="Su",
        authority=country.water,
        created_at=at,
    )
    due = date(2026, 4, 14)
    clock = Clock.objects.create(
        matter=matter,
        letter=letter,
        rule=rule,
        edition=Edition.objects.first(),
        owner="authority",
        started_at=at,
        due_on=due,
        earliest_on=due,
        latest_on=due,
    )
    return happened(matter, at, verb, letter=letter, clock=clock)


def rule_with(mark: str) -> str:
    law = book()
    return next(key for key in sorted(law.rules) if status_of(law, key) == mark)


@pytest.mark.parametrize("name", ["NotoSerif-Bold.ttf", "NotoSans-Regular.ttf"])
def test_the_bundled_fonts_have_every_letter_that_is_drawn(name) -> None:
    cmap = TTFont(pictures.FONTS / name).getBestCmap()
    missing = [
        chr(c)
        for low, high in pictures.DRAWN
        for c in range(low, high + 1)
        if c not in cmap and chr(c).isprintable()
    ]
    assert missing == []
    assert [letter for letter in AZ + RU + "0123456789№₼—“”„…" if ord(letter) not in cmap] == []


def test_no_letter_is_drawn_as_the_box_of_a_missing_one() -> None:
    for name in ("serif", "sans"):
        font = pictures.font_of(name, 40)
        box = bytes(font.getmask("\uffff"))
        assert [letter for letter in AZ + RU if bytes(font.getmask(letter)) == box] == []


def test_what_the_fonts_lack_is_left_out() -> None:
    assert pictures.drawable("Su 💧 yoxdur 水 ‮x") == "Su yoxdur x"
    assert pictures.drawable(AZ) == AZ


@pytest.mark.parametrize("title", ["Su", "Çox uzun başlıq " * 8, "ə" * 140, "a\u200bb"])
def test_the_text_has_at_most_300_characters_and_keeps_its_link(entry, title) -> None:
    entry.matter.title = title[:140]
    text = share.share_text(entry)
    assert len(text) <= 300
    assert text.endswith("/m/7Q4FM2KD/")
    assert str(SENTENCES["answer_came"]) in text


def test_a_matter_has_a_text_too(matter, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert share.share_text(matter).endswith("/m/7Q4FM2KD/")


@pytest.mark.parametrize("mark", ["V2", "M"])
@pytest.mark.parametrize("verb", ["term_ended", "term_ended_latest", "due_today", "registered"])
def test_a_term_that_is_not_sure_is_neither_named_nor_dated(matter, country, at, mark, verb) -> None:
    entry = with_clock(matter, country, at, rule_with(mark), verb)
    text = share.share_text(entry) + str(share.card_of(entry))
    assert "14 aprel" not in text.replace("\N{NO-BREAK SPACE}", " ")
    if verb != "registered":
        assert share.share_words(entry) == ""
        assert "müddət" not in text


def test_an_unsigned_term_is_our_reckoning_and_a_signed_one_a_date(matter, country, at) -> None:
    rule = rule_with("V")
    assert may_share("V")
    entry = with_clock(matter, country, at, rule, "registered")
    assert "hesablamamıza görə" in share.due_words(entry).lower()
    assert "vəkil təsdiqləməyib" in share.share_words(
        happened(
            matter, at, "term_ended_latest", clock=entry.clock, on=entry.clock.latest_on + timedelta(days=1)
        )
    )


def test_the_picture_is_1080_by_1920_and_bears_its_mark_in_the_demo(entry, client, settings) -> None:
    url = f"/m/7Q4FM2KD/sekil/{entry.pk}.png"
    response = client.get(url)
    assert response["Content-Type"] == "image/png"
    assert Image.open(io.BytesIO(response.content)).size == (1080, 1920)
    assert len(response.content) < 200_000
    assert "max-age" in response["Cache-Control"]
    assert client.get(url, headers={"if-none-match": response["ETag"]}).status_code == 304
    assert share.card_of(entry).mark == ""
    settings.IS_DEMO = True
    assert share.card_of(entry).mark == "Nümunə"


def test_what_changed_is_drawn_anew(entry, client) -> None:
    url = f"/m/7Q4FM2KD/sekil/{entry.pk}.png"
    before = client.get(url)
    Matter.objects.update(title="Başqa başlıq")
    after = client.get(url, headers={"if-none-match": before["ETag"]})
    assert after.status_code == 200
    assert after.content != before.content


def test_the_longest_title_lies_on_nothing_else_of_the_picture(monkeypatch) -> None:
    boxes = recorded(monkeypatch, share)
    card = share.Card(
        "Ağ" * 70,
        "Göyçay",
        "m",
        "n" * 200,
        "13 mart 2026",
        "d" * 90,
        "https://icma.example/m/7Q4FM2KD/",
        "",
        "c",
    )
    assert Image.open(io.BytesIO(share.picture(card))).size == (1080, 1920)
    lie_apart(boxes, 1080, 1920)


@pytest.mark.parametrize("values", [{"hidden_at": "at"}, {"stage": "raised"}, {"published_at": None}])
def test_nothing_that_is_not_public_can_be_passed_on(entry, client, client_as, at, values) -> None:
    Matter.objects.update(**{name: at if value == "at" else value for name, value in values.items()})
    for who in (client, client_as("officer")):
        assert who.get(f"/m/7Q4FM2KD/sekil/{entry.pk}.png").status_code == 404
        assert who.get(f"/m/7Q4FM2KD/paylasin/{entry.pk}/").status_code == 404


def test_a_teams_entry_and_an_entry_of_another_matter_are_not_found(matter, country, at, client) -> None:
    team = happened(matter, at, "drafted", visibility="team")
    public_matter(country, at, code="OTHER001")
    other = happened(matter, at, "sent")
    assert client.get(f"/m/7Q4FM2KD/sekil/{team.pk}.png").status_code == 404
    assert client.get(f"/m/OTHER001/sekil/{other.pk}.png").status_code == 404


def test_the_share_page_shows_text_as_text(entry, client) -> None:
    Matter.objects.update(title="</textarea><script>alert(1)</script>")
    page = client.get(f"/m/7Q4FM2KD/paylasin/{entry.pk}/").content.decode()
    assert "<script>alert" not in page
    assert "sekil" in page


def test_a_date_is_not_torn_apart() -> None:
    from PIL import Image, ImageDraw

    pen = ImageDraw.Draw(Image.new("RGB", (10, 10)))
    lines = pictures.wrapped(
        pen,
        "Hesablamamıza görə cavab: 14\N{NO-BREAK SPACE}aprel\N{NO-BREAK SPACE}2026",
        pictures.font_of("serif", 48),
        700,
    )
    assert any("14\N{NO-BREAK SPACE}aprel\N{NO-BREAK SPACE}2026" in line for line in lines)
