"""Who may do what with outcomes, stories, visits, months and reports on paper.

The public reads what a moderator has read; the community's own people read everything of theirs.
"""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from icma.core.access import EVERYBODY, NOBODY, Who, rules
from icma.events.access import lead, team
from icma.monitoring.models import Choice, Collection, Month, Outcome, Paper, Story, Visit
from icma.people.access import mentored
from icma.people.models import Organisation

SHOWN = Q(stage="public") & ~Q(organisation__seen="unlisted")


GONE = Q(stage="withdrawn", was_negative=True) & ~Q(organisation__seen="unlisted")


def listed(who: Who, at: datetime) -> Q:
    return SHOWN


def view(who: Who, at: datetime) -> Q:
    """Everybody what is public; moderators whatever was sent; the community's own people all of it."""
    sent = ~Q(stage="draft") if who.has("moderator") else NOBODY
    return SHOWN | sent | team(who, at)


def view_outcome(who: Who, at: datetime) -> Q:
    """A change for the worse that was taken back leaves an empty page at its address: it cannot vanish."""
    return view(who, at) | GONE


def moderate(who: Who, at: datetime) -> Q:
    return Q(stage="sent") if who.has("moderator", "officer") else NOBODY


UNREAD = Q(Exists(Choice.objects.filter(story=OuterRef("pk"), at__gt=OuterRef("public_at"))), stage="public")


def moderate_story(who: Who, at: datetime) -> Q:
    """A story that waits, and one whose reasons of choice came after it was read."""
    return Q(stage="sent") | UNREAD if who.has("moderator", "officer") else NOBODY


def own(who: Who) -> Q:
    """Rows of a community to which this person belongs in whatever role, or which this person mentors."""
    seats = [organisation for _role, organisation, _body in who.seats if organisation is not None]
    return Q(organisation__in=seats) | (Q(organisation__mentor=who.user_id) if who.user_id else NOBODY)


def substantiate(who: Who, at: datetime) -> Q:
    """Anybody with an account who can read it and does not belong to the community (the action asks once more).

    Whoever else knows of it comes by the link that the community gives.
    """
    if who.user_id is None:
        return NOBODY
    sent = EVERYBODY if who.has("officer", "moderator") else SHOWN
    return sent & Q(stage__in=("sent", "public", "kept")) & ~own(who)


rules(
    Outcome,
    view=view_outcome,
    list=listed,
    team=team,
    lead=lead,
    moderate=moderate,
    substantiate=substantiate,
)
rules(Story, view=view, list=listed, team=team, lead=lead, moderate=moderate_story)


def read_collection(who: Who, at: datetime) -> Q:
    """A round of the union: every community that tells stories. One of a community: its team."""
    if who.has("officer", "moderator"):
        return EVERYBODY
    shared = Q(organisation__kind="union") if who.has("coordinator") else NOBODY
    return shared | team(who, at)


rules(Collection, view=read_collection, lead=lead)
rules(Visit, team=team, lead=lead)
rules(Month, team=team, lead=lead)


def own_paper(who: Who, at: datetime) -> Q:
    """A community's report is its team's; one over all communities of a project is the union's."""
    if who.has("officer"):
        return EVERYBODY
    return team(who, at) & Q(organisation__isnull=False)


def lead_paper(who: Who, at: datetime) -> Q:
    """Who leads what it speaks of says what it leaves out, and has it made again."""
    return EVERYBODY if who.has("officer") else lead(who, at) & Q(organisation__isnull=False)


rules(Paper, view=own_paper, lead=lead_paper)


def results(who: Who, at: datetime) -> Q:
    """The page of a community's outcomes, visits and months: its own people and the union's officers."""
    if who.has("officer"):
        return EVERYBODY
    return Q(pk__in=who.organisations("coordinator", "member")) | mentored(who)


rules(Organisation, results=results)
