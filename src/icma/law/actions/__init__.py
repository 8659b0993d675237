"""The verbs of law: load what is shipped, change and sign a rule, change the calendar. Each makes an edition."""

from icma.law.actions.days import change_day, confirm_year, move_day, remove_day
from icma.law.actions.editions import load_shipped, undo_edition
from icma.law.actions.rules import change_rule, sign_rule, worked_examples

__all__ = [
    "change_day", "change_rule", "confirm_year", "load_shipped", "move_day", "remove_day", "sign_rule",
    "undo_edition", "worked_examples",
]  # fmt: skip
