"""Mails: one row a person and key, sent once however late or often the job runs.

A row holds references alone. Words and the address are found at the moment of sending: nothing that was
hidden, erased or unsubscribed meanwhile goes out.
"""

import hashlib
import logging
import smtplib
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Case, F, Q, When
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy, override

from icma.core.action import action
from icma.core.day import legal_day
from icma.core.seal import Unreadable, unseal
from icma.people.actions.returned import came_back, return_address, says_gone
from icma.people.models import Contact, Mail, User

# Kind → who gets it: "daily" only with the daily digest, "urgent" unless mail is off, "asked" always
# (the person pressed a button a moment ago), "duty" as long as he or she serves: somebody else's term hangs on it.
# Each has its template people/mail/<kind>.txt.
KINDS = {
    "digest": "daily", "urgent": "urgent", "update": "urgent", "confirm": "asked", "link": "asked", "vouch": "urgent",
    "duty": "duty",
}  # fmt: skip
# Who has just pressed a button waits at the screen; what goes to thousands at once lets all others pass.
TURN = Case(
    When(kind__in=[kind for kind, wish in KINDS.items() if wish == "asked"], then=0),
    When(kind__in=("digest", "update"), then=2),
    default=1,
)
# A telephone shows the subject to whoever stands beside it: only what goes to an authority says what it is.
NEWS, SUBJECTS = gettext_lazy("İcma: news"), {"vouch": gettext_lazy("İcma: is this answer yours?")}
UNSUBSCRIBE = "mektub-yox/"  # the address that ends mail; front mounts it
SALT = "icma.unsubscribe"
MOST_TRIES = 8
LONGEST_WAIT = timedelta(hours=6)
STUCK = timedelta(hours=1)
Fill = Callable[[Mail], dict[str, Any] | None]
log = logging.getLogger(__name__)


@action
def queue_mail(
    *, person: str, key: str, kind: str, data: dict[str, Any], at: datetime, language: str = "az"
) -> Mail | None:
    """Put a mail in the queue; None when this person already has (or had) one of this key.

    `data`: references and plain values that `fill` or the template of `kind` turns into words.
    """
    if kind not in KINDS:
        raise ValueError(f"unknown kind of mail: {kind}")
    mail, made = Mail.objects.get_or_create(
        person=person, key=key[:80], defaults={"kind": kind, "data": data, "at": at, "language": language}
    )
    return mail if made else None


@action
def queue_many(*, persons: Iterable[str], key: str, kind: str, data: dict[str, Any], at: datetime) -> int:
    """One mail of this key to each of many persons, with or without an account; how many are new."""
    if kind not in KINDS:
        raise ValueError(f"unknown kind of mail: {kind}")
    asked, key = set(persons), key[:80]
    asked -= set(Mail.objects.filter(person__in=asked, key=key).values_list("person", flat=True))
    languages = dict(User.objects.filter(person__in=asked).values_list("person", "language"))
    rows = [
        Mail(person=one, key=key, kind=kind, data=data, at=at, language=languages.get(one, "az")) for one in sorted(asked)
    ]  # fmt: skip
    Mail.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def as_it_is(mail: Mail) -> dict[str, Any] | None:
    return mail.data


def send_waiting(at: datetime, most: int = 200, fill: Fill = as_it_is) -> tuple[int, int]:
    """Send what is due over one connection: (sent, failed for good). Nothing is ever sent twice.

    `fill(mail)` gives the plain values of the template in the language that is active, or None for a mail
    that has nothing to say any more. A server that is down costs no mail: all of them wait and come again
    after 1, 2, 4 … minutes, six hours at most. A mail whose hand-over broke off half-way counts as failed:
    the server may have taken it.
    """
    failed = give_up(at=at)
    due = list(Mail.objects.filter(state="waiting", at__lte=at).order_by(TURN, "at", "pk")[:most])
    if not due:
        return 0, failed
    connection = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        log.warning("mail server cannot be reached: %s", type(error).__name__)
        put_off(ids=[mail.pk for mail in due], at=at)
        return 0, failed
    sent = 0
    try:
        for place, mail in enumerate(due):
            outcome = _send(mail, connection, fill, at)
            sent += outcome == "sent"
            failed += outcome in ("failed", "broken")
            if outcome == "broken" or _is_gone(connection):
                put_off(ids=[rest.pk for rest in due[place + 1 :]], at=at)
                break
    finally:
        _hang_up(connection)
    return sent, failed


