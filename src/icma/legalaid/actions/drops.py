"""Mail to a case: its own address, what comes to it sealed before anybody could look, and how it gets into the thread.

The address has a key pair. Its public half seals whatever comes in; its seed is a row of the thread, so a mail opens for
whoever opens the thread, now or after a transfer, a recovery, an exchange of keys, and for nobody else. When the thread gets
another key, the pair is another one too. A mail is in clear only in the memory of the process that receives it.
"""

import hashlib
import hmac
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.codes import hashed
from icma.core.day import legal_day
from icma.core.files import sniff
from icma.engines import codes, vault
from icma.engines.aztext import clean_text
from icma.engines.inmail import Incoming
from icma.legalaid.actions.cases.telling import mail_about
from icma.legalaid.keeping import new_code
from icma.legalaid.models import Alias, Case, Drop, Grant, KeyPair, Sealed, SealedFile
from icma.legalaid.pairs import genuine, mark_of, new_pair
from icma.legalaid.ring import Ring
from icma.legalaid.sealing import opened, put, rewrite
from icma.legalaid.uploads import MOST_FILES, SealedUpload, has_room, put_in_place, sealed_copy
from icma.legalaid.words import Compartment

THREAD, PURPOSE, PREFIX = Compartment.THREAD, "case-mail", "c-"
MOST = 20_000  # signs of a mail that are shown; the whole of it is kept as a file


# The address


@action
def give_address(*, ring: Ring, case: Case, at: datetime) -> None:
    """An address for this case alone, of 95 random bits. Refused for others than its lawyer, and where mail is off."""
    case, on = Case.objects.select_for_update(no_key=True).get(pk=case.pk), legal_day(at)
    if not settings.MAIL_IN_DOMAIN or not case.open or case.assignee_id != ring.user.pk:
        raise Refused(_("Only the lawyer of an open case gives it an address."))
    if Alias.objects.filter(row__case=case).exists():
        raise Refused(_("This case has an address already."))
    code, seed = new_code(), vault.new_seed()
    value = {"kind": "alias", "code": code, "seed": seed.hex()}
    row = put(ring=ring, case=case, compartment=THREAD, value=value, on=on)
    alias = Alias(row=row, pair=new_pair(public=vault.public_of(seed), on=on), hash=hashed(code, PURPOSE))
    alias.mark = _mark(alias)
    alias.save()


@action
def end_address(*, ring: Ring, case: Case, at: datetime) -> None:
    """It takes no more mail, at once and for good; what had come is in the thread."""
    case = Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    take_in(ring=ring, case=case, at=at)
    alias = Alias.objects.filter(row__case=case).first()
    if alias is None:
        raise Refused(_("This case has no address."))
    KeyPair.objects.filter(pk=alias.pair_id).delete()
    Sealed.objects.filter(pk=alias.row_id).delete()


@action
def renew_address(*, ring: Ring, case: Case, at: datetime) -> None:
    """The thread has another key: so has its address. The address itself stays. Under the lock of the case."""
    alias = Alias.objects.select_related("row").filter(row__case=case).first()
    if alias is None:
        return
    alias.row.case = case
    seed, old = vault.new_seed(), alias.pair_id
    alias.pair = new_pair(public=vault.public_of(seed), on=legal_day(at))
    Alias.objects.filter(pk=alias.pk).update(pair=alias.pair, mark=_mark(alias))
    rewrite(ring=ring, row=alias.row, value=opened(ring, alias.row) | {"seed": seed.hex()})
    KeyPair.objects.filter(pk=old).delete()


def _mark(alias: Alias) -> str:
    return mark_of(alias.hash, alias.pair.code, alias.row.code, alias.row.case.code)


def address_of(code: str) -> str:
    """As it is given to somebody: c-<20 symbols>@<our domain>."""
    return f"{PREFIX}{codes.normalise(code).lower()}@{settings.MAIL_IN_DOMAIN}"  # ascii: Crockford's symbols


# What comes in


def receive(*, code: str, incoming: Incoming, raw: bytes, at: datetime) -> bool:
    """Seal a mail for whoever opens the thread of the case; False when there is no such address, or nobody to seal for.

    `code`: of the address. A mail that has come already changes nothing. Nothing here is logged. Refused while the disk is full.
    """
    alias = Alias.objects.filter(hash=hashed(code, PURPOSE)).first()
    if alias is None:
        return False
    tag = _tag(code, incoming)
    if Drop.objects.filter(tag=tag).exists():
        return True
    if not has_room(2 * len(raw)):
        raise Refused("no room")  # for the mail server alone, which keeps it and comes again
    files = [sealed_copy("poct.eml", raw)]
    files += [sealed_copy(one.name or "qosma", one.data) for one in incoming.attachments[:MOST_FILES]]
    return _keep(alias=alias, tag=tag, value=_told(incoming, files, legal_day(at)), files=files, at=at)


