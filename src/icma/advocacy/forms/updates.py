"""What a community tells, and what a moderator decides about it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from icma.advocacy.actions.updates import LINK, TEXT, TITLE
from icma.matters.forms.letters import day_field
from icma.matters.rules_of_moderation import RULES


class UpdateForm(forms.Form):
    """`was`: the version that the form was opened with."""

    on = day_field(_("On which day?"))
    title = forms.CharField(label=_("In one line"), max_length=TITLE)
    text = forms.CharField(
        label=_("In words"), max_length=TEXT, required=False, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Facts. No names of private persons. A moderator reads it before everybody does."),
    )  # fmt: skip
    link = forms.URLField(
        label=_("Where it can be read"), max_length=LINK, required=False, assume_scheme="https",
        help_text=_("An article, a record of the session: an address that begins with https://"),
    )  # fmt: skip
    was = forms.IntegerField(widget=forms.HiddenInput, required=False)


class DecideForm(forms.Form):
    """`version`: what the moderator has read."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    rule = forms.ChoiceField(label=_("Which rule does it not keep?"), required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["rule"].choices = [("", "—"), *((key, one.label) for key, one in RULES.items())]
