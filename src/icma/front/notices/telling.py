"""Whom to tell by voice: people without mail for whom there is something new."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, Q, QuerySet

from icma.core.access import Who
from icma.events.models import Invitation
from icma.front.notices.news import HORIZON, led_matters
from icma.matters.access import PUBLIC
from icma.matters.actions.support import follow_scope
from icma.matters.models import Entry, Matter, Part
from icma.people.access import ended
from icma.people.actions.mail import reach_of
from icma.people.actions.returned import came_back
from icma.people.models import Contact, Told

PATIENCE = timedelta(days=5)  # then the union's officers see it too
ADDRESS_ALONE = follow_scope(
    ""
)  # a confirmed address that nobody opens: without it there is no way to these people
# Only what is worth a visit or a call.
TELLING = (
    "published", "taken_up", "untaken", "handed_back", "sent", "answer_came", "forwarded", "unconsidered",
    "silence_confirmed", "closed", "reopened", "merged", "met", "met_counted",
    "remarks_open", "remarks_closing", "decision_adopted", "decision_changed", "decision_refused", "decision_carried",
)  # fmt: skip


@dataclass(frozen=True)
class Telling:
    """Somebody to be told: in which matter, since when there is news, at which hour it is safe to call."""

    person: str
    matter: Matter
    since: datetime
    hour: str
    woman: bool  # she asked to speak with a woman
    is_late: bool
    returned: bool = False  # there is an address, but mail to it comes back

    @property
    def short(self) -> str:
        """The beginning of the opaque name, to tell two lines apart."""
        return self.person[:6]


def to_tell(who: Who, at: datetime) -> list[Telling]:
    """The list of a coordinator, the longest waiting first; an officer sees what stayed open for five days,
    and what nobody leads."""
    led = led_matters(who, at)
    if who.has("officer"):
        led = Q()
    fresh = Q(changed_at__gt=at - HORIZON) | Q(pk__in=_ahead(at).values("event__matter"))
    matters = Matter.objects.filter(PUBLIC, led, fresh)
    parts = Part.objects.filter(
        matter__in=matters, until=None, user=None, role__in=("author", "follower"),
        person__in=Contact.objects.exclude(scope__startswith=ADDRESS_ALONE).values("person"),
    ).select_related("matter", "matter__place")  # fmt: skip
    parts = list(parts)
    persons, told = [part.person for part in parts], _told(parts)
    reach, silent, back = reach_of(persons, at, asked=True), reach_of(persons, at), came_back(persons)
    moments = _moments({part.matter_id for part in parts}, at)
    invited = _invited(persons, at)
    left = set(ended().values_list("pk", flat=True)) | {None} if who.has("officer") else set()
    rows: dict[tuple[str, int], Telling] = {}
    for part in parts:
        known_to = max(told.get((part.person, part.matter.code), part.since), part.since, at - HORIZON)
        news = [*moments.get(part.matter_id, ()), *invited.get((part.person, part.matter_id), ())]
        first = min((moment for moment in news if moment > known_to), default=None)
        if first is None or ("mail" in silent.get(part.person, {}) and part.person not in back):
            continue
        known = reach.get(part.person, {})
        row = Telling(
            part.person, part.matter, first, known.get("hour", ""), "woman" in known, at - first > PATIENCE, part.person in back
        )  # fmt: skip
        if _is_mine(row, who, left):
            rows[(part.person, part.matter_id)] = row
    return sorted(rows.values(), key=lambda row: row.since)


def _is_mine(row: Telling, who: Who, left: set[int | None]) -> bool:
    """The list of those who lead it is whole; an officer's is else what waits too long or has nobody (`left`)."""
    own = row.matter.community_id in who.organisations("coordinator", "officer")
    return own or not who.has("officer") or row.is_late or row.matter.community_id in left


def _told(parts: list[Part]) -> dict[tuple[str, str], datetime]:
    """(person, code of matter) → when somebody told last."""
    rows = Told.objects.filter(person__in=[part.person for part in parts])
    last = rows.values_list("person", "matter").annotate(last=Max("at"))
    return {(person, matter): moment for person, matter, moment in last}


def _ahead(at: datetime) -> QuerySet[Invitation]:
    """Invitations to meetings about a matter that still lie ahead, also to those that do not take place."""
    rows = Invitation.objects.filter(event__starts_at__gt=at, event__matter__isnull=False)
    return rows.exclude(event__state="held")


def _invited(persons: list[str], at: datetime) -> dict[tuple[str, int], list[datetime]]:
    """(person, matter) → since when there is a meeting, or a change of one, to tell."""
    found: dict[tuple[str, int], list[datetime]] = {}
    rows = _ahead(at).filter(person__in=persons, at__lte=at)
    for person, matter, moment in rows.values_list("person", "event__matter", "at"):
        found.setdefault((person, matter), []).append(moment)
    return found


def _moments(matters: set[int], at: datetime) -> dict[int, list[datetime]]:
    """Matter → when something worth telling happened, oldest first."""
    rows = Entry.objects.filter(
        matter__in=matters, visibility="public", verb__in=TELLING, at__gt=at - HORIZON, at__lte=at
    ).order_by("at")
    found: dict[int, list[datetime]] = {}
    for matter, moment in rows.values_list("matter", "at"):
        found.setdefault(matter, []).append(moment)
    return found
