"""Key pairs as rows: made, marked as ours, found. The secret halves are with people; see docs/vault.md."""

import hashlib
import hmac
import secrets
from datetime import date, datetime
from typing import Any

from django.conf import settings

from icma.core.keys import key
from icma.engines import vault
from icma.engines.codes import encode
from icma.legalaid.models import Case, Grant, KeyPair
from icma.legalaid.words import Group


def row_code() -> str:
    """Twelve random symbols: the name of a pair or a sealed row."""
    return encode(secrets.token_bytes(8), 12, group=12)


def _mark(code: str, owner: int | None, group: str, public: bytes) -> str:
    """Keyed hash under a key outside the database."""
    message = f"vault-pair\0{code}\0{owner or ''}\0{group}\0".encode() + public
    return hmac.new(key("codes"), message, hashlib.sha256).hexdigest()


def new_pair(*, public: bytes, on: date, owner: Any = None, group: str = "") -> KeyPair:
    """Keep the public half of a person (`owner`), a group, or a client's code (neither). Used inside actions."""
    code = row_code()
    mark = _mark(code, owner.pk if owner else None, group, public)
    return KeyPair.objects.create(
        code=code, owner=owner, group=group, public=public, mark=mark, made_on=on
    )  # fmt: skip


def mark_of(*parts: str) -> str:
    """Keyed hash that binds rows to each other: who can only write to the database cannot put one in another's place."""
    return hmac.new(key("codes"), "\0".join(("vault-bound", *parts)).encode(), hashlib.sha256).hexdigest()


def genuine(pair: KeyPair) -> bool:
    """False for a pair that somebody has put into the database by hand: nothing is sealed for it."""
    return hmac.compare_digest(
        pair.mark, _mark(pair.code, pair.owner_id, pair.group, bytes(pair.public))
    )  # fmt: skip


def grant_mark(case: Case, compartment: str, epoch: int, holder: KeyPair, until: datetime | None) -> str:
    """Binds a grant to its case, its holder and its end."""
    end = f"{until.timestamp():.6f}" if until else ""
    return mark_of("grant", case.code, compartment, str(epoch), holder.code, end)


def given_here(row: Grant) -> bool:
    """False for a grant that somebody has put in or prolonged by hand."""
    mark = grant_mark(row.case, row.compartment, row.epoch, row.holder, row.expires_at)
    return hmac.compare_digest(row.mark, mark)


def pair_of(user: Any) -> KeyPair | None:
    """The live pair of somebody of the staff; None when he or she has not made one."""
    return KeyPair.objects.filter(owner=user, retired_on=None).first()


def group_pair(name: str) -> KeyPair | None:
    """The live pair of a group; None before it was founded."""
    return KeyPair.objects.filter(group=name, retired_on=None).first()


def recovery_pair() -> KeyPair | None:
    """The public half of the papers, once `icma recover install` has given it; None for other papers than those pinned."""
    pair = group_pair(Group.RECOVERY)
    return pair if pair is not None and is_pinned(bytes(pair.public)) else None


def is_pinned(public: bytes) -> bool:
    """True for the papers whose fingerprint stands in ICMA_RECOVERY_FINGERPRINT, and while none does."""
    return not settings.RECOVERY_FINGERPRINT or _same(public, settings.RECOVERY_FINGERPRINT)


def shown(pair: KeyPair) -> str:
    """The fingerprint that two people compare by voice."""
    return vault.fingerprint(bytes(pair.public))


def same_print(pair: KeyPair, given: str) -> bool:
    """Whether what somebody has typed is the pair's fingerprint; spaces and case do not matter."""
    return _same(bytes(pair.public), given)


def _same(public: bytes, given: str) -> bool:
    digits = "".join(vault.fingerprint(public).split())
    return "".join(given.split()).lower() == digits  # ascii: hexadecimal digits
