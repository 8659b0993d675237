"""A date as a field."""

from typing import Any

from django import forms


def day(label: Any, **given: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d"), **given)
