"""Who sees a meeting, and who sees when and where.

A stranger learns of a meeting when the community is seen in full and the meeting was held (its date and how
many came) or was opened on purpose. Hour and place go to the community's own people and to the invited.
"""

from datetime import datetime, timedelta

from django.core import signing
from django.db.models import Q

from icma.core.access import EVERYBODY, NOBODY, Who, rules
from icma.events.models import Event, Invitation
from icma.matters.models import Part
from icma.people.access import mentored

SALT = "icma.invitation"
LISTED = Q(organisation__seen="full") & (Q(state="held") | Q(is_open=True))
OPENED = Q(organisation__seen="full", is_open=True)


def team(who: Who, at: datetime) -> Q:
    """The community's coordinators and members, its mentor, the union's officers."""
    if who.has("officer"):
        return EVERYBODY
    own = who.organisations("coordinator", "member")
    return Q(organisation__in=own) | mentored(who, "organisation__")


def lead(who: Who, at: datetime) -> Q:
    """Who plans it, enters who came and keeps the minutes."""
    if who.has("officer"):
        return EVERYBODY
    return Q(organisation__in=who.organisations("coordinator")) | mentored(who, "organisation__")


def invited(who: Who, at: datetime) -> Q:
    """By account, or by the return code of one's own matter. A sub-query, not a join: one row stays one row."""
    if not who.person and not who.codes:
        return NOBODY
    mine = Q(person=who.person) if who.person else NOBODY
    if who.codes:
        authors = Part.objects.filter(matter__code__in=who.codes, role="author", until=None)
        mine |= Q(person__in=authors.values("person"))
    return Q(pk__in=Invitation.objects.filter(mine).values("event"))


def invitation_token(invitation: Invitation) -> str:
    """For the mail to somebody without an account: it opens this one meeting and nothing else."""
    return signing.Signer(salt=SALT).sign(invitation.pk)


def invited_by(token: str, at: datetime) -> Who:
    """Whom the link was mailed to; nobody once the meeting is a day old."""
    try:
        pk = signing.Signer(salt=SALT).unsign(token)
    except signing.BadSignature:
        return Who()
    rows = Invitation.objects.filter(pk=pk, event__starts_at__gt=at - timedelta(days=1))
    return Who(person=rows.values_list("person", flat=True).first() or "")


def attend(who: Who, at: datetime) -> Q:
    """Who is told hour and place."""
    return team(who, at) | invited(who, at) | OPENED


def learn(who: Who, at: datetime) -> Q:
    """Who is told that there is such a meeting; the door asks others to sign in: they may be invited."""
    return team(who, at) | invited(who, at) | LISTED


def release(who: Who, at: datetime) -> Q:
    """Who may be the second person that reads minutes before the public does."""
    return EVERYBODY if who.has("officer", "moderator") else NOBODY


rules(
    Event,
    learn=learn, list=lambda who, at: LISTED, attend=attend, team=team, edit=lead, release=release,
)  # fmt: skip
