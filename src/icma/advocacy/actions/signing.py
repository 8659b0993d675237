"""Signing in two steps: somebody asks, confirms from the mailbox, and is one signature; withdrawing goes the same way.

Asking never looks whether the address is known. Confirming is idempotent: the tag is one a petition.
"""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db.models import QuerySet
from nacl.public import PublicKey, SealedBox

from icma.advocacy import keyring
from icma.advocacy.actions.updates import subscribe
from icma.advocacy.committer import Group
from icma.advocacy.models import Invalidation, Pending, Petition, Signature
from icma.advocacy.tokens import new_ref
from icma.core import seal
from icma.core.action import action
from icma.core.day import legal_day
from icma.core.prepared import prepared
from icma.matters.actions.support import canonical
from icma.matters.models import Window

T = TypeVar("T")
SIGN, WITHDRAW = "sign", "withdraw"
WITHDRAWN, LEFT = "withdrawn", "left"  # reasons; `left:CODE`: withdrawn while the rule CODE had taken it out
KEPT = timedelta(days=7)
DOMAIN = "icma-petition-1"


@dataclass(frozen=True)
class Asked:
    """What a form gave. `place` is a primary key; all but `mail` may be empty."""

    petition: int
    mail: str
    wish: str = SIGN
    name: str = ""
    place: int | None = None
    sex: str = "unknown"
    band: str = "unknown"
    updates: bool = False
    language: str = "az"


def pending_of(asked: Asked, at: datetime, later: timedelta = timedelta(), dropped: bool = False) -> Pending:
    """The row that waits; whoever asked is in it sealed. `later` puts its mail behind others."""
    values = {"mail": asked.mail, "name": asked.name, "place": asked.place, "sex": asked.sex, "band": asked.band,
              "updates": asked.updates}  # fmt: skip
    return Pending(
        petition_id=asked.petition, ref=new_ref(), wish=asked.wish, sealed=seal.seal(values), language=asked.language,
        state=Pending.State.DROPPED if dropped else Pending.State.WAITING, at=at, next_at=at + later,
    )  # fmt: skip


@action
def keep_pending(*, rows: list[Pending]) -> list[None]:
    Pending.objects.bulk_create(rows)
    return [None] * len(rows)


@dataclass(frozen=True)
class Confirmation:
    """The mailbox has answered for `ref` at `at`."""

    ref: str
    at: datetime


@dataclass(frozen=True)
class Outcome:
    """counted, withdrawn, closed (paused or ended), stays (ended: nothing can be withdrawn), expired or unknown.

    `petition`: 0 where nothing waits. `nonce`: the receipt's secret, shown once.
    """

    state: str
    petition: int = 0
    nonce: bytes | None = None
    commit: bytes = b""


def commit_of(code: str, nonce: bytes) -> bytes:
    """What the log holds of a signature: nobody can compute it without the receipt."""
    return hashlib.sha256(f"{DOMAIN}\0{code}\0".encode() + nonce).digest()


@action
def confirm_all(*, confirmations: list[Confirmation]) -> list[Outcome]:
    """All of a batch in one transaction; each gets its own outcome, in order."""
    rows = {row.ref: row for row in _asked(refs=padded([one.ref for one in confirmations]))}
    pks = {row.petition_id for row in rows.values()}
    petitions = {row.pk: row for row in _petitions(pks=padded(pks))} if pks else {}
    windows = {row.matter_id: row for row in _windows(pks=padded(pks))} if pks else {}
    for row in rows.values():
        row.petition = petitions[row.petition_id]
    outcomes: list[Outcome] = []
    wanted: dict[tuple[int, bytes], Signature] = {}
    done: set[int] = set()
    told: list[tuple[Petition, str, bool]] = []
    for one in confirmations:
        row = rows.get(one.ref)
        outcomes.append(_outcome(row, one.at, windows, wanted, done, told))
    write(wanted)
    if told:
        subscribe(asked=told, at=confirmations[-1].at)
    if done:
        Pending.objects.filter(pk__in=done).update(state=Pending.State.DONE, sealed=b"")
    return honest(outcomes)


def padded(values: Iterable[T]) -> list[T]:
    """The same values, the last as often again as makes their number a power of two: so queries have few shapes."""
    found = list(values)
    return found + found[-1:] * ((1 << (len(found) - 1).bit_length()) - len(found))


@prepared
def _asked(*, refs: list[str]) -> QuerySet[Pending]:
    return Pending.objects.filter(ref__in=refs)


@prepared
def _petitions(*, pks: list[int]) -> QuerySet[Petition]:
    return Petition.objects.filter(pk__in=pks).select_related("matter")


@prepared
def _windows(*, pks: list[int]) -> QuerySet[Window]:
    return Window.objects.filter(matter__in=pks, verb="sign")


def honest(outcomes: list[Outcome]) -> list[Outcome]:
    """No receipt for what was not written because the person had signed before."""
    asked = [outcome.commit for outcome in outcomes if outcome.nonce]
    if not asked:
        return outcomes
    pks = {outcome.petition for outcome in outcomes}
    kept = {bytes(commit) for commit in _unlogged(pks=padded(pks), commits=padded(asked))}
    return [one if one.commit in kept else replace(one, nonce=None) for one in outcomes]


@prepared
def _unlogged(*, pks: list[int], commits: list[bytes]) -> QuerySet:
    rows = Signature.objects.filter(petition__in=pks, leaf=None, valid=True, commit__in=commits)
    return rows.order_by().values_list("commit", flat=True)


