"""The server's side of recovery: it holds the papers' public half, gives out wrapped keys, takes re-wrapped ones."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.engines import vault
from icma.legalaid.actions.keys.pairs import is_answered_for
from icma.legalaid.models import Case, Grant, KeyPair
from icma.legalaid.pairs import genuine, grant_mark, is_pinned, new_pair, recovery_pair
from icma.legalaid.recovery import FORMAT
from icma.legalaid.words import Group
from icma.people.actions.changes import log_change


@action
def install(*, public: bytes, by: Any, at: datetime) -> KeyPair:
    """Every key made from now on is granted to these papers; earlier ones when a holder unlocks next.

    An earlier set of papers is retired; what was granted to it stays until the new set has it too.
    """
    try:
        vault.wrap(public, vault.new_key(), "try")
    except (vault.Unopened, IndexError, KeyError) as error:
        raise Refused("This is not a public key of icma recover make.") from error
    if not is_pinned(public):
        raise Refused(
            "ICMA_RECOVERY_FINGERPRINT names other papers. Compare it with these, and change it first."
        )
    before = recovery_pair()
    if before is not None and bytes(before.public) == public:
        return before
    KeyPair.objects.filter(group=Group.RECOVERY, retired_on=None).update(retired_on=legal_day(at))
    pair = new_pair(public=public, group=Group.RECOVERY, on=legal_day(at))
    log_change(table="vault", row="recovery", before={"pair": before.code if before else ""},
               after={"pair": pair.code}, by=by, at=at)  # fmt: skip
    return pair


def orphans() -> list[Case]:
    """Cases that nobody who answers for them can open."""
    return [case for case in Case.objects.order_by("pk") if not is_answered_for(case)]


def export(*, cases: Iterable[Case], to: KeyPair) -> dict[str, Any]:
    """What the laptop needs: the papers' grants of these cases, and for whom they are to be wrapped anew."""
    papers = recovery_pair()
    if papers is None:
        raise Refused("No recovery key is installed.")
    if to.retired_on or not genuine(to):
        raise Refused("The new holder's key is not in use or was not made here.")
    rows = Grant.objects.filter(holder=papers, case__in=list(cases)).select_related("case").order_by("pk")
    grants = [
        {"case": row.case.code, "compartment": row.compartment, "epoch": row.epoch, "blob": bytes(row.blob).hex()}
        for row in rows
    ]  # fmt: skip
    return {
        "format": FORMAT,
        "papers": {"code": papers.code, "public": bytes(papers.public).hex()},
        "to": {"code": to.code, "public": bytes(to.public).hex()},
        "grants": grants,
    }


@action
def take_in(*, value: dict[str, Any], by: Any, at: datetime) -> list[str]:
    """Keep re-wrapped grants for the new holder; returns the codes of the cases. Refused for a retired key.

    The server cannot try them: the holder's next unlocking does.
    """
    to = KeyPair.objects.filter(code=value["to"], retired_on=None, owner__isnull=False).first()
    if to is None or not genuine(to):
        raise Refused("The new holder's key is not in use or was not made here.")
    taken: dict[str, Case] = {}
    for row in value["grants"]:
        case = Case.objects.filter(code=row["case"]).first()
        if case is None:
            continue  # erased meanwhile
        Grant.objects.update_or_create(
            case=case, compartment=row["compartment"], epoch=row["epoch"], holder=to,
            defaults={"blob": bytes.fromhex(row["blob"]), "cached": b"", "by": by, "on": legal_day(at),
                      "expires_at": None, "mark": grant_mark(case, row["compartment"], row["epoch"], to, None)},
        )  # fmt: skip
        taken[case.code] = case
    for case in taken.values():
        if case.assignee_id and not is_answered_for(case):  # from now on the new holder answers for it
            Case.objects.filter(pk=case.pk).update(assignee=to.owner, deputy=None, supervisor=None)
    log_change(table="vault", row=to.code, before={}, after={"recovered": sorted(taken)}, by=by, at=at)
    return sorted(taken)
