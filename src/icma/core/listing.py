"""The one declaration of a list: from it come its page, CSV, Atom and the rows of the API.

Paging is by key, never by number of page: `after=` and `before=` name the row where the last page ended,
so a row that arrives meanwhile moves nothing. Counts stop at "1 000+". Rules of core.access hold everywhere.
"""

import base64
import binascii
import functools
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet

from icma.core.access import Who, allowed
from icma.core.cells import csv_line, safe_cell
from icma.core.kept import kept
from icma.core.prepared import Prepared
from icma.core.search import sought
from icma.core.words import num
from icma.engines.aztext import clean_text

PAGE, BATCH, MOST, LONGEST = 24, 1000, 1000, 200


Values = tuple[tuple[str, str], ...]


class BadCursor(ValueError):
    """The address names a place in the list that cannot be read."""


@dataclass(frozen=True)
class Column:
    """One value of a row. `kind` is what the API promises; `in_table` shows it on the page without cards;
    `draw(row)` is how it looks there (a tag), where the plain value is not enough. `asked`: a filter that brings it
    into the table while it is asked."""

    name: str
    label: Any
    value: Callable[[Any], Any]
    kind: type = str
    example: Any = ""
    in_table: bool = True
    draw: Callable[[Any], Any] | None = None
    asked: str = ""


@dataclass(frozen=True)
class Filter:
    """One question of the filter form.

    `choices()` gives (value, label) pairs for a select; `named(value)` says in words what a value is that came
    by a link (a code) and is no choice, or None where it does not exist or may not be seen.
    """

    name: str
    label: Any
    narrow: Callable[[str], Q]
    choices: Callable[[], Iterable[tuple[str, Any]]] | None = None
    named: Callable[[str], Any] | None = None


@dataclass(frozen=True)
class Asked:
    """What an address asks of a list: known filters with their words, the text searched, wrong filters."""

    values: dict[str, str] = field(default_factory=dict)
    words: dict[str, Any] = field(default_factory=dict)
    options: dict[str, list[tuple[str, Any]]] = field(default_factory=dict)
    text: str = ""
    wrong: tuple[str, ...] = ()
    too_long: bool = False

    @property
    def query(self) -> dict[str, str]:
        return self.values | ({"q": self.text} if self.text else {})


