"""A campaign looks back: what came of it and for whom, what was learned; or it goes on."""

from datetime import datetime

from django.utils.translation import gettext as _

from icma.advocacy.actions.campaigns.corrections import LEARNED, correct_campaign
from icma.advocacy.flow import CAMPAIGN
from icma.advocacy.models import Campaign, Reached
from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.engines.aztext import clean_text
from icma.matters.actions.outcome import close_matter, reopen
from icma.matters.models import Letter
from icma.people.models import User

MOST_LEARNED = 3000
COUNTS = ("people", "women", "youth", "places")


@action
def look_back(*, campaign: Campaign, at: datetime, by: User) -> None:
    """From here on only the review is left. Stale when somebody was faster."""
    CAMPAIGN.take(campaign, "review")


@action
def hear(*, campaign: Campaign, at: datetime, by: User) -> None:
    """The authority has answered. Refused while no answer is entered; Stale when somebody was faster."""
    if not has_answer(campaign):
        raise Refused(_("Enter the answer on the page of its letter first."))
    CAMPAIGN.take(campaign, "hear")


def has_answer(campaign: Campaign) -> bool:
    """An answer that is known to come from an authority; notes of registration and extensions are none."""
    rows = Letter.objects.filter(matter=campaign.matter, direction="in", confirmed=True, stage="received")
    return rows.exclude(answer__in=("extension", "registration")).exists()


@action
def finish_campaign(
    *,
    campaign: Campaign,
    outcome: str,
    learned: str,
    at: datetime,
    by: User,
    changed: str = "",
    whom: str = "",
    evidence: bytes | None = None,
    people: int | None = None,
    women: int | None = None,
    youth: int | None = None,
    places: int | None = None,
    is_estimate: bool = True,
) -> None:
    """The outcome as of every matter, whom it reached, and what others can learn. Notes are erased 90 days from now."""
    learned = clean_text(learned).strip()
    if not learned:
        raise Refused(_("Write what you have learned."))
    if len(learned) > MOST_LEARNED:
        raise Refused(_("The text is too long. It takes 3,000 characters."))
    if people is not None and max(women or 0, youth or 0) > people:
        raise Refused(_("Women or young people cannot be more than all people."))
    if campaign.stage != "review":
        CAMPAIGN.take(campaign, "review")
    close_matter(
        matter=campaign.matter, outcome=outcome, changed=changed, whom=whom, evidence=evidence, at=at, by=by
    )
    counts = {"people": people, "women": women, "youth": youth, "places": places}
    if any(n is not None for n in counts.values()):
        Reached.objects.update_or_create(
            matter=campaign.matter, defaults=counts | {"is_estimate": is_estimate}
        )
    CAMPAIGN.take(campaign, "finish", reviewed_on=legal_day(at))
    # A moderator reads it first; what was public of an earlier review stands until then.
    correct_campaign(campaign=campaign, texts={LEARNED: learned}, at=at, by=by)


@action
def go_on(*, campaign: Campaign, at: datetime, by: User) -> None:
    """It was not the end: the same community leads it on, and its notes are kept again."""
    matter = campaign.matter
    CAMPAIGN.take(campaign, "go_on", reviewed_on=None)
    if matter.stage == "closed" and matter.community is not None:
        reopen(matter=matter, at=at, by=by)
