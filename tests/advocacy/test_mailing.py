"""Mails to those who asked: none is lost by a server that is down or a worker that died, none goes out twice."""

import smtplib
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime

import pytest
from django.core import mail as outbox
from django.db import connection
from django.utils import timezone

from icma.advocacy.actions import mailing
from icma.advocacy.actions.mailing import claim, send_mails
from icma.advocacy.actions.signing import VOICES, Asked, keep_pending, pending_of
from icma.advocacy.models import Pending, Petition
from icma.advocacy.tokens import digits_of, token_of

pytestmark = pytest.mark.django_db


def ask(one, n: int) -> None:
    for number in range(n):
        one.ask(f"p{number}@numune.invalid")


def test_an_hour_without_a_mail_server_loses_nothing_and_doubles_nothing(signer, monkeypatch) -> None:
    """And whoever waits for the mail reads that it is late, not that it is lost."""
    one = signer()
    ask(one, 4)
    waiting = one.ask("p4@numune.invalid")["Location"]
    at, late = timezone.now() + timedelta(seconds=1), "E-poçt gecikir"
    assert late not in one.client.get(waiting).content.decode()
    real = mailing.get_connection

    class Down:
        def open(self):
            raise ConnectionRefusedError

    monkeypatch.setattr(mailing, "get_connection", Down)
    for minute in range(0, 60, 5):
        assert send_mails(at + timedelta(minutes=minute)) == 0
        if minute == 10:
            with monkeypatch.context() as then:
                then.setattr(timezone, "now", lambda: at + timedelta(minutes=10))
                page = one.client.get(waiting).content.decode()
                fresh = one.ask("p5@numune.invalid")["Location"]  # whoever comes now, too
                assert "10 dəqiqə" in one.client.get(fresh).content.decode()
            assert late in page and "10 dəqiqə" in page
    assert Pending.objects.filter(state="waiting").count() == 6 and not outbox.outbox
    monkeypatch.setattr(mailing, "get_connection", real)
    assert send_mails(at + timedelta(minutes=66)) == 6  # not an hour after the hour
    assert send_mails(at + timedelta(hours=4)) == 0
    assert sorted(message.to[0] for message in outbox.outbox) == [f"p{n}@numune.invalid" for n in range(6)]


def test_a_worker_that_died_gives_its_mails_back_after_the_lease(signer) -> None:
    one = signer()
    ask(one, 3)
    at = timezone.now() + timedelta(seconds=1)
    assert len(claim(at=at)) == 3  # and then the worker dies
    assert send_mails(at + timedelta(seconds=60)) == 0
    assert send_mails(at + mailing.LEASE) == 3


def test_one_address_that_is_refused_for_good_stops_no_other(signer, monkeypatch) -> None:
    one = signer()
    ask(one, 3)
    send = mailing.EmailMessage.send

    def refusing(self, *args, **more):
        if self.to == ["p1@numune.invalid"]:
            raise smtplib.SMTPRecipientsRefused({"p1@numune.invalid": (550, b"no such box")})
        return send(self, *args, **more)

    monkeypatch.setattr(mailing.EmailMessage, "send", refusing)
    send_mails(timezone.now() + timedelta(seconds=1))
    assert len(outbox.outbox) == 2 and not Pending.objects.filter(state__in=("waiting", "sending")).exists()


def test_a_connection_that_breaks_is_tried_again_with_the_rest(signer, monkeypatch) -> None:
    one = signer()
    ask(one, 4)
    send, seen = mailing.EmailMessage.send, []

    def breaking(self, *args, **more):
        seen.append(self.to[0])
        if len(seen) == 2:
            raise smtplib.SMTPServerDisconnected
        return send(self, *args, **more)

    monkeypatch.setattr(mailing.EmailMessage, "send", breaking)
    at = timezone.now() + timedelta(seconds=1)
    send_mails(at)
    assert Pending.objects.filter(state="mailed").count() == 1
    send_mails(at + timedelta(minutes=2))
    assert len(outbox.outbox) == 4 and len({m.to[0] for m in outbox.outbox}) == 4


def test_paused_mail_waits_and_who_waits_for_it_is_told(signer, monkeypatch) -> None:
    one, then = signer(), timezone.now() + timedelta(minutes=7)
    waiting = one.ask("p0@numune.invalid")["Location"]
    Petition.objects.update(mail_paused=True)
    assert send_mails(timezone.now() + timedelta(minutes=1)) == 0
    with monkeypatch.context() as later:
        later.setattr(timezone, "now", lambda: then)
        assert "E-poçt gecikir" in one.client.get(waiting).content.decode()
    Petition.objects.update(mail_paused=False)
    assert send_mails(timezone.now() + timedelta(minutes=1)) == 1


