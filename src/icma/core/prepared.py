"""Prepared queries: a queryset whose SQL is written once and then only given new values.

Writing SQL is what Django spends most of a page on: 0.7 ms a query, forty per cent of a matter's page. `@prepared`
keeps the compiled query of a function that makes a queryset, by the shape of what the function was given:

    @prepared
    def letters(stages: tuple[str, ...], *, matter: int) -> QuerySet[Letter]:
        return Letter.objects.filter(matter=matter, stage__in=stages)

    letters(("sent", "registered"), matter=7)      # → list[Letter]

Positional arguments are the shape: another one, another SQL. Keyword arguments are values (int, str, bytes, date,
datetime, a list of one kind, `Who`); they are followed into the SQL by compiling it twice with invented ones. A value that cannot be
followed (the function computes with it) leaves the query as Django makes it; a house test lists those.
The function looks at nothing else: no clock, no language, no database (docs/decisions/0008-prepared-queries.md).
"""

import copy
import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import QuerySet, prefetch_related_objects

from icma.core.access import Who
from icma.core.day import BAKU

MOST = 200  # compiled queries kept a function
FIRST = 2_000_000_000  # invented numbers: every column of numbers takes them
DAY = datetime(2199, 1, 1, 3, 4, 5, 678, tzinfo=BAKU)
MISSING: Any = object()
ALL: list["Prepared"] = []


class Prepared:
    """A function that makes a queryset, callable for the list of its rows; `untraced`: shapes left to Django."""

    def __init__(self, make: Callable[..., QuerySet]) -> None:
        functools.update_wrapper(self, make)
        self.make = make
        self.kept: dict[Any, _Plan | None] = {}
        ALL.append(self)

    def __call__(self, *shape: Any, **values: Any) -> list[Any]:
        plan, given = self._plan(shape, values)
        return list(self.make(*shape, **values)) if plan is None else plan.rows(given)

    def count(self, *shape: Any, **values: Any) -> int:
        """How many rows there are, counted by the database."""
        plan, given = self._plan(shape, values)
        return self.make(*shape, **values).count() if plan is None else plan.count(given)

    @property
    def untraced(self) -> list[Any]:
        return [key for key, plan in self.kept.items() if plan is None]

    def _plan(self, shape: tuple[Any, ...], values: dict[str, Any]) -> tuple["_Plan | None", list[Any]]:
        forms, given = [], []
        for name, value in values.items():
            form, parts = _taken_apart(value)
            forms.append((name, form))
            given += parts
        key = (connection.vendor, shape, tuple(forms))
        plan = self.kept.get(key, MISSING)
        if plan is MISSING:
            if len(self.kept) >= MOST:
                self.kept.pop(next(iter(self.kept)), None)  # another thread may have been faster
            plan = self.kept[key] = self._traced(shape, values, given)
        return plan, given

    def _traced(self, shape: tuple[Any, ...], values: dict[str, Any], given: list[Any]) -> "_Plan | None":
        """The compiled query, with the places of its values; None where one of them cannot be followed."""
        invented = [[_invented(value, 2 * n + turn) for n, value in enumerate(given)] for turn in (0, 1)]
        made = []
        for parts in invented:
            rest = iter(parts)
            made.append(
                _compiled(self.make(*shape, **{name: _filled(v, rest) for name, v in values.items()}))
            )
        first, second = made
        if first.sql != second.sql or len(first.params) != len(second.params):
            return None
        stored = [[_plain(_stored(value)) for value in parts] for parts in invented]
        both = zip(map(_plain, first.params), map(_plain, second.params), strict=True)
        for place, (one, other) in enumerate(both):
            if one == other:
                continue
            found = [n for n in range(len(given)) if (stored[0][n], stored[1][n]) == (one, other)]
            if not found:
                return None
            first.places.append(
                (place, found[0], type(first.params[place]) if isinstance(one, int) else _stored)
            )
        return first


def prepared(make: Callable[..., QuerySet]) -> Prepared:
    return Prepared(make)


