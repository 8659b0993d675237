"""The calculator that anyone can use: a rule, a day, for terms in hours also a time."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from icma.core.day import BAKU
from icma.law.shipped import Book
from icma.law.words import in_language, term_words

FIRST_YEAR, LAST_YEAR = 2005, 2060


class TypedDay(forms.DateField):
    """A browser that draws a calendar shows nothing of a day that it does not know: the error names what was typed."""

    def to_python(self, value: Any) -> date | None:
        try:
            return super().to_python(value)
        except forms.ValidationError as error:
            words = _t("There is no day “%(typed)s”. Write the date like 13.03.2026.")
            raise forms.ValidationError(words % {"typed": str(value).strip()[:20]}) from error


class CalculatorForm(forms.Form):
    """Answers `event`: the day, or for rules in hours the moment in Baku."""

    rule = forms.ChoiceField(label=_("What is the term for?"))
    day = TypedDay(
        label=_("The day it starts from"),
        help_text=_(
            "For an appeal this is the day on which the authority registered it; for a notice given beforehand, "
            "the day of the meeting itself."
        ),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    hour = forms.TimeField(
        label=_("Time of day"), required=False, help_text=_("Only for terms in hours."),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": _("Write the time like 15:00.")},
    )  # fmt: skip

    def __init__(self, *args: Any, book: Book, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.book = book
        groups: dict[str, list[tuple[str, str]]] = {}
        for rule in book.rules.values():
            if rule.kind != "note":
                words = f"{in_language(rule.title)} · {term_words(rule)}"
                groups.setdefault(in_language(rule.law), []).append((rule.id, words))
        self.fields["rule"].choices = list(groups.items())

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            words = {"first": FIRST_YEAR, "last": LAST_YEAR}
            raise forms.ValidationError(_("The calculator knows the years %(first)s–%(last)s.") % words)
        return day

    @property
    def event(self) -> date | datetime:
        day, hour = self.cleaned_data["day"], self.cleaned_data.get("hour")
        if hour and self.book.rules[self.cleaned_data["rule"]].unit == "hour":
            return datetime.combine(day, hour, tzinfo=BAKU)
        return day
