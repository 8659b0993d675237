"""A community's month: which one is asked for, what is known of it already, who has sent none."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from icma.core.day import legal_day, moment
from icma.core.words import date_words, num
from icma.events.models import Event, HeadCount
from icma.matters.models import Letter
from icma.monitoring.models import Month
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
    """What the product knows of a month: lines to begin with, and head-counts by (sex, band)."""

    lines: list[str] = field(default_factory=list)
    counts: dict[tuple[str, str], int] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)[:LONGEST]


def known_of(organisation: Organisation, first: date) -> Known:
    """Meetings that were held and letters of the month, oldest first. Three queries."""
    rows = sorted([*_meetings(organisation, first), *_letters(organisation, first)])
    counts = HeadCount.objects.filter(event__in=_held(organisation, first)).values_list("sex", "band")
    found = {(sex, band): n for sex, band, n in counts.annotate(all=Sum("n")).order_by()}
    return Known([f"{date_words(on)}: {words}" for on, words in rows], found)


def _held(organisation: Organisation, first: date) -> QuerySet[Event]:
    span = (moment(first, 0), moment(next_month(first), 0))
    return Event.objects.filter(
        organisation=organisation, state="held", starts_at__gte=span[0], starts_at__lt=span[1]
    )


def _meetings(organisation: Organisation, first: date) -> Iterator[tuple[date, str]]:
    for event in _held(organisation, first).annotate(total=Sum("counts__n")):
        came = _("participants: %(n)s") % {"n": num(event.total)} if event.total else ""
        words = f"{event.get_kind_display()} – {event.title}"
        yield legal_day(event.starts_at), f"{words} ({came})" if came else words


def _letters(organisation: Organisation, first: date) -> Iterator[tuple[date, str]]:
    days = (first, last_day(first))
    rows = Letter.objects.filter(matter__community=organisation).exclude(stage__in=("draft", "dropped"))
    rows = rows.filter(
        Q(direction="out", sent_on__range=days) | Q(direction="in", received_on__range=days, confirmed=True)
    )
    for letter in rows.select_related("authority").defer("body"):
        if letter.direction == "out":
            yield letter.sent_on, _("letter to %(body)s: %(subject)s") % _named(letter)
        else:
            yield letter.received_on, _("answer of %(body)s: %(subject)s") % _named(letter)


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
