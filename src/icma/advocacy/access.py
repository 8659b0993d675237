"""Who may do what with a campaign, a petition, a decision, a commitment: the rules of their matter.

The plan behind a campaign (map, notes, risks, tactics) is for those who lead it; the public sees what the matter shows.
"""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from icma.advocacy.models import (
    Campaign,
    Commitment,
    Decision,
    Delivery,
    MassRequest,
    MassRow,
    Note,
    Petition,
    Stakeholder,
    Tactic,
    Update,
)
from icma.core.access import EVERYBODY, NOBODY, Rule, Who, rules
from icma.matters.access import (
    SENT,
    lead_matter,
    moderate_matter,
    public_only,
    view_letter,
    view_matter,
    within,
)
from icma.matters.models import Letter, Matter


def of_matter(rule: Rule, path: str = "matter_id") -> Rule:
    """The rule of the matter behind a row; `path` leads to the matter's id."""

    def inner(who: Who, at: datetime) -> Q:
        found = rule(who, at)
        if found in (EVERYBODY, NOBODY):
            return found
        return Q(Exists(Matter.objects.filter(found, pk=OuterRef(path))))

    return inner


for model in (Campaign, Petition, Decision, Commitment):
    rules(
        model,
        view=of_matter(view_matter), list=of_matter(public_only), lead=of_matter(lead_matter),
        edit=of_matter(lead_matter), moderate=of_matter(moderate_matter),
    )  # fmt: skip
rules(Stakeholder, lead=of_matter(lead_matter, "campaign_id"), edit=of_matter(lead_matter, "campaign_id"))
rules(Note, lead=of_matter(lead_matter, "campaign_id"))
rules(Tactic, edit=of_matter(lead_matter, "campaign_id"))


# --- what a campaign does ----------------------------------------------------------------------------------
def of_letter(rule: Rule) -> Rule:
    """The rule of the letter behind a row."""

    def inner(who: Who, at: datetime) -> Q:
        return Q(Exists(Letter.objects.filter(rule(who, at), pk=OuterRef("letter_id"))))

    return inner


def list_letter(who: Who, at: datetime) -> Q:
    return within(public_only)(who, at) & SENT


def view_mass(who: Who, at: datetime) -> Q:
    """Everybody once one of its letters went out; those who lead always."""
    out = MassRow.objects.filter(mass=OuterRef("pk"), letter__sent_on__isnull=False)
    return (of_matter(view_matter, "campaign_id")(who, at) & Q(Exists(out))) | of_matter(lead_matter, "campaign_id")(who, at)


rules(Delivery, view=of_letter(view_letter), list=of_letter(list_letter), lead=of_letter(within(lead_matter)))
rules(MassRequest, view=view_mass, lead=of_matter(lead_matter, "campaign_id"))
rules(MassRow, list=of_letter(list_letter))
rules(Update, lead=of_matter(lead_matter, "campaign_id"), moderate=of_matter(moderate_matter, "campaign_id"))
