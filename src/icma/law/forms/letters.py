"""An advocate's name under the text of a letter."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SignLetterForm(forms.Form):
    """`seen`: the version that was on the screen."""

    body = forms.CharField(
        label=_("Text of the letter"), max_length=8_000, widget=forms.Textarea(attrs={"rows": 16, "lang": "az"}),
        help_text=_("Correct what is wrong. Words in braces are filled in from the matter: leave them as they are."),
    )  # fmt: skip
    name = forms.CharField(
        label=_("Your name and surname, as it will stand beside the text"), max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Write your name: it stands beside the text.")},
    )  # fmt: skip
    seen = forms.IntegerField(widget=forms.HiddenInput)
