"""A second, deliberately slow count of the shipped terms: one day after the other, nothing shared.

It imports nothing of icma, so that a mistake of the engine cannot repeat itself here. Covers 2024–2027.
"""

import csv
import json
from datetime import date, datetime, timedelta
from pathlib import Path

DATA = Path(__file__).parents[2] / "src/icma/law/data"
DAY = timedelta(days=1)

with (DATA / "calendar.csv").open(encoding="utf-8") as file:
    TABLE = {row["date"]: row for row in csv.DictReader(file)}
RULES = {rule["id"]: rule for rule in json.loads((DATA / "rules.json").read_text("utf-8"))["rules"]}


class Outside(Exception):
    """The count left the years of the table."""


def works(day: date) -> bool:
    if not 2024 <= day.year <= 2027:
        raise Outside(day)
    row = TABLE.get(day.isoformat())
    return row["working"] == "true" if row else day.isoweekday() <= 5


def unsure(day: date) -> bool:
    row = TABLE.get(day.isoformat())
    return row is not None and row["status"] == "provisional"


def same_day_months_on(day: date, months: int) -> date:
    year, month = day.year, day.month
    for _ in range(months):
        month += 1
        if month == 13:
            year, month = year + 1, 1
    number = day.day
    while True:
        try:
            return date(year, month, number)
        except ValueError:
            number -= 1


def readings(rule_id: str, event: str) -> list[tuple[str, bool]]:
    """(due in ISO, hangs on an unconfirmed day) of every reading, the primary one first."""
    rule = RULES[rule_id]
    ways = [rule]
    for field, others in rule.get("alternatives", {}).items():
        ways += [{**way, field: other} for way in ways for other in others]
    return [_hours(way, event) if rule["unit"] == "hour" else _days(way, event) for way in ways]


def due(rule_id: str, event: str) -> tuple[str, bool]:
    """(due in ISO of the primary reading, whether any reading is provisional)."""
    found = readings(rule_id, event)
    return found[0][0], any(unconfirmed for _, unconfirmed in found)


def _days(rule: dict, event: str) -> tuple[str, bool]:
    day, looked_at = date.fromisoformat(event[:10]), []
    step = -DAY if rule["direction"] == "at_least_before" else DAY
    counts_itself = rule["start"] == "event"
    if rule["unit"] in ("wd", "cd"):
        day -= step if counts_itself else 0 * DAY
        left = rule["amount"]
        while left:
            day += step
            if rule["unit"] == "cd":
                left -= 1
            else:
                looked_at.append(day)
                left -= 1 if works(day) else 0
    else:
        day = same_day_months_on(day, rule["amount"] * (12 if rule["unit"] == "year" else 1))
        day -= DAY if counts_itself else 0 * DAY
    if rule["roll"] and rule["unit"] != "wd":
        looked_at.append(day)
        while not works(day):
            day += step
            looked_at.append(day)
    if rule["direction"] == "not_before":
        day += DAY
    return day.isoformat(), any(unsure(one) for one in looked_at)


def _hours(rule: dict, event: str) -> tuple[str, bool]:
    """Minute by minute."""
    moment = datetime.fromisoformat(event)
    if rule["start"] == "next_wd":
        day = moment.date() + DAY
        while not works(day):
            day += DAY
        moment = datetime(day.year, day.month, day.day)
    looked_at, left = {datetime.fromisoformat(event).date(), moment.date()}, rule["amount"] * 60
    while left:
        if not rule.get("exclude_days") or works(moment.date()):
            left -= 1
        looked_at.add(moment.date())
        moment += timedelta(minutes=1)
    known = any(unsure(day) for day in looked_at) if rule.get("exclude_days") else False
    return moment.isoformat(timespec="minutes"), known


def due_paused(rule_id: str, event: date, first: date, end: date) -> date:
    """Working-day rule with one pause: days from `first` up to `end` do not count."""
    day, left = event, RULES[rule_id]["amount"]
    while left:
        day += DAY
        if works(day) and not first <= day < end:
            left -= 1
    return day
