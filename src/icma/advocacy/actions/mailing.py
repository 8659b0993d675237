"""Mails to those who asked to sign: claimed in batches, over one connection, sent again only when a worker died.

Here, and not while somebody waits for a page, it is decided whether an address is known already. A mail says
nothing about the petition in protected mode, and nothing that a neighbour on a shared phone should not read.
"""

import hashlib
import logging
import secrets
import smtplib
import time
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import formatdate, parseaddr
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from icma.advocacy import keyring
from icma.advocacy.actions.signing import padded
from icma.advocacy.committer import slow_disk
from icma.advocacy.models import Pending, Petition, Signature
from icma.advocacy.tokens import digits_of, token_of
from icma.core import seal
from icma.core.action import action
from icma.core.prepared import prepared
from icma.matters.actions.support import canonical

BATCH = 100
A_DAY, OF_ALL = 3, 20  # mails to one mailbox a day, whoever types its address: about one petition, about all
LEASE = timedelta(minutes=2)  # a worker that died gives its mails back after that
LONGEST = timedelta(minutes=10)  # between two tries: so late the first mail is once the server is back
log = logging.getLogger(__name__)


class Enough:
    """How many mails a mailbox got today from this worker: in memory, as keyed marks that change every day."""

    def __init__(self, most: int = 200_000) -> None:
        self.most, self.day, self.salt = most, 0, b""
        self.sent: Counter[bytes] = Counter()

    def full(self, petition: int, mail: str) -> bool:
        """Whether no more may go there today."""
        today = int(time.time() // 86_400)
        if today != self.day or len(self.sent) >= self.most:
            self.day, self.salt, self.sent = today, secrets.token_bytes(16), Counter()
        about_one, about_all = self._marks(petition, mail)
        return self.sent[about_one] >= A_DAY or self.sent[about_all] >= OF_ALL

    def add(self, petition: int, mail: str) -> None:
        self.sent.update(self._marks(petition, mail))

    def _marks(self, petition: int, mail: str) -> tuple[bytes, bytes]:
        who = canonical(mail)
        one, every = (
            hashlib.blake2b(f"{about}\0{who}".encode(), key=self.salt, digest_size=16).digest()
            for about in (petition, "")
        )
        return one, every


ENOUGH = Enough()


def send_mails(at: datetime, batches: int = 20) -> int:
    """Send what waits at `at`; how many. A server that is down costs no mail: they come again, later and later."""
    sent = 0
    with_server: BaseEmailBackend | None = None
    for _batch in range(batches):
        rows = claim(at=at)
        if not rows:
            break
        try:
            if with_server is None:
                with_server = get_connection()
                with_server.open()
        except (OSError, smtplib.SMTPException) as error:
            log.warning("mail server cannot be reached: %s", type(error).__name__)
            put_off(pks=[row.pk for row in rows], at=at)
            return sent
        done, failed = _send_batch(rows, with_server)
        settle(sent=done, failed=failed, at=at)
        sent += len(done)
        if failed:
            break
    if with_server is not None:
        _hang_up(with_server)
    return sent


@action
def claim(*, at: datetime) -> list[Pending]:
    """The next batch, taken for the length of a lease. SQLite lets one writer in at a time; PostgreSQL locks the
    rows and leaves out what another worker has locked."""
    rows = _due(BATCH, at=at)
    if not rows:
        return []
    petitions = {row.pk: row for row in _petitions(pks=padded({row.petition_id for row in rows}))}
    for row in rows:
        row.petition = petitions[row.petition_id]
    Pending.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=Pending.State.SENDING, next_at=at + LEASE
    )
    slow_disk()
    return rows


@prepared
def _due(most: int, *, at: datetime) -> QuerySet[Pending]:
    due = Q(state=Pending.State.WAITING) | Q(state=Pending.State.SENDING)
    rows = Pending.objects.filter(due, next_at__lte=at, petition__mail_paused=False)
    return rows.select_for_update(no_key=True, skip_locked=True, of=("self",)).order_by("next_at", "pk")[
        :most
    ]


@prepared
def _petitions(*, pks: list[int]) -> QuerySet[Petition]:
    return Petition.objects.filter(pk__in=pks).select_related("matter")


@action
def settle(*, sent: list[int], failed: list[int], at: datetime) -> None:
    """Write down what became of a batch, in one commit."""
    Pending.objects.filter(pk__in=sent, state=Pending.State.SENDING).update(state=Pending.State.MAILED)
    slow_disk()
    if failed:
        put_off(pks=failed, at=at)


@action
def put_off(*, pks: list[int], at: datetime) -> None:
    """Back into the queue, to be tried after 1, 2, 4, 8 and then every 10 minutes."""
    for row in Pending.objects.filter(pk__in=pks, state=Pending.State.SENDING).only("tries"):
        wait = min(timedelta(minutes=2 ** min(row.tries, 4)), LONGEST)
        Pending.objects.filter(pk=row.pk).update(
            state=Pending.State.WAITING, tries=row.tries + 1, next_at=at + wait
        )


def _send_batch(rows: list[Pending], server: BaseEmailBackend) -> tuple[list[int], list[int]]:
    """(handed over, to be tried again). One address that the server refuses for good stops no other."""
    known = _known(rows)
    done: list[int] = []
    for place, row in enumerate(rows):
        try:
            _send(row, row.pk in known, server)
            done.append(row.pk)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
            if _for_good(error):
                done.append(row.pk)
                continue
            return done, [rest.pk for rest in rows[place:]]
        except (OSError, smtplib.SMTPException):
            return done, [rest.pk for rest in rows[place:]]
    return done, []


