"""To be called at a safe hour, and the hours of a reception day."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from icma.events.models import Event
from icma.legalaid.clinics import ahead, called
from icma.legalaid.forms.dates import DayField
from icma.legalaid.forms.intake import line, picked
from icma.legalaid.reach import ANSWERS


class CallForm(forms.Form):
    phone = line(_("Telephone"), 40)
    answers = picked(_("Who may answer?"), ANSWERS, initial="me")
    hour = line(_("At which hour is it best?"), 80)
    text = line(_("What else should we know before we call?"), 200, required=False)


class HourForm(forms.Form):
    """The free hours, to choose one of."""

    slot = picked(_("When can you come?"), {}, error_messages={"required": _("Choose an hour.")})

    def __init__(self, *args: Any, hours: list[tuple[str, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["slot"].choices = hours  # type: ignore[attr-defined]


class ClinicField(forms.ModelChoiceField):
    def __init__(self, **more: Any) -> None:
        super().__init__(queryset=Event.objects.none(), to_field_name="code", required=False, **more)

    def label_from_instance(self, row: Any) -> str:
        return called(row)


class DayForm(forms.Form):
    on = DayField(label=_("Day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    first = forms.TimeField(
        label=_("From which hour"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )
    last = forms.TimeField(
        label=_("Until which hour"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )
    minutes = forms.IntegerField(label=_("Minutes for each"), min_value=10, max_value=120, initial=30)
    event = ClinicField(label=_("Clinic"), help_text=_("Empty: at the union's office."))

    def __init__(self, *args: Any, today: date, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["event"].queryset = ahead(today)  # type: ignore[attr-defined]
