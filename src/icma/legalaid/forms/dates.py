"""A day as it is typed into legal aid: a year that somebody mistyped never reaches the vault or the law's clock."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

from icma.core.day import legal_day

FIRST_YEAR, AHEAD = 1900, 10  # old papers and birthdays in them; no term of a case is longer than ten years


class DayField(forms.DateField):
    """A day from 1900 until ten years from now; `past`: something that has happened, so today at the latest."""

    def __init__(self, *, past: bool = False, **more: Any) -> None:
        super().__init__(**more)
        self.past = past

    def clean(self, value: Any) -> date | None:
        day = super().clean(value)
        if day is not None:
            in_range(day, past=self.past)
        return day


def in_range(day: date, *, past: bool = False) -> None:
    """Raises ValidationError with the words for whoever typed it."""
    today = legal_day(timezone.now())
    last = today.year + AHEAD
    if not FIRST_YEAR <= day.year <= last:
        words = {"first": FIRST_YEAR, "last": last}
        raise forms.ValidationError(_("Look at the year once more: it lies between %(first)s and %(last)s.") % words)  # fmt: skip
    if past and day > today:
        raise forms.ValidationError(_("This day has not come yet."))
