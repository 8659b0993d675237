"""The seen mark: up to where somebody has read the news of a matter."""

from collections.abc import Iterable
from datetime import datetime

from icma.core.action import action
from icma.matters.models import Part
from icma.people.models import User


@action
def mark_seen(*, user: User, led: Iterable[int], at: datetime) -> int:
    """Everything up to `at` is read, in each matter that `user` takes part in; how many matters.

    `led`: ids of matters led through a community; their coordinator's Part keeps the mark.
    """
    rows = [
        Part(matter_id=pk, person=user.person, user=user, role=Part.Role.COORDINATOR, since=at) for pk in led
    ]
    Part.objects.bulk_create(rows, ignore_conflicts=True)
    return Part.objects.filter(person=user.person, until=None).update(seen_at=at)
