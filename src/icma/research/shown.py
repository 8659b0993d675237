"""A release as pictures and tables. Three marks, never alike: a number (0 too), "withheld", "no data"."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from icma.core.words import WITHHELD, amount
from icma.engines.disclosure import MISSING, Cell
from icma.engines.disclosure import WITHHELD as HIDDEN
from icma.engines.suppression import MARGIN, Key
from icma.research.body import Body

NOTHING = Cell(MISSING)
FEW = 40  # bars of a picture
NUM = mark_safe(' class="num"')


def value_of(cell: Cell) -> int | str | None:
    """What `bars` and `amount` take."""
    return WITHHELD if cell.status == HIDDEN else cell.value


def total(body: Body) -> int | str | None:
    return value_of(body.cells.get(tuple(MARGIN for _name in body.names), NOTHING))


def pictures(body: Body) -> list[dict[str, Any]]:
    """For every dimension its bars; bars are parts of the largest, what is withheld has none."""
    found = []
    for number in range(len(body.names)):
        rows = [(key, body.cells[cell]) for key, cell in _alone(body, number)]
        most = max((cell.value or 0 for _key, cell in rows), default=0)
        bars = [
            {"label": body.label(number, key), "value": value_of(cell),
             "share": cell.value / most if cell.value is not None and most else None}
            for key, cell in rows[:FEW]
        ]  # fmt: skip
        found.append({"title": body.head(number), "rows": bars})
    return found


def _alone(body: Body, number: int) -> Iterator[tuple[str, Key]]:
    """Keys that count by one dimension only, in the order in which they are asked for."""
    width = len(body.names)
    for key in body.keys(number):
        cell = tuple(key if n == number else MARGIN for n in range(width))
        if cell in body.cells:
            yield key, cell


def tables(body: Body) -> list[dict[str, Any]]:
    """Every two dimensions as a table, the longer one downwards."""
    found = []
    for pair in combinations(range(len(body.names)), 2):
        down, across = sorted(pair, key=lambda n: -sum(1 for _ in _alone(body, n)))
        drawn = _crossed(body, down, across)
        if drawn:
            title = f"{body.head(down)} × {body.head(across)}"
            found.append({"title": title, "table": drawn})
    return found


def _crossed(body: Body, down: int, across: int) -> SafeString | None:
    rows, columns = ([key for key, _cell in _alone(body, n)] for n in (down, across))
    some = [column for column in columns if any(_at(body, {down: r, across: column}) for r in rows)]
    if not some:
        return None
    head = [body.head(down), *(body.label(across, key) for key in some), _("together")]
    lines = [
        [body.label(down, row), *(_word(body, {down: row, across: key}) for key in some), _word(body, {down: row})]
        for row in rows if any(_at(body, {down: row, across: key}) for key in some)
    ]  # fmt: skip
    last = [_("together"), *(_word(body, {across: key}) for key in some), _word(body, {})]
    return _stacked(head, [*lines, last])


def _stacked(head: list[str], lines: list[list[str]]) -> SafeString:
    """A table whose rows stand under each other on a telephone, every number with the name of its column."""
    titles = format_html_join(
        "", '<th scope="col"{}>{}</th>', ((NUM if at else "", h) for at, h in enumerate(head))
    )
    cell, names = '<td class="num" data-label="{}">{}</td>', head[1:]
    rows = ((line[0], format_html_join("", cell, zip(names, line[1:], strict=True))) for line in lines)
    body = format_html_join("", '<tr><th scope="row">{}</th>{}</tr>', rows)
    return format_html(
        '<table class="stack"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>', titles, body
    )


def _at(body: Body, chosen: dict[int, str]) -> Cell | None:
    return body.cells.get(tuple(chosen.get(n, MARGIN) for n in range(len(body.names))))


def _word(body: Body, chosen: dict[int, str]) -> str:
    """A crossing that is not in the table has a category without anybody: nobody."""
    return amount(value_of(_at(body, chosen) or Cell("zero", 0)))
