"""Openings of public pages by day, and figures of social networks as the community tells them."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db.models import F
from django.utils.translation import gettext as _

from icma.advocacy.actions.reading import ask_to_read
from icma.advocacy.models import Campaign, SelfReported, ViewDay
from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.engines.aztext import clean_text
from icma.matters.access import PUBLIC
from icma.matters.models import Matter
from icma.people.models import User

MOST, MOST_ROWS = 1_000_000_000, 200


@action
def add_views(*, seen: Mapping[tuple[str, str], int]) -> None:
    """{(code, ISO day): openings} on top of what was counted before; codes of nothing public are let go."""
    rows = Matter.objects.filter(PUBLIC, code__in={code for code, _day in seen})
    known = dict(rows.values_list("code", "pk"))
    for (code, day), n in sorted(seen.items()):
        if code not in known:
            continue
        row, made = ViewDay.objects.get_or_create(
            matter_id=known[code], on=date.fromisoformat(day), defaults={"n": n}
        )
        if not made:
            ViewDay.objects.filter(pk=row.pk).update(n=F("n") + n)


@action
def report(
    *, campaign: Campaign, network: str, label: str, n: int, on: date, at: datetime, by: User
) -> SelfReported:
    """A figure from a social network: typed, and shown as what the community says of itself."""
    network, label = " ".join(clean_text(network).split()), " ".join(clean_text(label).split())
    if not network or not label or len(network) > 40 or len(label) > 60:
        raise Refused(_("Say where (40 characters) and what was counted (60 characters)."))
    if not 0 <= n <= MOST:
        raise Refused(_("Check the number."))
    if on > legal_day(at):
        raise Refused(_("This day lies ahead."))
    if SelfReported.objects.filter(campaign=campaign).count() >= MOST_ROWS:
        raise Refused(_("That is enough figures."))
    row = SelfReported.objects.create(campaign=campaign, network=network, label=label, n=n, on=on, by=by)
    ask_to_read(text=row, matter=campaign.matter, at=at, by=by)
    return row


@action
def drop_report(*, row: SelfReported, at: datetime, by: User) -> None:
    """It was wrong."""
    SelfReported.objects.filter(pk=row.pk).delete()
