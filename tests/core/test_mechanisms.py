"""Actions, flows, idempotency, codes, seals, keys, limits: each can be used wrongly, and says so."""

import threading
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test import RequestFactory

from icma.core import codes, limit
from icma.core.action import action
from icma.core.flow import Flow, Stage, Stale, Step
from icma.core.models import Code, Once
from icma.core.once import run_once
from icma.core.seal import Unreadable, seal, unseal
from icma.matters.flow import MATTER
from icma.matters.models import Entry, Matter

pytestmark = pytest.mark.django_db


@pytest.fixture
def matter(country, at) -> Matter:
    return Matter.objects.create(
        code="AAAA1111",
        title="Su",
        place=country.goychay,
        topic="social",
        raised_at=at,
        changed_at=at,
        search_text="su",
    )


def test_a_busy_database_is_tried_again() -> None:
    tries = []

    @action
    def write() -> str:
        tries.append(1)
        if len(tries) < 3:
            raise OperationalError("database is locked")
        return "written"

    connection.in_atomic_block, kept = False, connection.in_atomic_block
    try:
        assert write() == "written"
    finally:
        connection.in_atomic_block = kept
    assert len(tries) == 3


def test_of_two_people_who_take_the_same_step_one_is_told(matter) -> None:
    other = Matter.objects.get(pk=matter.pk)
    MATTER.take(matter, "publish")
    with pytest.raises(Stale):
        MATTER.take(other, "reject")
    assert Matter.objects.get().stage == "open"


def test_a_flow_that_names_an_unknown_stage_is_refused_at_import() -> None:
    with pytest.raises(ValueError, match="nowhere"):
        Flow("x", [Stage("a", "A")], [Step("go", ("a",), "nowhere", "Go")])


def test_every_stage_of_a_matter_can_be_reached() -> None:
    reached = {"raised", "planned"} | {step.end for step in MATTER.steps.values()}
    assert reached == set(MATTER.stages)


def test_the_same_key_does_the_thing_once(at) -> None:
    done = []

    def do() -> dict:
        done.append(1)
        return {"number": len(done)}

    assert run_once("raise", "key", do, at) == run_once("raise", "key", do, at) == {"number": 1}
    assert run_once("other", "key", do, at) == {"number": 2}


def test_a_failed_thing_keeps_no_key(at) -> None:
    def fail() -> dict:
        raise ValueError

    with pytest.raises(ValueError):
        run_once("raise", "key", fail, at)
    assert not Once.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_four_posts_at_once_do_the_thing_once(at) -> None:
    done, results = [], []

    def post() -> None:
        results.append(run_once("raise", "same", lambda: {"n": done.append(1) or len(done)}, at))
        connection.close()

    posts = [threading.Thread(target=post) for _ in range(4)]
    for one in posts:
        one.start()
    for one in posts:
        one.join()
    assert len(results) == 4
    assert {result["n"] for result in results} == {results[0]["n"]}
    assert Once.objects.count() == 1


def test_entries_are_append_only(matter, at) -> None:
    entry = Entry(matter=matter, verb="raised", at=at, on=at.date())
    entry.save(force_insert=True)
    with pytest.raises(TypeError):
        entry.save()
    with pytest.raises(TypeError):
        entry.delete()


def test_a_long_code_opens_what_it_was_made_for_and_nothing_else(at) -> None:
    text = codes.issue(purpose="return", subject="matter:AAAA1111", at=at)
    typed = text.lower().replace("-", " ").replace("0", "O")
    assert codes.find(typed, "return", at).subject == "matter:AAAA1111"
    assert codes.find(text, "feed", at) is None
    assert codes.find(text[:-1] + ("A" if text[-1] != "A" else "B"), "return", at) is None
    codes.end(purpose="return", subject="matter:AAAA1111", at=at)
    assert codes.find(text, "return", at) is None


def test_codes_are_kept_only_as_hashes(at) -> None:
    text = codes.issue(purpose="return", subject="matter:AAAA1111", at=at)
    row = Code.objects.get()
    assert text.replace("-", "") not in f"{row.hash}{row.subject}"


def test_eight_digits_have_five_tries(at) -> None:
    text = codes.issue(purpose="mail", subject="p1", at=at, digits=True)
    wrong = f"{(int(text) + 1) % 10**8:08d}"
    for _ in range(4):
        assert codes.try_digits(wrong, "mail", "p1", at) is None
    assert codes.try_digits(text, "mail", "p1", at) is not None
    assert codes.try_digits(wrong, "mail", "p1", at) is None
    assert codes.try_digits(text, "mail", "p1", at) is None


def test_an_expired_code_opens_nothing_and_a_spent_one_is_spent_once(at) -> None:
    text = codes.issue(purpose="link", subject="x", at=at, days=2)
    assert codes.find(text, "link", at + timedelta(days=3)) is None
    code = codes.find(text, "link", at)
    assert codes.use(code=code, at=at) is True
    assert codes.use(code=code, at=at) is False


def test_sealed_bytes_hide_length_and_refuse_a_flipped_bit() -> None:
    short, longer = seal({"name": "A"}), seal({"name": "A" * 60})
    assert len(short) == len(longer)
    assert unseal(longer) == {"name": "A" * 60}
    broken = bytearray(short)
    broken[-1] ^= 1
    with pytest.raises(Unreadable):
        unseal(bytes(broken))


def test_over_quota_is_seen_by_network_and_scope(settings) -> None:
    factory = RequestFactory()
    village = factory.get("/", REMOTE_ADDR="10.1.2.3")
    neighbour = factory.get("/", REMOTE_ADDR="10.1.2.99")
    far = factory.get("/", REMOTE_ADDR="10.9.9.9")
    assert [limit.within(village, "t1", 1, 2), limit.within(neighbour, "t1", 1, 2)] == [True, True]
    assert limit.within(village, "t1", 1, 2) is False
    assert limit.within(far, "t1", 1, 2) is True


def test_forwarded_addresses_count_only_from_trusted_proxies(settings) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="1.1.1.1, 2.2.2.2")
    settings.TRUSTED_PROXIES = []
    assert limit.client_address(request) == "127.0.0.1"
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    assert limit.client_address(request) == "2.2.2.2"
