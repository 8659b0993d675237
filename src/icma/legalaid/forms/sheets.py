"""The form of one template: a field for each value that its manifest names."""

from typing import Any

from django import forms
from django.utils import translation
from django.utils.translation import gettext as _

from icma.core.words import date_words
from icma.legalaid.forms.dates import DayField

BY_HAND, EMPTY = "signatories", 20  # an empty line of it is one that is filled in by hand


class SheetForm(forms.Form):
    """Nothing is required here: a blank stays visible in the draft."""

    def __init__(self, *args: Any, sheet: Any, language: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.sheet = sheet
        for one in sheet.fields:
            self.fields[one.key] = _field(one, one.label[language])

    def values(self) -> dict[str, Any]:
        """As `assembly.shelf.draw` takes them."""
        return {one.key: _value(one, self.cleaned_data[one.key]) for one in self.sheet.fields}


def _field(one: Any, label: str) -> forms.Field:
    if one.form == "date":
        return DayField(
            label=label, required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        )
    if one.form == "line":
        return forms.CharField(label=label, required=False, max_length=one.limit or 300)
    help_text = {
        "list": _("One a line."),
        "rows": _("One a line, with | between its parts."),
    }.get(one.form, "")
    widget = forms.Textarea(attrs={"rows": 4})
    return forms.CharField(
        label=label, required=False, max_length=one.limit or 20_000, widget=widget, help_text=help_text,
        strip=one.key != BY_HAND,
    )  # fmt: skip


def _value(one: Any, value: Any) -> Any:
    if one.form == "date":
        with translation.override("az"):  # as the papers are, whatever language the lawyer works in
            return date_words(value) if value else ""
    if one.form == "list":
        return [line for line in value.splitlines() if line.strip()]
    if one.form == "rows":
        lines = [line.split("|") for line in value.splitlines() if line.strip() or one.key == BY_HAND]
        lines = lines or [[""]] * (EMPTY if one.key == BY_HAND else 0)
        return [
            dict(zip(one.columns, [*map(str.strip, line), *[""] * len(one.columns)], strict=False))
            for line in lines
        ]
    return value