@dataclass(frozen=True)
class Slice:
    rows: list[Any]
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Listing:
    """`order` is one column, with "-" for newest first; ties go by id in the same direction.

    `link(row)` is the row's own page ("" where it has none), `stamp(row)` the moment of its last change (for Atom), `card(row)` its
    card on the page (else the page is a table of the columns), `heading(row)` its name in feeds and search.
    `find(rows, how, query)` narrows them by what `search.sought` made of a text.
    `card_rows` fetches only what cards show. `share(rows)` hands the rows of one page what their columns read
    together, so that no column asks for itself. `empty` is (title, text). `api` is its word there, if not its name.
    """

    name: str
    title: Any
    about: Any
    rows: Callable[[], QuerySet]
    columns: tuple[Column, ...]
    order: str
    link: Callable[[Any], str]
    stamp: Callable[[Any], datetime]
    empty: tuple[Any, Any]
    filters: tuple[Filter, ...] = ()
    find: Callable[[QuerySet, str, str], QuerySet] | None = None
    card: Callable[[Any], str] | None = None
    card_rows: Callable[[], QuerySet] | None = None
    heading: Callable[[Any], str] = str
    share: Callable[[list[Any]], None] | None = None
    verb: str = "list"
    api: str = ""

    @property
    def model(self) -> type[Model]:
        return self.rows().model

    def asked(self, given: Any, with_options: bool = False) -> Asked:
        """Read filters from a mapping (request.GET). Unknown values are named in `wrong`, never guessed.

        `with_options` also keeps the choices of every select, so that the form costs no second look.
        """
        values, words, options, wrong = {}, {}, {}, []
        for one in self.filters:
            value = str(given.get(one.name) or "")
            known: dict[str, Any] = {}
            if one.choices and (value or with_options):
                known = dict(one.choices())
                options[one.name] = list(known.items())
            if value:
                label = known.get(value)
                if label is None:
                    label = one.named(value) if one.named else None if one.choices else value
                if label is None:
                    wrong.append(one.name)
                else:
                    values[one.name], words[one.name] = value, label
        text = clean_text(str(given.get("q") or "")) if self.find else ""
        return Asked(values, words, options, text[:LONGEST], tuple(wrong), len(text) > LONGEST)

    def queryset(self, who: Who, at: datetime, asked: Asked, for_cards: bool = False) -> QuerySet:
        """Rows that `who` may see at `at`, narrowed, without an order; `for_cards` with what cards show alone."""
        how, query = self._sought(asked)
        return self._narrowed(for_cards, tuple(asked.values.items()), how, who=who, at=at, query=query)

    def _narrowed(
        self, for_cards: bool, values: Values, how: str, *, who: Who, at: datetime, query: str
    ) -> QuerySet:
        rows = self.card_rows() if for_cards and self.card_rows else self.rows()
        found, given = allowed(rows, who, self.verb, at), dict(values)
        for one in self.filters:
            if one.name in given:
                found = found.filter(one.narrow(given[one.name]))
        return self.find(found, how, query) if self.find and how else found

    def _sought(self, asked: Asked, in_order: bool = True) -> tuple[str, str]:
        """How the text is looked for. `in_order` false: hits are counted and not sorted, which some databases
        find in another way."""
        return sought(self.model, asked.text, in_order) if self.find and asked.text else ("", "")

    def count(self, who: Who, at: datetime, asked: Asked) -> str:
        """How many rows there are, in words: "64"; never counted beyond a thousand: "1 000+"."""
        values = tuple(asked.values.items())

        def make() -> int:
            how, query = self._sought(asked, in_order=False)
            return self._counted.count(values, how, who=who, at=at, query=query)

        stranger = who.user_id is None and not who.codes and not who.scope
        return in_words(kept(("count", self.name, values, asked.text), make) if stranger else make())

    @functools.cached_property
    def _counted(self) -> Prepared:
        def rows(values: Values, how: str, **given: Any) -> QuerySet:
            found = self._narrowed(False, values, how, **given)
            # An order makes it walk the list's own index; hits of a search come one by one as they are.
            return (found if how else self._ordered(found)).values("pk")[: MOST + 1]

        return Prepared(rows)

    def page(
        self, who: Who, at: datetime, asked: Asked, after: str = "", before: str = "", size: int = PAGE
    ) -> Slice:
        """One page of cards or rows; where a cursor cannot be read, the first."""
        if after or before:
            found = self.queryset(who, at, asked, for_cards=self.card is not None)
            with suppress(BadCursor):
                return self.cut(found, after, before, size)
        how, query = self._sought(asked)
        rows = self._first(size, tuple(asked.values.items()), how, who=who, at=at, query=query)
        return self._slice(rows, size)

    @functools.cached_property
    def _first(self) -> Prepared:
        """The first page, prepared: it is what nearly everybody reads."""

        def rows(size: int, values: Values, how: str, **given: Any) -> QuerySet:
            return self._ordered(self._narrowed(self.card is not None, values, how, **given))[: size + 1]

        return Prepared(rows)

    def _ordered(self, found: QuerySet) -> QuerySet:
        return found.order_by(self.order, "-pk" if self.order.startswith("-") else "pk")

    def cut(self, found: QuerySet, after: str = "", before: str = "", size: int = PAGE) -> Slice:
        """One page of `found` by key; raises BadCursor. One query, whatever the place in the list."""
        name, down = self.order.lstrip("-"), self.order.startswith("-")
        falling = down != bool(before)
        sign = "-" if falling else ""
        ordered = found.order_by(f"{sign}{name}", f"{sign}pk")
        cursor = before or after
        if cursor:
            ordered = ordered.filter(self._beyond(cursor, name, falling))
        return self._slice(list(ordered[: size + 1]), size, after, before)

    def _slice(self, rows: list[Any], size: int, after: str = "", before: str = "") -> Slice:
        """A page of rows of which one more than `size` was fetched."""
        more, rows = len(rows) > size, rows[:size]
        if before:
            rows.reverse()
        if not rows:
            return Slice([])
        if self.share:
            self.share(rows)
        name = self.order.lstrip("-")
        first, last = self._cursor(rows[0], name), self._cursor(rows[-1], name)
        has_before, has_after = (more, True) if before else (bool(after), more)
        return Slice(rows, first if has_before else "", last if has_after else "")

    def _cursor(self, row: Any, name: str) -> str:
        value = getattr(row, name)
        text = value.isoformat() if isinstance(value, date | datetime) else str(value)
        return base64.urlsafe_b64encode(f"{row.pk}|{text}".encode()).decode().rstrip("=")

    def _beyond(self, cursor: str, name: str, falling: bool) -> Q:
        """Rows after the cursor. The first condition alone lets the database walk its index."""
        try:
            text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
            pk, _, raw = text.partition("|")
            value = self.model._meta.get_field(name).to_python(raw)
            number = int(pk)
        except (binascii.Error, UnicodeError, ValueError, ValidationError) as error:
            raise BadCursor(cursor[:40]) from error
        if value is None or isinstance(value, datetime) and value.tzinfo is None or abs(number) > 2**62:
            raise BadCursor(cursor[:40])
        side = "lt" if falling else "gt"
        beyond = Q(**{f"{name}__{side}": value}) | Q(**{f"pk__{side}": number})
        return Q(**{f"{name}__{side}e": value}) & beyond

    def record(self, row: Any) -> dict[str, Any]:
        """The row as plain values by column name: what CSV and API hand out."""
        return {column.name: column.value(row) for column in self.columns}

    def csv(self, found: QuerySet) -> Iterator[str]:
        """Lines of the CSV, read in batches by key, so that no cursor stays open over a slow line."""
        yield "\ufeff" + csv_line([column.name for column in self.columns])
        after = ""
        while True:
            part = self.cut(found, after=after, size=BATCH)
            for row in part.rows:
                yield csv_line([safe_cell(value) for value in self.record(row).values()])
            if not part.after:
                return
            after = part.after


def in_words(n: int) -> str:
    """A count that stopped after a thousand: "64", "1 000+"."""
    return f"{num(MOST)}+" if n > MOST else num(n)


def count(found: QuerySet) -> str:
    """How many, in words; never counted beyond a thousand. An order makes it walk an index."""
    return in_words(found[: MOST + 1].count())
