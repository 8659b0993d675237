"""Papers of a case: what was uploaded, its versions and exhibits; what was made here goes sealed into the vault."""

from collections.abc import Iterator
from datetime import date as day
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.core.words import date_words
from icma.legalaid.actions.audit import note_read
from icma.legalaid.actions.cases.reading import Opened, Row, role_in
from icma.legalaid.actions.keys.files import keep
from icma.legalaid.assembly.bundle import Bundle, Exhibit, bundle, name_of, stripped
from icma.legalaid.assembly.sandbox import Unrenderable
from icma.legalaid.models import Case, Sealed
from icma.legalaid.procedure import court_number
from icma.legalaid.ring import Ring
from icma.legalaid.sealing import all_opened, rewrite
from icma.legalaid.sealing import opened as unsealed
from icma.legalaid.uploads import SealedUpload, opened, sealed_copy
from icma.legalaid.words import Compartment

KINDS = {"application/pdf": "pdf", "image/jpeg": "jpeg", "image/png": "png", "pdf": "pdf", "jpeg": "jpeg", "png": "png",
         "jpg": "jpeg"}  # fmt: skip
BUNDLE = "exhibits"  # in the place of a template's name
CLEAN = KINDS | {"docx": "docx"}


@action
def add_paper(*, ring: Ring, case: Case, upload: SealedUpload, at: datetime, title: str = "", date: str = "",
              exhibit: int | None = None, version_of: str = "", template: str = "") -> Sealed:  # fmt: skip
    """A file of the case; a new version names the row it takes the place of, and goes on under its number, title and date."""
    last = _version(ring, case, version_of)
    exhibit, title, date = (
        exhibit or last.get("exhibit"),
        title or last.get("title", ""),
        date or last.get("date", ""),
    )
    _demand_free(ring, case, exhibit, version_of)
    return keep(ring=ring, case=case, kind="paper", upload=upload, by=str(ring.user.pk), on=legal_day(at), title=title,
                date=date, exhibit=exhibit or 0, version_of=version_of, template=template)  # fmt: skip


@action
def keep_made(*, ring: Ring, case: Case, data: bytes, name: str, at: datetime, **more: Any) -> Sealed:
    """Bytes that were made here, sealed as an upload would be: nothing of them is on a disk in clear."""
    return add_paper(ring=ring, case=case, upload=sealed_copy(name, data), at=at, **more)


def _version(ring: Ring, case: Case, code: str) -> dict[str, Any]:
    """The value of the paper that a new one takes the place of; {} without one."""
    rows = all_opened(ring, case, Compartment.FILE, "paper") if code else ()
    return next((value for row, value in rows if row.code == code), {})


def _demand_free(ring: Ring, case: Case, number: int | None, but: str) -> None:
    """Refused when another paper has this number as an exhibit: a court would read it twice. `but`: the paper's own row."""
    rows = newest(list(all_opened(ring, case, Compartment.FILE, "paper"))) if number else []
    if any(value.get("exhibit") == number and row.code != but for row, value in rows):
        raise Refused(_("Another paper has this number already."))


def newest(rows: list[Row]) -> list[Row]:
    """Of papers those that no newer version has taken the place of."""
    replaced = {value.get("version_of") for _row, value in rows}
    return [(row, value) for row, value in rows if row.code not in replaced]


def papers_of(case: Opened) -> list[Row]:
    """The newest version of each paper, exhibits first by their number."""
    return sorted(newest(case.of("paper")), key=lambda pair: (pair[1].get("exhibit") or 999, pair[0].pk))


def older_of(case: Opened, code: str) -> list[Row]:
    """Versions before this one, the last first."""
    rows, found = {row.code: (row, value) for row, value in case.of("paper")}, []
    while (before := rows.pop(code)[1].get("version_of")) in rows:
        found.append(rows[before])
        code = before
    return found


def as_exhibit(ring: Ring, case: Case, value: dict[str, Any]) -> dict[str, Any]:
    """Number, title and date with which its form begins: the next free number."""
    numbers = [v.get("exhibit") or 0 for _r, v in all_opened(ring, case, Compartment.FILE, "paper")]
    return {"exhibit": value.get("exhibit") or max(numbers, default=0) + 1, "title": value.get("title", ""),
            "date": value.get("date", "")}  # fmt: skip


