"""What is signed and what is logged are made to agree: leaves for what is new or gone, and a signed head over them.

Leaves, marks on the signatures, sums of the petition and the checkpoint are one transaction: there is no state
between them. It may run late, twice, or be killed anywhere; a leaf has one number and the size is compared and set.
What exactly is hashed and signed is written in `verify.py`, which the public runs.

A protected petition is logged in steps: 25 or more adds at a time, never single people, for everything logged is
public. Up to 24 of its last voices stay out of the log even when it closes; the number is rounded down anyway.
"""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.db.models import Q, QuerySet

from icma.advocacy import keyring
from icma.advocacy.models import Checkpoint, Leaf, Petition, Signature
from icma.advocacy.verify import FIRST, STEP, add_leaf, canonical, link_of, removal_leaf
from icma.core.action import action
from icma.core.prepared import prepared
from icma.engines.merkle import SIZE, Frontier

MOST = 5_000  # signatures a petition and checkpoint
BETWEEN = {
    "open": timedelta(seconds=2),
    "standard": timedelta(seconds=10),
    "protected": timedelta(seconds=60),
}
TO_LOG = Q(valid=True, leaf=None) | Q(valid=False, leaf__isnull=False)
PROTECTED = Petition.Mode.PROTECTED
_DICE = random.SystemRandom()


class Overtaken(Exception):
    """Another batcher was first; nothing was written here."""


def to_log() -> list[int]:
    """Petitions with something to log: one read of the index of what waits."""
    rows = Signature.objects.filter(TO_LOG, petition__closed_at=None, petition__count_frozen=False)
    return list(rows.order_by().values_list("petition", flat=True).distinct())


def log_petition(*, pk: int, at: datetime, again: bool = False, last: bool = False) -> int:
    """Leaves and one checkpoint for at most MOST signatures of a petition, in random order; how many leaves.

    0 when nothing waits, the last checkpoint is too young (unless `again`: the batch before was full, or `last`:
    the petition closes), the count is frozen, or another batcher was faster. A clock that was set back makes no
    checkpoint older than the one before.
    """
    try:
        return _log(pk=pk, at=at, hurry=again or last, last=last)
    except Overtaken:
        return 0


@action
def _log(*, pk: int, at: datetime, hurry: bool, last: bool) -> int:
    (petition,), before = _locked(petition=pk), last_of(pk)
    if petition.closed_at or petition.count_frozen or not (hurry or _due(petition, before, at)):
        return 0
    rows = _waiting(MOST, petition=pk)
    if petition.mode == PROTECTED:
        rows = _steps(rows, last)
    if not rows:
        return 0
    _DICE.shuffle(rows)  # the order in the log tells nothing about the order of signing
    log = Frontier(petition.size, peaks_of(petition))
    adds = _append(petition, log, rows)
    at = max(at, before.at) if before else at
    new = _sums(petition, log, adds, len(rows) - adds, at)
    _sign(petition, log, before, at, new)
    return len(rows)


@prepared
def _locked(*, petition: int) -> QuerySet[Petition]:
    return (
        Petition.objects.select_for_update(no_key=True, of=("self",))
        .select_related("matter")
        .filter(pk=petition)
    )


@prepared
def _waiting(most: int, *, petition: int) -> QuerySet[Signature]:
    rows = Signature.objects.filter(TO_LOG, petition=petition).order_by()
    return rows.only("valid", "leaf", "reason", "commit")[:most]


@prepared
def _heads(*, petition: int) -> QuerySet[Checkpoint]:
    return Checkpoint.objects.filter(petition=petition).order_by("-number")[:1]


def last_of(petition: int) -> Checkpoint | None:
    """The last signed head of a petition's log."""
    return next(iter(_heads(petition=petition)), None)


def _due(petition: Petition, before: Checkpoint | None, at: datetime) -> bool:
    """Old enough. A checkpoint from the future (the clock was set back) holds nobody up."""
    return before is None or at < before.at or at - before.at >= BETWEEN[petition.mode]


