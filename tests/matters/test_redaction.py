"""Redacted copies: nothing stays under the rectangles, and two persons stand behind each."""

import io
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from icma.core.action import Refused
from icma.core.files import keep_file, open_file, path_of
from icma.core.models import File
from icma.matters.actions.incoming import record_answer
from icma.matters.actions.redaction import redact, refuse_copy, release, waiting
from icma.matters.compose.pictures import Box, burn, flat_file, pages_of, sizes_of
from icma.matters.forms.redaction import BoxForm
from icma.matters.models import Document, Letter
from tests.matters.letters_kit import came, later, paper_pdf, photo, registered, taken

pytestmark = pytest.mark.django_db
ALL, NOW = Box(1, 0, 0, 100, 100), later(2026, 4, 20)


def with_scan(country, cast, at, data: bytes | None = None) -> Letter:
    letter = registered(country, cast, at)
    given = came(date(2026, 4, 10), scan=data or paper_pdf(pages=2))
    return record_answer(letter=letter, answer="substance", came=given, at=NOW, by=cast.coordinator)


def with_photo(country, at, cast) -> Document:
    file = keep_file(photo("red"), at=at, by=cast.coordinator)
    return Document.objects.create(code="PHOTO001", matter=taken(country, at), kind="photo", file=file, at=at)


def test_what_is_burned_has_no_text_layer_no_metadata_and_no_pixels_under_it():
    from pypdf import PdfReader

    scan = paper_pdf("GIZLI SOZ")
    assert "GIZLI" in PdfReader(io.BytesIO(scan)).pages[0].extract_text()
    flat = flat_file(burn(pages_of(scan, "pdf"), [ALL]), "pdf")
    reader = PdfReader(io.BytesIO(flat))
    assert reader.pages[0].extract_text().strip() == ""
    assert not reader.metadata or not dict(reader.metadata)
    assert b"GIZLI" not in flat and b"CreationDate" not in flat
    assert pages_of(flat, "pdf")[0].getextrema() == ((0, 0), (0, 0), (0, 0))


def test_only_the_rectangle_is_covered_where_it_was_drawn():
    page = burn(pages_of(photo("white", (1000, 500)), "jpeg"), [Box(1, 10, 20, 30, 40)])[0]
    assert page.getpixel((110, 110)) == (0, 0, 0) and page.getpixel((390, 290)) == (0, 0, 0)
    assert page.getpixel((90, 90)) == (255, 255, 255) and page.getpixel((410, 310)) == (255, 255, 255)


def test_pages_are_counted_capped_and_what_is_no_page_is_refused():
    assert len(sizes_of(paper_pdf(pages=3), "pdf")) == 3
    assert pages_of(paper_pdf(), "pdf", only=9) == []
    for data, kind in (
        (b"%PDF-1.4 broken %%EOF", "pdf"),
        (b"\xff\xd8\xff nothing", "jpeg"),
        (paper_pdf(pages=21), "pdf"),
    ):
        with pytest.raises(Refused):
            pages_of(data, kind)
    with pytest.raises(Refused):
        burn(pages_of(photo(), "jpeg"), [Box(2, 0, 0, 1, 1)])


def test_a_copy_is_public_only_after_a_second_person(country, cast, at):
    letter = with_scan(country, cast, at)
    review = redact(thing=letter, boxes=[ALL, Box(2, 0, 0, 50, 50)], at=NOW, by=cast.coordinator)
    assert Letter.objects.get(pk=letter.pk).redacted is None
    with pytest.raises(Refused):
        release(review=review, thing=letter, at=NOW, by=cast.coordinator)
    assert Letter.objects.get(pk=letter.pk).redacted is None
    release(review=review, thing=letter, at=NOW, by=cast.officer)
    kept = Letter.objects.get(pk=letter.pk)
    assert kept.redacted.visibility == "public" and kept.scan.visibility == "staff"
    assert kept.redacted != kept.scan


def test_one_copy_waits_at_a_time_and_a_refused_one_is_deleted(
    country, cast, at, django_capture_on_commit_callbacks
):
    letter = with_scan(country, cast, at)
    review = redact(thing=letter, boxes=[ALL], at=NOW, by=cast.coordinator)
    with pytest.raises(Refused):
        redact(thing=letter, boxes=[ALL], at=NOW, by=cast.officer)
    file = File.objects.get(code=review.data["file"])
    with django_capture_on_commit_callbacks(execute=True):
        refuse_copy(review=review, at=NOW, by=cast.officer)
    assert not File.objects.filter(pk=file.pk).exists() and not path_of(file).exists()
    assert waiting(letter) is None


def test_a_newer_released_copy_takes_the_place_of_the_older_which_is_gone(
    country, cast, at, django_capture_on_commit_callbacks
):
    reply = with_scan(country, cast, at)
    for top in (10.0, 60.0):
        review = redact(thing=reply, boxes=[Box(1, 10, top, 20, 20)], at=NOW, by=cast.coordinator)
        with django_capture_on_commit_callbacks(execute=True):
            release(review=review, thing=Letter.objects.get(pk=reply.pk), at=NOW, by=cast.officer)
    assert list(File.objects.filter(visibility="public")) == [Letter.objects.get(pk=reply.pk).redacted]


def test_a_line_covers_nothing():
    row = {"page": 1, "left": 10, "top": 10, "width": 0, "height": 30}
    assert "width" in BoxForm(row).errors and BoxForm(row | {"width": 5}).is_valid()


