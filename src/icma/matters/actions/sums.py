"""Acts that no single press writes: supports of which nothing is known, and who leads. Jobs; again harmless."""

from collections import Counter
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, Sum

from icma.core.action import action
from icma.core.day import legal_day
from icma.matters.actions.acts import said_of, say_who
from icma.matters.bands import Channel, Doing
from icma.matters.models import Act, Matter, Support
from icma.people.models import Membership, User

BACK = timedelta(days=8)  # a worker that was off for a week makes up for it
PAPER = (Support.Channel.CODE, Support.Channel.LIST)
CHUNK = 400
Key = tuple[int, date, str]  # matter, day, channel


def count_acts(at: datetime) -> int:
    """The daily job: supports of the last days, and who leads in this quarter; how many rows stand now."""
    today = legal_day(at)
    return sum_supports(first=today - BACK, last=today) + note_leads(on=today)


@action
def sum_supports(*, first: date, last: date) -> int:
    """One Act a matter, day and channel for supporters who said nothing of sex and age. Earlier sums are replaced.

    An act is what happened that day: a support that is taken back later stays counted here.
    """
    silent = _supports(first, last) - _said(first, last)
    places = dict(
        Matter.objects.filter(pk__in={matter for matter, _on, _way in silent}).values_list("pk", "place")
    )
    sources = {key: f"support:{key[0]}:{key[1]:%y%m%d}:{key[2]}" for key in silent}
    names = list(sources.values())
    for start in range(0, len(names), CHUNK):
        Act.objects.filter(source__in=names[start : start + CHUNK]).delete()
    Act.objects.bulk_create(
        [
            Act(
                verb=Doing.SUPPORT, channel=way, place_id=places[matter], matter_id=matter, on=on, n=n,
                source=sources[matter, on, way],
            )
            for (matter, on, way), n in silent.items()
        ],
        batch_size=1_000,
    )  # fmt: skip
    return len(silent)


def _supports(first: date, last: date) -> Counter[Key]:
    """Rows are only ever added at the end, so the walk back ends at the first that is older."""
    older = Support.objects.filter(on__lt=first).order_by("-pk").values_list("pk", flat=True).first() or 0
    rows = Support.objects.filter(pk__gt=older, on__gte=first, on__lte=last).exclude(
        matter__kind=Matter.Kind.PETITION
    )
    found: Counter[Key] = Counter()
    for matter, on, channel, n in (
        rows.order_by().values_list("matter", "on", "channel").annotate(n=Count("pk"))
    ):
        found[matter, on, Channel.PAPER if channel in PAPER else Channel.WEB] += n
    return found


def _said(first: date, last: date) -> Counter[Key]:
    """Supports for which the person wrote an act by what was said."""
    rows = Act.objects.filter(
        verb=Doing.SUPPORT, source="", on__gte=first, on__lte=last, matter__isnull=False
    )
    found = rows.order_by().values_list("matter", "on", "channel").annotate(total=Sum("n"))
    return Counter({(matter, on, channel): total for matter, on, channel, total in found})


def quarter_of(on: date) -> date:
    """The first day of the quarter of `on`."""
    return date(on.year, (on.month - 1) // 3 * 3 + 1, 1)


@action
def note_leads(*, on: date) -> int:
    """Whoever holds a coordinator's seat in the quarter of `on` leads: one Act a seat and quarter; how many are new."""
    begin = quarter_of(on)
    seats = Membership.objects.filter(Q(until=None) | Q(until__gt=begin), role="coordinator", since__lte=on)
    seats = seats.filter(organisation__isnull=False, user__isnull=False).select_related(
        "organisation__place", "user"
    )
    wanted = {f"seat:{seat.pk}:{begin:%y%m}": seat for seat in seats}
    known = set(Act.objects.filter(source__in=list(wanted)).values_list("source", flat=True))
    made = []
    for source, seat in wanted.items():
        if source not in known:
            sex, band = said_of(seat.user.person)
            made.append(
                Act(
                    verb=Doing.LEAD, channel=Channel.WEB, place=seat.organisation.place, on=max(begin, seat.since),
                    sex=sex, band=band, person_key=seat.user.person, source=source,
                )
            )  # fmt: skip
    Act.objects.bulk_create(made)
    return len(made)


@action
def count_me(*, by: User, on: date, sex: str, band: str) -> int:
    """Somebody who leads says how to be counted as one who leads, in the quarter of `on` and from now on."""
    note_leads(on=on)
    return say_who(person=by.person, sex=sex, band=band, since=quarter_of(on))
