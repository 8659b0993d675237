"""A figure of the past is declared; a public one is withdrawn."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from icma.core.numbers import Number
from icma.research.declared.actions import Claim
from icma.research.models import Declared

DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class DeclareForm(forms.Form):
    theme = forms.ChoiceField(label=_("What it is about"), choices=Declared.Theme.choices)
    title = forms.CharField(
        label=_("What is counted"), max_length=160,
        help_text=_("So that a stranger understands it: persons who got free legal advice."),
    )  # fmt: skip
    value = Number(label=_("Value"), min_value=0, max_digits=14, decimal_places=2)
    unit = forms.CharField(
        label=_("Unit"), max_length=40, required=False, help_text=_("Persons, services, per cent…")
    )
    is_least = forms.BooleanField(label=_("At least so many"), required=False)
    first = forms.DateField(label=_("First day of the period"), widget=DAY)
    last = forms.DateField(label=_("Last day of the period"), widget=DAY)
    definition = forms.CharField(
        label=_("How it was counted"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Who was counted, who was not, and whether one person may be in it twice."),
    )  # fmt: skip
    source = forms.CharField(
        label=_("Source"), max_length=300, help_text=_("The report, register or file in which it stands.")
    )
    declared_by = forms.CharField(
        label=_("Who declares it"), max_length=160, help_text=_("The organisation or the post, not a name.")
    )

    def claim(self) -> Claim:
        given: dict[str, Any] = self.cleaned_data
        return Claim(**given)


class WithdrawForm(forms.Form):
    reason = forms.CharField(label=_("Why it is withdrawn"), max_length=300)
