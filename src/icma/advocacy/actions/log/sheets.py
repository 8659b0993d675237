"""Sheets of paper: a total, less those who are counted already, shown apart. Names stay on the paper.

Addresses that stand on it may be typed, so that whoever signed online too counts once; they are not kept. How many
were counted before is told to nobody, and fewer than ten different addresses are not taken: the count itself would
say whether the one on a sheet of one line had signed. In a protected petition none are taken. What remains: whoever
leads and invents nine can read the tenth off the public count; the price is a public sheet with nine invented voices
under the name of who entered it. A second person is shown every sheet, how many addresses were typed for it and whether
a scan was given, and takes out what does not stand up; that undoes the count and not what was learnt.
The scan is sealed to the campaign's key while it is uploaded and is never written in clear; without a key, or in a
protected petition, only its hash is kept, and the paper stays where it is.
"""

import hashlib
import secrets
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from nacl.public import PublicKey, SealedBox

from icma.advocacy import keyring
from icma.advocacy.actions.log.audit import note_taking
from icma.advocacy.actions.petitions import final_at
from icma.advocacy.models import Petition, Sheet, Signature
from icma.advocacy.models.petition import Channel
from icma.advocacy.verify import commit_of
from icma.core import codes
from icma.core.access import Who
from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.core.files import MOST_BYTES, sniff
from icma.engines.aztext import fold
from icma.matters.actions.support import canonical
from icma.matters.models import Window
from icma.people.actions.review import ask_review
from icma.people.models import Review, User

ENTERED = "sheet"
KIND, REASON = "scan", "petition_scan"
MOST = 500  # lines on a sheet
LEAST = 10  # different addresses of a sheet, if any are typed


@action
def enter_sheet(
    *, petition: Petition, name: str, dated_on: date, total: int, at: datetime, by: User,
    addresses: list[str] | None = None, scan: bytes = b"",
) -> Sheet:  # fmt: skip
    """`total` signatures of a sheet; each becomes a signature of its own unless its typed address is counted already.

    Refused: closed, the same number and date again, more addresses than lines, fewer than ten different ones, any in
    a protected petition, an address that is none, a scan that is no picture or PDF.
    """
    name = " ".join(fold(name).split())
    _check(petition, name, dated_on, total, at)
    tags = _tags(petition, addresses or [], total)
    if Sheet.objects.filter(petition=petition, name=name, dated_on=dated_on).exists():
        raise Refused(_("This sheet has been entered already. Each sheet counts once."))
    sheet = Sheet.objects.create(
        code=codes.public_code(), petition=petition, name=name, dated_on=dated_on, total=total, at=at, by=by,
        sha256=hashlib.sha256(_scanned(scan)).hexdigest() if scan else "", scan=_sealed(petition, scan),
    )  # fmt: skip
    _sign(petition, sheet, tags, total - len(addresses or []), legal_day(at))
    ask_review(
        kind=ENTERED, subject=f"{ENTERED}:{sheet.code}", when="after", by=by, at=at,
        data={
            "petition": petition.matter.code, "title": petition.matter.title, "sheet": sheet.name, "n": total,
            "typed": len(addresses or []), "scan": bool(scan),
        },
    )  # fmt: skip
    return sheet


def _check(petition: Petition, name: str, dated_on: date, total: int, at: datetime) -> None:
    window = Window.objects.filter(matter=petition.matter_id, verb="sign").first()
    if petition.closed_at or petition.matter.published_at is None or window is None or window.opens_at > at:
        raise Refused(_("Sheets can be entered while the petition runs and until its number is final."))
    final, ends = final_at(petition, window), window.closes_at
    if final and final <= at:
        raise Refused(_("Sheets can be entered while the petition runs and until its number is final."))
    if ends and dated_on > legal_day(ends - timedelta(seconds=1)):
        raise Refused(_("The sheet's date lies after the last day of the petition."))
    if not name:
        raise Refused(_("Write the number that stands on the sheet."))
    if not 1 <= total <= MOST:
        raise Refused(_("A sheet holds between 1 and 500 people."))
    if dated_on > legal_day(at):
        raise Refused(_("The sheet's date lies in the future."))


def _tags(petition: Petition, addresses: list[str], total: int) -> set[bytes]:
    """One a person: the same address twice on a sheet is one voice."""
    if addresses and petition.mode == Petition.Mode.PROTECTED:
        raise Refused(_("In a protected petition no addresses are typed."))
    if len(addresses) > total:
        raise Refused(_("More addresses were typed than people signed on the sheet."))
    for address in addresses:
        try:
            validate_email(address)
        except ValidationError:
            raise Refused(_("This is not a mail address: %(text)s") % {"text": address[:60]}) from None
    tags = {keyring.tag_of(petition.matter.code, canonical(address)) for address in addresses}
    if addresses and len(tags) < LEAST:
        raise Refused(
            _(
                "Type at least ten different addresses, or none: from fewer it could be told who has signed already."
            )
        )
    return tags


def _sign(petition: Petition, sheet: Sheet, tags: set[bytes], untyped: int, on: date) -> None:
    """Write the signatures; a typed address that has one, counted or withdrawn, gets no other."""
    code = petition.matter.code
    lines = [*tags]
    lines += [keyring.tag_of(code, f"sheet:{sheet.code}:{line}") for line in range(untyped)]
    Signature.objects.bulk_create(
        [
            Signature(
                petition=petition, tag=tag, channel=Channel.SHEET, sheet=sheet, on=on,
                commit=commit_of(code, secrets.token_bytes(32)),
            )
            for tag in lines
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def _scanned(data: bytes) -> bytes:
    if len(data) > MOST_BYTES or sniff(data) not in ("jpeg", "png", "pdf"):
        raise Refused(_("The scan must be a picture or a PDF of at most 12 MB."))
    return data


def _sealed(petition: Petition, scan: bytes) -> bytes | None:
    if not scan or not petition.public_key or petition.mode == Petition.Mode.PROTECTED:
        return None
    return bytes(SealedBox(PublicKey(bytes(petition.public_key))).encrypt(scan))


# --- the sealed scan -----------------------------------------------------------------------------------
def asked(sheets: list[Sheet]) -> dict[str, str]:
    """{code: "agreed", or "" while a second person is asked} of those whose scan somebody wants; one query."""
    subjects = {f"{KIND}:{one.code}": one.code for one in sheets}
    rows = Review.objects.filter(kind=KIND, subject__in=subjects, verdict__in=("agreed", "")).order_by(
        "verdict"
    )
    return {subjects[subject]: verdict for subject, verdict in rows.values_list("subject", "verdict")}


@action
def hand_out_scan(*, sheet: Sheet, by: User, who: Who, at: datetime) -> bytes | None:
    """The sealed scan; None until a second person, who is asked by this, has agreed. Each taking is written down.

    Refused without a second factor: names stand on the paper, and whoever holds the campaign's key reads them.
    """
    if not who.strong:
        raise Refused(_("Sealed names are handed out only after a second factor."))
    found = asked([sheet]).get(sheet.code)
    if found is None:
        ask_review(
            kind=KIND, subject=f"{KIND}:{sheet.code}", when="before", by=by, at=at,
            data={"petition": sheet.petition.matter.code, "sheet": sheet.name},
        )  # fmt: skip
    if not found:
        return None
    note_taking(petition=sheet.petition, reason=REASON, by=by, who=who, at=at)
    return bytes(sheet.scan or b"")
