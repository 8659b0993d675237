"""The way in for mail: whose address it is, by the first letters of its local part; one explicit tuple.

Called by `icma mail-in` with one raw mail, as a mail server pipes it. Nothing is logged here, and nothing is answered:
who writes to an address learns from our mail server whether it exists, and nothing else.
"""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings

from icma.engines.inmail import read
from icma.legalaid.actions import drops
from icma.matters.actions import mails
from icma.people.actions import returned

# `receive(code=, incoming=, raw=, at=)`: True once it is kept (also when it was before), False when there is no such address.
ROUTES: tuple[tuple[str, Callable[..., bool]], ...] = (
    ("m-", mails.receive),
    (drops.PREFIX, drops.receive),
    (returned.PREFIX, returned.receive),
)


def take_in(raw: bytes, to: str, at: datetime) -> bool:
    """Hand a raw mail to whoever has its address; False when nobody has.

    `to`: the envelope's recipient; "" reads the mail's own head. Raises inmail.Unreadable, and Refused while there is no room.
    """
    incoming = read(raw, trusted=settings.MAIL_IN_SERVER)
    asked = [to.strip().lower()] if to else incoming.recipients
    locals_ = [local for local, _at, domain in (one.rpartition("@") for one in asked) if _ours(domain)]
    kept = [
        receive(code=local.removeprefix(start), incoming=incoming, raw=raw, at=at)
        for local in dict.fromkeys(locals_)
        for start, receive in ROUTES
        if local.startswith(start)
    ]
    return any(kept)


def _ours(domain: str) -> bool:
    return bool(domain) and domain == settings.MAIL_IN_DOMAIN
