"""References of those who have asked to sign, and the link and code that are derived from them and kept nowhere.

A link is the reference and a keyed mark of it: a bad one is known without asking the database. The eight digits say
the same to somebody who reads mail on another device; the row behind the reference counts their tries.
"""

import hashlib
import hmac
import secrets

from icma.core.keys import key
from icma.engines.codes import encode, normalise

REF, MARK = 26, 16  # symbols of five bits: 128 and 80 bits


def new_ref() -> str:
    return encode(secrets.token_bytes(16), REF, group=REF)


def token_of(ref: str) -> str:
    """What the link in the mail carries."""
    return ref + encode(_mark("link", ref), MARK, group=MARK)


def ref_of(token: str) -> str | None:
    """The reference behind a link, None for anything else."""
    plain = normalise(token)
    ref = plain[:REF]
    return ref if len(plain) == REF + MARK and hmac.compare_digest(token_of(ref), plain) else None


def digits_of(ref: str) -> str:
    """The eight digits of the mail."""
    return f"{int.from_bytes(_mark('digits', ref)[:8], 'big') % 10**8:08d}"


def _mark(what: str, ref: str) -> bytes:
    return hmac.new(key("codes"), f"petition\0{what}\0{ref}".encode(), hashlib.sha256).digest()