def _steps(rows: list[Signature], last: bool) -> list[Signature]:
    """Of a protected petition: whole steps of adds with what goes, or nothing.

    Many removals at once (an invalidation) are a step too. At the end removals that outweigh what waits are
    logged whatever their number: better that single people withdrew is known than a count that is too high.
    """
    adds, gone = [row for row in rows if row.valid], [row for row in rows if not row.valid]
    whole = len(adds) // STEP * STEP
    if whole or len(gone) >= STEP:
        return _DICE.sample(adds, whole) + gone
    return rows if last and len(gone) > len(adds) else []


def _append(petition: Petition, log: Frontier, rows: list[Signature]) -> int:
    """Leaves and the marks on the signatures; how many add."""
    code, leaves, marks, adds = petition.matter.code, [], [], 0
    for row in rows:
        index = log.size
        if row.valid:
            leaf = Leaf(petition=petition, index=index, hash=add_leaf(code, bytes(row.commit)))
            marks.append((index, row.pk))
            adds += 1
        else:
            gone = removal_leaf(code, row.leaf, row.reason)
            leaf = Leaf(petition=petition, index=index, hash=gone, removes=row.leaf, reason=row.reason)
            marks.append((None, row.pk))
        log.append(leaf.hash)
        leaves.append(leaf)
    Leaf.objects.bulk_create(leaves, batch_size=2_000)
    marks.sort(key=lambda mark: mark[1])  # in one order, so that two writers cannot lock each other
    with connection.cursor() as cursor:
        cursor.executemany("UPDATE advocacy_signature SET leaf = %s WHERE id = %s", marks)
    return adds


def _sums(petition: Petition, log: Frontier, adds: int, removes: int, at: datetime) -> dict[str, int]:
    """Compare and set the sums of the petition, and the number on its page; Overtaken when somebody else has changed them."""
    new = {"adds": petition.adds + adds, "removes": petition.removes + removes}
    shown = rounded(petition.mode, new["adds"] - new["removes"])
    same = Petition.objects.filter(pk=petition.pk, adds=petition.adds, removes=petition.removes)
    if same.update(peaks=b"".join(log.peaks), shown=shown, shown_at=at, **new) != 1:
        raise Overtaken
    return new


def _sign(
    petition: Petition, log: Frontier, before: Checkpoint | None, at: datetime, sums: dict[str, int]
) -> None:
    number = before.number + 1 if before else 1
    body = canonical({
        **sums, "v": 1, "petition": petition.matter.code, "number": number, "size": log.size, "root": log.root().hex(),
        "at": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00"),
        "previous": link_of(before.body, bytes(before.signature)) if before else FIRST,
    })  # fmt: skip
    Checkpoint.objects.create(
        petition=petition, number=number, body=body, size=log.size, at=at,
        signature=keyring.signer().sign(body.encode()).signature,
    )  # fmt: skip


def rounded(mode: str, count: int) -> int:
    """The number on the page."""
    return count // step_of(mode) * step_of(mode)


def step_of(mode: str) -> int:
    return STEP if mode == PROTECTED else 1


def peaks_of(petition: Petition) -> list[bytes]:
    kept = bytes(petition.peaks)
    return [kept[at : at + SIZE] for at in range(0, len(kept), SIZE)]


def root_of(petition: Petition) -> bytes:
    return Frontier(petition.size, peaks_of(petition)).root()


@dataclass(frozen=True)
class Recount:
    """Three ways to the same number: live marks of signatures, leaves of the log, the petition's sums."""

    signatures: int
    log: int
    page: int
    waiting: int

    @property
    def agrees(self) -> bool:
        return self.signatures == self.log == self.page


def recount(petition: Petition) -> Recount:
    """Count everything anew. `waiting`: signed, not logged yet."""
    petition.refresh_from_db()
    mine = Signature.objects.filter(petition=petition)
    leaves = Leaf.objects.filter(petition=petition)
    return Recount(
        signatures=mine.filter(leaf__isnull=False).count(),
        log=leaves.count() - 2 * leaves.filter(removes__isnull=False).count(),
        page=petition.count,
        waiting=mine.filter(TO_LOG).count(),
    )
