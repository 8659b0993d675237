"""Changing a rule, and an advocate's signature under it."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.core.flow import Stale
from icma.engines import clockrules
from icma.engines.aztext import clean_text
from icma.engines.clocks import ClockError, compute
from icma.engines.clockwords import explain
from icma.engines.workdays import Calendar
from icma.law.actions.editions import finish, next_edition
from icma.law.book import book, rule_of
from icma.law.models import Edition, Rule
from icma.people.actions.changes import log_change
from icma.people.models import User

EXAMPLES = 3
OWN = "own."  # our own promises: no article and no advocate


@action
def change_rule(
    *, key: str, data: dict[str, Any], why: str, by: User | None, at: datetime, seen: int | None = None
) -> Edition:
    """A new version of a rule from the next edition on. `data` is one whole object of rules.json.

    `seen` is the version (`since`) that the form showed; if another stands by now: Stale. A signature falls
    away unless only the title changed, because it vouched for the rest.
    """
    row = _live(key, seen)
    data = checked({**data, "id": key}, at)
    if data == row.data:
        raise Refused(_("Nothing was changed."))
    edition = next_edition(why=why, by=by, at=at)
    kept = _vouched(data) == _vouched(row.data)
    signature = {
        "signed_by": row.signed_by if kept else "",
        "signed_on": row.signed_on if kept else None,
        "examples": row.examples if kept else [],
        "is_sample": row.is_sample and kept,
    }
    _replace(row, edition.number, data=data, **signature)
    log_change(table="rule", row=key, before=row.data, after=data, by=by, at=at, why=why)
    return finish(edition, kind="rule", subject=key, data={"key": key}, by=by, at=at)


@action
def sign_rule(
    *, key: str, name: str, examples: Iterable[date | datetime], by: User | None, at: datetime,
    data: dict[str, Any] | None = None, seen: int | None = None, sample: bool = False,
) -> Edition:  # fmt: skip
    """An advocate confirms a rule, corrected where `data` is given, after checking three worked examples.

    The examples are computed here and kept with the signature; the date is the legal day of `at`.
    """
    row = _live(key, seen)
    data = row.data if data is None else checked({**data, "id": key}, at)
    rule, name = rule_of(data), clean_text(name)
    if rule.kind == "note" or key.startswith(OWN):
        raise Refused(_("This is not a term of law; there is nothing for an advocate to confirm."))
    if len(name) < 3:
        raise Refused(_("Write your name: it stands beside the rule."))
    worked = worked_examples(rule, examples, book().calendar)
    edition = next_edition(why=_("An advocate confirmed %(rule)s") % {"rule": key}, by=by, at=at)
    today = legal_day(at)
    _replace(
        row, edition.number, data=data, signed_by=name[:120], signed_on=today, examples=worked, is_sample=sample
    )  # fmt: skip
    log_change(
        table="rule", row=key, before=row.data, by=by, at=at, why=_("confirmed by an advocate"),
        after={**data, "signed_by": name, "signed_on": today.isoformat()},
    )  # fmt: skip
    return finish(edition, kind="signature", subject=key, data={"key": key}, by=by, at=at)


def worked_examples(
    rule: clockrules.Rule, events: Iterable[date | datetime], calendar: Calendar
) -> list[dict[str, Any]]:
    """Three examples as kept with a signature: {event, due, readings, explanation (az)}; Refused otherwise."""
    days = list(dict.fromkeys(events))
    if len(days) != EXAMPLES:
        raise Refused(_("Three different days are needed for the examples."))
    try:
        answers = [compute(rule, day, calendar) for day in days]
    except ClockError as error:
        raise Refused(_("This term cannot be computed: %(why)s") % {"why": error}) from error
    return [
        {
            "event": day.isoformat(timespec="minutes") if isinstance(day, datetime) else day.isoformat(),
            "due": _ending(answer.readings[0]),
            "readings": [_ending(reading) for reading in answer.readings[1:]],
            "explanation": explain(answer, "az"),
        }
        for day, answer in zip(days, answers, strict=True)
    ]


def checked(data: dict[str, Any], at: datetime) -> dict[str, Any]:
    """The rule's object if it can be computed and says where it is from; Refused in the reader's words."""
    try:
        rule = rule_of(data)
        if rule.kind != "note":
            compute(rule, legal_day(at), book().calendar)
    except (ClockError, ValueError) as error:
        raise Refused(_("This term cannot be computed: %(why)s") % {"why": error}) from error
    if not rule.id.startswith(OWN) and not (rule.article.strip() and rule.source.strip()):
        raise Refused(_("Give the article and the source: a term of law never stands without them."))
    return data


def _live(key: str, seen: int | None) -> Rule:
    row = Rule.objects.select_for_update(no_key=True).filter(key=key, until=None).first()
    if row is None:
        raise Refused(_("There is no rule %(rule)s.") % {"rule": key[:60]})
    if seen is not None and seen != row.since:
        raise Stale(_("Somebody has just changed the law's data. Look at the page again before you go on."))
    return row


def _replace(row: Rule, number: int, **values: Any) -> None:
    """Close a version and begin the next."""
    if Rule.objects.filter(pk=row.pk, until=None).update(until=number) != 1:
        raise Stale(_("Somebody has just changed the law's data. Look at the page again before you go on."))
    Rule.objects.create(key=row.key, since=number, **values)


def _vouched(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name != "title"}


def _ending(reading: clockrules.Reading) -> str:
    return reading.due_at.isoformat(timespec="minutes") if reading.due_at else reading.due.isoformat()