def test_nothing_covered_must_be_said_aloud(country, cast, at):
    letter = with_scan(country, cast, at, photo())
    with pytest.raises(Refused):
        redact(thing=letter, boxes=[], at=NOW, by=cast.coordinator)
    assert redact(thing=letter, boxes=[], nothing_to_hide=True, at=NOW, by=cast.coordinator)


def test_the_original_is_not_shown_while_its_copy_waits(country, cast, at, client_as):
    """Who covered a face saw one; a colleague who has not looked as well does not show it in the meantime."""
    document = with_photo(country, at, cast)
    review = redact(thing=document, boxes=[ALL], at=NOW, by=cast.moderator)
    second = client_as("moderator2")
    desk = reverse("moderate_matter", args=[document.matter.code])
    assert 'value="show"' not in second.get(desk).content.decode()
    press = reverse("moderate_photo", args=[document.matter.code, document.code])
    said = second.post(press, {"do": "show", "clean": "on", "once": "a" * 32}, follow=True).content.decode()
    document.refresh_from_db()
    assert document.state == "waiting" and document.thumb is None and "ikinci" in said
    refuse_copy(review=review, at=NOW, by=cast.moderator2)
    assert 'value="show"' in second.get(desk).content.decode()
    second.post(press, {"do": "show", "clean": "on", "once": "b" * 32})
    document.refresh_from_db()
    assert document.state == "public"


def test_a_released_photo_replaces_its_original(country, cast, at, django_capture_on_commit_callbacks):
    document = with_photo(country, at, cast)
    original = File.objects.get(pk=document.file_id)
    review = redact(thing=document, boxes=[ALL], at=NOW, by=cast.moderator)
    with django_capture_on_commit_callbacks(execute=True):
        release(review=review, thing=document, at=NOW, by=cast.moderator2)
    kept = Document.objects.get(pk=document.pk)
    assert kept.state == "public" and kept.thumb.visibility == "public"
    assert not File.objects.filter(pk=original.pk).exists() and not path_of(original).exists()
    with open_file(kept.file) as source:
        assert pages_of(source.read(), "jpeg")[0].getextrema() == ((0, 0), (0, 0), (0, 0))


# --- pages ---------------------------------------------------------------------------------------------
def rows(*boxes, total: int = 6) -> dict[str, str]:
    data = {
        "box-TOTAL_FORMS": str(total),
        "box-INITIAL_FORMS": "0",
        "box-MIN_NUM_FORMS": "0",
        "box-MAX_NUM_FORMS": "200",
    }
    for n, box in enumerate(boxes):
        data |= {f"box-{n}-{name}": str(value) for name, value in vars(box).items()}
    return data


def test_from_drawing_to_release_through_the_pages(country, cast, at, client_as):
    letter = with_scan(country, cast, at)
    page = reverse("letter_redact", args=[letter.matter.code, letter.code])
    maker, second = client_as("coordinator"), client_as("officer")
    first = maker.get(page)
    assert first.content.decode().count("<image ") == 2
    shown = maker.post(page, rows(Box(1, 10, 10, 20.5, 5)) | {"step": "show"})
    assert 'width="20.5%"' in shown.content.decode()
    assert shown.context["boxes"].total_form_count() == 7
    bad = maker.post(page, rows(Box(1, 10, 10, 200, 5)) | {"step": "done", "once": "1"})
    assert bad.status_code == 200 and waiting(letter) is None
    assert maker.post(page, rows(Box(1, 10, 10, 20, 5)) | {"step": "done", "once": "2"}).status_code == 302
    mine = maker.get(page)
    assert not mine.context["may_decide"]
    maker.post(page, {"verdict": "release", "once": "3"})
    assert Letter.objects.get(pk=letter.pk).redacted is None
    assert second.get(page).context["may_decide"]
    assert second.post(page, {"verdict": "release", "once": "4"}).status_code == 302
    assert Letter.objects.get(pk=letter.pk).redacted is not None
    copy = Client().get(reverse("letter_copy", args=[letter.matter.code, letter.code]))
    assert copy.status_code == 200 and copy["Content-Disposition"].startswith("attachment")


def test_page_pictures_are_private_and_never_kept(country, cast, at, client_as):
    letter = with_scan(country, cast, at)
    picture = reverse("letter_redact_page", args=[letter.matter.code, letter.code, 1])
    got = client_as("coordinator").get(picture)
    assert got["Content-Type"] == "image/png" and "no-store" in got["Cache-Control"]
    assert client_as("coordinator").get(picture.replace("/1.png", "/9.png")).status_code == 404
    assert client_as("resident").get(picture).status_code == 404
    assert Client().get(picture).status_code == 302


def test_a_moderator_covers_a_photo_and_a_resident_cannot(country, cast, at, client_as):
    document = with_photo(country, at, cast)
    page = reverse("photo_redact", args=[document.matter.code, document.code])
    assert client_as("resident").get(page).status_code == 404
    assert client_as("moderator").get(page).status_code == 200
    done = client_as("moderator").post(page, rows(ALL) | {"step": "done", "once": "1"})
    assert done.url == reverse("moderate_matter", args=[document.matter.code])
    assert client_as("moderator").get(page.replace(document.matter.code, "TAKEN009")).status_code == 404


def test_a_letter_without_scan_has_no_tool(country, cast, at, client_as):
    letter = registered(country, cast, at)
    assert (
        client_as("coordinator")
        .get(reverse("letter_redact", args=[letter.matter.code, letter.code]))
        .status_code
        == 404
    )


def test_the_script_is_small():
    from pathlib import Path

    import icma.matters

    script = Path(icma.matters.__file__).parent / "static" / "matters" / "redact.js"
    assert script.stat().st_size <= 2560
