"""Codes of petitions: the eight digits of a mail, and paper codes that a community hands out, one voice each."""

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from icma.advocacy import keyring
from icma.advocacy.actions.signing import (
    SIGN,
    Outcome,
    closed,
    commit_of,
    honest,
    is_open,
    signature_of,
    write,
)
from icma.advocacy.committer import Group
from icma.advocacy.models import Pending, Petition, Signature
from icma.advocacy.tokens import digits_of
from icma.core import codes
from icma.core.action import Refused, action
from icma.matters.models import Window

PURPOSE = "petition"
MOST = 40  # paper codes a page
AFTER = 1  # days that a code lives longer than its petition


@action
def confirm_by_digits(*, petition: int, ref: str, digits: str) -> bool:
    """Whether these are the digits of `ref`; a wrong try takes one of five. Nothing is counted here."""
    rows = Pending.objects.filter(ref=ref, petition=petition, tries_left__gt=0)
    plain = "".join(sign for sign in digits if sign.isdigit())
    if hmac.compare_digest(plain.encode(), digits_of(ref).encode()):
        return rows.exists()
    rows.update(tries_left=F("tries_left") - 1)
    return False


# --- on paper --------------------------------------------------------------------------------------
@action
def issue_paper(*, petition: Petition, n: int, at: datetime) -> list[str]:
    """`n` codes to cut out for those without mail; shown once, good until the petition ends."""
    window = Window.objects.filter(matter=petition.pk, verb=SIGN).first()
    if petition.closed_at or window is None or window.closes_at is None or window.closes_at <= at:
        raise Refused(_("The petition is not running."))
    if not 1 <= n <= MOST:
        raise Refused(_("Between 1 and 40 codes can be made at a time."))
    days = (window.closes_at - at + timedelta(days=AFTER)).days
    subject = f"petition:{petition.matter.code}"
    return [codes.issue(purpose=PURPOSE, subject=subject, at=at, days=days) for _n in range(n)]


@dataclass(frozen=True)
class Paper:
    """A typed code; `given`: place, sex and band, if the person wanted."""

    petition: int
    wish: str
    code: str
    at: datetime
    given: dict[str, Any] = field(default_factory=dict)


def paper_of(petition: int, wish: str, form: dict[str, Any], at: datetime) -> Paper:
    place = form.get("place")
    given = {
        "place": place.pk if place else None, "sex": form.get("sex") or "unknown", "band": form.get("band") or "unknown",
    }  # fmt: skip
    return Paper(petition, wish, form["code"], at, given)


@action
def sign_by_paper(*, papers: list[Paper]) -> list[Outcome]:
    """All of a batch in one transaction. A code typed twice is one voice, and is thanked again."""
    rows = Petition.objects.select_related("matter").in_bulk({paper.petition for paper in papers})
    windows = {w.matter_id: w for w in Window.objects.filter(matter__in=rows, verb=SIGN)}
    wanted: dict[tuple[int, bytes], Signature] = {}
    outcomes = [
        _of_paper(paper, rows[paper.petition], windows.get(paper.petition), wanted) for paper in papers
    ]
    write(wanted)
    return honest(outcomes)


def _of_paper(
    paper: Paper, petition: Petition, window: Window | None, wanted: dict[tuple[int, bytes], Signature]
) -> Outcome:
    if not is_open(petition, window, paper.at, paper.wish):
        return closed(petition, paper.wish)
    found = codes.find(paper.code, PURPOSE, paper.at)
    if found is None or found.subject != f"petition:{petition.matter.code}":
        return Outcome("unknown", petition.pk)
    tag = keyring.tag_of(petition.matter.code, f"paper:{found.hash}")
    nonce = secrets.token_bytes(32)
    made = signature_of(petition, tag, paper.given, commit_of(petition.matter.code, nonce), paper.at, "code")
    made.valid = paper.wish == SIGN
    wanted[petition.pk, tag] = made
    codes.use(code=found, at=paper.at)
    state, shows = (
        ("counted", petition.mode != Petition.Mode.PROTECTED) if made.valid else ("withdrawn", False)
    )
    return Outcome(state, petition.pk, nonce if shows else None, bytes(made.commit))


PAPER: Group[Paper] = Group(lambda papers: sign_by_paper(papers=papers))
