"""The media kit: made here, in three languages, of what everybody may read."""

import io
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from icma.advocacy import kit_pictures
from icma.advocacy.actions.log.batcher import log_signatures
from icma.advocacy.actions.log.sheets import enter_sheet
from icma.advocacy.kit import Kit, Proof, cut, drawn, kit_of, short_text
from icma.advocacy.kit_papers import page as page_of_paper
from icma.advocacy.kit_papers import paper
from icma.advocacy.models import Campaign, Petition
from icma.core import pictures
from icma.core.day import legal_day
from icma.front.petitions import draw
from icma.matters.actions.joining import hide
from tests.advocacy.campaign_kit import published, started
from tests.drawn import lie_apart, recorded

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.one_engine,
]  # pictures and papers: no database says otherwise
LANGUAGES = {"az": "", "ru": "/ru", "en": "/en"}
LETTERS = "əğıöşüçƏĞIİÖŞÜÇ"


@pytest.fixture
def campaign(country, cast) -> Campaign:
    at = timezone.now()
    return published(started(country, cast, at), cast, at)


def signed(signer, n: int = 2, mode: str = "open", **more) -> Petition:
    one = signer(mode, **more)
    for number in range(n):
        one.sign(f"s{number}@numune.invalid")
    log_signatures(at=timezone.now(), draw=draw)
    return Petition.objects.select_related("matter__community", "matter__place", "matter__authority").get(
        pk=one.petition.pk
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_text_to_copy_is_short_and_carries_the_whole_address(campaign, client, language) -> None:
    page = client.get(f"{LANGUAGES[language]}/m/{campaign.matter.code}/paket/").content.decode()
    text = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.S)[1]
    assert len(text) <= 300 and text.endswith(f"{LANGUAGES[language]}/m/{campaign.matter.code}/")
    assert campaign.matter.title in text


def test_however_long_the_words_the_text_has_300_characters(campaign) -> None:
    from django.utils import translation

    matter = campaign.matter
    for title, demand in (("ə" * 140, "ş" * 1000), ("Su " * 46, "söz " * 249), ("Su", "tələb " * 100)):
        matter.title = title.strip()[:140]
        Campaign.objects.filter(pk=campaign.pk).update(demand=demand)
        for language in LANGUAGES:
            with translation.override(language):
                made = kit_of(matter, language)
                assert len(short_text(made)) <= 300 and short_text(made).endswith(made.url)


def test_a_text_is_cut_between_words_and_says_so() -> None:
    assert cut("bir iki üç", 8) == "bir iki…" and cut("bir", 8) == "bir" and cut("ə" * 20, 5) == "əəəə…"