@prepared
def _known(*, pks: list[int], tags: list[bytes]) -> QuerySet[Signature]:
    return Signature.objects.filter(petition__in=pks, tag__in=tags).only("petition", "tag", "valid", "reason")


def _outcome(
    row: Pending | None, at: datetime, windows: dict[int, Window], wanted: dict[tuple[int, bytes], Signature], done: set[int],
    told: list[tuple[Petition, str, bool]],
) -> Outcome:  # fmt: skip
    if row is None or row.at < at - KEPT:
        return Outcome("expired", row.petition_id if row else 0)
    petition, state = row.petition, "withdrawn" if row.wish == WITHDRAW else "counted"
    if row.state == Pending.State.DONE or row.pk in done:
        return Outcome(state, petition.pk)
    if not is_open(petition, windows.get(petition.pk), at, row.wish):
        return closed(petition, row.wish)
    given = seal.unseal(bytes(row.sealed))
    tag = keyring.tag_of(petition.matter.code, canonical(given["mail"]))
    nonce = secrets.token_bytes(32)
    made = signature_of(petition, tag, given, commit_of(petition.matter.code, nonce), at)
    made.valid = row.wish == SIGN
    wanted[petition.pk, tag] = made
    done.add(row.pk)
    if row.wish == WITHDRAW or given.get("updates"):
        told.append((petition, given["mail"], row.wish == SIGN))
    shows = made.valid and petition.mode != Petition.Mode.PROTECTED
    return Outcome(state, petition.pk, nonce if shows else None, bytes(made.commit))


def closed(petition: Petition, wish: str) -> Outcome:
    return Outcome("stays" if wish == WITHDRAW else "closed", petition.pk)


def is_open(petition: Petition, window: Window | None, at: datetime, wish: str = SIGN) -> bool:
    """Public and within its window; a pause stops who signs, never who withdraws."""
    matter = petition.matter
    public = matter.published_at is not None and matter.hidden_at is None and petition.closed_at is None
    if not public or window is None or (petition.signing_paused and wish == SIGN):
        return False
    return window.opens_at <= at and (window.closes_at is None or at < window.closes_at)


def signature_of(
    petition: Petition, tag: bytes, given: dict[str, Any], commit: bytes, at: datetime, channel: str = "web"
) -> Signature:
    """A protected petition keeps the tag alone; the others seal who signed to the key whose secret is offline."""
    made = Signature(petition=petition, tag=tag, channel=channel, on=legal_day(at), commit=commit)
    if petition.mode == Petition.Mode.PROTECTED:
        return made
    made.place_id, made.sex, made.band = (
        given.get("place"),
        given.get("sex", "unknown"),
        given.get("band", "unknown"),
    )
    if given.get("mail"):
        made.host = keyring.host_mark(petition.matter.code, canonical(given["mail"]))
        if petition.public_key:
            who = f"{given.get('name', '')}\n{given['mail']}".encode()
            made.sealed = SealedBox(PublicKey(bytes(petition.public_key))).encrypt(who)
    return made


def write(wanted: dict[tuple[int, bytes], Signature]) -> None:
    """New tags are added; of known ones only what was withdrawn comes back, or what is not withdrawn yet is.

    What a rule took out keeps the rule's mark through a withdrawal: signed again it waits for the rule to be undone.
    """
    if not wanted:
        return
    pks = {pk for pk, _tag in wanted}
    known = {
        (row.petition_id, bytes(row.tag)): row
        for row in _known(pks=padded(pks), tags=padded(tag for _pk, tag in wanted))
    }
    Signature.objects.bulk_create(
        [row for key, row in wanted.items() if key not in known and row.valid], ignore_conflicts=True
    )
    for key, row in wanted.items():
        before = known.get(key)
        if before is None or row.valid != _is_withdrawn(before):
            continue
        if row.valid:
            mark = _mark_in_force(before)
            back = Signature.objects.filter(pk=before.pk, valid=False)
            back.update(valid=not mark, reason=mark, sealed=row.sealed, host=row.host)
            back.model.objects.filter(pk=before.pk, leaf=None).update(commit=row.commit)
        else:
            rule = "" if before.valid else before.reason.partition(":")[2]
            Signature.objects.filter(pk=before.pk).update(
                valid=False, reason=f"{LEFT}:{rule}" if rule else WITHDRAWN, sealed=None, host=None
            )


def _is_withdrawn(row: Signature) -> bool:
    return not row.valid and row.reason.partition(":")[0] in (WITHDRAWN, LEFT)


def _mark_in_force(row: Signature) -> str:
    """The mark of the rule under which a withdrawn signature stood; empty where there is none, or it was undone."""
    left, _colon, code = row.reason.partition(":")
    if left != LEFT:
        return ""
    rule = Invalidation.objects.filter(code=code, undone_at=None).first()
    return rule.mark if rule else ""


@action
def take_in(*, given: list[Pending | Confirmation]) -> list[Outcome | None]:
    """Forms and confirmations of one moment in one commit; an outcome for each confirmation, in order."""
    asked = [one for one in given if isinstance(one, Pending)]
    confirmations = [one for one in given if not isinstance(one, Pending)]
    if asked:
        keep_pending(rows=asked)
    outcomes = iter(confirm_all(confirmations=confirmations) if confirmations else ())
    return [None if isinstance(one, Pending) else next(outcomes) for one in given]


VOICES: Group[Pending | Confirmation] = Group(lambda given: take_in(given=given))
