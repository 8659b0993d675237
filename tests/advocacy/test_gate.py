"""The way past Django's stack: the same answers, the same headers, and everything that is not plain goes the long way."""

import gzip
import io
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import OperationalError, close_old_connections
from django.http import QueryDict
from django.utils import timezone

from icma.advocacy.actions.codes import issue_paper
from icma.advocacy.committer import Busy
from icma.advocacy.forms.signing import SignForm, plain
from icma.advocacy.gate import LONGEST, Gate
from icma.advocacy.models import Pending, Signature
from icma.advocacy.tokens import token_of

pytestmark = pytest.mark.django_db


class Counting(WSGIHandler):
    asked = 0

    def __call__(self, environ, start):
        type(self).asked += 1
        return super().__call__(environ, start)


@pytest.fixture
def gate() -> Iterator[Gate]:
    """Without the end of a request, which would close the connection that the test's transaction lives on."""
    ends = (request_started, request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    Counting.asked = 0
    yield Gate(Counting())
    for signal in ends:
        signal.connect(close_old_connections)


def post(gate: Gate, path: str, values: dict | bytes = b"", **more: str) -> tuple[str, dict[str, str], str]:
    body = values if isinstance(values, bytes) else urlencode(values).encode()
    said: list = []
    environ = {
        "REQUEST_METHOD": "POST", "PATH_INFO": path, "QUERY_STRING": "", "SERVER_NAME": "testserver", "SERVER_PORT": "80",
        "HTTP_HOST": "testserver", "HTTP_ORIGIN": "http://testserver", "REMOTE_ADDR": "192.0.2.7", "SCRIPT_NAME": "",
        "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.input": io.BytesIO(body), "wsgi.url_scheme": "http", "wsgi.errors": io.StringIO(),
        "CONTENT_TYPE": "application/x-www-form-urlencoded", "CONTENT_LENGTH": str(len(body)),
    } | more  # fmt: skip
    answer = gate(environ, lambda status, headers, *rest: said.append((status, headers)))
    content = b"".join(answer)
    status, headers = said[-1]
    found = dict(headers)
    assert "Content-Length" not in found or int(found["Content-Length"]) == len(content)
    if found.get("Content-Encoding") == "gzip":
        content = gzip.decompress(content)
    return status, found, content.decode()


def asked(gate: Gate) -> int:
    """How often Django was asked since the last look."""
    n, Counting.asked = Counting.asked, 0
    return n


def alike(one: dict[str, str], other: dict[str, str]) -> None:
    free = {"Location", "Content-Length", "Vary"}
    assert {k: v for k, v in one.items() if k not in free} == {
        k: v for k, v in other.items() if k not in free
    }


@pytest.mark.parametrize("language", ["", "/ru", "/en"])
def test_from_the_second_on_signing_goes_past_django_with_its_headers(gate, signer, language) -> None:
    path = f"{language}/d/{signer().petition.matter.code}/"
    first = post(gate, path, {"mail": "a@numune.invalid"})
    assert first[0].startswith("303") and asked(gate) == 1
    second = post(gate, path, {"mail": "b@numune.invalid", "name": "", "sex": ""})
    assert second[0].startswith("303") and asked(gate) == 0
    alike(first[1], second[1])
    assert (
        "no-store" in second[1]["Cache-Control"]
        and "default-src 'none'" in second[1]["Content-Security-Policy"]
    )
    assert second[1]["Location"].startswith(path) and second[1]["Location"] != first[1]["Location"]
    assert Pending.objects.filter(language=language[1:] or "az").count() == 2


@pytest.mark.parametrize("accept", ["", "gzip, br"])
def test_confirming_too_and_each_gets_a_receipt_of_ones_own(gate, signer, accept) -> None:
    path = f"/d/{signer().petition.matter.code}/"
    for name in "abc":
        post(gate, path, {"mail": f"{name}@numune.invalid"})
    refs = list(Pending.objects.order_by("pk").values_list("ref", flat=True))
    asked(gate)
    answers = [post(gate, f"/d/t/{token_of(ref)}/", HTTP_ACCEPT_ENCODING=accept) for ref in refs]
    assert asked(gate) == 1 and {answer[0] for answer in answers} == {"200 OK"}
    alike(answers[0][1], answers[2][1])
    assert len({answer[2] for answer in answers}) == 3  # three receipts
    assert Signature.objects.count() == 3
    again = post(gate, f"/d/t/{token_of(refs[0])}/")
    assert again[0] == "200 OK" and Signature.objects.count() == 3


def test_what_is_not_plain_is_answered_by_django(gate, signer, monkeypatch) -> None:
    code = signer().petition.matter.code
    path, good = f"/d/{code}/", {"mail": "a@numune.invalid"}
    post(gate, path, good)
    rows = Pending.objects.count()
    for status, address, values, more in (
        ("422", path, {"mail": "nobody"}, {}), ("422", path, {"mail": ""}, {}),
        ("422", path, good | {"code": "AAAA-BBBB"} | {"mail": "x"}, {}),
        ("403", path, good, {"HTTP_ORIGIN": "https://evil.example"}), ("400", path, good, {"HTTP_HOST": "evil.example"}),
        ("404", "/d/ZZZZZZZZ/", good, {}), ("404", f"/d/t/{token_of('A' * 26)}/", b"", {}), ("404", "/d/t/" + "A" * 42 + "/", b"", {}),
    ):  # fmt: skip
        asked(gate)
        answer = post(gate, address, values, **more)
        assert answer[0].startswith(status) and asked(gate) == 1, (address, values, answer[0])
    assert Pending.objects.count() == rows
    asked(gate)
    long = post(gate, path, {"mail": "a@numune.invalid", "name": "n" * LONGEST})
    assert long[0].startswith("422") and asked(gate) == 1


@pytest.mark.parametrize("error", [Busy, OperationalError])
def test_what_was_busy_is_not_tried_a_second_time(gate, signer, monkeypatch, error) -> None:
    """Who waited for the queue would wait again, and might be written after all."""
    path, tried = f"/d/{signer().petition.matter.code}/", []
    for name in "ab":
        post(gate, path, {"mail": f"{name}@numune.invalid"})
    token = token_of(Pending.objects.values_list("ref", flat=True)[0])
    post(gate, f"/d/t/{token}/")

    def busy(item):
        tried.append(item)
        raise error

    monkeypatch.setattr("icma.advocacy.views.signing.VOICES.submit", busy)
    for address, values in ((path, {"mail": "c@numune.invalid"}), (f"/d/t/{token}/", b"")):
        asked(gate)
        status, headers, text = post(gate, address, values)
        assert status.startswith("503") and headers["Retry-After"] and asked(gate) == 1
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert len(tried) == 1 and (not values or "c@numune.invalid" in text)
        tried.clear()


def test_a_look_is_never_the_gates_affair(gate, signer) -> None:
    path = f"/d/{signer().petition.matter.code}/"
    for name in "ab":
        post(gate, path, {"mail": f"{name}@numune.invalid"})
    ref = Pending.objects.values_list("ref", flat=True)[0]
    asked(gate)
    for verb in ("GET", "HEAD"):
        status, _headers, _text = post(gate, f"/d/t/{token_of(ref)}/", REQUEST_METHOD=verb)
        assert status == "200 OK" and asked(gate) == 1
    assert Signature.objects.count() == 0


def test_a_voice_with_age_and_place_is_kept_whole(gate, signer, country) -> None:
    path = f"/d/{signer().petition.matter.code}/"
    post(gate, path, {"mail": "a@numune.invalid"})
    asked(gate)
    given = {"mail": "b@numune.invalid", "place": country.goychay.code, "sex": "female", "band": "18-29"}
    answer = post(gate, path, given)
    assert answer[0].startswith("303") and asked(gate) == 0
    ref = answer[1]["Location"].rstrip("/").rpartition("/")[2]
    post(gate, f"/d/t/{token_of(ref)}/")
    (made,) = Signature.objects.all()
    assert (made.place, made.sex, made.band) == (country.goychay, "female", "18-29")


@pytest.mark.parametrize(
    "mail", ["a@b.az", "a.b+c@x-y.example.org", "A@B.AZ", "ü@b.az", "a@@b.az", ".a@b.az", "a..b@c.az", "a@b", "a@-b.az", "",
             "a b@c.az", "a@mailinator.com", "a" * 260 + "@b.az", "a@b.az\n", "a@xn--80ak6aa92e.com", "'x'@b.az"],
)  # fmt: skip
def test_what_is_plainly_right_is_what_the_form_says(mail) -> None:
    post = QueryDict(urlencode({"mail": mail, "name": "", "place": "", "sex": "", "band": "", "website": ""}))
    form, found = SignForm(post), plain(post)
    if found is not None:
        assert form.is_valid() and not form.is_dropped()
        assert {"name": "", "place": None, "sex": "unknown", "band": "unknown"} | found == {
            key: value for key, value in form.given().items() if key != "updates"
        }


def test_a_code_on_paper_goes_the_long_way_and_keeps_its_receipt(gate, signer) -> None:
    petition = signer().petition
    path = f"/d/{petition.matter.code}/"
    first, second = issue_paper(petition=petition, n=2, at=timezone.now())
    thanks = post(gate, path, {"code": first})
    assert thanks[0] == "200 OK" and f"{petition.matter.code}-" in thanks[2]
    for name in "ab":  # a head of thanks is none of "look at your mail": nothing is asked twice
        assert post(gate, path, {"mail": f"{name}@numune.invalid"})[0].startswith("303")
    assert Pending.objects.count() == 2
    asked(gate)
    again = post(gate, path, {"code": second})
    assert asked(gate) == 1 and f"{petition.matter.code}-" in again[2] and Signature.objects.count() == 2
