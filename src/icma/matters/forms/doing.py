"""Forms of communities and supporters: taking up, choosing the way, the outcome."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from icma.core.access import Who
from icma.matters.forms.support import AboutForm
from icma.matters.models import Matter
from icma.matters.rules_of_moderation import UNTAKEN_CHOICES
from icma.people.models import Authority, Organisation


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
    why = forms.CharField(
        label=_("Why?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("A moderator reads it first, then everybody."),
    )  # fmt: skip


class ContactForm(forms.Form):
    """Why a contact is opened: the person it is about sees it."""

    reason = forms.ChoiceField(
        label=_("Why do you open it?"), widget=forms.RadioSelect,
        choices=[
            ("call_back", _("A call was asked for")),
            ("tell", _("To tell what is new")),
            ("ask", _("To ask something")),
        ],
    )  # fmt: skip


class CloseForm(forms.Form):
    outcome = forms.ChoiceField(label=_("How did it end?"), widget=forms.RadioSelect)
    changed = forms.CharField(
        label=_("What has changed?"),
        help_text=_("A moderator reads it first, then everybody."),
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


class OutcomeForm(AboutForm):
    """A resident's word; without an account or a code the mail address proves that it is one person."""

    agrees = forms.ChoiceField(
        label=_("Is it so?"), widget=forms.RadioSelect,
        choices=[("yes", _("Yes, that is how it is")), ("no", _("No, that is not so"))],
    )  # fmt: skip
    mail = forms.EmailField(
        label=_("The mail address with which you supported or follow"), required=False, max_length=254
    )

    field_order = ("agrees", "mail", "sex", "band")
