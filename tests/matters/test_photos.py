"""Photos: kept after the text, private until a moderator has seen them, served through a door alone."""

import pytest
from django.test import Client
from django.urls import reverse

from icma.core.files import path_of
from icma.core.models import File
from icma.matters.actions import joining, moderation
from icma.matters.actions.documents import remove_document
from icma.matters.actions.raising import add_photo, raise_matter
from icma.matters.models import Document

pytestmark = pytest.mark.django_db


@pytest.fixture
def raised(country, at):
    return raise_matter(
        title="Yol dağılıb", text="Çuxurdur.", place=country.goychay, topic="infrastructure", at=at
    )


@pytest.fixture
def document(raised, photo, at):
    return add_photo(matter=raised.matter, data=photo().read(), at=at, caption="Çuxur")


def test_a_photo_waits_and_the_same_twice_is_one(raised, document, photo, at):
    assert document.state == "waiting" and document.thumb is None
    add_photo(matter=raised.matter, data=photo().read(), at=at)
    assert Document.objects.count() == 1 and File.objects.count() == 1


def test_a_fifth_photo_is_refused_and_says_why(client, raised, photo, at):
    for colour in ("red", "green", "blue", "white"):
        add_photo(matter=raised.matter, data=photo(colour=colour).read(), at=at)
    client.post(reverse("own_code"), {"code": raised.code})
    page = client.post(
        reverse("own_photo", args=[raised.matter.code]), {"photo": photo(colour="black"), "once": "1"}
    )
    assert page.status_code == 422 and Document.objects.count() == 4


def test_the_author_adds_a_photo_by_code_and_a_wrong_file_keeps_the_caption(client, raised, photo):
    url = reverse("own_photo", args=[raised.matter.code])
    client.post(reverse("own_code"), {"code": raised.code})
    svg = photo(
        data=b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", name="yol.jpg"
    )
    page = client.post(url, {"photo": svg, "caption": "Bu yol", "once": "1"})
    assert page.status_code == 422 and "Bu yol" in page.content.decode() and not Document.objects.exists()
    big = photo(data=b"\xff\xd8\xff" + b"\0" * 30_000_000)
    page = client.post(url, {"photo": big, "once": "2"})
    assert page.status_code == 422 and "12 MB" in page.content.decode()
    assert client.post(url, {"once": "3"}).status_code == 422
    assert client.post(url, {"photo": photo(), "handwriting": "on", "once": "4"}).status_code == 302
    assert Document.objects.get().kind == "handwriting"


def test_nobody_sees_a_photo_before_the_moderator_shows_it(client, client_as, raised, document, cast, at):
    small = reverse("photo", args=[raised.matter.code, document.code])
    whole = reverse("file", args=[document.code])
    moderation.publish(matter=raised.matter, at=at, by=cast.moderator)
    assert client.get(small).status_code == 404
    assert client.get(whole).status_code in (302, 404)
    moderator = client_as("moderator")
    url = reverse("moderate_photo", args=[raised.matter.code, document.code])
    moderator.post(url, {"do": "show", "once": "1"})
    assert Document.objects.get().state == "waiting"
    moderator.post(url, {"do": "show", "clean": "on", "once": "2"})
    page = client.get(small)
    assert page.status_code == 200 and page["Content-Type"] == "image/jpeg"
    assert page["X-Content-Type-Options"] == "nosniff"
    assert page["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert len(b"".join(page.streaming_content)) <= 60_000
    assert client.get(whole).status_code in (302, 404)


def test_the_whole_photo_is_an_attachment_for_those_who_look_after_it(client_as, client, raised, document):
    whole = reverse("file", args=[document.code])
    page = client_as("moderator").get(whole)
    assert page.status_code == 200 and page["Content-Disposition"].startswith("attachment")
    assert "no-store" in page["Cache-Control"]
    assert client_as("researcher").get(whole).status_code == 404
    client.post(reverse("own_code"), {"code": raised.code})
    assert client.get(whole).status_code == 200


def test_a_hidden_matter_hides_its_photos(raised, document, cast, at):
    moderation.publish(matter=raised.matter, at=at, by=cast.moderator)
    moderation.decide_photo(document=document, show=True, clean=True, at=at, by=cast.moderator)
    small = reverse("photo", args=[raised.matter.code, document.code])
    assert Client().get(small).status_code == 200
    joining.hide(matter=raised.matter, sender="n", basis="m", received_at=at, at=at, by=cast.moderator)
    assert Client().get(small).status_code == 404


def test_kept_private_the_small_picture_is_gone(
    raised, document, cast, at, django_capture_on_commit_callbacks
):
    moderation.decide_photo(document=document, show=True, clean=True, at=at, by=cast.moderator)
    thumb = path_of(document.thumb)
    with django_capture_on_commit_callbacks(execute=True):
        moderation.decide_photo(document=document, show=False, at=at, by=cast.moderator)
    assert not thumb.exists() and Document.objects.get().state == "private"


def test_a_removed_photo_leaves_no_bytes(document, cast, at, django_capture_on_commit_callbacks):
    path = path_of(document.file)
    with django_capture_on_commit_callbacks(execute=True):
        remove_document(document=document, at=at, by=cast.moderator)
    assert not path.exists() and not File.objects.exists()


def test_a_photo_of_another_matter_has_no_address_here(raised, document, country, at, client_as):
    other = raise_matter(title="Başqa", text="x", place=country.goychay, topic="other", at=at).matter
    assert client_as("moderator").get(reverse("photo", args=[other.code, document.code])).status_code == 404
