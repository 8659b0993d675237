"""Forms of pages that stand in front."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from icma.matters.bands import Topic
from icma.people.models import Organisation


class CommunityForm(forms.Form):
    """What a community says about itself, and who may see it."""

    aims = forms.CharField(
        label=_("Aims"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For whom, what, by when: three sentences are enough."),
    )  # fmt: skip
    topics = forms.MultipleChoiceField(
        label=_("What it deals with"),
        required=False,
        choices=Topic.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    needs = forms.CharField(
        label=_("What it needs"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Hands, tools, knowledge, a place. No money."),
    )  # fmt: skip
    offers = forms.CharField(
        label=_("What it can offer"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    public_contact = forms.CharField(
        label=_("Public contact"), required=False, max_length=200,
        help_text=_("Only what the group wants everyone to know; nobody's private number."),
    )  # fmt: skip
    seen = forms.ChoiceField(
        label=_("Who sees the community?"), choices=Organisation.Seen.choices, widget=forms.RadioSelect,
        help_text=_("An unregistered group is safer when it is not listed. Decide it together."),
    )  # fmt: skip


def said(organisation: Organisation) -> dict[str, Any]:
    return {name: getattr(organisation, name) for name in CommunityForm.base_fields}


class TaskForm(forms.Form):
    title = forms.CharField(label=_("What is to be done"), max_length=160)
    who_said = forms.CharField(label=_("Who (first name or role)"), required=False, max_length=40)
    until = forms.DateField(label=_("Last day"), required=False, widget=forms.DateInput(format="%Y-%m-%d"))
