"""Seats: who holds which role where, given and ended by officers, seen by a second one afterwards."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.people.access import held_on
from icma.people.actions.changes import log_change, snapshot
from icma.people.actions.review import ask_review
from icma.people.models import Authority, Membership, Organisation, Review, User

FIELDS = ("user", "role", "organisation", "authority", "since", "until")
# These act for the union itself; a coordinator or a member belongs to a community.
UNION_ROLES = frozenset({"officer", "lawyer", "advocate", "moderator", "researcher"})


def is_officer(user: User, on: date) -> bool:
    return Membership.objects.filter(held_on(on), user=user, role="officer").exists()


def reads_for_everybody(user: User | None, on: date) -> bool:
    """Officers and moderators: what they write themselves is public at once."""
    if user is None:
        return False
    return Membership.objects.filter(held_on(on), user=user, role__in=("officer", "moderator")).exists()


@action
def give_role(
    *,
    user: User,
    role: str,
    by: User | None,
    at: datetime,
    organisation: Organisation | None = None,
    authority: Authority | None = None,
    since: date | None = None,
) -> Membership:
    """Seat `user`. Officers give roles, never to themselves; `by=None` only when a country is founded."""
    on = legal_day(at)
    _must_be_officer(by, on)
    if by is not None and by.pk == user.pk:
        raise Refused(_("Nobody gives a role to themselves: ask another officer."))
    if user.frozen_at is not None:
        raise Refused(_("This account is frozen."))
    _fits(role, organisation, authority)
    held = Membership.objects.filter(
        user=user, role=role, organisation=organisation, authority=authority, until=None
    )
    if held.exists():
        raise Refused(_("This person already holds this role there."))
    seat = Membership.objects.create(
        user=user, role=role, organisation=organisation, authority=authority, since=since or on
    )
    _record(seat, None, by, at)
    return seat


@action
def end_role(*, seat: Membership, by: User, at: datetime, until: date | None = None) -> Membership:
    """End a seat at once (or from the day `until`). The last officer stays: somebody must give roles."""
    on = legal_day(at)
    _must_be_officer(by, on)
    if seat.role == "officer":
        others = Membership.objects.filter(
            held_on(on), role="officer", user__frozen_at=None, user__is_active=True
        )
        if not others.exclude(pk=seat.pk).exists():
            raise Refused(_("This is the last officer. Give the role to somebody else first."))
    before = snapshot(seat, FIELDS)
    seat.until = until or on
    seat.save(update_fields=["until"])
    _record(seat, before, by, at)
    return seat


def undo_role(*, review: Review, by: User, at: datetime) -> None:
    """Take back a seat that was given, or give back one that was ended."""
    seat = Membership.objects.get(pk=review.data["seat"])
    before = snapshot(seat, FIELDS)
    seat.until = None if review.data["ended"] else legal_day(at)
    seat.save(update_fields=["until"])
    log_change(
        table="role", row=seat.pk, before=before, after=snapshot(seat, FIELDS), by=by, at=at, why="undone"
    )


def _record(seat: Membership, before: dict | None, by: User | None, at: datetime) -> None:
    log_change(table="role", row=seat.pk, before=before, after=snapshot(seat, FIELDS), by=by, at=at)
    if by is not None:
        data = {"seat": seat.pk, "ended": seat.until is not None, "role": seat.role, "who": str(seat.user)}
        ask_review(kind="role", subject=str(seat.pk), when="after", by=by, at=at, data=data)


def _must_be_officer(by: User | None, on: date) -> None:
    if by is not None and not is_officer(by, on):
        raise Refused(_("Only an officer of the union may do this."))


def _fits(role: str, organisation: Organisation | None, authority: Authority | None) -> None:
    if role not in Membership.Role.values:
        raise Refused(_("Choose a role."))
    if (role == "official") != (authority is not None) or (role == "official") == (organisation is not None):
        raise Refused(_("An official belongs to an authority, everybody else to an organisation."))
    if role in UNION_ROLES and organisation.kind != Organisation.Kind.UNION:
        raise Refused(_("This role belongs to the union, not to a community."))
    if role == "coordinator" and organisation.kind == Organisation.Kind.PARTNER:
        raise Refused(_("A coordinator belongs to a community or to the union."))
