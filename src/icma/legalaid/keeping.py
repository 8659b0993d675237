"""Where keys are made: of a case's compartments and of a client's code. Used inside actions.

Whatever key is made here is granted to the recovery papers too: there is no other place that makes one.
"""

import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from icma.engines import codes, vault
from icma.legalaid.models import Case, KeyPair, Receipt
from icma.legalaid.pairs import new_pair, recovery_pair
from icma.legalaid.ring import Ring
from icma.legalaid.sealing import grant


def new_case_keys(
    *, case: Case, compartments: Iterable[str], to: Iterable[KeyPair], by: Any, on: date
) -> dict[str, bytes]:
    """New keys by compartment, at the case's present epochs, granted to each of `to` and to the recovery papers.

    At intake: thread for the intake group. At taking up: file for the lawyer. Give them to the ring with `keep`.
    """
    papers, made = recovery_pair(), {}
    holders = {pair.pk: pair for pair in [*to, *([papers] if papers else [])]}
    for compartment in compartments:
        made[compartment] = vault.new_key()
        for pair in holders.values():
            grant(key=made[compartment], case=case, compartment=compartment, to=pair, by=by, on=on)
    return made


ENDED = (
    "ended:"  # of a code that finds nothing any more, while the browser that changed it may still press twice
)


def lookup_of(code: str) -> str:
    """Under which a client's code is found; nothing that it opens can be made from it."""
    return vault.derive(_secret(code), "receipt-lookup").hex()


def seed_of(code: str) -> bytes:
    """The seed of the key pair that a client's code stands for."""
    return vault.seed_from(_secret(code), "receipt-pair")


def _secret(code: str) -> bytes:
    return codes.normalise(code).encode()


def new_code() -> str:
    """95 random bits for somebody's paper."""
    return codes.secret_code(secrets.token_bytes(codes.SECRET_BYTES))


def new_receipt(*, case: Case, key: bytes, on: date, must_change: bool = False) -> str:
    """A code that opens the thread and never the file; its text, shown once. `key`: the thread's."""
    code = new_code()
    pair = new_pair(public=vault.public_of(seed_of(code)), on=on)
    Receipt.objects.create(case=case, lookup=lookup_of(code), pair=pair, on=on, must_change=must_change)
    grant(key=key, case=case, compartment="thread", to=pair, by=None, on=on)
    return code


def end_code(receipt: Receipt) -> None:
    """From now on its code finds nothing; a session that stands on it goes on until it is over."""
    Receipt.objects.filter(pk=receipt.pk).update(lookup=ENDED + secrets.token_hex(24))


AGAIN = timedelta(minutes=10)


def kept_for(press: str, code: str, at: datetime) -> dict[str, Any]:
    """The result of a press whose page shows a code: who taps twice on a slow line loses the first page and sees the second.

    Sealed under the form's own key, of which the server keeps a hash: it opens for that very form alone.
    """
    return {"code": vault.seal(_press(press), {"code": code, "at": at.isoformat()}, "press").hex()}


def shown_again(press: str, result: dict[str, Any], at: datetime) -> str:
    """The code of `kept_for`; "" later than a few minutes after it: a page found in a browser tells none."""
    kept = vault.unseal(_press(press), bytes.fromhex(result["code"]), "press")
    return kept["code"] if at - datetime.fromisoformat(kept["at"]) < AGAIN else ""


def _press(press: str) -> bytes:
    return vault.derive(press.encode(), "press")


def ring_of_code(code: str, at: datetime) -> tuple[Ring, Receipt] | None:
    """What a client's code opens; None for a wrong and for an erased one alike."""
    receipt = (
        Receipt.objects.select_related("pair", "case").filter(lookup=lookup_of(code)).first()
    )  # fmt: skip
    if receipt is None:
        return None
    return Ring(seed=seed_of(code), pair=receipt.pair, user=None, at=at), receipt
