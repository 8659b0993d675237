"""The shipped rules and calendar, read once for all tests of engines."""

from pathlib import Path

from icma.engines.rulebook import load_calendar, load_days, load_rules

DATA = Path(__file__).parents[2] / "src/icma/law/data"
RULES_TEXT = (DATA / "rules.json").read_text(encoding="utf-8")
DAYS_TEXT = (DATA / "calendar.csv").read_text(encoding="utf-8")
RULES = load_rules(RULES_TEXT)
DAYS = load_days(DAYS_TEXT)
CALENDAR = load_calendar(DAYS_TEXT)
TERMS = [rule for rule in RULES.values() if rule.kind != "note"]
