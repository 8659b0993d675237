"""The verbs of law: load what is shipped, change and sign a rule, change the calendar. Each makes an edition."""

from icma.law.actions.days import change_day, confirm_year, move_day, remove_day
from icma.law.actions.editions import load_shipped, undo_edition
from icma.law.actions.letters import LETTER, sign_letter, unsign_letter
from icma.law.actions.requests import (
    answer_data,
    ask_for_data,
    extend_data,
    forget_requests,
    may_extend,
    rederive_requests,
    refuse_data,
    tell_recipients,
    waits_for_recipients,
    withdraw_data,
    words_of,
)
from icma.law.actions.rules import change_rule, sign_rule, worked_examples
from icma.law.actions.topics import TOPIC, sign_topic, unsign_topic

__all__ = [
    "LETTER", "TOPIC", "answer_data", "ask_for_data", "change_day", "change_rule", "confirm_year", "extend_data", "forget_requests",
    "load_shipped", "may_extend", "move_day", "rederive_requests", "refuse_data", "remove_day", "sign_letter", "sign_rule",
    "sign_topic", "tell_recipients", "undo_edition", "unsign_letter", "unsign_topic", "waits_for_recipients", "withdraw_data", "words_of", "worked_examples",
]  # fmt: skip
