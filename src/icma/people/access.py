"""Who may do what with places, organisations, authorities, reviews and accounts.

Contacts are not fetched by rule: `open_contact` alone shows them, in the scopes its caller may lead.
"""

from collections.abc import Collection
from datetime import date, datetime

from django.db.models import Q, QuerySet

from icma.core.access import EVERYBODY, NOBODY, STRONG_ROLES, Who, rules
from icma.people.models import (
    Address,
    Authority,
    Contact,
    Membership,
    Organisation,
    Place,
    Review,
    Signin,
    User,
)


def live_on(on: date) -> Q:
    """Rows with since/until that hold on the day `on`; `until` is the last day."""
    return (Q(since=None) | Q(since__lte=on)) & (Q(until=None) | Q(until__gte=on))


def held_on(on: date) -> Q:
    """Seats held on the day `on`; a seat's `until` is the first day without it, so ending acts at once."""
    return Q(since__lte=on) & (Q(until=None) | Q(until__gt=on))


def everybody(who: Who, at: datetime) -> Q:
    return EVERYBODY


def officers(who: Who, at: datetime) -> Q:
    return EVERYBODY if who.has("officer") else NOBODY


def mentored(who: Who, organisation: str = "") -> Q:
    """Communities that this person mentors (`organisation`: the way to them, with its `__`).

    A mentor is the union's: without a seat there, or before the second factor, nothing is led.
    """
    return Q(**{f"{organisation}mentor": who.user_id}) if who.has(*STRONG_ROLES) else NOBODY


def view_organisation(who: Who, at: datetime) -> Q:
    """What a community chose to show; its own people and the union's officers see it always."""
    if who.has("officer"):
        return EVERYBODY
    own = [organisation for _role, organisation, _body in who.seats if organisation is not None]
    return ~Q(seen="unlisted") | Q(pk__in=own)


def lead_organisation(who: Who, at: datetime) -> Q:
    """Coordinators of the community, its mentor, and the union's officers."""
    if who.has("officer"):
        return EVERYBODY
    return Q(pk__in=who.organisations("coordinator")) | mentored(who)


def begin_in_organisation(who: Who, at: datetime) -> Q:
    """Whoever leads begins something new there while it lives: what has ended begins nothing any more."""
    return lead_organisation(who, at) & Q(until=None)


def ended() -> QuerySet[Organisation]:
    """Communities that have ended: what they led is the union's desk's from their last day on."""
    return Organisation.objects.filter(kind=Organisation.Kind.COMMUNITY, until__isnull=False)


def propose_authority(who: Who, at: datetime) -> Q:
    """Who may put a change of the directory before an officer."""
    return EVERYBODY if who.has("officer", "coordinator", "lawyer", "advocate") else NOBODY


READ_BEFORE = (
    "community.words",
    "task.words",
    "redaction",
    "document.minutes",
    "observation",
    "source",
    "questionnaire",
    "initiative.page",
)  # kinds that moderators read before the public does


# Public at once, read soon after: an opened meeting is worth nothing once its hour is over, and what a body decided on a
# remark or what many bodies were asked is the fact itself. Who wrote it may not pass it, and it waits until it is read.
READ_AFTER = ("event.words", "campaign.words")
WORDS = ("community.words", "task.words", *READ_AFTER)  # read by a moderator within our own term


def decide_review(who: Who, at: datetime) -> Q:
    """The second person: an officer, a moderator for what the public is to read, another coordinator of the community.

    A one-person community has no other coordinator: its second is the union.
    """
    if who.user_id is None:
        return NOBODY
    mine = Q(organisation__in=who.organisations("coordinator"))
    if who.has("moderator"):
        mine |= Q(kind__in=(*READ_BEFORE, *READ_AFTER))
    if who.has("officer"):
        mine = EVERYBODY
    return mine & ~Q(asked_by=who.user_id)


def view_review(who: Who, at: datetime) -> Q:
    return decide_review(who, at) | (Q(asked_by=who.user_id) if who.user_id else NOBODY)


def own_signin(who: Who, at: datetime) -> Q:
    return Q(user=who.user_id) if who.user_id else NOBODY


def grow_place(who: Who, at: datetime) -> Q:
    """Where a person may add villages: coordinators and officers."""
    return Q(kind="unit") if who.has("officer", "coordinator") else NOBODY


def correct_place(who: Who, at: datetime) -> Q:
    """Whose villages' names a person may correct: officers all, coordinators and mentors those of their districts."""
    if who.has("officer"):
        return Q(kind="village")
    if not who.has("coordinator", *STRONG_ROLES):
        return NOBODY
    mine = Organisation.objects.filter(Q(pk__in=who.organisations("coordinator")) | mentored(who))
    return Q(kind="village", parent__in=units_of(mine))


def units_of(organisations: QuerySet[Organisation]) -> QuerySet:
    """Numbers of the districts where they act: a matter stands in a district, a community may stand in a village."""
    placed = Q(organisations__in=organisations) | Q(children__organisations__in=organisations)
    return Place.objects.filter(placed, kind="unit").order_by().values_list("pk", flat=True)


rules(Place, view=everybody, list=everybody, grow=grow_place, correct=correct_place)
rules(
    Organisation,
    view=view_organisation, list=lambda who, at: Q(seen="full") | Q(seen="region"),
    lead=lead_organisation, begin=begin_in_organisation, edit=lead_organisation, found=officers,
)  # fmt: skip
rules(Authority, view=everybody, list=everybody, edit=officers, propose=propose_authority)
rules(Address, view=everybody, list=everybody, edit=officers)
rules(Review, view=view_review, decide=decide_review)
rules(Membership, edit=officers, view=officers)
rules(User, view=officers, freeze=lambda who, at: officers(who, at) & ~Q(pk=who.user_id))
rules(Signin, own=own_signin)


def contacts_to_open(person: str, scopes: Collection[str] | None, today: date) -> QuerySet[Contact]:
    """The sealed rows of one person that may be opened; `scopes` None means all."""
    rows = Contact.objects.filter(Q(expires_on=None) | Q(expires_on__gt=today), person=person).order_by("at")
    return rows if scopes is None else rows.filter(scope__in=list(scopes))
