"""Mail that came back: the address is not written to again until somebody has looked at it.

Two ways lead here: our mail server refuses the address at once, or, with mail coming in (`ICMA_MAIL_IN`), the report
comes later to the return address that each mail of ours carries. Nothing of a report is kept but that it came.
"""

import hmac
import re
import smtplib
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db.models import Max

from icma.core.action import action
from icma.core.codes import derived
from icma.engines.codes import normalise
from icma.engines.inmail import Incoming
from icma.people.models import Contact, Mail

PREFIX, PURPOSE = "q-", "mail_back"
# RFC 3463: no such mailbox, no such host, mailbox closed. A full mailbox or a filter says nothing about the address.
GONE = re.compile(r"\b5\.(1\.\d{1,3}|2\.1|4\.4)\b")
STATUS = re.compile(rb"^status:\s*([245]\.\d{1,3}\.\d{1,3})", re.IGNORECASE | re.MULTILINE)


def return_address(mail: Mail) -> str:
    """Where a report about this mail comes to; the sender's own address while no mail comes in."""
    if not settings.MAIL_IN_DOMAIN:
        return settings.DEFAULT_FROM_EMAIL
    return f"{PREFIX}{mail.pk}-{_mark(str(mail.pk))}@{settings.MAIL_IN_DOMAIN}"


def _mark(number: str) -> str:
    return normalise(derived(PURPOSE, number)).lower()


def says_gone(error: smtplib.SMTPRecipientsRefused) -> bool:
    """Does the server say of every recipient that there is no such mailbox?"""
    said = list(error.recipients.values())
    return bool(said) and all(
        code in (550, 551, 553) and GONE.search(words.decode("ascii", "replace") if isinstance(words, bytes) else words)
        for code, words in said
    )  # fmt: skip


@action
def receive(*, code: str, incoming: Incoming, raw: bytes, at: datetime) -> bool:
    """A mail to a return address: a report that the mailbox does not exist marks the mail, all else is let go.

    False for an address that we never gave.
    """
    number, _dash, mark = code.partition("-")
    if not number.isdecimal() or not number.isascii() or not mark.isascii() or len(number) > 18:
        return False
    if not hmac.compare_digest(_mark(number), normalise(mark).lower()):
        return False
    status = [found.decode() for found in STATUS.findall(raw[:200_000])]
    if incoming.kind == "bounce" and (not status or any(GONE.search(one) for one in status)):
        Mail.objects.filter(pk=int(number), state="sent").update(state=Mail.State.RETURNED)
    return True


@action
def mail_reached(*, person: str) -> None:
    """A code that was mailed was typed back: what came back before says nothing about the mailbox any more."""
    Mail.objects.filter(person=person, state=Mail.State.RETURNED).update(state=Mail.State.FAILED)


def came_back(persons: Iterable[str]) -> set[str]:
    """Persons whose last mail came back, and about whom nothing has changed since.

    A mail that arrived later or a new address lifts it; of an account a code that was typed back (`mail_reached`).
    One query as long as nothing came back.
    """
    if not (persons := list(persons)):
        return set()
    rows = Mail.objects.filter(person__in=persons, state=Mail.State.RETURNED).order_by()
    last = dict(rows.values_list("person").annotate(at=Max("sent_at")))
    if not last:
        return set()
    later = (
        Mail.objects.filter(person__in=last, state=Mail.State.SENT).values_list("person").annotate(at=Max("sent_at")),
        Contact.objects.filter(person__in=last).values_list("person").annotate(at=Max("at")),
    )  # fmt: skip
    lifted = {one for found in later for one, moment in found.order_by() if moment and moment > last[one]}
    return set(last) - lifted
