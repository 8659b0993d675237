"""A community's month: kept, sent, carried into the drafts of reports; and the call where none came."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.engines.aztext import clean_text
from icma.matters.bands import AgeBand, Sex
from icma.monitoring.actions.reports import draft_report, write_report
from icma.monitoring.models import Indicator, Month, MonthCount, Period, Report, Reporter
from icma.monitoring.months import EARLY, counts_of, last_day, month_of, months_of
from icma.people.models import Organisation, User

MOST = 100_000
Counts = Mapping[tuple[str, str], int]


@action
def keep_month(
    *, organisation: Organisation, first: date, did: str, changed: str, hindered: str, counts: Counts, at: datetime,
    by: User, quiet: bool = False, send: bool = False, language: str = "az", english: str = "",
) -> Month:  # fmt: skip
    """Keep a month, and with `send` report it: then it prefills the drafts of reports whose period it falls in.

    A month that was sent can be sent anew; its words and numbers are replaced. Nothing done is a report too.
    """
    _fits(first, counts, send, legal_day(at))
    texts = {"did": did, "changed": changed, "hindered": hindered, "english": english}
    texts = {name: clean_text(text).strip() for name, text in texts.items()}
    if send and not quiet and not texts["did"]:
        raise Refused(_("Say what was done, or that nothing was done this month."))
    if quiet and any(counts.values()):
        raise Refused(_("You said that nothing was done, and counted people. One of the two is not right."))
    values = texts | {"quiet": quiet, "language": language, "at": at, "by": by}
    month, new = Month.objects.get_or_create(organisation=organisation, first=first, defaults=values)
    month = Month.objects.select_for_update(no_key=True).get(pk=month.pk)
    if month.stage == "sent" and not quiet and not texts["did"]:
        raise Refused(_("This month is sent already: it says what was done, or that nothing was done."))
    values["stage"] = "sent" if send or month.stage == "sent" else "draft"
    values["sent_at"] = month.sent_at or (at if send else None)
    Month.objects.filter(pk=month.pk).update(**values)
    month.refresh_from_db()
    _count(month, counts)
    if month.stage == "sent":
        _prefill(month, at, by)
    return month


def _fits(first: date, counts: Counts, send: bool, today: date) -> None:
    if first != month_of(first) or first > today:
        raise Refused(_("This month lies ahead."))
    if send and today <= last_day(first) - EARLY:
        raise Refused(_("The month is not over yet: keep a draft, and send it in its last week."))
    for (sex, band), n in counts.items():
        if sex not in Sex.values or band not in AgeBand.values:
            raise ValueError(f"no such cell: {sex} {band}")
        if not 0 <= n <= MOST:
            raise Refused(_("A number of people is never less than nought."))


def _count(month: Month, counts: Counts) -> None:
    month.counts.all().delete()
    MonthCount.objects.bulk_create(
        MonthCount(month=month, sex=s, band=b, n=n) for (s, b), n in counts.items() if n
    )


# --- drafts of reports -----------------------------------------------------------------------------
def _prefill(month: Month, at: datetime, by: User) -> None:
    """A draft for each indicator over people, and for each in words, that this community reports for a period with
    this month in it. Only a draft: somebody looks at it and sends it. What somebody has typed or sent stays."""
    fits = Q(first__lte=month.first, last__gte=last_day(month.first), is_locked=False, gone_at=None)
    asks = Q(indicator__kind=Indicator.Kind.COUNT, indicator__counts_people=True)
    if month.changed:
        asks |= Q(indicator__kind=Indicator.Kind.TEXT)
    rows = Period.objects.filter(fits, asks, indicator__gone_at=None, indicator__initiative__stage="running")
    for period in rows.select_related("indicator"):
        mine = Reporter.objects.filter(
            initiative=period.indicator.initiative_id, organisation=month.organisation_id
        )
        if reporter := next((one for one in mine if one.owes(period)), None):
            _draft(month, period, reporter, at, by)


def _draft(month: Month, period: Period, reporter: Reporter, at: datetime, by: User) -> None:
    there = Report.objects.filter(period=period, reporter=reporter).exclude(state="returned")
    earlier = there.filter(state="draft", note=MARK).select_related("author").first()
    if there.exists() and earlier is None:
        return
    cells, words = _months_in(period, month)
    if period.indicator.kind == Indicator.Kind.COUNT and not cells and not month.quiet:
        return  # nobody has counted: that is no nought
    given: dict[str, Any] = {"said": words}
    if period.indicator.kind == Indicator.Kind.COUNT:
        broken_down = {(sex, band, None): n for (sex, band), n in cells.items()}
        given = {"value": sum(cells.values(), Decimal(0)), "cells": broken_down}
    with suppress(Refused):  # a draft that cannot stand is none: the month itself is kept
        if earlier is None:
            draft_report(period=period, reporter=reporter, note=MARK, at=at, by=by, **given)
        else:
            write_report(report=earlier, note=MARK, at=at, by=earlier.author, **given)


MARK = "[month]"  # remark of a draft that a month has made and nobody has edited: the next month adds to it


def _months_in(period: Period, month: Month) -> tuple[dict[tuple[str, str], Decimal], str]:
    """Counts of the month in which most people came, and the words of all of the period, oldest first.

    Months are not added: who came in three of them is one person.
    """
    rows = months_of(period, month.organisation_id)
    counted = counts_of(rows)
    largest = max(counted, key=lambda one: one[1], default=None)
    cells = {
        (one.sex, one.band): Decimal(one.n)
        for one in MonthCount.objects.filter(month__in=rows, month__first=largest[0] if largest else None)
    }
    words = "\n".join(text for text in rows.order_by("first").values_list("changed", flat=True) if text)
    return cells, words[:2000]


# --- the call --------------------------------------------------------------------------------------
@action
def note_call(*, organisation: Organisation, first: date, at: datetime, by: User) -> Month:
    """Somebody of the union has called and asked; the month stays without a report until one is sent."""
    month, _new = Month.objects.get_or_create(
        organisation=organisation, first=first, defaults={"at": at, "by": by}
    )
    Month.objects.filter(pk=month.pk).update(called_on=legal_day(at), called_by=by)
    month.called_on, month.called_by = legal_day(at), by
    return month
