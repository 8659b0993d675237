"""What is new for somebody: entries of followed and led matters after the seen mark."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, Q
from django.utils.translation import gettext as _

from icma.core.access import Who
from icma.core.day import legal_day
from icma.matters.access import PUBLIC, view_matter
from icma.matters.models import Entry, Matter, Part
from icma.matters.verbs import holds, told
from icma.people.access import ended, held_on
from icma.people.models import Membership, Organisation, User

HORIZON = timedelta(days=30)  # older news is history: the matter's own page tells it
MOST = 200
LEADERS = ("coordinator", "officer")  # of a community, of the union


@dataclass(frozen=True)
class News:
    """What happened in one matter, newest first."""

    matter: Matter
    entries: list[Entry]

    @property
    def rows(self) -> list[tuple[Entry, str]]:
        return [(entry, sentence(entry)) for entry in self.entries]


def sentence(entry: Entry) -> str:
    """The entry in words of the reader's language."""
    return told(entry) or _("Something new was entered")


def who_of_person(person: str, at: datetime) -> Who:
    """Who a mail or a calendar goes to, without any second factor: strong roles see no more than others there.

    What the union itself took up an officer leads as a coordinator leads a community's.
    """
    user = User.objects.filter(person=person).first()
    if user is None:
        return Who(person=person)
    held = Membership.objects.filter(held_on(legal_day(at)), user=user)
    seats = tuple(held.values_list("role", "organisation_id", "authority_id"))
    seats += tuple(("coordinator", union, None) for role, union, _body in seats if role == "officer")
    return Who(user=user, seats=seats, person=person)


def led_matters(who: Who, at: datetime) -> Q:
    """Matters that this person leads: of communities coordinated or mentored; for the union's officers those of the
    union and of communities that have ended. Not a whole country's."""
    if who.user_id is None:
        return Q(pk__in=[])
    led = who.organisations("coordinator", "officer")
    own = Q(pk__in=led) | Q(mentor=who.user_id)
    if led:
        union = Organisation.objects.filter(pk__in=led, kind=Organisation.Kind.UNION)
        own |= Q(Exists(union), pk__in=ended().values("pk"))
    return Q(community__in=Organisation.objects.filter(own).values("pk"))


def marks(who: Who, at: datetime) -> dict[int, datetime]:
    """Matter → read up to here, for each matter followed or led that may (still) be seen."""
    floor = at - HORIZON
    mine = Part.objects.filter(person=who.person, until=None) if who.person else Part.objects.none()
    read: dict[int, datetime] = {}
    for matter, seen_at, since in mine.values_list("matter", "seen_at", "since"):
        read[matter] = max(seen_at or since, read.get(matter, floor), floor)
    led = led_matters(who, at)
    seen = Matter.objects.filter(view_matter(who, at) | led).filter(Q(pk__in=list(read)) | led)
    # A matter led through its community counts from the moment the horizon allows, until it was looked at.
    return {pk: read.get(pk, floor) for pk in seen.values_list("pk", flat=True).distinct()}


def news(who: Who, since: datetime, until: datetime) -> list[Entry]:
    """Entries in (since, until] after the seen mark, newest first; one's own doings are no news."""
    read = marks(who, until)
    if not read:
        return []
    led = led_matters(who, until)
    shown = Q(visibility="public") | Q(visibility="team", matter__in=Matter.objects.filter(led).values("pk"))
    rows = Entry.objects.filter(
        shown, matter__in=list(read), at__gt=max(since, min(read.values())), at__lte=until
    )
    if who.user_id:
        rows = rows.exclude(by=who.user_id)
    rows = rows.select_related("matter__place", "clock__edition").order_by("-at", "-pk")[:MOST]
    return [entry for entry in rows if entry.at > read[entry.matter_id] and holds(entry)]


def feed(who: Who, at: datetime) -> list[News]:
    """News since the last visit, one block a matter, the matter with the newest entry first."""
    return feed_between(who, at - HORIZON, at)


def feed_between(who: Who, since: datetime, until: datetime) -> list[News]:
    """The same for a span of time: what a digest tells."""
    by_matter: dict[int, News] = {}
    for entry in news(who, since, until):
        by_matter.setdefault(entry.matter_id, News(entry.matter, [])).entries.append(entry)
    return list(by_matter.values())


def unseen(who: Who, at: datetime) -> int:
    """How many entries wait in the feed; 200 stands for 200 or more."""
    return len(news(who, at - HORIZON, at))


def public_ids(matters: Iterable[int]) -> set[int]:
    """Those matters of which title and link may stand in a mail: the rule of lists."""
    return set(Matter.objects.filter(PUBLIC, pk__in=list(matters)).values_list("pk", flat=True))


def followers_with_news(at: datetime) -> dict[str, datetime]:
    """Person → newest change of a matter he or she takes part in and has not read; for the daily digest."""
    fresh = Part.objects.filter(until=None, matter__changed_at__gt=at - HORIZON)
    newest: dict[str, datetime] = {}
    for person, seen_at, since, changed in fresh.values_list(
        "person", "seen_at", "since", "matter__changed_at"
    ):
        if changed > (seen_at or since):
            newest[person] = max(changed, newest.get(person, changed))
    return newest


def leaders(organisations: list[int], at: datetime) -> dict[int, set[str]]:
    """Organisation → persons who coordinate or mentor it; of the union, and of what has ended, the union's officers."""
    found: dict[int, set[str]] = {pk: set() for pk in organisations}
    seats = Membership.objects.filter(held_on(legal_day(at)), role__in=LEADERS)
    for pk, person in seats.filter(organisation__in=organisations).values_list(
        "organisation", "user__person"
    ):
        found[pk].add(person)
    left = list(ended().filter(pk__in=organisations).values_list("pk", flat=True))
    if left:
        officers = set(seats.filter(role="officer").values_list("user__person", flat=True))
        for pk in left:
            found[pk] |= officers
    mentored = Organisation.objects.filter(pk__in=organisations, mentor__isnull=False)
    for pk, person in mentored.values_list("pk", "mentor__person"):
        found[pk].add(person)
    return found
