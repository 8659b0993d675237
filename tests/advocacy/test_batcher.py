"""Group commit and the gates of the pipeline: nothing acknowledged is lost, nobody counts twice, whatever breaks."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, OperationalError, connection, connections, transaction
from django.test import Client, RequestFactory
from django.utils import timezone

from icma.advocacy.actions.log import recount
from icma.advocacy.actions.log.batcher import log_signatures
from icma.advocacy.actions.log.leaves import _locked
from icma.advocacy.actions.signing import Asked, Confirmation, confirm_all, keep_pending, pending_of
from icma.advocacy.committer import PATIENCE, Busy, Group
from icma.advocacy.models import Pending, Signature
from icma.core import limit
from icma.core.limit import delay

URL = os.environ.get("ICMA_DATABASE_URL", "")
SIGNING = "icma.advocacy.views.signing"
HOUR = 3_600


def group(write) -> Group:
    """A group of this test's own; its thread leaves no connection behind."""

    def written(rows):
        try:
            return write(rows)
        finally:
            connection.close()

    return Group(written)


def together(n: int, work) -> None:
    threads = [threading.Thread(target=work, args=(number,)) for number in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# --- the committer -----------------------------------------------------------------------------------
def test_a_row_that_cannot_be_written_stops_no_other() -> None:
    def write(rows):
        if "bad" in rows:
            raise IntegrityError("bad")
        return [row.upper() for row in rows]

    mine, found = Group(write), {}

    def work(number: int) -> None:
        try:
            found[number] = mine.submit("bad" if number == 3 else f"row{number}")
        except Busy:
            found[number] = "busy"

    together(8, work)
    assert found == {n: "busy" if n == 3 else f"ROW{n}" for n in range(8)}


def test_a_disk_that_fails_is_busy_for_all_who_waited_and_for_nobody_after(caplog) -> None:
    broken = [True]

    def write(rows):
        if broken[0]:
            raise OperationalError("database or disk is full")
        return rows

    mine, busy = Group(write), []

    def work(number: int) -> None:
        try:
            mine.submit(number)
        except Busy:
            busy.append(number)

    together(5, work)
    assert sorted(busy) == [0, 1, 2, 3, 4]
    assert "disk is full" in caplog.text  # whoever runs the machine reads why people are sent away
    broken[0] = False
    assert mine.submit("later") == "later"


def test_a_full_queue_says_so_at_once_and_memory_stays_bounded(monkeypatch) -> None:
    monkeypatch.setattr("icma.advocacy.committer.QUEUE", 3)
    gate, entered = threading.Event(), threading.Event()

    def write(rows):
        entered.set()
        gate.wait(10)
        return rows

    mine = Group(write)
    waiting = [threading.Thread(target=mine.submit, args=(0,))]
    waiting[0].start()
    assert entered.wait(5)
    waiting += [threading.Thread(target=mine.submit, args=(number,)) for number in (1, 2, 3)]
    for thread in waiting[1:]:
        thread.start()
    while mine.waiting.qsize() < 3:
        time.sleep(0.01)
    began = time.monotonic()
    with pytest.raises(Busy):
        mine.submit(4)
    assert time.monotonic() - began < PATIENCE / 2 and mine.waiting.qsize() == 3
    gate.set()
    for thread in waiting:
        thread.join()


def test_what_was_given_up_is_never_written_and_what_is_being_written_is_waited_for(monkeypatch) -> None:
    """The page has said that nothing was kept."""
    monkeypatch.setattr("icma.advocacy.committer.PATIENCE", 0.5)
    gate, entered, kept, told = threading.Event(), threading.Event(), [], {}

    def write(rows):
        entered.set()
        gate.wait(10)
        kept.extend(rows)
        return rows

    mine = Group(write)

    def ask(name: str) -> None:
        try:
            told[name] = mine.submit(name)
        except Busy:
            told[name] = "busy"

    first = threading.Thread(target=ask, args=("first",))
    first.start()
    assert entered.wait(5)
    ask("second")  # the thread that writes is busy with the first
    time.sleep(0.5)
    assert told == {"second": "busy"} and first.is_alive()
    gate.set()
    first.join()
    monkeypatch.setattr("icma.advocacy.committer.PATIENCE", PATIENCE)
    ask("third")
    assert told == {"first": "first", "second": "busy", "third": "third"} and kept == ["first", "third"]


@pytest.mark.django_db(transaction=True)
def test_a_full_disk_pauses_signing_and_loses_nothing_acknowledged(signer, monkeypatch) -> None:
    """SQLite itself says that it is full; on PostgreSQL the same error is raised by hand."""
    one, full = signer(), [True]

    def write(rows):
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute(f"PRAGMA max_page_count = {1 if full[0] else 2**30}")
            elif full[0] and Pending.objects.count() >= 3:
                raise OperationalError("could not extend file: No space left on device")
        return keep_pending(rows=rows)

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")  # no free page inside the file
    monkeypatch.setattr(f"{SIGNING}.VOICES", group(write))
    answers = []
    for number in range(60):
        answers.append(one.ask(f"p{number}@numune.invalid", name="Aysel" * 10))
        if answers[-1].status_code == 503:
            break
    assert answers[-1].status_code == 503 and int(answers[-1]["Retry-After"]) > 0
    assert f"p{len(answers) - 1}@numune.invalid" in answers[-1].content.decode()
    refs = {answer["Location"].rstrip("/").rpartition("/")[2] for answer in answers[:-1]}
    assert set(Pending.objects.values_list("ref", flat=True)) == refs
    full[0] = False
    assert one.ask("later@numune.invalid").status_code == 303
    assert Pending.objects.count() == len(refs) + 1


@pytest.mark.django_db
def test_a_database_that_is_away_promises_nothing(signer, monkeypatch, django_assert_num_queries) -> None:
    one = signer()

    def away(code):
        raise OperationalError("the database is away")

    monkeypatch.setattr(f"{SIGNING}.find_open", away)
    with django_assert_num_queries(0):
        page = one.ask("a@numune.invalid", name="Aysel")
    assert page.status_code == 503 and page["Retry-After"]
    assert "a@numune.invalid" in page.content.decode()


# --- one source --------------------------------------------------------------------------------------
def test_a_hundred_thousand_from_one_source_wait_in_turn_and_take_no_memory() -> None:
    limit._BUCKETS.clear()
    flood, other = (RequestFactory().get("/", REMOTE_ADDR=ip) for ip in ("203.0.113.9", "198.51.100.1"))
    ask = partial(delay, scope="petition", per_hour=6_000, burst=6_000, longest=24 * HOUR)
    waits = [ask(flood) for _n in range(100_000)]
    assert waits[5_999] == 0 and 0 < waits[6_100] < HOUR / 20
    assert 15 * HOUR < waits[-1] <= 24 * HOUR  # not more than 6,000 mails an hour go out for it
    assert ask(other) == 0 and len(limit._BUCKETS) == 2
    limit._BUCKETS.clear()


@pytest.mark.django_db
def test_who_comes_too_often_gets_the_mail_later_and_is_never_refused(signer, monkeypatch) -> None:
    limit._BUCKETS.clear()
    monkeypatch.setattr(f"{SIGNING}.BURST", 3)
    monkeypatch.setattr(f"{SIGNING}.PER_HOUR", 60)
    one = signer()
    sent = [one.ask(f"p{number}@numune.invalid") for number in range(6)]
    assert {answer.status_code for answer in sent} == {303}
    pages = [one.client.get(answer["Location"]).content.decode() for answer in sent]
    told = "eyni şəbəkədən"
    assert not any(told in page for page in pages[:5]) and told in pages[5]
    assert sent[5]["Location"].endswith(("?gec=2", "?gec=3")) and "dəqiqəyə gələcək" in pages[5]
    waits = [(row.next_at - row.at).total_seconds() for row in Pending.objects.order_by("pk")]
    assert waits[:3] == [0, 0, 0] and 50 < waits[3] < waits[4] < waits[5] < 200
    limit._BUCKETS.clear()


@pytest.mark.django_db
def test_more_than_a_days_mails_from_one_source_are_not_kept(signer, monkeypatch) -> None:
    """Rows that wait have a bound; who is told so loses nothing of what was typed, and others are let in."""
    limit._BUCKETS.clear()
    for name, value in (("BURST", 3), ("PER_HOUR", 2), ("LONGEST", timedelta(hours=2))):
        monkeypatch.setattr(f"{SIGNING}.{name}", value)
    one = signer()
    answers = [one.ask(f"p{number}@numune.invalid") for number in range(12)]
    assert [answer.status_code for answer in answers] == [303] * 7 + [503] * 5
    assert Pending.objects.count() == 7 and answers[-1]["Retry-After"]
    assert "p11@numune.invalid" in answers[-1].content.decode()
    other = Client(headers={"Origin": "http://testserver"}, REMOTE_ADDR="198.51.100.7")
    address = f"/d/{one.petition.matter.code}/"
    assert other.post(address, {"mail": "q@numune.invalid"}).status_code == 303
    limit._BUCKETS.clear()


# --- gates -------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_the_same_people_confirmed_by_many_at_once_while_two_batchers_run_count_once(make_petition) -> None:
    petition, at = make_petition("open"), timezone.now()
    spellings = ("p{}@gmail.com", "P{}@googlemail.com", "p{}+su@gmail.com", "p.{}@gmail.com")
    rows = [pending_of(Asked(petition.pk, s.format(n)), at) for n in range(40) for s in spellings]
    keep_pending(rows=rows)
    errors = []

    def work(number: int) -> None:
        try:
            if number < 2:
                for step in range(6):
                    log_signatures(at=at + timedelta(seconds=3 * step + number))
            else:
                for start in range(0, len(rows), 16):
                    confirm_all(confirmations=[Confirmation(row.ref, at) for row in rows[start : start + 16]])
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    together(6, work)
    log_signatures(at=at + timedelta(minutes=5))
    found = recount(petition)
    assert errors == [] and found.agrees and (found.log, found.waiting) == (40, 0)
    assert Signature.objects.count() == 40


@pytest.mark.skipif(not URL.startswith("postgres"), reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_who_signs_does_not_wait_for_the_batcher(make_petition) -> None:
    """Both held what the other wanted, and PostgreSQL let all wait a second before it ended one of them."""
    petition, at = make_petition("open"), timezone.now()
    row = pending_of(Asked(petition.pk, "p1@numune.invalid"), at)
    keep_pending(rows=[row])
    outcomes = []

    def work(_number: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = 300")
        try:
            outcomes.extend(confirm_all(confirmations=[Confirmation(row.ref, at)]))
        finally:
            connection.close()

    with transaction.atomic():
        list(_locked(petition=petition.pk))  # as the batcher does
        together(1, work)
    assert [outcome.state for outcome in outcomes] == ["counted"]


SIGNER = """
import sys, threading
import django
django.setup()
from django.utils import timezone
from icma.advocacy.actions.signing import VOICES, Asked, pending_of

def run(name):
    for n in range(10_000):
        row = pending_of(Asked(int(sys.argv[1]), f"k{name}x{n}@numune.invalid"), timezone.now())
        VOICES.submit(row)
        sys.stdout.write(row.ref + "\\n")
        sys.stdout.flush()

for name in range(8):
    threading.Thread(target=run, args=(name,)).start()
"""


@pytest.mark.django_db(transaction=True)
def test_a_server_that_is_killed_has_kept_all_that_it_acknowledged(make_petition) -> None:
    petition, kept = make_petition(), connection.settings_dict
    if connection.vendor == "sqlite":
        address = f"sqlite:///{kept['NAME']}"
    else:
        address = "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**kept)
    more = {"ICMA_DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "icma.settings"}
    process = subprocess.Popen(
        [sys.executable, "-c", SIGNER, str(petition.pk)], stdout=subprocess.PIPE, env=os.environ | more
    )
    told = [process.stdout.readline() for _n in range(40)]
    process.send_signal(signal.SIGKILL)
    told += process.stdout.readlines()
    process.wait()
    refs = {line.decode().strip() for line in told if line.endswith(b"\n")}
    assert len(refs) >= 40
    assert refs <= set(Pending.objects.values_list("ref", flat=True))


@pytest.mark.django_db
def test_a_clock_that_is_set_back_stops_nobody(make_petition) -> None:
    petition, at = make_petition("open"), timezone.now()
    rows = [pending_of(Asked(petition.pk, f"p{n}@numune.invalid"), at) for n in range(3)]
    keep_pending(rows=rows)
    confirm_all(confirmations=[Confirmation(rows[0].ref, at)])
    log_signatures(at=at + timedelta(seconds=5))
    earlier = at - timedelta(minutes=1)
    petition.matter.windows.update(opens_at=at - timedelta(days=1))
    outcomes = confirm_all(confirmations=[Confirmation(row.ref, earlier) for row in rows[1:]])
    log_signatures(at=earlier)
    assert [outcome.state for outcome in outcomes] == ["counted", "counted"]
    assert recount(petition).log == 3 and recount(petition).agrees
