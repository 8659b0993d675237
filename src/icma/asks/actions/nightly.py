"""At night, when the day is over: answers become acts as sums, and every row gets a new number in random order.

Acts are numbered one after the other, beside acts of people who are known; so an answer enters them only with the
whole day. And a database keeps rows where they came in, whatever their number: laid down anew, they tell no order.
"""

import secrets
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count

from icma.asks.flow import VERSION
from icma.asks.models import Answer, Form, Response, TextAnswer, Version, number
from icma.core.action import action
from icma.core.day import legal_day
from icma.matters.actions.acts import MOST, note_act
from icma.matters.bands import Doing
from icma.people.models import Place

BATCH = 500
LATE = timedelta(hours=1)  # an answer that was sent at midnight may be laid down a little after it


def lay_down(at: datetime) -> int:
    """Every form with answers of days that are over; how many answers were counted. Late or doubled: the same."""
    today, done = legal_day(at - LATE), 0
    for form in Form.objects.filter(versions__responses__on__lt=today).distinct():
        done += count_days(form=form, today=today)
    return done


def close_ended(at: datetime) -> int:
    """Whose last day is over."""
    today = legal_day(at)
    over = Version.objects.filter(state="open", form__closes_on__lt=today).select_related("form")
    for version in over:
        end(version=version)
    return len(over)


@action
def end(*, version: Version) -> None:
    """Its own last day is when it ended, however late the job runs."""
    VERSION.take(version, "close", closed_on=version.form.closes_on)


@action
def count_days(*, form: Form, today: date) -> int:
    """The answers of the days after `counted_to` and before `today` into sums of acts; then new numbers."""
    form = Form.objects.select_for_update(no_key=True).get(pk=form.pk)
    rows = Response.objects.filter(version__form=form, on__lt=today)
    if form.counted_to is not None:
        rows = rows.filter(on__gt=form.counted_to)
    groups = list(
        rows.values("on", "channel", "region", "sex", "band")
        .annotate(n=Count("pk"))
        .order_by("on", "channel")
    )
    if not groups:
        return 0
    places = Place.objects.in_bulk({group["region"] for group in groups if group["region"]})
    secrets.SystemRandom().shuffle(groups)
    for group in groups:
        _note(group, places.get(group["region"]), f"form:{form.code}")
    _mix(list(rows), form)
    Form.objects.filter(pk=form.pk).update(counted_to=today - timedelta(days=1))
    return sum(group["n"] for group in groups)


def _note(group: dict[str, Any], place: Place | None, source: str) -> None:
    left = group["n"]
    while left > 0:
        note_act(
            verb=Doing.ANSWER, channel=group["channel"], place=place, on=group["on"], sex=group["sex"],
            band=group["band"], n=min(left, MOST), source=source,
        )  # fmt: skip
        left -= MOST


def _mix(responses: list[Response], form: Form) -> None:
    """New numbers in random order for these sheets, and for everything that was written in own words."""
    shuffle = secrets.SystemRandom().shuffle
    old = [row.pk for row in responses]
    answers = [row for part in _parts(old) for row in Answer.objects.filter(response__in=part)]
    said = list(TextAnswer.objects.filter(question__version__form=form))
    for part in _parts(old):
        Response.objects.filter(pk__in=part).delete()
    TextAnswer.objects.filter(pk__in=[row.pk for row in said]).delete()
    fresh = {pk: number() for pk in old}
    for response in responses:
        response.pk = fresh[response.pk]
    for answer in answers:
        answer.pk, answer.response_id = number(), fresh[answer.response_id]
    for text in said:
        text.pk = number()
    for rows in (responses, answers, said):
        shuffle(rows)
    Response.objects.bulk_create(responses, batch_size=BATCH)
    Answer.objects.bulk_create(answers, batch_size=BATCH)
    TextAnswer.objects.bulk_create(said, batch_size=BATCH)


def _parts(numbers: list[int]) -> list[list[int]]:
    return [numbers[start : start + BATCH] for start in range(0, len(numbers), BATCH)]
