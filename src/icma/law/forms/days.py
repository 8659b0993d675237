"""Days of the calendar."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

DATE = {"type": "date"}


def _date() -> forms.DateInput:
    return forms.DateInput(attrs=DATE, format="%Y-%m-%d")


class _Change(forms.Form):
    """Every change says why and from where, and remembers the version it was shown."""

    why = forms.CharField(
        label=_("Why it changes"), max_length=200,
        help_text=_("For example: the Cabinet's decision on days off."),
    )  # fmt: skip
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class DayForm(_Change):
    """A day off, or a worked weekend; with `to` the day is moved there."""

    day = forms.DateField(label=_("Day"), widget=_date())
    working = forms.TypedChoiceField(
        label=_("What kind of day"), widget=forms.RadioSelect, coerce=lambda value: value == "yes",
        choices=[("no", _("a day off")), ("yes", _("a working day (a worked weekend)"))],
    )  # fmt: skip
    name = forms.CharField(label=_("Name of the day"), max_length=200)
    source = forms.CharField(
        label=_("Source"),
        max_length=300,
        help_text=_("The decision, its number and date, or an official page."),
    )
    provisional = forms.BooleanField(label=_("Not confirmed yet: the date may still move"), required=False)
    to = forms.DateField(
        label=_("Move it to"),
        required=False,
        widget=_date(),
        help_text=_("Leave it empty unless the day is moved."),
    )
    field_order = ["day", "working", "name", "source", "provisional", "to", "why"]

    def __init__(self, *args: Any, moved: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if moved:
            self.fields["day"].disabled = True
        else:
            del self.fields["to"]


class RemoveDayForm(_Change):
    """The day becomes an ordinary one."""


class YearForm(forms.Form):
    """The Cabinet's list for a year agrees with ours."""

    source = forms.CharField(
        label=_("Source"),
        max_length=300,
        help_text=_("The decision, its number and date, or an official page."),
    )
