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
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from icma.advocacy import keyring
from icma.advocacy.committer import slow_disk
from icma.advocacy.models import Pending, Petition, Signature
from icma.advocacy.tokens import digits_of, token_of
from icma.core import seal
from icma.core.action import action
from icma.matters.actions.support import canonical

BATCH = 100
A_DAY, OF_ALL = 3, 20  # mails to one mailbox a day, whoever types its address: about one petition, about all
LEASE = timedelta(minutes=2)  # a worker that died gives its mails back after that
LONGEST = timedelta(hours=1)
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
    """The next batch, taken for the length of a lease by compare and set."""
    due = Q(state=Pending.State.WAITING) | Q(state=Pending.State.SENDING)
    rows = list(
        Pending.objects.filter(due, next_at__lte=at, petition__mail_paused=False)
        .select_related("petition__matter").order_by("next_at", "pk")[:BATCH]
    )  # fmt: skip
    mine = []
    for before, group in _by_moment(rows).items():
        pks = [row.pk for row in group]
        taken = Pending.objects.filter(due, pk__in=pks, next_at=before)
        if taken.update(state=Pending.State.SENDING, next_at=at + LEASE) == len(pks):
            mine += group
    slow_disk()
    return mine


def _by_moment(rows: Iterable[Pending]) -> dict[datetime, list[Pending]]:
    found: dict[datetime, list[Pending]] = {}
    for row in rows:
        found.setdefault(row.next_at, []).append(row)
    return found


@action
def settle(*, sent: list[int], failed: list[int], at: datetime) -> None:
    """Write down what became of a batch, in one commit."""
    Pending.objects.filter(pk__in=sent, state=Pending.State.SENDING).update(state=Pending.State.MAILED)
    slow_disk()
    if failed:
        put_off(pks=failed, at=at)


@action
def put_off(*, pks: list[int], at: datetime) -> None:
    """Back into the queue, to be tried after 1, 2, 4 … minutes, an hour at most."""
    for row in Pending.objects.filter(pk__in=pks, state=Pending.State.SENDING).only("tries"):
        wait = min(timedelta(minutes=2 ** min(row.tries, 6)), LONGEST)
        Pending.objects.filter(pk=row.pk).update(
            state=Pending.State.WAITING, tries=row.tries + 1, next_at=at + wait
        )


def _send_batch(rows: list[Pending], server: BaseEmailBackend) -> tuple[list[int], list[int]]:
    """(handed over, to be tried again). One address that the server refuses for good stops no other."""
    known = _known(rows)
    done: list[int] = []
    for place, row in enumerate(rows):
        try:
            message = _message(row, row.pk in known)
            if message is not None and not ENOUGH.full(row.petition_id, message.to[0]):
                message.connection = server
                message.send()
                ENOUGH.add(row.petition_id, message.to[0])
            done.append(row.pk)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
            if _for_good(error):
                done.append(row.pk)
                continue
            return done, [rest.pk for rest in rows[place:]]
        except (OSError, smtplib.SMTPException):
            return done, [rest.pk for rest in rows[place:]]
    return done, []


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
            mail = canonical(seal.unseal(bytes(row.sealed))["mail"])
            tags[row.petition_id, keyring.tag_of(row.petition.matter.code, mail)] = row.pk
    found = Signature.objects.filter(
        petition__in={pk for pk, _tag in tags}, tag__in=[tag for _pk, tag in tags], valid=True
    )
    return {
        tags[key] for pk, tag in found.values_list("petition", "tag") if (key := (pk, bytes(tag))) in tags
    }


def _message(row: Pending, known: bool) -> EmailMessage | None:
    """The mail of one row; None when a protected petition has nothing more to say to a known address."""
    petition = row.petition
    if known and petition.mode == Petition.Mode.PROTECTED:
        return None
    to = str(seal.unseal(bytes(row.sealed))["mail"])
    title = "" if petition.mode == Petition.Mode.PROTECTED else petition.matter.title
    subject, words = _words("known" if known else row.wish, row.language, title)
    base = settings.BASE_URL + ("" if row.language == "az" else f"/{row.language}")
    body = words % {"link": f"{base}/d/t/{token_of(row.ref)}/", "code": digits_of(row.ref)}
    host = settings.BASE_URL.partition("//")[2].partition("/")[0].partition(":")[0] or "localhost"
    headers = {"Auto-Submitted": "auto-generated", "Message-ID": f"<{row.ref.lower()}@{host}>"}
    return EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [to], headers=headers)


@lru_cache(maxsize=512)
def _words(kind: str, language: str, title: str) -> tuple[str, str]:
    """(subject, body with places for link and code), rendered once a petition and language."""
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