@pytest.mark.parametrize("shape", kit_pictures.SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_pictures_have_their_size_in_each_language(campaign, client, shape, language) -> None:
    from PIL import Image

    address = f"{LANGUAGES[language]}/m/{campaign.matter.code}/paket/{shape}.png"
    response = client.get(address)
    assert response["Content-Type"] == "image/png"
    assert Image.open(io.BytesIO(response.content)).size == kit_pictures.SIZES[shape]
    assert client.get(address, headers={"If-None-Match": response["ETag"]}).status_code == 304
    assert client.get(f"/m/{campaign.matter.code}/paket/boyuk.png").status_code == 404


@pytest.mark.parametrize("name", ["serif", "sans"])
def test_every_azerbaijani_letter_is_drawn_as_itself(name) -> None:
    """Each letter differs from the box of a missing one, and from every other letter."""
    from PIL import Image, ImageDraw

    def drawn_as(char: str) -> bytes:
        image = Image.new("L", (80, 90), 255)
        ImageDraw.Draw(image).text((10, 5), char, 0, pictures.font_of(name, 60))
        return image.tobytes()

    seen = {drawn_as(char) for char in LETTERS}
    assert len(seen) == len(LETTERS) and drawn_as("\ue000") not in seen
    assert pictures.drawable(LETTERS) == LETTERS


def filled(title: str, demand: str, body: str, petitions: int, count: int = 6_100_000) -> Kit:
    proof = Proof(
        "Göyçayın üç kəndində məktəb yolunun qış aylarında işıqlandırılması üçün", count, 12, 1, 7, "f" * 64,
        "20 noyabr 2026", "https://icma.numune.invalid/m/XJ3KGKP6/jurnal/",
    )  # fmt: skip
    return Kit(
        "MAVDX4WN", "kampaniya", title, demand, "Göyçay", body, "Bazar küçəsi icması", "davam edir",
        "https://icma.numune.invalid/m/MAVDX4WN/", "Nümunə", "az", (proof,) * petitions,
    )  # fmt: skip


WORDS = "Məktəblərdə qızlar və oğlanlar üçün ayrıca isti və təmiz tualetlər " * 10
FILLED = [
    filled("Su", "Su", "", 0), filled("Su", "Su", "Su İdarəsi", 1), filled(WORDS[:60], WORDS[:300], WORDS[:90], 2),
    filled(WORDS[:140], WORDS[:600], WORDS[:200], 3), filled(WORDS[:139], WORDS[:600], WORDS[:200], 1, 0),
    filled("ş" * 140, "m" * 600, "Ğ" * 200, 3),
]  # fmt: skip


@pytest.mark.parametrize("shape", kit_pictures.SIZES)
@pytest.mark.parametrize("kit", FILLED)
def test_nothing_on_a_picture_lies_on_anything_else(monkeypatch, kit, shape) -> None:
    """The name of a campaign takes 140 characters, its body 200: the number and the code keep their place."""
    boxes = recorded(monkeypatch, kit_pictures)
    kit_pictures.picture.__wrapped__(drawn(kit), shape)
    lie_apart(boxes, *kit_pictures.SIZES[shape])
    if kit.most:
        said = [words for words, _box in boxes]
        assert "təsdiqlənmiş dəstək" in said and ("6 100 000" in " ".join(said).replace("\xa0", " "))


@pytest.mark.parametrize("kit", FILLED[:5])
def test_a_poster_is_one_sheet(kit) -> None:
    pypdf = pytest.importorskip("pypdf")
    assert len(pypdf.PdfReader(io.BytesIO(paper(drawn(kit), "poster"))).pages) == 1


def test_a_picture_changes_with_the_number_and_with_nothing_else(campaign, signer) -> None:
    from django.utils import translation

    seen = signer("open", campaign=campaign)
    seen.sign("s1@numune.invalid")
    log_signatures(at=timezone.now(), draw=draw)
    with translation.override("az"):
        one, two = kit_of(campaign.matter, "az"), kit_of(campaign.matter, "az")
        assert one == two and kit_pictures.picture(drawn(one), "share") is kit_pictures.picture(
            drawn(two), "share"
        )
        seen.sign("s2@numune.invalid")
        log_signatures(at=timezone.now() + timedelta(minutes=1), draw=draw)
        assert kit_pictures.picture(drawn(kit_of(campaign.matter, "az")), "share") != kit_pictures.picture(
            drawn(one), "share"
        )


def test_on_a_delivery_no_petition_is_torn_between_two_pages() -> None:
    pypdf = pytest.importorskip("pypdf")
    full = FILLED[2]
    proofs = tuple(
        replace(full.proofs[0], title=f"Petisiya {k}", url=f"icma.example/{k}/") for k in (1, 2, 3)
    )
    sheet = paper(replace(full, proofs=proofs), "delivery")
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(sheet)).pages]
    for k in (1, 2, 3):
        on = [n for n, text in enumerate(pages) if f"Petisiya {k}" in text or f"icma.example/{k}/" in text]
        assert len(pages) > 1 and len(on) == 1


def text_of(pdf: bytes) -> str:
    pypdf = pytest.importorskip("pypdf")
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["poster", "delivery"])
def test_papers_are_pdf_with_qr_and_the_root_of_the_log(signer, client, name, language) -> None:
    from django.utils import translation

    from icma.advocacy.kit_papers import page

    petition = signed(signer, text="Şəhərin çayı üçün: ağac, ığ, öz.")
    response = client.get(f"{LANGUAGES[language]}/m/{petition.matter.code}/paket/{name}.pdf")
    assert response.content.startswith(b"%PDF") and response["Content-Type"] == "application/pdf"
    with translation.override(language):
        made = kit_of(petition.matter, language)
        html = page(made, name)
    assert (
        made.proofs[0].root in html
        and 'class="qr" src="data:image/svg' in html
        and petition.matter.text in html
    )
    assert f'lang="{language}"' in html and "http" not in html.split("<style")[1].split("</style>")[0]


def test_a_paper_is_made_once_and_then_kept(signer, client) -> None:
    petition = signed(signer)
    address = f"/m/{petition.matter.code}/paket/poster.pdf"
    first, made = client.get(address), paper.cache_info()
    again, kept = client.get(address), paper.cache_info()
    assert again.content == first.content and (kept.misses, kept.hits) == (made.misses, made.hits + 1)


