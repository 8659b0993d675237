"""A typo in a public campaign is corrected through a moderator; what was learned is read by one before it is public."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from icma.advocacy.models import Campaign
from icma.core.action import Refused, action
from icma.core.flow import Stale
from icma.matters.actions.proposing import decide_proposals, digest, propose
from icma.matters.actions.thread import note
from icma.people.models import User

TEXTS = ("title", "text", "evidence", "demand", "decider_post")
NEEDED = ("title", "text", "demand", "decider_post")
LEARNED = "learned"


def may_propose(campaign: Campaign) -> bool:
    """True once everybody can read it: until then it is written, or lies with a moderator."""
    return campaign.matter.published_at is not None and campaign.matter.stage not in ("rejected", "merged")


def public_texts(campaign: Campaign) -> dict[str, str]:
    """What everybody reads, by name."""
    matter = campaign.matter
    return {"title": matter.title, "text": matter.text} | {
        name: getattr(campaign, name) for name in (*TEXTS[2:], LEARNED)
    }


@action
def correct_campaign(*, campaign: Campaign, texts: Mapping[str, str], at: datetime, by: User) -> list[str]:
    """Send other words to a moderator; the public ones stand until then. Returns the names of what waits."""
    if any(not texts.get(name, "-").strip() for name in NEEDED):
        raise Refused(_("Name, problem, demand and who decides cannot be empty."))
    return propose(matter=campaign.matter, texts=texts, now=public_texts(campaign), at=at, by=by)


@action
def decide_correction(*, campaign: Campaign, publish: bool, at: datetime, by: User, rule: str = "") -> None:
    """A moderator lets all of it stand from now on, or none of it by a rule.

    The thread says which parts changed; what was demanded before stands there, for people have supported it.
    """
    now = public_texts(campaign)
    given = decide_proposals(matter=campaign.matter, publish=publish, now=now, at=at, by=by, rule=rule)
    if not publish:
        return
    was = {name: now[name] for name in given}
    if given and not Campaign.objects.filter(pk=campaign.pk, **was).update(**given):
        raise Stale(_("Somebody has already decided this."))
    for name, text in given.items():
        setattr(campaign, name, text)
    after = public_texts(campaign)
    changed = sorted(name for name in TEXTS if after[name] != now[name])
    if changed:
        data = {"fields": changed, "was": {name: digest(now[name]) for name in changed}}
        before = now["demand"] if "demand" in changed else ""
        note(matter=campaign.matter, verb="corrected", at=at, by=by, data=data, text=before, read=True)
    if LEARNED in given:
        note(matter=campaign.matter, verb=LEARNED, at=at, by=by)
