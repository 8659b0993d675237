"""The one generator, check and hash for every code: references, return codes, paper codes, links, mail codes."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from django.db.models import F, Q

from icma.core.action import action
from icma.core.keys import key
from icma.core.models import Code
from icma.engines import codes as engine


def public_code() -> str:
    """Eight Crockford characters for URLs, e.g. `7Q4FM2KD`; not a secret."""
    return engine.normalise(engine.public_code(secrets.token_bytes(5)))


def hashed(text: str, purpose: str) -> str:
    """Keyed hash under which a secret is kept; `text` may hold spaces, dashes, O for 0."""
    message = f"{purpose}\0{engine.normalise(text)}".encode()
    return hmac.new(key("codes"), message, hashlib.sha256).hexdigest()


def derived(purpose: str, subject: str) -> str:
    """A long code that can be shown again and again: it follows from its subject under the key, and nothing is kept."""
    message = f"derived\0{purpose}\0{subject}".encode()
    return engine.secret_code(hmac.new(key("codes"), message, hashlib.sha256).digest())


@action
def issue(*, purpose: str, subject: str, at: datetime, days: int | None = None, digits: bool = False) -> str:
    """Make and keep a code; returns its text, which is shown once.

    Long codes carry 95 random bits and a check symbol; `digits` gives eight digits with five tries.
    """
    text = f"{secrets.randbelow(10**8):08d}" if digits else engine.secret_code(secrets.token_bytes(12))
    # A short code is only unique for its subject: the subject goes into the hash.
    kept = hashed(f"{text}{subject if digits else ''}", purpose)
    expires = at + timedelta(days=days) if days else None
    Code.objects.create(
        purpose=purpose,
        subject=subject,
        hash=kept,
        at=at,
        expires_at=expires,
        tries_left=5 if digits else None,
    )
    return text


def live(at: datetime) -> Q:
    return (
        Q(ended_at=None)
        & (Q(expires_at=None) | Q(expires_at__gt=at))
        & (Q(tries_left=None) | Q(tries_left__gt=0))
    )


def find(text: str, purpose: str, at: datetime) -> Code | None:
    """The live long code that `text` is, or None: wrong, ended and expired look alike."""
    return Code.objects.filter(live(at), purpose=purpose, hash=hashed(text, purpose)).first()


def try_digits(text: str, purpose: str, subject: str, at: datetime) -> Code | None:
    """Check an eight-digit code; a wrong one takes one of its five tries."""
    rows = Code.objects.filter(live(at), purpose=purpose, subject=subject, used_at=None)
    found = rows.filter(hash=hashed(f"{text}{subject}", purpose)).first()
    if found is None:
        rows.filter(tries_left__gt=0).update(tries_left=F("tries_left") - 1)
    return found


@action
def use(*, code: Code, at: datetime) -> bool:
    """Spend a one-time code; False when somebody has already spent it."""
    return Code.objects.filter(pk=code.pk, used_at=None).update(used_at=at) == 1


@action
def end(*, purpose: str, subject: str, at: datetime) -> int:
    """End every code of a purpose and subject."""
    return Code.objects.filter(purpose=purpose, subject=subject, ended_at=None).update(ended_at=at)
