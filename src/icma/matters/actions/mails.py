"""Mail that comes for a letter is kept apart until somebody who leads the matter has read it.

Nothing of it becomes public here and no entry is written: what it says is entered as an answer through its own form,
which marks the mail.
"""

import base64
import hashlib
import hmac
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.codes import public_code
from icma.core.files import drop_file, keep_mail
from icma.core.flow import Stale
from icma.core.keys import key
from icma.engines.inmail import Incoming
from icma.matters.mailbox import letter_of
from icma.matters.models import InMail, Letter
from icma.people.models import User

State = InMail.State
MOST_WAITING = (
    50  # a letter's address that is flooded takes no more until somebody has looked; mail servers try again
)


@action
def receive(*, code: str, incoming: Incoming, raw: bytes, at: datetime) -> bool:
    """Keep a mail that came to the address with this code; False when no letter has it."""
    letter = letter_of(code)
    if letter is None:
        return False
    take_mail(letter=letter, incoming=incoming, raw=raw, at=at)
    return True


@action
def take_mail(
    *, letter: Letter, incoming: Incoming, raw: bytes, at: datetime, by: User | None = None
) -> InMail:
    """Keep a mail for this letter, once however often it comes. `by`: who added it as a file.

    Refused: too many wait already, or there is no room on the disk.
    """
    tag = _tag(incoming)
    known = InMail.objects.filter(letter=letter, tag=tag)
    if found := known.first():
        return found
    if letter.mails.filter(state=State.NEW).count() >= MOST_WAITING:
        raise Refused(_("Fifty mails wait for this letter already. Read them, or put them aside, first."))
    try:
        with transaction.atomic():
            return InMail.objects.create(
                code=public_code(), letter=letter, tag=tag, kind=incoming.kind, auth=incoming.auth, received_at=at,
                file=keep_mail(raw, at=at, by=by), by=by,
            )  # fmt: skip
    except IntegrityError:
        return known.get()  # two deliveries at once


def _tag(incoming: Incoming) -> str:
    """Tells a second delivery from another mail, and nobody its name."""
    text = f"in_mail\0{incoming.message_id}".encode()
    return base64.b64encode(hmac.new(key("tags"), text, hashlib.sha256).digest()).decode()


@action
def put_aside(*, mail: InMail, at: datetime, by: User) -> None:
    """Read, and nothing to enter. It can still be entered until it is deleted."""
    done = InMail.objects.filter(pk=mail.pk, state=State.NEW)
    if not done.update(state=State.DISMISSED, ended_at=at, ended_by=by):
        raise Stale(_("Somebody has already changed this. Look at the page again before you go on."))


@action
def mark_entered(*, mail: InMail, at: datetime, by: User) -> None:
    """What it says has been entered; called in the transaction that enters it."""
    InMail.objects.filter(pk=mail.pk).update(state=State.FILED, ended_at=at, ended_by=by)


@action
def remove_mail(*, mail: InMail, at: datetime) -> None:
    """Delete a mail for good, with its bytes."""
    file = mail.file
    mail.delete()
    if file is not None:
        drop_file(file=file)
