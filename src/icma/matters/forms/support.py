"""Forms of support and following: an address, a paper code, eight digits, a counted sheet."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from icma.core.day import legal_day
from icma.engines.aztext import clean_text
from icma.matters.actions.support import MOST_CODES, MOST_ON_SHEET
from icma.matters.bands import AgeBand, Channel, Sex
from icma.matters.forms.raising import HOURS, TYPED


class AboutForm(forms.Form):
    """Sex and age band, only if the person wants: counted for the whole country, never for one matter."""

    sex = forms.ChoiceField(label=_("You are"), required=False, choices=[("", "—"), *Sex.choices[:2]])
    band = forms.ChoiceField(label=_("Your age"), required=False, choices=[("", "—"), *AgeBand.choices[:-1]])

    def given(self) -> dict[str, str]:
        """Arguments of the action; what was left empty is unknown."""
        data = self.cleaned_data
        return {"sex": data["sex"] or Sex.UNKNOWN, "band": data["band"] or AgeBand.UNKNOWN}


class MailForm(AboutForm):
    """An address to which eight digits are sent; `wish` says what for."""

    mail = forms.EmailField(
        label=_("Your mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=_("We send eight digits to it, so that each person counts once. Nobody sees your address."),
    )  # fmt: skip
    follow = forms.BooleanField(label=_("Write to me when something happens in this matter"), required=False)

    field_order = ("mail", "follow", "sex", "band")

    def __init__(self, *args: Any, wish: str, **more: Any) -> None:
        super().__init__(*args, auto_id="mail_%s", **more)
        self.wish = wish
        if wish != "support":
            for name in ("follow", "sex", "band"):
                del self.fields[name]
        if wish == "follow":  # nobody counts who follows
            self.fields["mail"].help_text = _(
                "We send eight digits to it, to be sure that it is yours. Nobody sees your address."
            )

    def wants(self) -> list[str]:
        return [self.wish, "follow"] if self.cleaned_data.get("follow") else [self.wish]

    def given(self) -> dict[str, str]:
        return super().given() if self.wish == "support" else {}


class PaperForm(AboutForm):
    """A code that a coordinator printed and somebody was handed."""

    paper = forms.CharField(
        label=_("Code from the paper"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    field_order = ("paper", "sex", "band")

    def __init__(self, *args: Any, wish: str, **more: Any) -> None:
        super().__init__(*args, auto_id="paper_%s", **more)
        self.wish = wish
        if wish != "support":
            del self.fields["sex"], self.fields["band"]

    def given(self) -> dict[str, str]:
        return super().given() if self.wish == "support" else {}


class DigitsForm(forms.Form):
    """What came back. The slip is sealed: nobody can read or change it on the way."""

    slip = forms.CharField(widget=forms.HiddenInput, max_length=1000)
    digits = forms.CharField(
        label=_("Eight digits from the mail"), max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )  # fmt: skip


class SheetForm(forms.Form):
    """A paper list of supporters is counted; the list itself stays on paper with the community."""

    sheet = forms.CharField(
        label=_("Number of the sheet"), max_length=20, help_text=_("The number that you wrote at its top.")
    )
    dated_on = forms.DateField(
        label=_("Date of the sheet"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    n = forms.IntegerField(label=_("How many people are on it?"), min_value=1, max_value=MOST_ON_SHEET)

    def __init__(self, *args: Any, at: Any, **more: Any) -> None:
        super().__init__(*args, initial={"dated_on": legal_day(at)}, **more)


class CodesForm(forms.Form):
    n = forms.IntegerField(label=_("How many codes?"), min_value=1, max_value=MOST_CODES, initial=20)


class VoiceForm(forms.Form):
    """Somebody without mail who wants to hear of a matter; typed in by a coordinator after the consent."""

    consented = forms.BooleanField(label=_("I read the consent out and the person agreed"))
    phone = forms.CharField(
        label=_("Telephone"), max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )  # fmt: skip
    name = forms.CharField(
        label=_("First name"), required=False, max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    hour = forms.ChoiceField(label=_("A safe hour"), required=False, choices=[("", "—"), *HOURS])
    woman = forms.BooleanField(label=_("I want to speak with a woman"), required=False)
    channel = forms.ChoiceField(
        label=_("How did it reach you?"), choices=TYPED, widget=forms.RadioSelect, initial=Channel.PHONE
    )

    def clean_phone(self) -> str:
        phone = clean_text(self.cleaned_data["phone"])
        if sum(char.isdigit() for char in phone) < 7:
            raise forms.ValidationError(_("This does not look like a telephone number."))
        return phone

    def values(self) -> dict[str, Any]:
        """What `follow_by_voice` takes, but for who and when."""
        data = self.cleaned_data
        given = {name: data[name] for name in ("phone", "name", "hour", "woman") if data[name]}
        return {"contact": given, "consented": data["consented"], "channel": data["channel"]}
