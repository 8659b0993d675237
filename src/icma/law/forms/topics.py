"""An advocate's name under the page of a problem topic."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SignTopicForm(forms.Form):
    """`digest`: of the text that was on the screen."""

    name = forms.CharField(
        label=_("Your name and surname, as it will stand on the page"), max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Write your name: it stands on the page.")},
    )  # fmt: skip
    read = forms.BooleanField(
        label=_("I have read the page in Azerbaijani and looked at the Russian and the English one"),
        error_messages={"required": _("Read it first, then tick here.")},
    )
    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
