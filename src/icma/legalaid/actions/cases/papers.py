"""Papers of a case: what was uploaded, its versions and exhibits; what was made here goes sealed into the vault."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.legalaid.actions.audit import note_read
from icma.legalaid.actions.cases.reading import Opened, Row, role_in
from icma.legalaid.actions.keys.files import keep
from icma.legalaid.assembly.bundle import Bundle, Exhibit, bundle, stripped
from icma.legalaid.assembly.sandbox import Unrenderable
from icma.legalaid.models import Case, Sealed
from icma.legalaid.ring import Ring
from icma.legalaid.uploads import SealedUpload, opened, sealed_copy

KINDS = {"application/pdf": "pdf", "image/jpeg": "jpeg", "image/png": "png", "pdf": "pdf", "jpeg": "jpeg", "png": "png",
         "jpg": "jpeg"}  # fmt: skip
CLEAN = KINDS | {"docx": "docx"}


@action
def add_paper(*, ring: Ring, case: Case, upload: SealedUpload, at: datetime, title: str = "", date: str = "",
              exhibit: int | None = None, version_of: str = "", template: str = "") -> Sealed:  # fmt: skip
    """A file of the case; a new version names the row it takes the place of."""
    return keep(ring=ring, case=case, kind="paper", upload=upload, by=str(ring.user.pk), on=legal_day(at), title=title,
                date=date, exhibit=exhibit or 0, version_of=version_of, template=template)  # fmt: skip


@action
def keep_made(*, ring: Ring, case: Case, data: bytes, name: str, at: datetime, **more: Any) -> Sealed:
    """Bytes that were made here, sealed as an upload would be: nothing of them is on a disk in clear."""
    return add_paper(ring=ring, case=case, upload=sealed_copy(name, data), at=at, **more)


def papers_of(case: Opened) -> list[Row]:
    """The newest version of each paper, exhibits first by their number."""
    replaced = {value.get("version_of") for _row, value in case.of("paper")}
    rows = [(row, value) for row, value in case.of("paper") if row.code not in replaced]
    return sorted(rows, key=lambda pair: (pair[1].get("exhibit") or 999, pair[0].pk))


def bundle_of(case: Opened) -> Bundle:
    """One PDF of all exhibits, with a list in front, and what it leaves out. Refused when one of them cannot go in. Takes seconds: not in an action."""
    rows = [(row, value) for row, value in papers_of(case) if value.get("exhibit")]
    if not rows:
        raise Refused(_("No paper has a number as an exhibit yet."))
    exhibits = [Exhibit(title=value.get("title") or value["name"], data=b"".join(bytes_of(row, value)),
                        kind=kind_of(value), date=value.get("date", "")) for row, value in rows]  # fmt: skip
    try:
        return bundle(title=_("Exhibits"), reference=case.case.code, exhibits=exhibits)
    except Unrenderable as error:
        raise Refused(str(error)) from error


@action
def keep_bundle(*, ring: Ring, case: Case, data: bytes, at: datetime) -> Sealed:
    """The exhibits' PDF, kept as a paper of the file; making it was an export."""
    note_read(ring=ring, role=role_in(case, ring.user), verb="export", case=case, at=at)
    return keep_made(ring=ring, case=case, data=data, name=f"{case.code}.pdf", at=at, title=_("Exhibits"))


def _clean_kind(value: dict[str, Any]) -> str:
    return CLEAN.get(str(value["type"])) or ("docx" if str(value["name"])[-5:] in (".docx", ".DOCX") else "")


def can_be_clean(value: dict[str, Any]) -> bool:
    return bool(_clean_kind(value))


def clean_of(row: Sealed, value: dict[str, Any]) -> bytes:
    """The file as it may leave the house: without author, device, place or anything that acts. Takes seconds.

    Refused where that cannot be done: then nothing is handed out that might still say it.
    """
    kind = _clean_kind(value)
    if not kind:
        raise Refused(_("Only PDF, pictures and DOCX can be taken without metadata."))
    try:
        return stripped(b"".join(bytes_of(row, value)), kind)
    except Unrenderable as error:
        raise Refused(str(error)) from error


def bytes_of(row: Sealed, value: dict[str, Any]) -> Iterator[bytes]:
    """A file's content in pieces."""
    return opened(row.files.get().name, bytes.fromhex(value["key"]), value["size"])


def kind_of(value: dict[str, Any]) -> str:
    kind = KINDS.get(str(value["type"]))
    if kind is None:
        raise Refused(_("Only PDF and pictures go into the exhibits: %(name)s") % {"name": value["name"]})
    return kind
