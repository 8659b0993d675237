"""What of outcomes, stories and months waits: a month to send, words to read, a community to call."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from icma.core.access import Who
from icma.core.day import legal_day
from icma.core.words import date_words, num
from icma.front.mine.item import MOST, Item, tone_of
from icma.monitoring.access_outcomes import moderate_story
from icma.monitoring.models import Month, Outcome, Story
from icma.monitoring.months import asked_for, due_on, month_of, to_call
from icma.people.models import Organisation


def to_read(who: Who, at: datetime) -> Iterable[Item]:
    """Outcomes and stories that a moderator has not read, those longest waiting first."""
    if not who.has("moderator"):
        return
    for one in Outcome.objects.filter(stage="sent").select_related("organisation").order_by("at")[:MOST]:
        yield Item(one.who, reverse("outcome_decide", args=[one.code]), _("Read and decide"), one.organisation.name, tone="now")  # fmt: skip
    stories = Story.objects.filter(moderate_story(who, at)).select_related("organisation")
    for row in stories.order_by("at")[:MOST]:
        yield Item(row.title, reverse("story_decide", args=[row.code]), _("Read and decide"), row.organisation.name, tone="now")  # fmt: skip


def months(who: Who, at: datetime) -> Iterable[Item]:
    """The month that one's community has not sent; for officers how many communities are to be called."""
    today = legal_day(at)
    first = asked_for(today)
    mine = who.organisations("coordinator")
    if mine:
        rows = Organisation.objects.filter(pk__in=mine, kind="community", until=None, since__lte=first)
        sent = Month.objects.filter(first=first, stage="sent", organisation__in=mine).values("organisation")
        for group in rows.exclude(pk__in=sent):
            due = due_on(first)
            # An expected report, not a term of law: when its day has passed it waits, it is not late.
            tone = "now" if due < today else tone_of(due, today)
            words = _("Our month: %(month)s") % {"month": date_words(first, "month")}
            yield Item(
                words,
                reverse("month", args=[group.code]),
                _("Write"),
                group.name,
                due if due >= today else None,
                tone,
            )
    if who.has("officer"):
        first, calls = to_call(today)
        if n := calls.count():
            why = _("no report for %(month)s: %(n)s") % {
                "month": date_words(month_of(first), "month"),
                "n": num(n),
            }
            yield Item(_("Communities to call"), reverse("months") + "#calls", _("Look"), why, tone="now")