@dataclass
class _Plan:
    queryset: QuerySet
    compiler: Any
    sql: str  # empty: no row can be meant
    params: tuple[Any, ...]
    places: list[
        tuple[int, int, Callable[[Any], Any]]
    ]  # place in params, number of the value, how it is stored

    def rows(self, given: list[Any]) -> list[Any]:
        if not self.sql:
            return []
        compiler = copy.copy(self.compiler)
        compiler.connection = connection
        compiler.execute_sql = lambda *args, **more: [self._fetched(self.sql, given)]
        compiler.get_converters = lambda fields: self.converters
        asked = _Asked(DEFAULT_DB_ALIAS, _Ready(self.queryset.query, compiler), self.queryset)
        found = list(self.queryset._iterable_class(asked))
        if self.queryset._prefetch_related_lookups:
            prefetch_related_objects(found, *self.queryset._prefetch_related_lookups)
        return found

    def count(self, given: list[Any]) -> int:
        if not self.sql:
            return 0
        return self._fetched(f"SELECT COUNT(*) FROM ({self.sql}) AS counted", given)[0][0]

    def _fetched(self, sql: str, given: list[Any]) -> list[Any]:
        with _cursor() as cursor:
            cursor.execute(sql, self._filled(given))
            rows = cursor.fetchall()
        # Columns that only an order needs are not the rows' own.
        return [row[: self.compiler.col_count] for row in rows] if self.compiler.has_extra_select else rows

    def _filled(self, given: list[Any]) -> tuple[Any, ...]:
        params = list(self.params)
        for place, number, store in self.places:
            params[place] = store(given[number])
        return tuple(params)

    @functools.cached_property
    def converters(self) -> dict[int, Any]:
        columns = [column[0] for column in self.compiler.select[: self.compiler.col_count]]
        return type(self.compiler).get_converters(self.compiler, columns)


def _cursor() -> Any:
    """PostgreSQL keeps the plan too: the driver prepares what comes again. A log of queries wants them with values."""
    if connection.vendor != "postgresql" or connection.queries_logged:
        return connection.cursor()
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    return connection._prepare_cursor(connection.Database.Cursor(connection.connection))


class _Ready:
    """A query that is compiled already; in all else the query that it was."""

    def __init__(self, query: Any, compiler: Any) -> None:
        self.query, self.compiler = query, compiler

    def get_compiler(self, using: str) -> Any:
        return self.compiler

    def __getattr__(self, name: str) -> Any:
        return getattr(self.query, name)


class _Asked:
    """What an iterable of Django's asks of its queryset."""

    def __init__(self, db: str, query: _Ready, rows: QuerySet) -> None:
        self.db, self.query, self.model, self._fields = db, query, rows.model, rows._fields
        self._known_related_objects: dict[Any, Any] = {}


def _compiled(rows: QuerySet) -> _Plan:
    compiler = rows.query.get_compiler(using=DEFAULT_DB_ALIAS)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        sql, params = "", ()
    return _Plan(rows, compiler, sql, tuple(params), [])


def _taken_apart(value: Any) -> tuple[Any, list[Any]]:
    """(what shapes the SQL, what is only filled in) of a value."""
    if isinstance(value, Who):
        seats = tuple((role, org is None, body is None) for role, org, body in value.seats)
        ids = [number for _role, *pair in value.seats for number in pair if number is not None]
        user = [] if value.user is None else [value.user.pk]
        form = (bool(user), seats, value.strong, len(value.codes), value.scope, bool(value.person))
        return form, [*user, *ids, *sorted(value.codes), *([value.person] if value.person else [])]
    if isinstance(value, list):
        return ("list", len(value), type(value[0]) if value else None), list(value)
    if isinstance(value, bool) or not isinstance(value, int | str | bytes | date):
        raise TypeError(
            f"{value!r} is no value that a prepared query can be given: make it a positional argument"
        )
    return type(value), [value]


def _filled(value: Any, parts: Any) -> Any:
    """The same value with the next of `parts` in place of its own."""
    if isinstance(value, list):
        return [next(parts) for _ in value]
    if not isinstance(value, Who):
        return next(parts)
    user = None if value.user is None else value.user.__class__(pk=next(parts))
    seats = tuple(
        (role, org if org is None else next(parts), body if body is None else next(parts))
        for role, org, body in value.seats
    )
    codes = frozenset(next(parts) for _ in value.codes)
    person = next(parts) if value.person else ""
    return Who(user, seats, value.strong, codes, value.scope, person, value.extra)


def _invented(value: Any, number: int) -> Any:
    if isinstance(value, datetime):
        return DAY + timedelta(days=number)
    if isinstance(value, date):
        return DAY.date() + timedelta(days=number)
    if isinstance(value, bytes):
        return b"invented %d" % number
    return FIRST + number if isinstance(value, int) else f"invented {number}"


def _stored(value: Any) -> Any:
    """As the database is given it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, bytes):
        return connection.Database.Binary(value)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value


def _plain(param: Any) -> Any:
    """What a driver wraps, as bytes."""
    return getattr(param, "obj", param)
