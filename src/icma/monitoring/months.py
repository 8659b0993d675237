"""A community's month: which one is asked for, what is known of it already, who has sent none."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from icma.core.day import legal_day, moment
from icma.core.words import date_words, num
from icma.events.figures import Cells, cells_by_event, presence
from icma.events.models import Event
from icma.matters.models import Letter
from icma.monitoring.models import Month, Period
from icma.people.models import Organisation

DUE_DAY = 5  # of the next month
EARLY = timedelta(days=7)  # before its end a month can be sent
LONGEST = 3000  # characters of "what we did"


def month_of(on: date) -> date:
    return on.replace(day=1)


def next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def last_day(first: date) -> date:
    return next_month(first) - timedelta(days=1)


def months_of(period: Period, organisation: int) -> QuerySet[Month]:
    """The months that a community has sent and that lie wholly in a period."""
    end = month_of(period.last + timedelta(days=1))
    return Month.objects.filter(
        organisation=organisation, stage="sent", first__gte=period.first, first__lt=end
    )


def counts_of(months: QuerySet[Month]) -> list[tuple[date, int]]:
    """(first day, people who came) of each month in which somebody was counted, the oldest first."""
    counted = months.values_list("first").annotate(n=Sum("counts__n")).filter(n__gt=0)
    return list(counted.order_by("first"))


def month_before(first: date) -> date:
    return month_of(first - timedelta(days=1))


def due_on(first: date) -> date:
    return next_month(first).replace(day=DUE_DAY)


def asked_for(today: date) -> date:
    """The month whose turn it is: the one before, until it is nearly over itself."""
    this = month_of(today)
    return this if today > last_day(this) - EARLY else month_before(this)


@dataclass(frozen=True)
class Known:
    """What the product knows of a month: lines to begin with, attendances, and people by (sex, band).

    `counts` is empty where one person may have come twice: then only somebody of the community can say how many
    people they were; `people` says between what and what.
    """

    lines: list[str] = field(default_factory=list)
    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    came: int = 0
    people: str = ""

    @property
    def text(self) -> str:
        return "\n".join(self.lines)[:LONGEST]


def known_of(organisation: Organisation, first: date) -> Known:
    """Meetings that were held and letters of the month, oldest first; lists of names and head-counts together."""
    counted = cells_by_event(_held(organisation, first))
    held = [(event, sum(counted[event.pk].values(), Counter())) for event in _held(organisation, first)]
    rows = sorted([*_meetings(held), *_letters(organisation, first)])
    lines = [f"{date_words(on)}: {words}" for on, words in rows]
    if not any(cells.total() for _event, cells in held):
        return Known(lines)
    there = presence(_held(organisation, first))
    all_new = there.low == there.attendances  # nobody can have come twice
    counts = sum((cells for _event, cells in held), Counter()) if all_new else {}
    return Known(lines, dict(counts), there.attendances, there.people_words)


def is_told(month: Month) -> bool:
    """Has somebody kept anything of it: a word, a number, or that nothing was done?"""
    words = month.did or month.changed or month.hindered or month.english or month.quiet
    return bool(words) or month.stage == "sent" or month.counts.exists()


def _held(organisation: Organisation, first: date) -> QuerySet[Event]:
    span = (moment(first, 0), moment(next_month(first), 0))
    return Event.objects.filter(
        organisation=organisation, state="held", starts_at__gte=span[0], starts_at__lt=span[1]
    )


def _meetings(held: Iterable[tuple[Event, Cells]]) -> Iterator[tuple[date, str]]:
    for event, cells in held:
        came = _("attendances: %(n)s") % {"n": num(cells.total())} if cells.total() else ""
        words = f"{event.get_kind_display()} – {event.title}"
        yield legal_day(event.starts_at), f"{words} ({came})" if came else words


def _letters(organisation: Organisation, first: date) -> Iterator[tuple[date, str]]:
    days = (first, last_day(first))
    rows = Letter.objects.filter(matter__community=organisation).exclude(stage__in=("draft", "dropped"))
    came = Q(received_on__range=days) | Q(received_on=None, dated_on__range=days)
    rows = rows.filter(Q(direction="out", sent_on__range=days) | Q(came, direction="in", confirmed=True))
    for letter in rows.select_related("authority").defer("body"):
        if letter.direction == "out":
            yield letter.sent_on, _("letter to %(body)s: %(subject)s") % _named(letter)
        else:
            yield letter.received_on or letter.dated_on, _("answer of %(body)s: %(subject)s") % _named(letter)


def _named(letter: Letter) -> dict[str, str]:
    return {"body": str(letter.authority), "subject": letter.subject}


def without(first: date) -> QuerySet[Organisation]:
    """Communities that were there the whole month and sent nothing for it: "hesabat yoxdur", which is not nought."""
    sent = Month.objects.filter(organisation=OuterRef("pk"), first=first, stage="sent")
    rows = Organisation.objects.filter(kind="community", since__lte=first).filter(
        Q(until=None) | Q(until__gt=last_day(first))
    )
    return rows.filter(~Exists(sent))


def to_call(today: date) -> tuple[date, QuerySet[Organisation]]:
    """The last month whose fifth has passed, and the communities to be called for it: none sent, nobody asked yet."""
    first = month_before(month_of(today))
    if today <= due_on(first):
        first = month_before(first)
    called = Month.objects.filter(organisation=OuterRef("pk"), first=first, called_on__isnull=False)
    return first, without(first).filter(~Exists(called))
