"""Forms of the law: the calculator for everybody, rules and days for staff, the advocate's signature."""

from icma.law.forms.calculator import CalculatorForm
from icma.law.forms.days import DayForm, RemoveDayForm, YearForm
from icma.law.forms.letters import SignLetterForm
from icma.law.forms.rules import ChangeForm, SignForm
from icma.law.forms.topics import SignTopicForm

__all__ = [
    "CalculatorForm", "ChangeForm", "DayForm", "RemoveDayForm", "SignForm", "SignLetterForm", "SignTopicForm", "YearForm",
]  # fmt: skip
