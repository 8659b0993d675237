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
    Source,
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
from icma.matters.models import Letter, Matter, Window


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
    return (of_matter(view_matter, "campaign_id")(who, at) & Q(Exists(out))) | of_matter(
        lead_matter, "campaign_id"
    )(who, at)


rules(Delivery, view=of_letter(view_letter), list=of_letter(list_letter), lead=of_letter(within(lead_matter)))
rules(MassRequest, view=view_mass, lead=of_matter(lead_matter, "campaign_id"))
rules(MassRow, list=of_letter(list_letter))
rules(Update, lead=of_matter(lead_matter, "campaign_id"), moderate=of_matter(moderate_matter, "campaign_id"))


# --- decisions and promises ------------------------------------------------------------------------------
OVERSIGHT = (Matter.Kind.DECISION, Matter.Kind.COMMITMENT)


def remark_decision(who: Who, at: datetime) -> Q:
    """Anybody, while the window is open: the calendar is the permission."""
    window = Window.objects.filter(
        matter=OuterRef("matter_id"), verb="remark", opens_at__lte=at, closes_at__gt=at
    )
    return of_matter(public_only)(who, at) & Q(stage="open") & Q(Exists(window))


def observe_decision(who: Who, at: datetime) -> Q:
    """Anybody with an account, until it is carried out: somebody else reads the record before the public does."""
    if who.user_id is None:
        return NOBODY
    return of_matter(public_only)(who, at) & Q(stage__in=("draft", "open", "taken"))


def reply_matter(who: Who, at: datetime) -> Q:
    """The body's own officials have their say beside what we wrote."""
    bodies = who.authorities()
    if not bodies:
        return NOBODY
    return public_only(who, at) & Q(kind__in=OVERSIGHT, authority__in=bodies)


def read_source(who: Who, at: datetime) -> Q:
    """A kept copy: everybody once a second person has released it, till then those who lead or moderate."""
    opened = Q(file__visibility="public") & of_matter(view_matter)(who, at)
    return opened | of_matter(moderate_matter)(who, at) | of_matter(lead_matter)(who, at)


rules(Decision, remark=remark_decision, observe=observe_decision)
rules(Commitment, rate=of_matter(lead_matter))
rules(Matter, say=reply_matter)
rules(Source, read=read_source, lead=of_matter(lead_matter))
