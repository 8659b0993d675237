"""What tests of the log share: a petition with signatures that wait, its files, what verify.py says."""

import contextlib
import io
import json
import secrets
from datetime import datetime, timedelta
from pathlib import Path

from icma.advocacy import keyring, verify
from icma.advocacy.actions.log.batcher import log_signatures
from icma.advocacy.models import Petition, Signature
from icma.advocacy.publishing import folder
from icma.core.day import legal_day
from icma.matters.models import Matter, Window


def petition_of(country, at: datetime, code: str = "PETXT001", **more) -> Petition:
    """A public petition of the community, open for signing for 30 days."""
    matter = Matter.objects.create(
        code=code, kind="petition", title="Su xətti", text="Kənddə su yoxdur.", place=country.goychay,
        community=country.community, authority=country.water, topic="infrastructure", stage="taken",
        raised_at=at, published_at=at, changed_at=at, search_text="su",
    )  # fmt: skip
    Window.objects.create(
        matter=matter, verb="sign", opens_at=at - timedelta(days=1), closes_at=at + timedelta(days=30)
    )
    keyring.make(code)
    return Petition.objects.create(matter=matter, **({"mode": "open"} | more))


def sign(petition: Petition, n: int, at: datetime, **more) -> list[bytes]:
    """`n` confirmed signatures that wait for the log; their receipts' nonces."""
    code, nonces = petition.matter.code, [secrets.token_bytes(32) for _n in range(n)]
    Signature.objects.bulk_create(
        Signature(
            petition=petition, tag=secrets.token_bytes(32), on=legal_day(at),
            commit=verify.commit_of(code, nonce), **more,
        )
        for nonce in nonces
    )  # fmt: skip
    return nonces


def withdraw(petition: Petition, n: int, reason: str = "withdrawn") -> None:
    pks = Signature.objects.filter(petition=petition, valid=True).values_list("pk", flat=True)[:n]
    Signature.objects.filter(pk__in=list(pks)).update(valid=False, reason=reason)


def grown(country, at: datetime, steps=(3, 4, 5), gone: int = 2, code: str = "PETXT001", **more) -> tuple:
    """(petition, folder, nonces) of a log with a checkpoint a step and a last one with removals."""
    petition, nonces = petition_of(country, at, code, **more), []
    for number, n in enumerate(steps):
        nonces += sign(petition, n, at)
        log_signatures(at=at + timedelta(minutes=number))
    if gone:
        withdraw(petition, gone)
        log_signatures(at=at + timedelta(minutes=len(steps)))
    petition.refresh_from_db()
    return petition, folder(code), nonces


def told(where, *words: str) -> tuple[int, str]:
    """Exit code and what verify.py printed, in English."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        code = verify.main([str(where), "--lang", "en", *words])
    return code, out.getvalue()


def count_file(place: Path) -> dict:
    return json.loads((place / "count.json").read_bytes())