def _tag(code: str, incoming: Incoming) -> str:
    """The same for the same mail to the same address; without the code, which is kept nowhere in clear, it says nothing."""
    said = [incoming.message_id, incoming.sender, incoming.subject, incoming.text]
    parts = [*(part.encode() for part in said), *(one.data for one in incoming.attachments)]
    digest = hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()
    return vault.derive(codes.normalise(code).encode(), f"drop|{digest}").hex()


def _told(incoming: Incoming, files: list[SealedUpload], on: date) -> dict[str, Any]:
    mail = {
        "sender": clean_text(incoming.sender),
        "subject": clean_text(incoming.subject),
        "kind": incoming.kind,
        "id": incoming.message_id,
    }
    kept = [{"stored": one.stored, "name": clean_text(one.name or "")[:120], "type": sniff(one.head), "size": one.size,
             "key": one.key.hex(), "sha256": one.sha256} for one in files]  # fmt: skip
    return {"text": clean_text(incoming.text)[:MOST], "mail": mail, "files": kept, "on": on.isoformat()}


@action
def _keep(*, alias: Alias, tag: str, value: dict[str, Any], files: list[SealedUpload], at: datetime) -> bool:
    """Under the lock of the case, so that the pair is the one that the thread holds."""
    case = Case.objects.select_for_update(no_key=True).filter(rows__alias=alias).first()
    found = Alias.objects.select_related("pair", "row__case").filter(pk=alias.pk).first()
    if case is None or found is None or not _is_ours(found) or not read_by_somebody(case, at):
        return False
    if Drop.objects.filter(tag=tag).exists():
        return True
    key, on = vault.new_key(), legal_day(at)
    place = _place(found.pair, tag)
    opened_before = Drop.objects.filter(alias=found, blob=b"").count()
    Drop.objects.create(alias=found, tag=tag, key=vault.wrap(bytes(found.pair.public), key, place),
                        blob=vault.seal(key, value, place))  # fmt: skip
    for upload in files:
        SealedFile.objects.create(row_id=found.row_id, name=upload.stored, on=on)
        transaction.on_commit(lambda upload=upload: put_in_place(upload))
    Case.objects.filter(pk=case.pk).update(touched_on=on)
    # One notice until somebody has looked, however many come.
    mail_about(
        user=case.assignee,
        key=f"legal:mail:{case.code}:{opened_before}",
        case=case.code,
        on=on,
        why="mail",
        at=at,
    )
    return True


def _is_ours(alias: Alias) -> bool:
    """False when a pair, an address or a case was put in another's place by hand."""
    return genuine(alias.pair) and hmac.compare_digest(alias.mark, _mark(alias))


def _place(pair: KeyPair, tag: str) -> str:
    return f"drop|{pair.code}|{tag}"


def read_by_somebody(case: Case, at: datetime) -> bool:
    """True while somebody of the staff holds the thread: not once it is archived."""
    live = Q(expires_at=None) | Q(expires_at__gt=at)
    held = Grant.objects.filter(live, case=case, compartment=THREAD, epoch=case.thread_epoch)
    return (
        case.assignee_id is not None
        and held.filter(holder__owner__isnull=False, holder__retired_on=None).exists()
    )


# Into the thread


@action
def take_in(*, ring: Ring, case: Case, at: datetime) -> int:
    """What has come since the thread was last opened becomes rows of it; how many mails. Raises Unopened."""
    rows = Drop.objects.filter(alias__row__case=case).exclude(blob=b"").order_by("pk")
    waiting = list(rows.select_related("alias__row", "alias__pair"))
    if not waiting:
        return 0
    row = waiting[0].alias.row
    row.case = case
    seed = bytes.fromhex(opened(ring, row)["seed"])
    return sum(_taken(ring, case, drop, seed) for drop in waiting)


def _taken(ring: Ring, case: Case, drop: Drop, seed: bytes) -> bool:
    """Of two who open at once one takes it."""
    if not Drop.objects.filter(pk=drop.pk).exclude(blob=b"").update(key=b"", blob=b""):
        return False
    place = _place(drop.alias.pair, drop.tag)
    value = vault.unseal(vault.unwrap(seed, drop.key, place), drop.blob, place)
    on = date.fromisoformat(value["on"])
    message = {name: value[name] for name in ("text", "mail", "on")} | {"kind": "message", "by": "mail"}
    put(ring=ring, case=case, compartment=THREAD, value=message, on=on)
    for file in value["files"]:
        stored = file.pop("stored")
        row = put(
            ring=ring, case=case, compartment=THREAD, value=file | {"kind": "upload", "by": "mail"}, on=on
        )
        SealedFile.objects.filter(row=drop.alias.row_id, name=stored).update(row=row)
    return True
