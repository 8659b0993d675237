"""Whose a case is: who holds a live key to it, and stands before no wall. What has no grant is not there.

A rule never says that a case exists: for who is walled off, or holds nothing, lists, counts and pages are the same
as without it.
"""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Concat

from icma.core.access import NOBODY, Who, rules
from icma.legalaid.models import Case, Grant, KeyPair, KeyWrap, Offer, Read, Wall
from icma.legalaid.words import Compartment, Group
from icma.people import access as people
from icma.people.models import Review


def live_grants(who: Who, at: datetime) -> Q:
    """Grants that `who` can open now: his own pair's, and those of the groups that he is a member of."""
    own = KeyPair.objects.filter(owner=who.user_id, retired_on=None)
    groups = KeyWrap.objects.filter(member__in=own.values("pk"), pair__retired_on=None).values("pair")
    holder = Q(holder__in=own.values("pk")) | Q(holder__in=groups)
    return holder & (Q(expires_at=None) | Q(expires_at__gt=at))


def own_grants(who: Who, at: datetime) -> Q:
    """Those of his own pair alone: what he works on."""
    own = KeyPair.objects.filter(owner=who.user_id, retired_on=None)
    return Q(holder__in=own.values("pk")) & (Q(expires_at=None) | Q(expires_at__gt=at))


def _walled(who: Who) -> Q:
    return Q(Exists(Wall.objects.filter(case=OuterRef("pk"), user=who.user_id)))


def view_case(who: Who, at: datetime) -> Q:
    """A live grant for a pair of his, or of a group that he is in, and no wall."""
    if not who.user_id:
        return NOBODY
    return Q(pk__in=Grant.objects.filter(live_grants(who, at)).values("case")) & ~_walled(who)


def work_case(who: Who, at: datetime) -> Q:
    """Cases that were taken up and whose file he opens with his own pair: the case's page, lists, boards, search."""
    if not who.user_id:
        return NOBODY
    held = Grant.objects.filter(own_grants(who, at), compartment=Compartment.FILE)
    return Q(pk__in=held.values("case"), assignee__isnull=False) & ~_walled(who)


def shut_case(who: Who, at: datetime) -> Q:
    """Those that he answers for and has no key to, since he had to make another: only their codes are named."""
    if not who.user_id:
        return NOBODY
    mine = Q(assignee=who.user_id) | Q(deputy=who.user_id) | Q(supervisor=who.user_id)
    return mine & ~work_case(who, at) & ~_walled(who)


def lead_case(who: Who, at: datetime) -> Q:
    """Those who answer for it: assignee, deputy, supervisor. A guest with a grant works, but does not lead."""
    if not who.user_id:
        return NOBODY
    mine = Q(assignee=who.user_id) | Q(deputy=who.user_id) | Q(supervisor=who.user_id)
    return mine & work_case(who, at)


def queue_case(who: Who, at: datetime) -> Q:
    """Intakes that wait: for members of the intake group."""
    if not who.user_id:
        return NOBODY
    wraps = KeyWrap.objects.filter(
        member__owner=who.user_id,
        member__retired_on=None,
        pair__group=Group.INTAKE,
        pair__retired_on=None,
    )
    # What was begun and not handed in is granted to nobody of ours, and is not there.
    came = Grant.objects.filter(case=OuterRef("pk"), holder__group=Group.INTAKE, holder__retired_on=None)
    return Q(Exists(wraps)) & Q(Exists(came)) & Q(assignee=None, open=True) & ~_walled(who)


def seen_case(who: Who, at: datetime) -> Q:
    """Requests that he has looked at while they waited: he is told that they wait no more."""
    if not who.user_id:
        return NOBODY
    looked = Read.objects.filter(user=who.user_id, role__in=("intake", "conflicts"), case=OuterRef("code"))
    return Q(Exists(looked)) & ~_walled(who)


def made_offer(who: Who, at: datetime) -> Q:
    """The one to whom it was made, answered or not: he is told that it is over. A wall hides offers too."""
    if not who.user_id:
        return NOBODY
    hidden = Exists(Wall.objects.filter(case=OuterRef("case"), user=who.user_id))
    return Q(to=who.user_id) & ~Q(hidden)


def own_offer(who: Who, at: datetime) -> Q:
    """The one to whom it was made, while nobody has answered; a guest's until the minute at which access would end."""
    open_still = Q(until=None) | Q(until__gt=at)
    return made_offer(who, at) & Q(state=Offer.State.PROPOSED) & open_still


def _seen(who: Who) -> Q:
    """What waits for a second person in a case behind a wall is not there either: its subject is the case's code."""
    codes = Wall.objects.filter(user=who.user_id).values(subject=Concat(Value("case:"), "case__code"))
    return ~Q(subject__in=codes) if who.user_id else Q()


def view_review(who: Who, at: datetime) -> Q:
    return people.view_review(who, at) & _seen(who)


def decide_review(who: Who, at: datetime) -> Q:
    return people.decide_review(who, at) & _seen(who)


rules(Case, view=view_case, work=work_case, lead=lead_case, queue=queue_case, seen=seen_case, shut=shut_case)
rules(Offer, view=own_offer, made=made_offer)
rules(Review, view=view_review, decide=decide_review)
