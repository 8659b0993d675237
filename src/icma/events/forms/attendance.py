"""Forms of those who come: at the door, on a list, from paper; one more day."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from icma.core.cells import BadFile
from icma.events.lists import MOST_ROWS, TOO_YOUNG, Person, Report, read_list
from icma.matters.bands import AgeBand
from icma.matters.forms.support import AboutForm

NO_CHILDREN = _("Children under 14 are not recorded. They are welcome all the same.")


class AtDoorForm(AboutForm):
    """Sex and age band as the person says them; who is under 14 is told that nothing is kept."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["band"].choices = [("", "—"), (TOO_YOUNG, _t("13 or younger")), *AgeBand.choices[:-1]]

    def clean_band(self) -> str:
        if self.cleaned_data["band"] == TOO_YOUNG:
            raise forms.ValidationError(NO_CHILDREN)
        return self.cleaned_data["band"]


class DoorForm(AtDoorForm):
    """What somebody says who has scanned the code: all of it voluntary."""

    name = forms.CharField(
        label=_("First name and surname"), required=False, max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Only so that one person at three meetings counts as one. The name itself is not kept."),
    )  # fmt: skip
    mine = forms.BooleanField(label=_("Count me by my account instead of a name"), required=False)

    field_order = ("sex", "band", "name", "mine")

    def __init__(self, *args: Any, account: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not account:
            del self.fields["mine"]

    def person(self) -> Person:
        return Person(name=self.cleaned_data["name"], **self.given())


class PersonForm(AtDoorForm):
    """One more on the list, typed by the coordinator."""

    name = forms.CharField(
        label=_("First name and surname"), required=False, max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Empty: somebody who does not want to be named counts too."),
    )  # fmt: skip
    phone = forms.CharField(label=_("Telephone number"), required=False, max_length=30)
    mail = forms.EmailField(label=_("Mail address"), required=False)
    agreed = forms.BooleanField(
        label=_("I read out that name, number and mail address are kept for 90 days to reach the person about this meeting; the person agreed"),
        required=False,
    )  # fmt: skip

    field_order = ("name", "sex", "band", "phone", "mail", "agreed")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sex"].label, self.fields["band"].label = _t("Sex"), _t("Age")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if (data.get("phone") or data.get("mail")) and not data.get("agreed"):
            self.add_error("agreed", _t("Without consent neither number nor address may be kept."))
        return data

    def person(self) -> Person:
        names = ("name", "phone", "mail", "agreed")
        return Person(**{name: self.cleaned_data[name] for name in names}, **self.given())


class ListForm(forms.Form):
    """A paper list: its number, how many stand on it, and its lines as a file or typed."""

    number = forms.CharField(
        label=_("Number of the list"), max_length=20,
        help_text=_("As it stands on the paper. The same number again replaces what was entered before."),
    )  # fmt: skip
    total = forms.IntegerField(
        label=_("How many people stand on it in all?"), required=False, min_value=1, max_value=MOST_ROWS,
        help_text=_("Those of whom no line tells are counted as “not given”."),
        error_messages={"invalid": _("Write a whole number, for example 34.")},
    )  # fmt: skip
    file = forms.FileField(label=_("The list as a CSV file"), required=False)
    text = forms.CharField(
        label=_("Or type the lines"), required=False, max_length=60_000, strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "placeholder": "ad;cins;yaş\nAd Soyad;qadın;18–29"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """`report`: the lines as they were read, or none where only a sum was given."""
        data = super().clean() or {}
        given = data["file"].read() if data.get("file") else (data.get("text") or "").encode()
        data["report"] = Report()
        if given.strip():
            try:
                data["report"] = read_list(given)
            except BadFile as error:
                self.add_error("file" if data.get("file") else "text", str(error))
        elif not data.get("total") and "total" not in self.errors:
            self.add_error(
                "text", _t("Choose a file, type the lines, or write at least how many stand on the list.")
            )
        return data


class DayForm(forms.Form):
    on = forms.DateField(label=_("Day"), widget=forms.DateInput(format="%Y-%m-%d"))
    title = forms.CharField(label=_("What is it about?"), required=False, max_length=80)
