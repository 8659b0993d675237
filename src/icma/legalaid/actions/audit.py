"""The chain of who has opened what: one row in the transaction that returns it, chained by hash, without words.

Each row's hash covers its own columns and the hash before it, so an edit or a gap shows. What was cut off at the end,
and a database restored from yesterday, show only against a head that is kept elsewhere: `keep_head` gives one a day.
Any reader can check it with SHA-256 alone; the secret is not a key but the heads that two people hold on paper.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import chain
from typing import Any

from django.db import connection

from icma.core.action import action
from icma.core.day import legal_day, moment
from icma.legalaid.models import Case, Head, Read
from icma.legalaid.ring import Ring

NOTHING = "0" * 64
CHAIN = 4_114_721_126  # the lock's number on PostgreSQL; SQLite has one writer at a time anyway
# A list or a search is one row; each of the others is the opening of one thing.
MANY = frozenset({"list", "search", "board", "calendar", "queue", "conflict", "count"})


@action
def note_read(
    *, ring: Ring | None, role: str, verb: str, at: datetime, case: Case | str | None = None, refs: Iterable[Any] = (),
    by: Any = None,
) -> Read:  # fmt: skip
    """Write down that somebody opens something; call it last, in the transaction that returns it.

    `role`: in what role ("assignee", "deputy", "supervisor", "guest", "intake", "client", …), at most 12 letters.
    `verb`: "case", "thread", "note", "file", "export", "erased", or one of MANY. `refs`: what a list or a search gave back.
    `by`: who, where nobody's ring was needed.
    Of a client the day alone is kept: when somebody without an account was here is nobody's business.
    Two that open at once wait for each other from here to the end of their transactions.
    """
    found = sorted(str(ref) for ref in refs)
    if role == "client":
        at = moment(legal_day(at), 0)
    last, user = _last_locked(), ring.user if ring else by
    row = Read(
        seq=last[0] + 1, at=at.astimezone(UTC), user_id=user.pk if user else None, role=role[:12],
        verb=verb[:16], case=case.code if isinstance(case, Case) else case or "",
        count=len(found) if found or verb in MANY else 1,
        refs=hashlib.sha256("\n".join(found).encode()).hexdigest() if found else "", prev=last[1],
    )  # fmt: skip
    row.hash = hash_of(row)
    row.save(force_insert=True)
    return row


def _last_locked() -> tuple[int, str]:
    """Number and hash of the last row, which nobody else continues before this transaction has ended."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN])
    return Read.objects.order_by("-seq").values_list("seq", "hash").first() or (0, NOTHING)


def hash_of(row: Read) -> str:
    """SHA-256 over the row as a JSON list, the hash before it first. The moment counts in microseconds, UTC."""
    moment = row.at.astimezone(UTC).isoformat(timespec="microseconds")
    value = [row.prev, row.seq, moment, row.user_id, row.role, row.verb, row.case, row.count, row.refs]
    return hashlib.sha256(json.dumps(value, separators=(",", ":")).encode()).hexdigest()


@action
def keep_head(*, at: datetime) -> Head | None:
    """The chain's end as it is now, to be told to two people; None while nothing was ever opened."""
    seq, hashed = _last_locked()
    return Head.objects.create(seq=seq, hash=hashed, at=at) if seq else None


def head_words(head: Head) -> str:
    """As it is printed, mailed and given to `icma verify-audit --head`: SEQ:HASH."""
    return f"{head.seq}:{head.hash}"


def verify(*heads: tuple[int, str]) -> Iterator[str]:
    """What is wrong with the chain, one sentence each; nothing when it is whole.

    `heads`: (number, hash) from outside; those that the database keeps are checked as well.
    """
    wanted: dict[int, set[str]] = {}
    for seq, hashed in chain(heads, Head.objects.values_list("seq", "hash")):
        wanted.setdefault(seq, set()).add(hashed)
    seq, prev = 0, NOTHING
    for row in Read.objects.order_by("seq").iterator():
        if row.seq != seq + 1:
            yield f"Rows {seq + 1} to {row.seq - 1} are missing."
        elif row.prev != prev:
            yield f"Row {row.seq} does not continue row {seq}: one of them was changed."
        if hash_of(row) != row.hash:
            yield f"Row {row.seq} was changed."
        if any(hashed != row.hash for hashed in wanted.pop(row.seq, ())):
            yield f"Row {row.seq} is another one than when its head was kept: the chain was written anew."
        seq, prev = row.seq, row.hash
    if wanted:
        yield (
            f"The chain ends with row {seq}, but row {max(wanted)} existed: its end was cut off,"
            " or the database is older than that head."
        )
