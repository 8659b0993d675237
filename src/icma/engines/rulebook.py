"""Rules and calendar read from text: JSON of rules, CSV of days. Pure; the caller opens the files."""

import csv
import io
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from icma.engines.clockrules import Extension, Rule
from icma.engines.holidays_az import year_rows
from icma.engines.workdays import Beyond, Calendar, CalendarDay

_FIELDS = (
    "id", "amount", "unit", "start", "roll", "direction", "owner", "kind", "exclude_days", "certain", "law",
    "article", "title", "condition", "source",
)  # fmt: skip


def load_rules(json_text: str) -> dict[str, Rule]:
    """Rules by id, in the order of the file.

    Raises ValueError (also for broken JSON) naming the rule that is wrong; ids must be unique.
    """
    data = json.loads(json_text)
    rules: dict[str, Rule] = {}
    for raw in data["rules"]:
        rule = rule_from(raw, data.get("laws", {}))
        if rule.id in rules:
            raise ValueError(f"{rule.id}: the id stands twice")
        rules[rule.id] = rule
    return rules


def rule_from(raw: Mapping[str, Any], laws: Mapping[str, Mapping[str, str]]) -> Rule:
    """One rule from its JSON object; its law may be a key of `laws` or {az, ru, en} itself."""
    try:
        values = {name: raw[name] for name in _FIELDS if name in raw}
        law = raw.get("law", {})
        values["law"] = laws[law] if isinstance(law, str) else law
        values["extensions"] = tuple(Extension(**link) for link in raw.get("extensions", ()))
        silent = raw.get("alternatives", {})
        values["alternatives"] = {name: tuple(others) for name, others in silent.items()}
        return Rule(**values)
    except (KeyError, TypeError) as error:
        raise ValueError(f"{raw.get('id', 'a rule without id')}: {error}") from error


def load_days(csv_text: str) -> list[CalendarDay]:
    """Rows of calendar.csv (date, working, name_az, status, source); ValueError names the bad line."""
    days = []
    reader = csv.DictReader(io.StringIO(csv_text.lstrip("\ufeff")))
    for row in reader:
        try:
            working = {"true": True, "false": False}[row["working"]]
            provisional = {"confirmed": False, "provisional": True}[row["status"]]
            days.append(CalendarDay(date.fromisoformat(row["date"]), working, row["name_az"], provisional))
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"calendar line {reader.line_num}: {error}") from error
    return days


def load_calendar(csv_text: str, beyond: Beyond | None = year_rows) -> Calendar:
    """Calendar of the shipped days; other years come from `holidays`, provisional, unless beyond=None."""
    return Calendar.from_rows(load_days(csv_text), beyond=beyond)
