"""An advocate's signature under a template: each point that has to be confirmed is ticked."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from icma.legalaid.assembly.shelf import Sheet

EVERY = _("Tick every point that you have checked; without all of them it stays a draft.")


class SignTemplateForm(forms.Form):
    """`sha256`: of the text that was on the screen. The points are the manifest's, in Azerbaijani, as the papers are."""

    points = forms.MultipleChoiceField(
        label=_("I have checked"), widget=forms.CheckboxSelectMultiple, error_messages={"required": EVERY}
    )
    name = forms.CharField(
        label=_("Your name and surname, as it will stand beside the template"), max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, sheet: Sheet, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["points"].choices = [(str(n), text) for n, text in enumerate(sheet.confirm)]  # type: ignore[attr-defined]

    def clean_points(self) -> list[str]:
        given: list[str] = self.cleaned_data["points"]
        if len(given) < len(self.fields["points"].choices):  # type: ignore[attr-defined]
            raise forms.ValidationError(EVERY)
        return given
