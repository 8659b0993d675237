"""The audit: what a row of directory, roles, places or rules was, and what it became."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Model

from icma.core.action import action
from icma.people.models import Change, User


def snapshot(row: Model, fields: Iterable[str]) -> dict[str, Any]:
    """Plain JSON values of `fields`: dates in ISO, a foreign key by its number."""
    values = {}
    for name in fields:
        value = getattr(row, row._meta.get_field(name).attname)
        values[name] = value.isoformat() if isinstance(value, date) else value
    return values


@action
def log_change(
    *,
    table: str,
    row: object,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    by: User | None,
    at: datetime,
    why: str = "",
) -> Change | None:
    """Write down a change; None when nothing differs. `before` empty: made; `after` empty: removed.

    Only plain values of directory, roles and rules: nothing about a resident may stand here.
    """
    if before == after:
        return None
    change = Change(at=at, by=by, table=table, row=str(row), before=before, after=after, why=why[:200])
    change.save(force_insert=True)
    return change