def _send(row: Pending, known: bool, server: BaseEmailBackend) -> None:
    """One mail, unless nothing is to be said or the mailbox had enough for today."""
    mode, to = row.petition.mode, str(_given(row)["mail"])
    if (known and mode == Petition.Mode.PROTECTED) or ENOUGH.full(row.petition_id, to):
        return
    smtp = getattr(server, "connection", None)
    title = "" if mode == Petition.Mode.PROTECTED else row.petition.matter.title
    sheet = _sheet("known" if known else row.wish, row.language, title)
    if isinstance(smtp, smtplib.SMTP) and to.isascii() and not set(to) & set(',;<>"()[]:\\ \r\n'):
        smtp.sendmail(sheet.sender, [to], sheet.filled(to, row.ref))
    else:
        message = _message(sheet, to, row.ref)
        message.connection = server
        message.send()
    ENOUGH.add(row.petition_id, to)


def _given(row: Pending) -> dict[str, Any]:
    """What the row holds sealed; opened once a mail."""
    if not hasattr(row, "given"):
        row.given = seal.unseal(bytes(row.sealed))
    return row.given


def _for_good(error: smtplib.SMTPException) -> bool:
    codes = [getattr(error, "smtp_code", 0)]
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _words in error.recipients.values()]
    return all(code >= 500 for code in codes)


def _known(rows: list[Pending]) -> set[int]:
    """Those who have signed already: they are told so, and need do nothing."""
    tags: dict[tuple[int, bytes], int] = {}
    for row in rows:
        if row.wish == "sign":
            mail = canonical(_given(row)["mail"])
            tags[row.petition_id, keyring.tag_of(row.petition.matter.code, mail)] = row.pk
    if not tags:
        return set()
    found = _signed(pks=padded({pk for pk, _tag in tags}), tags=padded(tag for _pk, tag in tags))
    return {tags[key] for pk, tag in found if (key := (pk, bytes(tag))) in tags}


@prepared
def _signed(*, pks: list[int], tags: list[bytes]) -> QuerySet:
    rows = Signature.objects.filter(petition__in=pks, tag__in=tags, valid=True)
    return rows.values_list("petition", "tag")


@dataclass(frozen=True)
class Sheet:
    """A mail with blanks for address, link, code and id: to write a mail from nothing costs as much as to count a voice."""

    sender: str
    subject: str
    body: str
    base: str
    host: str
    raw: bytes

    def blanks(self, ref: str) -> dict[str, str]:
        return {"link": f"{self.base}/d/t/{token_of(ref)}/", "code": digits_of(ref)}

    def filled(self, to: str, ref: str) -> bytes:
        values = {
            TO: to,
            LINK: self.blanks(ref)["link"],
            CODE: digits_of(ref),
            ID: ref.lower(),
            DATE: formatdate(),
        }
        found = self.raw
        for blank, value in values.items():
            found = found.replace(blank.encode(), value.encode())
        return found


TO, LINK, CODE, ID, DATE = (
    "to@blank.invalid",
    "https://blank.invalid/l",
    "00blank00",
    "blank-id",
    "Thu, 01 Jan 1970 00:00:00 -0000",
)


@lru_cache(maxsize=512)
def _sheet(kind: str, language: str, title: str) -> Sheet:
    """Written once a petition, kind and language, by Django."""
    subject, body = _words(kind, language, title)
    base = settings.BASE_URL + ("" if language == "az" else f"/{language}")
    host = settings.BASE_URL.partition("//")[2].partition("/")[0].partition(":")[0] or "localhost"
    sheet = Sheet(settings.DEFAULT_FROM_EMAIL, subject, body, base, host, b"")
    whole = EmailMessage(
        subject, body % {"link": LINK, "code": CODE}, sheet.sender, [TO],
        headers={"Auto-Submitted": "auto-generated", "Message-ID": f"<{ID}@{host}>", "Date": DATE},
    )  # fmt: skip
    return replace(sheet, sender=parseaddr(sheet.sender)[1], raw=whole.message().as_bytes(linesep="\r\n"))


def _message(sheet: Sheet, to: str, ref: str) -> EmailMessage:
    """The same mail for a backend that is no SMTP server, or an address that has to be encoded."""
    headers = {"Auto-Submitted": "auto-generated", "Message-ID": f"<{ref.lower()}@{sheet.host}>"}
    return EmailMessage(
        sheet.subject, sheet.body % sheet.blanks(ref), settings.DEFAULT_FROM_EMAIL, [to], headers=headers
    )


def _words(kind: str, language: str, title: str) -> tuple[str, str]:
    """(subject, body with places for link and code)."""
    with override(language):
        about = f"{title}\n\n".replace("%", "%%") if title else ""
        if kind == "known":
            said = _("You have done this already; there is nothing more to do.")
            return _("İcma: nothing more to do"), f"{about}{said}\n\n{_ignore()}\n"
        ask = {
            "sign": _("To confirm your support, open this address and press the button there:"),
            "withdraw": _("To take your support back, open this address and press the button there:"),
        }[kind]
        code = _("Or type this code on the page that you have open:")
        return _("İcma: please confirm"), f"{about}{ask}\n%(link)s\n\n{code} %(code)s\n\n{_ignore()}\n"


def _ignore() -> str:
    return _("If you did not ask for this, delete this mail; nothing happens without your confirmation.")


def _hang_up(server: BaseEmailBackend) -> None:
    try:
        server.close()
    except (OSError, smtplib.SMTPException) as error:
        log.info("mail server hung up first: %s", type(error).__name__)