def test_without_the_native_library_the_page_for_the_printer_comes(signer, client, monkeypatch) -> None:
    from icma.advocacy.views import kit as views
    from icma.matters.compose.paper import NoPango

    def missing(*_given):
        raise NoPango

    monkeypatch.setattr(views, "paper", missing)
    petition = signed(signer)
    response = client.get(f"/m/{petition.matter.code}/paket/delivery.pdf")
    assert (
        response["Content-Type"].startswith("text/html")
        and petition.matter.title in response.content.decode()
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_press_note_has_facts_demand_steps_and_how_it_is_counted(
    campaign, signer, client, language
) -> None:
    petition = signed(signer, campaign=campaign)
    response = client.get(f"{LANGUAGES[language]}/m/{campaign.matter.code}/paket/press.txt")
    text = response.content.decode()
    campaign.refresh_from_db()
    assert "attachment" in response["Content-Disposition"] and campaign.demand in text
    assert {"az": "Nə tələb olunur", "ru": "Чего требуют", "en": "What is demanded"}[language] in text
    head = kit_of(campaign.matter, "az").proofs[0]
    assert head.root in text and f"/m/{petition.matter.code}/jurnal/" in text


def test_of_a_protected_petition_only_steps_of_25_are_told(signer, client) -> None:
    petition = signed(signer, 27, "protected")
    made = kit_of(petition.matter, "az")
    assert made.proofs[0].count in (0, 25) and made.proofs[0].step == 25


def test_petitions_of_one_campaign_are_never_added_up(campaign, signer, client) -> None:
    """One person may support them all."""
    first = signed(signer, 3, campaign=campaign, title="Su xətti")
    signed(signer, 2, campaign=campaign, title="Su saatı")
    with override("az"):
        made = drawn(kit_of(campaign.matter, "az"))
        text, poster = short_text(made), page_of_paper(made, "poster")
        assert (made.most.count, made.what) == (3, "“Su xətti” petisiyasına təsdiqlənmiş dəstək")
    press = client.get(f"/m/{campaign.matter.code}/paket/press.txt").content.decode()
    for words in (text, press):
        assert "“Su xətti” petisiyasına təsdiqlənmiş dəstək: 3" in words
        assert "“Su saatı” petisiyasına təsdiqlənmiş dəstək: 2" in words and "dəstək: 5" not in words
    assert '<p class="n">3</p><p>“Su xətti” petisiyasına' in poster
    with override("az"):
        assert short_text(kit_of(first.matter, "az")).count("Təsdiqlənmiş dəstək: 3") == 1


@pytest.mark.parametrize(
    "language, words, claim",
    [
        ("az", "bunlardan kağızda: 12", "kağız vərəqin bir sətri"),
        ("ru", "из них на бумаге: 12", "строка бумажного листа"),
        ("en", "of these on paper: 12", "a line of a paper sheet"),
    ],
)
def test_what_came_on_paper_is_told_with_every_number(signer, client, cast, language, words, claim) -> None:
    one, at = signer("open"), timezone.now()
    one.sign("s1@numune.invalid")
    sheet = {"name": "A 1", "dated_on": legal_day(at), "total": 12, "at": at, "by": cast.coordinator}
    enter_sheet(petition=one.petition, **sheet)
    log_signatures(at=at, draw=draw)
    code, way = one.petition.matter.code, LANGUAGES[language]
    with override(language):
        paper = page_of_paper(kit_of(one.petition.matter, language), "delivery")
    press = client.get(f"{way}/m/{code}/paket/press.txt").content.decode()
    read = client.get(f"{way}/m/{code}/").content.decode()
    assert words in paper and words in press and words in client.get(f"{way}/d/{code}/say/").content.decode()
    assert claim in paper and claim in press and claim in read


def test_of_a_protected_petition_no_paper_is_told(signer, client, cast) -> None:
    one, at = signer("protected"), timezone.now()
    sheet = {"name": "A 1", "dated_on": legal_day(at), "total": 30, "at": at, "by": cast.coordinator}
    enter_sheet(petition=one.petition, **sheet)
    log_signatures(at=at, draw=draw)
    code = one.petition.matter.code
    with override("az"):
        made = kit_of(one.petition.matter, "az")
        assert made.most.count == 25 and "bunlardan kağızda" not in page_of_paper(made, "delivery")
    for address in (f"/m/{code}/paket/press.txt", f"/d/{code}/say/"):
        assert "bunlardan kağızda" not in client.get(address).content.decode()


def test_what_is_hidden_or_not_public_has_no_kit(campaign, client, cast, country) -> None:
    at, code = timezone.now(), campaign.matter.code
    hidden = started(country, cast, at, title="Hələ planda")
    tails = ("", "share.png", "story.png", "poster.pdf", "delivery.pdf", "press.txt")
    assert all(client.get(f"/m/{hidden.matter.code}/paket/{tail}").status_code == 404 for tail in tails)
    hide(matter=campaign.matter, sender="məhkəmə", basis="13-1", received_at=at, at=at, by=cast.moderator)
    assert all(client.get(f"/m/{code}/paket/{tail}").status_code == 404 for tail in tails)


def test_the_kit_offers_no_letter_to_send(campaign, client) -> None:
    """Words to pass on; no address of an authority, no mail that many could send alike."""
    page = client.get(f"/m/{campaign.matter.code}/paket/").content.decode()
    assert "mailto:" not in page and "8.1.4" not in page and "<form" not in page.split("<main")[1]


@pytest.mark.parametrize("path", ["paket/", "oxunma/"])
def test_its_pages_are_light_and_ask_little(campaign, signer, client, path) -> None:
    import gzip

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for n in range(3):
        signed(signer, 1, campaign=campaign, title=f"Petisiya {n}")
    client.get(f"/m/{campaign.matter.code}/{path}")
    with CaptureQueriesContext(connection) as asked:
        response = client.get(f"/m/{campaign.matter.code}/{path}")
    assert len(asked) <= 12 and len(gzip.compress(response.content)) <= 20_000