def _hang_up(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except (OSError, smtplib.SMTPException) as error:
        log.info("mail server hung up first: %s", type(error).__name__)


def _send(mail: Mail, connection: BaseEmailBackend, fill: Fill, at: datetime) -> str:
    """sent, dropped, later, failed, broken, or taken (another worker was faster)."""
    if not claim(mail=mail, at=at):
        return "taken"
    try:
        message = _message(mail, fill, at)
    except Exception:
        # A mistake in one mail must not hold up the queue; its row says "failed" and is looked at.
        log.exception("mail %s cannot be written", mail.pk)
        return settle(mail=mail, state="failed", at=at)
    if message is None:
        return settle(mail=mail, state="dropped", at=at)
    message.connection = connection
    try:
        message.send()
    except smtplib.SMTPServerDisconnected:
        settle(mail=mail, state="failed", at=at)
        return "broken"
    except smtplib.SMTPException as error:
        return _refused(mail, error, at)
    except OSError:
        settle(mail=mail, state="failed", at=at)
        return "broken"
    return settle(mail=mail, state="sent", at=at)


def _refused(mail: Mail, error: smtplib.SMTPException, at: datetime) -> str:
    """The server said no: 4xx means later, 5xx never."""
    codes = [getattr(error, "smtp_code", 0)]
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _words in error.recipients.values()]
    if all(400 <= code < 500 for code in codes) and mail.tries + 1 < MOST_TRIES:
        put_off(ids=[mail.pk], at=at)
        return "later"
    gone = isinstance(error, smtplib.SMTPRecipientsRefused) and says_gone(error)
    settle(mail=mail, state="returned" if gone else "failed", at=at)
    return "failed"


def _is_gone(connection: BaseEmailBackend) -> bool:
    """The server hung up with its answer (421): the rest of the queue waits for a new connection."""
    server = getattr(connection, "connection", None)
    return isinstance(server, smtplib.SMTP) and server.sock is None


@action
def claim(*, mail: Mail, at: datetime) -> bool:
    """Take one mail out of the queue, by compare and set, just before it is handed over."""
    return Mail.objects.filter(pk=mail.pk, state="waiting").update(state="sending", sent_at=at) == 1


@action
def settle(*, mail: Mail, state: str, at: datetime) -> str:
    """Write down what became of a claimed mail; its links and references are not kept longer."""
    values: dict[str, Any] = {
        "state": state,
        "sent_at": at if state in ("sent", "returned") else None,
        "tries": F("tries") + 1,
    }
    if mail.kind != "digest":  # the digest's span is where tomorrow's begins
        values["data"] = {}
    Mail.objects.filter(pk=mail.pk, state="sending").update(**values)
    return state


@action
def put_off(*, ids: list[int], at: datetime) -> None:
    """Back into the queue, to be tried after 1, 2, 4 … minutes."""
    for mail in Mail.objects.filter(pk__in=ids, state__in=("waiting", "sending")):
        wait = min(timedelta(minutes=2 ** min(mail.tries, 10)), LONGEST_WAIT)
        rows = Mail.objects.filter(pk=mail.pk, state=mail.state)
        rows.update(state="waiting", sent_at=None, tries=mail.tries + 1, at=at + wait)


@action
def give_up(*, at: datetime) -> int:
    """Mails whose worker died in the act: perhaps sent, so never sent again."""
    stuck = Mail.objects.filter(state="sending", sent_at__lt=at - STUCK)
    stuck.exclude(kind="digest").update(data={})  # as in `settle`: no link stays behind
    return stuck.update(state="failed", sent_at=None)


@action
def drop_mails(*, person: str) -> int:
    """Nothing that waits for this person goes out."""
    return Mail.objects.filter(person=person, state="waiting").update(state="dropped")


@action
def unsubscribe(*, person: str, at: datetime) -> None:
    """End all mail that was not asked for a moment ago, for an account and for a confirmed address alike.

    What somebody has to know because he or she serves ("duty") ends with the seat.
    """
    User.objects.filter(person=person).update(digest="none")
    Contact.objects.filter(person=person, silent_at=None).update(silent_at=at)
    Mail.objects.filter(person=person, state="waiting", kind__in=("digest", "urgent", "update")).update(
        state="dropped"
    )


