"""Handing over: a letter like any other, with what stood behind it; the law's clock starts when it is registered."""

import hashlib
import json
import re
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from icma.advocacy.actions.log.leaves import rounded
from icma.advocacy.flow import CAMPAIGN
from icma.advocacy.models import Campaign, Checkpoint, Delivery, Petition
from icma.core.action import Refused, action
from icma.core.day import moment
from icma.core.files import keep_file
from icma.core.models import File
from icma.matters.actions.letters import draft, mark_sent, register
from icma.matters.actions.thread import note
from icma.matters.models import Entry, Letter, Matter
from icma.people.models import Authority, User

RULE, KIND = "appeal.general", Letter.Kind.APPLICATION
HASH = re.compile(r"[0-9a-f]{64}")
MOST = 10_000_000


@action
def record_delivery(
    *,
    matter: Matter,
    authority: Authority,
    channel: str,
    on: date,
    at: datetime,
    by: User,
    letter: Letter | None = None,
    subject: str = "",
    body: str = "",
    petition: Petition | None = None,
    count: int | None = None,
    number: str = "",
    registered_on: date | None = None,
    file: bytes | None = None,
    sha256: str = "",
    proof: bytes | None = None,
) -> Delivery:
    """Something was handed over to `authority` on the day `on`, with a letter of `matter` (a campaign, or a petition
    that stands alone). `letter`: a draft of this matter that went with it; else one is made of `subject` and `body`.

    It waits for its registration like every letter; with `number` and `registered_on` its clock runs at once. Of a
    petition the count is that of its log at the end of the day, never typed. `file` is what was handed over: its hash
    is public, itself never; whoever keeps it elsewhere gives `sha256` alone. `proof`: a receipt.
    """
    campaign = Campaign.objects.filter(matter=matter).first()
    petition = petition or Petition.objects.filter(matter=matter).first()
    _check(campaign, petition, matter, count, number, registered_on)
    letter = letter or _letter(matter, authority, subject, body, at, by)
    if letter.matter_id != matter.pk or letter.authority_id != authority.pk:
        raise Refused(_("This letter was written to another body. Choose it again."))
    mark_sent(letter=letter, channel=channel, on=on, proof=proof, at=at, by=by)
    kept, digest = _file(file, sha256, at, by)
    head = _head(petition, on)
    made = Delivery.objects.create(
        letter=letter, campaign=campaign, petition=petition, checkpoint=head, sha256=digest, file=kept,
        count=_count(petition, head) if petition else count,
    )  # fmt: skip
    if campaign is not None:
        CAMPAIGN.take(campaign, "deliver")
    if petition is not None and petition.pk != matter.pk:
        data = {"n": made.count or 0}
        note(matter=petition.matter, verb="petition_delivered", at=at, by=by, on=on, data=data)
    if number and registered_on:
        register(letter=letter, number=number, on=registered_on, at=at, by=by)
    return made


def _letter(matter: Matter, authority: Authority, subject: str, body: str, at: datetime, by: User) -> Letter:
    return draft(
        matter=matter, authority=authority, kind=KIND, sender=Letter.Sender.COMMUNITY, rule=RULE, subject=subject,
        body=body, at=at, by=by,
    )  # fmt: skip


def _check(
    campaign: Campaign | None, petition: Petition | None, matter: Matter, count: int | None, number: str,
    registered_on: date | None,
) -> None:  # fmt: skip
    if campaign is None and petition is None:
        raise Refused(_("Only a campaign or a petition is handed over."))
    if petition is not None and petition.pk != matter.pk and petition.campaign_id != matter.pk:
        raise Refused(_("This petition belongs to another campaign."))
    if count is not None and not 0 < count <= MOST:
        raise Refused(_("Check how many people stand behind it."))
    if bool(number) != bool(registered_on):
        raise Refused(_("Registration number and date belong together: enter both, or both later."))


def _file(data: bytes | None, sha256: str, at: datetime, by: User) -> tuple[File | None, str]:
    """The hash is of the very bytes that were handed over, before a picture is written anew."""
    sha256 = sha256.strip().lower()
    if sha256 and not HASH.fullmatch(sha256):
        raise Refused(_("A SHA-256 hash has 64 characters: digits and the letters a to f."))
    if not data:
        return None, sha256
    digest = hashlib.sha256(data).hexdigest()
    if sha256 and sha256 != digest:
        raise Refused(_("The file has another hash than the one that was typed."))
    kept = keep_file(data=data, at=at, by=by, visibility="staff", kinds=("pdf", "jpeg", "png"))
    return kept, digest


def _head(petition: Petition | None, on: date) -> Checkpoint | None:
    """The log as it stood at the end of the day."""
    if petition is None:
        return None
    rows = Checkpoint.objects.filter(petition=petition, at__lt=moment(on + timedelta(days=1), 0))
    return rows.order_by("-number").first()


def _count(petition: Petition, head: Checkpoint | None) -> int:
    from_head = head_of(head)
    return rounded(petition.mode, from_head.get("adds", 0) - from_head.get("removes", 0))


def head_of(head: Checkpoint | None) -> dict[str, Any]:
    """What was signed: adds, removes, root…; empty before the first checkpoint."""
    return json.loads(head.body) if head else {}


# --- an answer has come ----------------------------------------------------------------------------
def heard(at: datetime) -> int:
    """Campaigns to whose last delivery an answer came take their step; how many. Late or doubled changes nothing."""
    rows = Campaign.objects.filter(stage__in=("running", "delivered"), deliveries__letter__stage="answered")
    return sum(hear(campaign=one, at=at) for one in rows.distinct())


@action
def hear(*, campaign: Campaign, at: datetime) -> bool:
    """An answer was entered after the last delivery: the campaign is answered."""
    letters = Delivery.objects.filter(campaign=campaign).values("letter")
    sent = Entry.objects.filter(letter__in=letters, verb="sent").aggregate(last=Max("pk"))["last"]
    came = Entry.objects.filter(
        matter=campaign.pk, verb="answer_came", letter__answers__in=letters, pk__gt=sent or 0
    )
    rows = Campaign.objects.filter(pk=campaign.pk, stage__in=("running", "delivered"))
    if not came.exists() or not rows.exists():
        return False
    CAMPAIGN.take(campaign, "hear")
    return True
