"""Forms of tasks: what is needed, who takes it, until when. There is no field for money."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from icma.matters.models import Task


class DayField(forms.DateField):
    """A day from today on; the action itself also takes days of the past, for what is written down afterwards."""

    def __init__(self, **more: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(label=_("Until when"), required=False, widget=widget, **more)
        self.today: date | None = None

    def clean(self, value: Any) -> date | None:
        day = super().clean(value)
        if day and self.today and day < self.today:
            raise forms.ValidationError(_t("Choose a day from today on."))
        return day


class TaskForm(forms.Form):
    kind = forms.ChoiceField(label=_("What is needed?"), choices=Task.Kind.choices, widget=forms.RadioSelect)
    title = forms.CharField(
        label=_("What exactly"), max_length=160, help_text=_("For example: two ladders on Saturday")
    )
    who_said = forms.CharField(
        label=_("Who does it: a first name or a role"), required=False, max_length=40,
        help_text=_("Only the community sees it. Leave it empty while nobody has been found."),
    )  # fmt: skip
    until = DayField()
    is_public = forms.BooleanField(
        label=_("Show it on the matter's page, so that anybody can say “I can do it”"), required=False,
        help_text=_("A moderator reads it first, then everybody."),
    )  # fmt: skip

    def __init__(self, *args: Any, today: date, **more: Any) -> None:
        super().__init__(*args, initial={"kind": Task.Kind.HANDS, "is_public": True}, **more)
        self.fields["until"].today = today


class TakeForm(forms.Form):
    """`leads`: a coordinator may write down who it is; anybody else takes it for oneself."""

    who_said = forms.CharField(
        label=_("Who does it: a first name or a role"), required=False, max_length=40,
        help_text=_("Only the community sees it. Empty: you do it yourself."),
    )  # fmt: skip
    until = DayField()

    def __init__(self, *args: Any, today: date, leads: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["until"].today = today
        if not leads:
            del self.fields["who_said"]
