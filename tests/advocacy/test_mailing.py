"""Mails to those who asked: none is lost by a server that is down or a worker that died, none goes out twice."""

import smtplib
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.db import connection
from django.utils import timezone

from icma.advocacy.actions import mailing
from icma.advocacy.actions.mailing import claim, send_mails
from icma.advocacy.actions.signing import VOICES, Asked, pending_of
from icma.advocacy.models import Pending, Petition

pytestmark = pytest.mark.django_db


def ask(one, n: int) -> None:
    for number in range(n):
        one.ask(f"p{number}@numune.invalid")


def test_an_hour_without_a_mail_server_loses_nothing_and_doubles_nothing(signer, monkeypatch) -> None:
    one = signer()
    ask(one, 5)
    at = timezone.now() + timedelta(seconds=1)
    real = mailing.get_connection

    class Down:
        def open(self):
            raise ConnectionRefusedError

    monkeypatch.setattr(mailing, "get_connection", Down)
    for minute in range(0, 60, 5):
        assert send_mails(at + timedelta(minutes=minute)) == 0
    assert Pending.objects.filter(state="waiting").count() == 5 and not outbox.outbox
    monkeypatch.setattr(mailing, "get_connection", real)
    assert send_mails(at + timedelta(hours=3)) == 5
    assert send_mails(at + timedelta(hours=4)) == 0
    assert sorted(message.to[0] for message in outbox.outbox) == [f"p{n}@numune.invalid" for n in range(5)]


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


def test_paused_mail_waits(signer) -> None:
    one = signer()
    ask(one, 1)
    Petition.objects.update(mail_paused=True)
    assert send_mails(timezone.now() + timedelta(minutes=1)) == 0
    Petition.objects.update(mail_paused=False)
    assert send_mails(timezone.now() + timedelta(minutes=1)) == 1


def test_a_mail_says_little_and_carries_link_and_code(signer) -> None:
    one = signer()
    ask(one, 1)
    body = one.mails("p0@numune.invalid")[0]
    assert one.petition.matter.title in body and "/d/t/" in body
    assert outbox.outbox[0].subject == "İcma: təsdiqləyin"


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
