"""What the front writes: forgetting, by the terms of retention.py or because a person asks; two villages that are one."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from icma.advocacy.models import Observation, Signature
from icma.core.action import Refused, action
from icma.events.models import Event, Invitation
from icma.front.retention import EMPTIED, RETENTION, Rule
from icma.law.actions import answer_data, forget_requests
from icma.law.models import DataRequest
from icma.matters.models import Act, Matter, Part, Task
from icma.people.actions.changes import log_change, snapshot
from icma.people.actions.erasure import erase_person
from icma.people.actions.organisations import search_again
from icma.people.actions.places import FIELDS as PLACE_FIELDS
from icma.people.models import Authority, Organisation, Place, Told, User

BATCH = 500
# Everything that points at a place; a test holds it against the models.
AT_PLACE = (
    (Matter, "place"), (Matter, "village"), (Act, "place"), (Event, "place"), (Organisation, "place"),
    (Authority, "place"), (Signature, "place"),
)  # fmt: skip


def forget_all(at: datetime) -> int:
    """Apply every rule of retention; how many rows were deleted or emptied."""
    return sum(forget(rule=rule, at=at) for rule in RETENTION if rule.old)


def forget(*, rule: Rule, at: datetime) -> int:
    """Apply one rule in batches, each its own transaction."""
    done = 0
    while some := _forget_some(rule=rule, at=at):
        done += some
    return done


@action
def _forget_some(*, rule: Rule, at: datetime) -> int:
    assert rule.old is not None
    rows = rule.model._base_manager
    ids = list(rows.filter(rule.old(at)).values_list("pk", flat=True)[:BATCH])
    if rule.how == EMPTIED:
        return rows.filter(pk__in=ids).update(
            **{name: None if rule.model._meta.get_field(name).null else "" for name in rule.empty}
        )
    rows.filter(pk__in=ids).delete()
    return len(ids)


@action
def forget_person(*, person: str, by: Any, at: datetime) -> None:
    """A person asks to be erased: no part, act, invitation or task leads to them any more; counts stay."""
    Part.objects.filter(person=person).delete()
    Act.objects.filter(person_key=person).update(person_key="")
    Invitation.objects.filter(person=person).delete()
    Told.objects.filter(person=person).delete()
    Task.objects.filter(who__person=person).update(who=None, who_said="")
    Observation.objects.filter(by__person=person, published_at=None).delete()
    Observation.objects.filter(by__person=person).update(by=None)


@action
def join_village(*, village: Place, into: Place, by: User, at: datetime) -> Place:
    """`village` was entered twice: everything of it goes to `into`, and it is taken off the list."""
    if {village.kind, into.kind} != {Place.Kind.VILLAGE} or village.parent_id != into.parent_id:
        raise Refused(_("Only two villages of one district can be joined."))
    for model, name in AT_PLACE:
        model._base_manager.filter(**{name: village}).update(**{name: into})
    before, row = snapshot(village, PLACE_FIELDS), village.code
    village.delete()
    log_change(
        table="place", row=row, before=before, after=None, by=by, at=at, why=f"joined with {into.code}"
    )
    search_again(place=into)
    return into


ERASURES = (forget_person, forget_requests)


@action
def erase_and_answer(
    *, request: DataRequest, text: str, at: datetime, by: User, passed_on: bool = False
) -> None:
    """What was asked to be erased goes, in the transaction of the answer; the answer stays to be read."""
    answer_data(request=request, text=text, passed_on=passed_on, at=at, by=by)
    erase_person(person=request.person, by=by, at=at, also=ERASURES)
