"""The number in a frame: no script, no cookie, nothing from others, and it stands when the database does not."""

import gzip
import html
import json
import re

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from icma.advocacy.actions.log.batcher import log_signatures
from icma.advocacy.publishing import folder, withdraw_files
from icma.front.petitions import draw
from icma.matters.actions.joining import hide
from icma.matters.models import Matter

pytestmark = pytest.mark.django_db


@pytest.fixture
def code(signer) -> str:
    one = signer("open")
    for name in ("ali", "leyla"):
        one.sign(f"{name}@numune.invalid")
    log_signatures(at=timezone.now(), draw=draw)
    return one.petition.matter.code


def test_it_is_light_and_has_neither_script_nor_cookie_nor_anything_from_others(code) -> None:
    response = Client().get(f"/d/{code}/say/")
    page = response.content.decode()
    assert (
        response.status_code == 200
        and len(response.content) <= 15_000
        and len(gzip.compress(response.content)) <= 2_000
    )
    assert (
        "<script" not in page
        and "<img" not in page
        and "<link" not in page
        and "url(" not in page
        and "@import" not in page
    )
    assert (
        not response.cookies
        and "Set-Cookie" not in response.headers
        and "Cookie" not in response.get("Vary", "")
    )
    links = re.findall(r'(?:href|src|action)="([^"]*)"', page)
    assert links and all(f"/m/{code}/" in link for link in links)
    assert ">2<" in page and "Su hər gün verilsin" in page


def test_only_it_may_stand_in_a_frame_of_others(code) -> None:
    frame = Client().get(f"/d/{code}/say/")
    policy = frame["Content-Security-Policy"]
    assert "frame-ancestors *" in policy and "script-src" not in policy and "default-src 'none'" in policy
    assert "X-Frame-Options" not in frame.headers and frame["Cross-Origin-Resource-Policy"] == "cross-origin"
    for other in (f"/m/{code}/", f"/d/{code}/", "/", f"/m/{code}/paket/", f"/m/{code}/jurnal/"):
        response = Client().get(other)
        assert (
            response.get("X-Frame-Options", "DENY") == "DENY"
            and "frame-ancestors 'none'" in response["Content-Security-Policy"]
        )


def test_its_style_is_the_one_that_the_policy_names(code) -> None:
    import base64
    import hashlib

    response = Client().get(f"/d/{code}/say/")
    style = html.unescape(re.search(r"<style>(.*?)</style>", response.content.decode(), re.S)[1])
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in response["Content-Security-Policy"]
    raw = re.search(rb"<style>(.*?)</style>", response.content, re.S)[1]
    assert raw.decode() == style  # what the browser hashes is not escaped


def test_it_asks_no_database(code, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert Client().get(f"/d/{code}/say/").status_code == 200


def test_page_count_and_frame_stand_while_the_database_is_gone(code) -> None:
    def gone(*_given):
        raise AssertionError("asked")

    with connection.execute_wrapper(gone):
        pages = [Client().get(f"{language}/m/{code}/") for language in ("", "/ru", "/en")]
        count = Client().get(f"/d/{code}/fayl/count.json")
        assert Client().get(f"/ru/d/{code}/say/").status_code == 200
    assert json.loads(b"".join(count.streaming_content))["count"] == 2
    for page, words in zip(pages, ("təsdiqlənmiş dəstək", "подтверждённ", "confirmed support"), strict=True):
        text = page.content.decode()
        assert page.status_code == 200 and "Su hər gün verilsin" in text and words in text
        assert re.search(r">\s*2\s*<", text) and re.search(rf'action="(/ru|/en)?/d/{code}/"', text)


def test_there_is_none_for_what_is_no_petition_or_is_hidden(code, cast) -> None:
    for wrong in ("ZZZZZZZZ", "..", "a-b", "%2e%2e"):
        assert Client().get(f"/d/{wrong}/say/").status_code == 404
    at = timezone.now()
    hide(
        matter=Matter.objects.get(code=code),
        sender="məhkəmə",
        basis="1",
        received_at=at,
        at=at,
        by=cast.moderator,
    )
    log_signatures(at=at, draw=draw)
    assert Client().get(f"/d/{code}/say/").status_code == 404


def test_it_is_there_before_the_first_file_is_written(signer, cast) -> None:
    """The kit hands its address out at once; a server without a worker never writes the file."""
    petition = signer("open").petition
    code = petition.matter.code
    assert not folder(code).exists()
    response = Client().get(f"/d/{code}/say/")
    assert response.status_code == 200 and ">0<" in response.content.decode()
    at = timezone.now()
    hide(matter=petition.matter, sender="məhkəmə", basis="1", received_at=at, at=at, by=cast.moderator)
    assert Client().get(f"/d/{code}/say/").status_code == 404


@pytest.mark.parametrize("mode", ["open", "protected"])
def test_without_its_file_it_says_what_the_file_said(signer, mode) -> None:
    """Never what is not signed yet: in a protected petition that would tell of one voice."""
    one = signer(mode)
    one.sign("ali@numune.invalid")
    log_signatures(at=timezone.now(), draw=draw)
    code = one.petition.matter.code
    written = Client().get(f"/d/{code}/say/").content
    withdraw_files(code)
    assert Client().get(f"/d/{code}/say/").content == written


def test_a_title_with_marks_of_html_stays_words(signer) -> None:
    one = signer("open", title='Su <b>"hər" gün</b> & işıq')
    log_signatures(at=timezone.now(), draw=draw)
    page = Client().get(f"/d/{one.petition.matter.code}/say/").content.decode()
    assert "<b>" not in page and "&lt;b&gt;" in page
    kit = Client().get(f"/m/{one.petition.matter.code}/paket/").content.decode()
    assert "<iframe" not in kit and "&lt;iframe" in kit
