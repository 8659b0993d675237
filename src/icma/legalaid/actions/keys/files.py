"""Sealed files: kept with their row, left-overs cleared away."""

import time
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.files import sniff
from icma.engines.aztext import clean_text
from icma.legalaid.models import Case, Sealed, SealedFile
from icma.legalaid.records import KINDS
from icma.legalaid.ring import Ring
from icma.legalaid.sealing import put
from icma.legalaid.uploads import SealedUpload, folder, put_in_place

HOUR = 3600


@action
def keep(
    *, ring: Ring, case: Case, kind: str, upload: SealedUpload, by: str, on: date, **more: Any
) -> Sealed:
    """A row of `kind` ("upload" in the thread, "paper" in the file) with name, size and key of the sealed bytes."""
    if not upload.size:
        raise Refused(_("The file is empty. Choose it once more."))
    name = clean_text(upload.name or "")[:120]
    value = {"kind": kind, "name": name, "type": sniff(upload.head), "size": upload.size, "key": upload.key.hex(),
             "sha256": upload.sha256, "by": by} | more  # fmt: skip
    row = put(ring=ring, case=case, compartment=KINDS[kind].compartment, value=value, on=on)
    SealedFile.objects.create(row=row, name=upload.stored, on=on)
    transaction.on_commit(lambda: put_in_place(upload))
    return row


@action
def clear_files(*, now: float | None = None) -> int:
    """Bytes that no row names: of a request that was killed, of a case that was erased while a disk failed."""
    now, gone = now or time.time(), 0
    for path in folder().glob("??/*"):
        try:
            age = now - path.stat().st_mtime
        except FileNotFoundError:
            continue
        known = path.suffix != ".part" and SealedFile.objects.filter(name=path.name).exists()
        if not known and age > (HOUR if path.suffix == ".part" else 24 * HOUR):
            path.unlink(missing_ok=True)
            gone += 1
    return gone
