"""Ten thousand reports as rows, rolled up as the union sees them; a thousand are changed, and all is counted anew.

Levels: the union, regions, districts, communities, initiatives. Inside Django, on a database with places; nothing of it
stays.
"""

import random
import time
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from icma.core.codes import public_code
from icma.core.day import legal_day
from icma.monitoring.models import Indicator, Initiative, Period, Report, Reporter
from icma.monitoring.overview import Branch, overview
from icma.people.models import Organisation, Place, User

COMMUNITIES, REPORTERS, PERIODS, EDITS, TURNS = 500, 5, 4, 1000, 3
Way = tuple[str, ...]


class _Undone(Exception):
    """Nothing of it stays."""


def measured(communities: int = COMMUNITIES, edits: int = EDITS) -> dict[str, Any]:
    """The slowest of three readings; how many nodes differ from the rows before and after the edits."""
    try:
        with transaction.atomic():
            at, dice = timezone.now(), random.Random(7)
            _fill(communities, dice, at)
            spent = []
            for _turn in range(TURNS):
                began = time.perf_counter()
                top = overview(at)
                spent.append(time.perf_counter() - began)
            wrong = _wrong(top, legal_day(at))
            _edit(edits, dice)
            after = overview(at)
            found = {"s": max(spent), "reports": Report.objects.count(), "nodes": len(_lines(after, ())),
                     "edits": edits, "wrong": wrong + _wrong(after, legal_day(at))}  # fmt: skip
            raise _Undone
    except _Undone:
        return found


def _fill(communities: int, dice: random.Random, at: Any) -> None:
    """Of each community one initiative, one indicator, four months that are over, five who report."""
    units, today = list(Place.objects.filter(kind=Place.Kind.UNIT).order_by("pk")), legal_day(at)
    starts = today - timedelta(days=40 * PERIODS)
    author = User.objects.create_user("bench-rollup@numune.invalid")
    homes = Organisation.objects.bulk_create(
        Organisation(code=public_code(), name=f"bench {n}", place=units[n % len(units)], since=starts,
                     sort_key=f"bench {n}", search_text=f"bench {n}") for n in range(communities)
    )  # fmt: skip
    made = Initiative.objects.bulk_create(
        Initiative(code=public_code(), organisation=home, title=home.name, starts_on=starts, ends_on=today, stage="running",
                   search_text=home.name, made_at=at) for home in homes
    )  # fmt: skip
    counted = Indicator.objects.bulk_create(
        Indicator(code=public_code(), initiative=one, title="bench", made_at=at) for one in made
    )
    periods = Period.objects.bulk_create(
        Period(code=public_code(), indicator=one, first=starts + timedelta(days=40 * n),
               last=starts + timedelta(days=40 * n + 39), made_at=at) for one in counted for n in range(PERIODS)
    )  # fmt: skip
    who = Reporter.objects.bulk_create(
        Reporter(code=public_code(), initiative=one, name=f"{n}", since=starts, made_at=at)
        for one in made for n in range(REPORTERS)
    )  # fmt: skip
    Report.objects.bulk_create(
        Report(code=public_code(), period=period, reporter=one, author=author, made_at=at, sent_at=at, **_said(dice))
        for number, period in enumerate(periods)
        for one in who[number // PERIODS * REPORTERS : (number // PERIODS + 1) * REPORTERS]
    )  # fmt: skip


def _said(dice: random.Random) -> dict[str, Any]:
    """A value, or why there is none; sent, confirmed, or still being written."""
    reason = dice.choice(("", "", "", "", "not_reported", "not_applicable", "not_due"))
    value = None if reason else Decimal(dice.randrange(400)) / 4
    return {
        "state": dice.choice(("sent", "confirmed", "confirmed", "draft")),
        "reason": reason,
        "value": value,
    }


def _edit(edits: int, dice: random.Random) -> None:
    rows = list(Report.objects.order_by("pk").values_list("pk", flat=True))
    for pk in dice.choices(rows, k=edits):
        Report.objects.filter(pk=pk).update(**_said(dice))


def _lines(branch: Branch, above: Way) -> dict[Way, tuple[int, int, int]]:
    """Every node below the top by its way, each with what is reported, owed and late."""
    found = {above: (branch.reported, branch.expected, branch.late)}
    for one in branch.below:
        found |= _lines(one, (*above, one.title))
    return found


def _wrong(top: Branch, today: date) -> int:
    """Nodes whose numbers are not those of the rows, counted one by one and without the roll-up."""
    sums: dict[Way, Counter[str]] = {}
    owed = Period.objects.filter(indicator__initiative__stage="running", last__lt=today, gone_at=None)
    sent = {
        (period, one): reason for period, one, reason in Report.objects.filter(
            Q(state="sent") | Q(state="confirmed"), superseded_at=None
        ).values_list("period", "reporter", "reason")
    }  # fmt: skip
    for period in owed.select_related("indicator__initiative__organisation__place__parent"):
        initiative = period.indicator.initiative
        unit = initiative.organisation.place
        way = (str(unit.parent), str(unit), str(initiative.organisation), initiative.title)
        for one in Reporter.objects.filter(initiative=initiative, since__lte=period.last):
            reason = sent.get((period.pk, one.pk))
            if reason in ("not_applicable", "not_due"):
                continue
            is_late = reason is None and today >= period.late_from
            for depth in range(len(way) + 1):
                sums.setdefault(way[:depth], Counter()).update(
                    told=int(reason == ""), owed=1, late=int(is_late)
                )
    told = _lines(top, ())
    return sum(
        told.get(way) != (one["told"], one["owed"], one["late"]) for way, one in sums.items()
    ) + len(told.keys() - sums.keys())  # fmt: skip