def test_a_mail_says_little_and_carries_link_and_code(signer) -> None:
    one = signer()
    ask(one, 1)
    body = one.mails("p0@numune.invalid")[0]
    assert one.petition.matter.title in body and "/d/t/" in body
    assert outbox.outbox[0].subject == "İcma: təsdiqləyin"


# --- over real SMTP ----------------------------------------------------------------------------------
LANGUAGES = ("az", "ru", "en")


def queued(petition: Petition, n: int) -> dict[str, Pending]:
    """{address: what waits}, each third in another language."""
    rows = {
        f"p{k}@numune.invalid": pending_of(
            Asked(petition.pk, f"p{k}@numune.invalid", language=LANGUAGES[k % 3]), timezone.now()
        )
        for k in range(n)
    }
    keep_pending(rows=list(rows.values()))
    return rows


def test_250_mails_go_over_one_connection_each_with_its_own_link_code_and_name(make_petition, post) -> None:
    rows, at = queued(make_petition("open", title="Poçtla yoxlanan petisiya"), 250), timezone.now()
    mailing.ENOUGH.sent.clear()
    assert send_mails(at + timedelta(seconds=1)) == 250 and send_mails(at + timedelta(hours=1)) == 0
    assert post.connections == 1 and sorted(to for to, _mail in post.mails) == sorted(rows)
    for to, mail in post.mails:
        row, body = rows[to], mail.get_payload(decode=True).decode()
        base = "https://icma.example" + ("" if row.language == "az" else f"/{row.language}")
        assert f"{base}/d/t/{token_of(row.ref)}/" in body and digits_of(row.ref) in body
        assert (mail["To"], mail["Message-ID"]) == (to, f"<{row.ref.lower()}@icma.example>")
        sent = parsedate_to_datetime(mail["Date"]).replace(tzinfo=UTC)
        assert abs(sent - at) < timedelta(minutes=2)
        assert "blank" not in mail.as_string() and "Poçtla yoxlanan petisiya" in body


def test_a_worker_killed_before_it_wrote_down_what_it_sent_repeats_that_batch_alone(
    make_petition, post, monkeypatch
) -> None:
    """Nobody is left out; who gets it twice gets the same mail, by its name, and one link that counts once."""
    rows, at = queued(make_petition("open", title="Poçtla yoxlanan petisiya"), 25), timezone.now()
    mailing.ENOUGH.sent.clear()
    monkeypatch.setattr(mailing, "BATCH", 10)
    settle, turns = mailing.settle, []

    def killed(**given) -> None:
        turns.append(1)
        if len(turns) == 2:
            raise KeyboardInterrupt
        settle(**given)

    monkeypatch.setattr(mailing, "settle", killed)
    with pytest.raises(KeyboardInterrupt):
        send_mails(at + timedelta(seconds=1))
    assert send_mails(at + timedelta(seconds=30)) == 5  # those whom it had not taken
    assert send_mails(at + mailing.LEASE + timedelta(seconds=2)) == 10
    assert send_mails(at + timedelta(hours=1)) == 0
    times = Counter(to for to, _mail in post.mails)
    assert set(times) == set(rows) and sorted(times.values()) == [1] * 15 + [2] * 10
    assert len({mail["Message-ID"] for _to, mail in post.mails}) == 25


@pytest.mark.django_db(transaction=True)
def test_many_who_ask_at_once_are_one_commit_and_none_is_lost(
    make_petition, django_assert_max_num_queries
) -> None:
    """Real threads, the real committer, the real database."""
    petition = make_petition()
    barrier = threading.Barrier(24)

    def one(number: int) -> None:
        barrier.wait()
        VOICES.submit(pending_of(Asked(petition.pk, f"p{number}@numune.invalid"), timezone.now()))
        connection.close()

    writes = []
    before = VOICES.write
    VOICES.write = lambda rows: writes.append(len(rows)) or before(rows)
    try:
        with ThreadPoolExecutor(24) as pool:
            list(pool.map(one, range(24)))
    finally:
        VOICES.write = before
    assert Pending.objects.count() == 24 and sum(writes) == 24 and len(writes) <= 6