@action
def make_exhibit(
    *, ring: Ring, row: Sealed, data: bytes, number: int, title: str, date: str, at: datetime
) -> None:
    """A paper gets a number as an exhibit, with 0 it is none any more. What the client has sent, `data` of it, goes into the file for that; the thread keeps its own."""
    value, given = unsealed(ring, row), {"exhibit": number, "title": title, "date": date}
    if value["kind"] == "upload":
        taken = [
            v for _r, v in all_opened(ring, row.case, Compartment.FILE, "paper") if v.get("of") == row.code
        ]
        if taken:
            raise Refused(_("This was done already."))
        _demand_free(ring, row.case, number, "")
        keep(ring=ring, case=row.case, kind="paper", upload=sealed_copy(value["name"], data), by=str(ring.user.pk),
             on=legal_day(at), version_of="", template="", of=row.code, **given)  # fmt: skip
    else:
        _demand_free(ring, row.case, number, row.code)
        rewrite(ring=ring, row=row, value=value | given)


def bundle_of(case: Opened) -> Bundle:
    """One PDF of all exhibits, with a list in front, and what it leaves out. Refused when one of them cannot go in. Takes seconds: not in an action."""
    rows = [(row, value) for row, value in papers_of(case) if value.get("exhibit")]
    if not rows:
        raise Refused(_("No paper has a number as an exhibit yet."))
    exhibits = [Exhibit(title=value.get("title") or value["name"], data=b"".join(bytes_of(row, value)),
                        kind=kind_of(value), date=_printed(value), number=value["exhibit"]) for row, value in rows]  # fmt: skip
    number = court_number(value for _row, value in case.of("proceeding"))
    try:
        return bundle(title=_("Exhibits"), reference=number, exhibits=exhibits)
    except Unrenderable as error:
        raise Refused(str(error)) from error


def _printed(value: dict[str, Any]) -> str:
    """The date of a paper as a list of exhibits has it, which is in Azerbaijani."""
    with override("az"):
        return date_words(day.fromisoformat(value["date"])) if value.get("date") else ""


@action
def keep_bundle(*, ring: Ring, case: Case, data: bytes, at: datetime) -> Sealed:
    """The exhibits' PDF, kept as a paper of the file, the next one as its new version; making it was an export."""
    note_read(ring=ring, role=role_in(case, ring.user), verb="export", case=case, at=at)
    made = newest(list(all_opened(ring, case, Compartment.FILE, "paper")))
    before = [row.code for row, value in made if value.get("template") == BUNDLE]
    return keep_made(ring=ring, case=case, data=data, name="elaveler.pdf", at=at, title=_("Exhibits"), template=BUNDLE,
                     version_of=before[-1] if before else "")  # fmt: skip


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
        raise Refused(_unclean(error.reason) if kind == "docx" else str(error)) from error


def _unclean(reason: str) -> str:
    """Why a DOCX is not handed out without metadata, and what to do: it is somebody's text, not a template of ours."""
    said = {
        "changes": _(
            "This DOCX holds comments or tracked changes: they show who wrote, and what was taken out."
        ),
        "external": _("This DOCX holds links or linked pictures, which may lead back to whoever made it."),
        "macros": _("This DOCX holds a program (macro or embedded object)."),
        "encrypted": _("This DOCX is locked with a password or is in an old format."),
        "too_large": _("This DOCX is too large."),
        "no_sandbox": _("This computer cannot make the document safely."),
    }.get(reason, _("This DOCX cannot be looked through to its end."))
    return " ".join(
        (said, _("It was not handed out. Save it as a PDF, add that one, and take it without metadata."))
    )


def bytes_of(row: Sealed, value: dict[str, Any]) -> Iterator[bytes]:
    """A file's content in pieces."""
    return opened(row.files.get().name, bytes.fromhex(value["key"]), value["size"])


def kind_of(value: dict[str, Any]) -> str:
    kind = KINDS.get(str(value["type"]))
    if kind is None:
        number = name_of(value["exhibit"])  # a refusal travels in a cookie, where a file's name would be read
        raise Refused(_("Only PDF and pictures go into the exhibits: %(name)s") % {"name": number})
    return kind
