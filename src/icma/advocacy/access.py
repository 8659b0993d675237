"""Who may do what with a campaign, a petition, a decision, a commitment: the rules of their matter.

The plan behind a campaign (map, notes, risks, tactics) is for those who lead it; the public sees what the matter shows.
"""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from icma.advocacy.models import Campaign, Commitment, Decision, Note, Petition, Stakeholder, Tactic
from icma.core.access import EVERYBODY, NOBODY, Rule, Who, rules
from icma.matters.access import lead_matter, moderate_matter, public_only, view_matter
from icma.matters.models import Matter


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
