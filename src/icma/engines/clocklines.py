"""Many clocks at once: lines of `rule,event` in, lines with the due date out. Nothing a line holds stops the
others: a line that cannot be computed stays, with an empty due date and a reason.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

from icma.engines.clockrules import Answer, Rule
from icma.engines.clocks import compute
from icma.engines.clockwords import explain
from icma.engines.workdays import Calendar, ClockError

COLUMNS = ("rule", "event", "due", "provisional", "explanation")
Row = tuple[str, str, str, str, str]

_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:?\d{2})?)?", re.ASCII
)
# A cell may hold a line break only inside quotes; a quote that stays open for longer was never closed.
_LOOKAHEAD = 20


def compute_lines(
    lines: Iterable[str], rules: Mapping[str, Rule], calendar: Calendar, lang: str = "az"
) -> tuple[list[Row], list[str]]:
    """Rows under COLUMNS and messages "line N: why" (N counts from 1, the header's line).

    `lines` are those of a CSV file: comma, semicolon or tab, any order of columns, further columns ignored;
    without a header line the first two columns are taken. `due` is ISO: a date, or for rules in hours the
    time of day in Baku to the minute.
    """
    rows: list[Row] = []
    errors: list[str] = []
    places: tuple[int, int] | None = None
    done: dict[tuple[str, str], Row] = {}  # the same clock is often asked for many letters
    for number, cells, broken in _records([line.rstrip("\r\n") for line in lines]):
        if places is None:
            places, is_header = _columns(cells)
            if is_header:
                continue
        rule, event = (cells[place].strip() if place < len(cells) else "" for place in places)
        try:
            if broken:
                raise ClockError(broken)
            if (rule, event) not in done:
                answer = compute(_rule(rule, rules), read_moment(event), calendar)
                done[rule, event] = (rule, event, *_result(answer), explain(answer, lang))
            rows.append(done[rule, event])
        except ClockError as error:
            rows.append((rule, event, "", "", ""))
            errors.append(f"line {number}: {error}")
    return rows, errors


def read_moment(text: str) -> date | datetime:
    """'2026-03-13' or '2026-03-13T15:00' with or without offset; ClockError otherwise."""
    if not text:
        raise ClockError("the event has no date")
    try:
        if not _MOMENT.fullmatch(text):
            raise ValueError
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError:
        raise ClockError(f"{text[:40]!r} is not a date like 2026-03-13 or 2026-03-13T15:00") from None


def _rule(name: str, rules: Mapping[str, Rule]) -> Rule:
    if not name:
        raise ClockError("the rule is missing")
    if name not in rules:
        raise ClockError(f"there is no rule {name[:60]!r}")
    return rules[name]


def _result(answer: Answer) -> tuple[str, str]:
    due = ""
    if answer.due_at is not None:
        due = answer.due_at.replace(tzinfo=None).isoformat(timespec="minutes")
    elif answer.due is not None:
        due = answer.due.isoformat()
    # The mark is about the date beside it, not about other readings.
    unsure = bool(answer.readings) and answer.readings[0].provisional
    return due, "true" if unsure else "false"


def _columns(cells: list[str]) -> tuple[tuple[int, int], bool]:
    """Where rule and event stand, and whether this line says so (a header) or is already a clock."""
    names = [cell.strip().lower() for cell in cells]
    if "rule" in names and "event" in names:
        return (names.index("rule"), names.index("event")), True
    if "rule" in names:  # no event column: every line then says that its date is missing
        return (names.index("rule"), len(cells) + 1_000), True
    if "event" in names:
        return (len(cells) + 1_000, names.index("event")), True
    return (0, 1), False


def _records(lines: list[str]) -> Iterator[tuple[int, list[str], str]]:
    """(line number, cells, what is wrong with the line's form) of every line that is not blank."""
    if lines:
        lines[0] = lines[0].lstrip("\ufeff")
    first = next((line for line in lines if line.strip()), "")
    delimiter = next((mark for mark in ",;\t" if mark in first), ",")
    place = 0
    while place < len(lines):
        taken, cells, broken = _record(lines, place, delimiter)
        if len(cells) > 1 or (cells and cells[0].strip()) or broken:
            yield place + 1, cells, broken
        place += taken


def _record(lines: list[str], place: int, delimiter: str) -> tuple[int, list[str], str]:
    """How many lines one record takes, its cells, and what is wrong with it."""
    if lines[place].count('"') % 2 == 0:
        return 1, *_cells(lines[place], delimiter)
    quotes, text = 0, []
    for taken, line in enumerate(lines[place : place + _LOOKAHEAD], start=1):
        quotes += line.count('"')
        text.append(line)
        if taken > 1 and line.count('"') % 2 and quotes % 2 == 0:
            cells, broken = _cells("\n".join(text), delimiter)
            if not any("\n" in cell for cell in cells[:2]):
                return taken, cells, broken
            break
    return 1, lines[place].replace('"', "").split(delimiter), "a quotation mark is not closed"


def _cells(text: str, delimiter: str) -> tuple[list[str], str]:
    try:
        return next(csv.reader([part + "\n" for part in text.split("\n")], delimiter=delimiter), []), ""
    except csv.Error as error:
        return text.split(delimiter), f"the line cannot be read: {error}"
