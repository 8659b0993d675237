"""After the meeting: a word to those who came, another to those who did not; only where an address was given for it."""

from datetime import datetime

from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.events.models import Attendance, Event
from icma.people.actions.mail import queue_mail, wanting
from icma.people.models import User

TOLD = (Attendance.State.CAME, Attendance.State.ABSENT)


def reachable(event: Event, state: str, at: datetime) -> dict[str, str]:
    """Person → language of those with this state whom a mail would reach now: they gave an address and agreed."""
    rows = event.attendances.filter(state=state).exclude(person="")
    return wanting(set(rows.values_list("person", flat=True)), "urgent", at)


@action
def tell_after(*, event: Event, state: str, at: datetime, by: User) -> int:
    """Queue one mail a person, once for each state, however often the button is pressed; how many are new.

    The mail says nothing of the meeting but that there is something to read, and where.
    """
    if state not in TOLD:
        raise ValueError(f"nobody is told as: {state}")
    if event.state != Event.State.HELD:
        raise Refused(_("The meeting was not held yet."))
    data = {"about": "after", "code": event.code, "state": state}
    made = [
        queue_mail(
            person=person,
            key=f"after:{event.code}:{state}",
            kind="urgent",
            data=data,
            at=at,
            language=language,
        )
        for person, language in reachable(event, state, at).items()
    ]
    return sum(one is not None for one in made)
