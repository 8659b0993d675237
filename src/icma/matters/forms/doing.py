"""Forms of communities and supporters: taking up, supporting, tasks, the outcome."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from icma.core.access import Who
from icma.matters.models import Matter, Task
from icma.matters.rules_of_moderation import UNTAKEN_CHOICES
from icma.people.models import Authority, Organisation

NEEDS = [(kind.value, kind.label) for kind in Task.Kind if kind != Task.Kind.DO]


class TakeUpForm(forms.Form):
    community = forms.ModelChoiceField(
        label=_("Who takes it up?"),
        queryset=Organisation.objects.none(),
        to_field_name="code",
        empty_label=None,
    )
    way = forms.ChoiceField(
        label=_("Which way?"), choices=Matter.Way.choices, widget=forms.RadioSelect, required=False
    )

    def __init__(self, who: Who, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ids = who.organisations("coordinator") + who.organisations("officer")
        field = self.fields["community"]
        field.queryset = Organisation.objects.filter(pk__in=ids, until=None).order_by("-kind", "sort_key")


class WayForm(forms.Form):
    way = forms.ChoiceField(label=_("Which way?"), choices=Matter.Way.choices, widget=forms.RadioSelect)
    authority = forms.ModelChoiceField(
        label=_("Which authority?"), queryset=Authority.objects.none(), required=False, to_field_name="code",
        help_text=_("It can be chosen later, with the letter."),
    )  # fmt: skip

    def __init__(self, matter: Matter, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        near = Authority.objects.filter(until=None)
        self.fields["authority"].queryset = near.filter(place=matter.place_id) | near.filter(place=None)


class LeaveForm(forms.Form):
    reason = forms.ChoiceField(label=_("Why does nobody take it up?"), choices=[("", "—"), *UNTAKEN_CHOICES])
    text = forms.CharField(
        label=_("A word to the author"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class WhyForm(forms.Form):
    why = forms.CharField(label=_("Why?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))


class MailForm(forms.Form):
    """A confirmed address: eight digits are sent to it."""

    mail = forms.EmailField(
        label=_("Your mail address"), max_length=254,
        help_text=_("We send eight digits to it, so that each person counts once. Your address is not shown to anybody."),
    )  # fmt: skip
    follow = forms.BooleanField(label=_("Write to me when something happens in this matter"), required=False)


class PaperCodeForm(forms.Form):
    paper = forms.CharField(
        label=_("Or a paper code from the community"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class DigitsForm(forms.Form):
    slip = forms.CharField(widget=forms.HiddenInput, max_length=1000)
    digits = forms.CharField(
        label=_("Eight digits from the mail"), max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )  # fmt: skip


class SheetForm(forms.Form):
    """A paper list of supporters is counted; the list itself stays on paper with the community."""

    sheet = forms.CharField(label=_("Number of the sheet"), max_length=20)
    n = forms.IntegerField(label=_("How many people are on it?"), min_value=1, max_value=500)


class PaperForm(forms.Form):
    n = forms.IntegerField(label=_("How many codes?"), min_value=1, max_value=40, initial=20)


class CloseForm(forms.Form):
    outcome = forms.ChoiceField(label=_("How did it end?"), widget=forms.RadioSelect)
    changed = forms.CharField(
        label=_("What has changed?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    whom = forms.CharField(
        label=_("For whom?"),
        required=False,
        max_length=200,
        help_text=_("For example: for about 200 families of the street"),
    )
    evidence = forms.FileField(
        label=_("Photo or document that shows it"), required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,application/pdf", "data-shrink": ""}),
        help_text=_("JPEG, PNG or PDF, at most 12 MB. A moderator sees it first."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = [
            c for c in Matter.Outcome.choices if c[0] != Matter.Outcome.WITHDRAWN
        ]


class OutcomeForm(forms.Form):
    """A resident's word; without an account or a code the mail address proves that it is one person."""

    agrees = forms.ChoiceField(
        label=_("Is it so?"), widget=forms.RadioSelect,
        choices=[("yes", _("Yes, that is how it is")), ("no", _("No, that is not so"))],
    )  # fmt: skip
    mail = forms.EmailField(
        label=_("The mail address with which you supported or follow"), required=False, max_length=254
    )


class NeedForm(forms.Form):
    kind = forms.ChoiceField(label=_("What is needed?"), choices=NEEDS, widget=forms.RadioSelect)
    title = forms.CharField(
        label=_("What exactly"), max_length=160, help_text=_("For example: two ladders on Saturday")
    )
    until = forms.DateField(
        label=_("Until when"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


class TakeTaskForm(forms.Form):
    who_said = forms.CharField(
        label=_("Who takes it? A first name is enough"), required=False, max_length=40,
        help_text=_("It is shown on the page."),
    )  # fmt: skip
    until = forms.DateField(
        label=_("Until when"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
