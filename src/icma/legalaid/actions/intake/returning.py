"""Coming back with the code: the thread is read and written to, files come and go, the case is closed and erased."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.engines.aztext import clean_text
from icma.legalaid.actions.audit import note_read
from icma.legalaid.actions.cases.telling import tell_news
from icma.legalaid.actions.drops import read_by_somebody, take_in
from icma.legalaid.actions.ending import erase
from icma.legalaid.actions.intake.telling import told
from icma.legalaid.actions.keys.files import keep
from icma.legalaid.actions.meeting import give_back
from icma.legalaid.models import Case, Sealed, Tombstone
from icma.legalaid.ring import Ring
from icma.legalaid.sealing import all_opened, opened, put
from icma.legalaid.words import Compartment

THREAD = Compartment.THREAD
MOST = 8000


@action
def read_thread(*, ring: Ring, case: Case, at: datetime) -> dict[str, Any]:
    """What was told, and everything said since, for the client; written into the chain."""
    take_in(ring=ring, case=case, at=at)
    said, first = said_in(ring, case), told_or_nothing(ring, case)
    note_read(ring=ring, role="client", verb="thread", case=case, at=at)
    answered = any(one["kind"] == "message" and one["by"] not in ("client", "mail") for one in said)
    return {"said": said, "first": first, "answered": answered}


def said_in(ring: Ring, case: Case) -> list[dict[str, Any]]:
    """Words and files of both sides in their order; `on` is a day."""
    rows = all_opened(ring, case, THREAD, "message", "upload")
    return [{**value, "code": row.code, "on": row.on} for row, value in rows]


def told_or_nothing(ring: Ring, case: Case) -> dict[str, Any]:
    """{} for a case that came another way."""
    try:
        return told(ring, case)[1]
    except StopIteration:
        return {}


@action
def add(*, ring: Ring, case: Case, text: str, uploads: list[Any], at: datetime) -> None:
    """Words and files of the client's; whoever works on it hears that there is something new."""
    text, on = clean_text(text).strip(), legal_day(at)
    if not text and not uploads:
        raise Refused(_("Write something, or choose a file."))
    now = Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    if ended(now, at):
        raise Refused(
            _("Nobody reads here any more, so it was not sent. What you wrote still stands below: copy it.")
        )
    if text:
        value = {"kind": "message", "text": text[:MOST], "by": "client", "on": on.isoformat()}
        put(ring=ring, case=case, compartment=THREAD, value=value, on=on)
    keep_all(ring=ring, case=case, uploads=uploads, at=at)
    Case.objects.filter(pk=case.pk).update(touched_on=on)
    if now.assignee_id:
        tell_news(case=now, at=at)


def ended(case: Case, at: datetime) -> bool:
    """True once nobody of ours would read a word: it was declined, or is closed and only the papers open it."""
    return not case.open and not read_by_somebody(case, at)


@action
def keep_all(*, ring: Ring, case: Case, uploads: list[Any], at: datetime) -> None:
    for upload in uploads:
        keep(ring=ring, case=case, kind="upload", upload=upload, by="client", on=legal_day(at))


@action
def open_upload(
    *, ring: Ring, case: Case, code: str, role: str, at: datetime
) -> tuple[Sealed, dict[str, Any]] | None:
    """A file of the thread by its row's code; None when there is none."""
    row = Sealed.objects.filter(case=case, code=code, compartment=THREAD).first()
    if row is None:
        return None
    row.case = case
    value = opened(ring, row)
    if value["kind"] != "upload":
        return None
    note_read(ring=ring, role=role, verb="file", case=case, at=at)
    return row, value


@action
def close_and_erase(*, ring: Ring, case: Case, at: datetime) -> None:
    """The client's own word: at once, for good."""
    give_back(ring=ring, case=case, at=at)
    erase(case=case, reason=Tombstone.Reason.CLIENT, at=at)
