"""The way past Django's stack: the same answers, the same headers, and everything that is not plain goes the long way."""

import gzip
import io
import threading
import time
from collections.abc import Callable, Iterator
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
from icma.advocacy.line import ASK, EVERY, PROBE, STALE, Line
from icma.advocacy.models import Pending, Signature
from icma.advocacy.shells import style_hash
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
    made = Gate(Counting())
    made.line = Line(lambda host, port: None)  # there is no server to stand in line before
    yield made
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


@pytest.fixture
def crowded(gate) -> Callable[[float], None]:
    """`crowded(12.0)`: whoever comes now waits so many seconds in line."""

    def make(seconds: float) -> None:
        gate.line.last, gate.line.told, gate.line.began = seconds, time.monotonic(), time.monotonic()

    return make


def test_when_the_line_is_long_who_asks_comes_again_and_who_confirms_is_let_in(gate, signer, crowded) -> None:
    path = f"/d/{signer().petition.matter.code}/"
    for name in "ab":
        post(gate, path, {"mail": f"{name}@numune.invalid"})
    first, second = (f"/d/t/{token_of(ref)}/" for ref in Pending.objects.values_list("ref", flat=True))
    crowded(15.0)
    typed = {"mail": "c@numune.invalid", "name": 'Ay"nur <b>', "place": "", "sex": "", "band": ""}
    asked(gate)
    for times in (1, 0):  # the second is answered without Django
        status, headers, text = post(gate, path, typed)
        assert status.startswith("503") and headers["Retry-After"] == "30" and asked(gate) == times
        assert 'name="mail" value="c@numune.invalid"' in text and "Ay&quot;nur &lt;b&gt;" in text
        assert "no-store" in headers["Cache-Control"]
        assert style_hash() in headers["Content-Security-Policy"]
    other = post(gate, path, {"mail": "d@numune.invalid"})[2]
    assert "d@numune.invalid" in other and "c@numune.invalid" not in other
    assert Pending.objects.count() == 2
    assert post(gate, first)[0] == "200 OK"
    crowded(25.0)
    assert post(gate, second)[0].startswith("503") and Signature.objects.count() == 1
    crowded(0.5)
    assert post(gate, second)[0] == "200 OK" and Signature.objects.count() == 2
    assert post(gate, path, typed)[0].startswith("303")


def test_after_a_first_answer_that_it_is_busy_a_press_is_kept_once(gate, signer, crowded) -> None:
    path = f"/d/{signer().petition.matter.code}/"
    crowded(15.0)
    assert post(gate, path, {"mail": "a@numune.invalid"})[0].startswith("503")
    crowded(0.5)
    assert post(gate, path, {"mail": "a@numune.invalid"})[0].startswith("303")
    assert Pending.objects.count() == 1


def test_a_form_of_another_site_is_refused_in_a_crowd_too(gate, signer, crowded) -> None:
    path = f"/d/{signer().petition.matter.code}/"
    crowded(15.0)
    for _press in range(2):
        assert post(gate, path, {"mail": "a@b.az"}, HTTP_ORIGIN="https://evil.example")[0].startswith("403")


def test_our_own_place_in_the_line_costs_nothing(gate) -> None:
    assert post(gate, PROBE, REQUEST_METHOD="HEAD")[0].startswith("204") and asked(gate) == 0


def test_one_stands_in_line_at_a_time_and_how_long_is_known_while_it_stands() -> None:
    served, stood = threading.Event(), []

    def stand(host: str, port: int) -> None:
        stood.append((host, port))
        served.wait(5)

    line = Line(stand)
    assert not line.turns_away("127.0.0.1", "8000", ASK)
    line.began -= 60  # a minute ago
    assert all(line.turns_away("127.0.0.1", "8000", ASK) for _press in range(50))
    assert stood == [("127.0.0.1", 8000)]
    served.set()
    ended = time.monotonic() + 5
    while line.free.locked() and time.monotonic() < ended:
        time.sleep(0.01)
    assert line.last > 59  # still known, until it is too old to say anything
    line.told -= STALE
    assert line.seconds() == 0


def test_between_low_and_high_a_part_is_turned_away_and_what_fails_turns_nobody_away() -> None:
    line = Line(lambda host, port: None)
    line.last, line.told, line.began = 10.0, time.monotonic(), time.monotonic()
    part = sum(line.turns_away("127.0.0.1", "8000", ASK) for _press in range(1_000))
    assert 350 < part < 650

    def fails(host: str, port: int) -> None:
        raise ConnectionRefusedError

    line = Line(fails)
    for _press in range(20):
        assert not line.turns_away("127.0.0.1", "8000", ASK)
        assert line.free.acquire(timeout=5)  # the thread has been told no, however late it came
        line.free.release()
        line.began -= EVERY
    assert line.last < 1
