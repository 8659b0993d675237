"""Files are sealed as they arrive: nothing in clear, nothing left of what was cut or refused, memory as constant."""

import tempfile
import tracemalloc
from pathlib import Path

import pytest
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from icma.core.action import Refused
from icma.core.door import anyone
from icma.engines import vault
from icma.engines.vault import Unopened
from icma.legalaid import uploads
from icma.legalaid.actions.keys.files import clear_files, keep
from icma.legalaid.models import SealedFile
from icma.legalaid.sealing import opened
from icma.urls import *  # noqa: F403
from icma.urls import urlpatterns as _all
from tests.legalaid import rings

pytestmark = pytest.mark.django_db(transaction=True)
CANARY = b"kanarfayl-7731 "
SEEN: dict = {}


@anyone
@uploads.sealed_uploads(most=30_000_000)
def take(request):
    if request.method == "GET":
        return HttpResponse("form")
    upload = request.FILES["file"]
    SEEN["upload"] = upload
    if request.POST.get("fail"):
        raise RuntimeError("something breaks")
    if request.POST.get("keep"):
        keep(ring=SEEN["ring"], case=SEEN["case"], kind="paper", upload=upload, by="lawyer", on=rings.ON)
    return HttpResponse(request.POST.get("more", ""))


urlpatterns = [path("sinaq/", take), *_all]


@pytest.fixture(autouse=True)
def home(settings, tmp_path, monkeypatch):
    settings.HOME, settings.ROOT_URLCONF = tmp_path, __name__
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    SEEN.clear()
    return tmp_path


def bytes_on_disk(home: Path) -> list[Path]:
    return [file for file in home.rglob("*") if file.is_file()]


def upload(client: Client, data: bytes, **more) -> HttpResponse:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return client.post("/sinaq/", {"more": "ə", "file": SimpleUploadedFile("Şikayət.pdf", data)} | more)


def test_twenty_megabytes_are_kept_sealed_and_come_back_as_an_attachment(home) -> None:
    _user, SEEN["ring"] = rings.lawyer("bir")
    SEEN["case"] = case = rings.a_case(SEEN["ring"])
    data = CANARY * (20_000_000 // len(CANARY))
    assert upload(Client(), data, keep="1").content.decode() == "ə"
    kept = SealedFile.objects.select_related("row__case").get()
    assert bytes_on_disk(home) == [uploads.path_of(kept.name)]
    assert all(CANARY not in file.read_bytes() for file in bytes_on_disk(home))
    value = opened(SEEN["ring"], kept.row)
    assert (value["name"], value["size"]) == ("Şikayət.pdf", len(data))
    sent = uploads.sent(kept.name, value)
    assert b"".join(sent.streaming_content) == data
    assert (
        sent["Content-Disposition"].startswith("attachment") and sent["X-Content-Type-Options"] == "nosniff"
    )
    assert "no-store" in sent["Cache-Control"] and sent["Content-Length"] == str(len(data))
    other = uploads.path_of("f" * 32)
    other.parent.mkdir(parents=True)
    other.write_bytes(uploads.path_of(kept.name).read_bytes())  # the same bytes under another name
    whole = uploads.path_of(kept.name)
    whole.write_bytes(whole.read_bytes()[:-70_000])  # and cut
    for name in ("f" * 32, kept.name):
        with pytest.raises(Unopened):
            b"".join(uploads.opened(name, bytes.fromhex(value["key"]), value["size"]))
    assert case.code.encode() not in whole.read_bytes()


def test_what_is_not_kept_fails_or_is_cut_leaves_nothing(home) -> None:
    client = Client(raise_request_exception=False)
    assert upload(client, CANARY * 9000).status_code == 200
    assert upload(client, CANARY * 9000, fail="1").status_code == 500
    assert bytes_on_disk(home) == []
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n' + CANARY * 9000
    cut = client.generic("POST", "/sinaq/", body, "multipart/form-data; boundary=x")  # no end: it was cut off
    assert cut.status_code == 400, "who is still there is told, and does not go on without the file"
    assert bytes_on_disk(home) == []


def test_a_telephone_that_loses_its_line_leaves_nothing(home) -> None:
    class Line:
        sent = 0

        def read(self, size=-1):
            Line.sent += 1
            if Line.sent > 8:
                raise OSError("the line is cut")
            if Line.sent == 1:
                return b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
            return CANARY * (size // len(CANARY))

    request = RequestFactory().generic("POST", "/sinaq/", b"x", "multipart/form-data; boundary=x")
    request.META["CONTENT_LENGTH"] = 20_000_000
    request._stream = Line()
    request._read_started = False
    request._dont_enforce_csrf_checks = True
    with pytest.raises(OSError, match="cut"):
        take(request)
    assert Line.sent > 8 and bytes_on_disk(home) == []


def test_two_gigabytes_are_refused_before_they_are_read_and_a_liar_at_the_limit(home) -> None:
    class Unread:
        def read(self, *_):
            raise AssertionError("it was read")

    request = RequestFactory().generic("POST", "/sinaq/", b"x", "multipart/form-data; boundary=x")
    request.META["CONTENT_LENGTH"] = str(2_000_000_000)
    request._stream = Unread()
    refused = take(request)
    assert refused.status_code == 413 and "30 MB" in refused.content.decode()
    assert (
        upload(Client(), b"x" * 30_000_001).status_code == 413
    )  # within what the form may add, above the file's limit
    assert bytes_on_disk(home) == []


def test_a_forged_form_is_refused_and_the_handler_stands_before_the_check(home) -> None:
    """The check reads the form: with the ordinary handler the file would lie in memory or in a temporary file."""
    client = Client(enforce_csrf_checks=True)
    assert upload(client, CANARY * 9000).status_code == 403
    assert bytes_on_disk(home) == []
    assert SEEN == {}


def test_no_other_handler_sees_the_bytes(home, monkeypatch) -> None:
    seen = []
    monkeypatch.setattr(FileUploadHandler, "chunk_size", FileUploadHandler.chunk_size)
    for name in ("MemoryFileUploadHandler", "TemporaryFileUploadHandler"):
        monkeypatch.setattr(
            f"django.core.files.uploadhandler.{name}.__init__", lambda *a, **k: seen.append(a)
        )
    assert upload(Client(), CANARY * 9000).status_code == 200 and seen == []


def test_memory_stays_the_same_however_large_the_file(home) -> None:
    handler = uploads.SealingHandler(None, most=10**9)
    handler.new_file("file", "a", "", 0)
    piece = b"x" * 65_536
    tracemalloc.start()
    for number in range(640):  # 40 MB
        handler.receive_data_chunk(piece, number * len(piece))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    handler.drop()
    assert most < 2_000_000


def test_an_empty_file_is_refused_and_left_overs_are_swept(home) -> None:
    _user, ring = rings.lawyer("bir")
    empty = uploads.SealedUpload(stored="e" * 32, key=vault.new_key(), name="a", size=0, head=b"", sha256="")
    with pytest.raises(Refused):
        keep(ring=ring, case=rings.a_case(ring), kind="paper", upload=empty, by="lawyer", on=rings.ON)
    for name in ("a" * 32 + ".part", "b" * 32):
        file = home / "vault" / name[:2] / name
        file.parent.mkdir(parents=True)
        file.write_bytes(b"x")
    assert clear_files() == 0
    assert clear_files(now=uploads.path_of("b" * 32).stat().st_mtime + 90_000) == 2