# --- what stands in a mail -------------------------------------------------------------------------
def token_of(person: str) -> str:
    """The signed name of a person in the unsubscribe address; it opens nothing else."""
    return signing.Signer(salt=SALT).sign(person)


def person_of(token: str) -> str | None:
    try:
        return signing.Signer(salt=SALT).unsign(token)
    except signing.BadSignature:
        return None


def base_of(language: str) -> str:
    """The address of the home page in a language, with its last slash."""
    return f"{settings.BASE_URL}/" if language == "az" else f"{settings.BASE_URL}/{language}/"


def _message(mail: Mail, fill: Fill, at: datetime) -> EmailMessage | None:
    """The mail in its reader's language; None when it has nobody to go to or nothing to say."""
    address = address_of(mail.person, KINDS[mail.kind], at)
    if not address:
        return None
    leave = f"{base_of(mail.language)}{UNSUBSCRIBE}{token_of(mail.person)}/"
    with override(mail.language):
        values = fill(mail)
        if values is None:
            return None
        if str(values.get("url", "")).startswith("/"):
            values = values | {"url": settings.BASE_URL + values["url"]}
        extra = {"base": base_of(mail.language), "leave": leave, "language": mail.language}
        body = render_to_string(f"people/mail/{mail.kind}.txt", values | extra)
        subject = str(SUBJECTS.get(mail.kind, NEWS))
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    name = hashlib.sha256(f"{mail.person}|{mail.key}".encode()).hexdigest()[:32]
    headers = {
        "Auto-Submitted": "auto-generated",
        "Message-ID": f"<{name}@{host}>",
        "From": settings.DEFAULT_FROM_EMAIL,
    }
    if mail.kind != "duty":  # one click in a mail program would end what it cannot end
        headers |= {"List-Unsubscribe": f"<{leave}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return EmailMessage(subject, body.strip() + "\n", return_address(mail), [address], headers=headers)


def address_of(person: str, wish: str, at: datetime) -> str:
    """Where mail for `person` goes now; '' when it shall not or cannot. `wish`: daily, urgent, asked or duty.

    To an address from which mail came back goes only what was asked for a moment ago, and what is owed.
    """
    if wish in ("daily", "urgent") and came_back([person]):
        return ""
    user = User.objects.filter(person=person).first()
    if user is not None:
        if not user.is_active or user.frozen_at is not None:
            return ""
        wanted = {"daily": ("daily",), "urgent": ("daily", "urgent")}.get(wish, User.Digest.values)
        return user.email if user.digest in wanted else ""
    return reach_of([person], at, asked=wish == "asked").get(person, {}).get("mail", "")


def reach_of(persons: Iterable[str], at: datetime, asked: bool = False) -> dict[str, dict[str, str]]:
    """Of sealed contacts what reaching needs, {mail, hour, woman}; the machine reads, nobody is shown who."""
    live = Q(expires_on=None) | Q(expires_on__gt=legal_day(at))
    if not asked:
        live &= Q(silent_at=None)
    found: dict[str, dict[str, str]] = {}
    for row in Contact.objects.filter(live, person__in=list(persons)).order_by("at"):
        known = _values(row)
        kept = {name: str(known[name]) for name in ("mail", "hour", "woman") if known.get(name)}
        found.setdefault(row.person, {}).update(kept)
    return found


def _values(row: Contact) -> dict[str, Any]:
    try:
        return unseal(row.sealed)
    except Unreadable:
        log.warning("contact %s does not open", row.pk)
        return {}


def wanting(persons: Iterable[str], wish: str, at: datetime) -> dict[str, str]:
    """Of these persons, those whom a mail of this wish would reach now, each with his or her language."""
    wanted = ("daily",) if wish == "daily" else ("daily", "urgent")
    asked = set(persons)
    asked -= came_back(asked)
    users = User.objects.filter(person__in=asked)
    found = {
        u.person: u.language for u in users if u.is_active and u.frozen_at is None and u.digest in wanted
    }
    without = asked - {user.person for user in users}
    return found | {person: "az" for person, reach in reach_of(without, at).items() if "mail" in reach}
