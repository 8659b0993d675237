"""What was handed over: to whom, how, when, with what number."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from icma.matters.compose.text import BODY, SUBJECT
from icma.matters.forms.letters import AuthorityField, day_field
from icma.matters.models import Letter
from icma.people.models import Address, Authority


class DeliveryForm(forms.Form):
    """`letters`: drafts that could have gone with it; without one a letter is made of subject and text."""

    letter = forms.ModelChoiceField(
        label=_("With which letter?"), queryset=Letter.objects.none(), to_field_name="code", required=False,
        help_text=_("A letter that you have written here. Without one its text is taken from below."),
    )  # fmt: skip
    authority = AuthorityField(label=_("To which authority?"))
    subject = forms.CharField(label=_("Subject"), max_length=SUBJECT, required=False)
    body = forms.CharField(
        label=_("What is demanded"), max_length=BODY, widget=forms.Textarea(attrs={"rows": 5}), required=False
    )
    channel = forms.ChoiceField(
        label=_("How was it handed over?"), choices=Address.Channel.choices, widget=forms.RadioSelect
    )
    on = day_field(_("On which day?"))
    petition = forms.ChoiceField(
        label=_("With which petition?"), required=False,
        help_text=_("The number is taken from its log as it stood at the end of that day."),
    )  # fmt: skip
    count = forms.IntegerField(
        label=_("How many people stand behind it?"), min_value=1, required=False,
        help_text=_("Without a petition. The page says that the community counted them."),
    )  # fmt: skip
    number = forms.CharField(
        label=_("Registration number"), max_length=60, required=False,
        help_text=_("If you have it already. The law's clock runs from this day; you can enter both later."),
    )  # fmt: skip
    registered_on = day_field(_("Date of registration"), required=False)
    file = forms.FileField(
        label=_("What was handed over (PDF or photo)"), required=False,
        help_text=_("Nobody sees it. Its hash is public: with it you can show later that it is the same file."),
    )  # fmt: skip
    sha256 = forms.CharField(
        label=_("Or only its SHA-256 hash"), max_length=64, required=False,
        help_text=_("If the file must not leave your computer."),
    )  # fmt: skip
    proof = forms.FileField(
        label=_("Proof"), required=False,
        help_text=_("A photo of the receipt or of the stamp. Only those who lead it see it."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, letters: Any, petitions: Any, bodies: Iterable[Authority], **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.fields["letter"].queryset = letters
        self.petitions = {row.matter.code: row for row in petitions}
        names = [(code, row.matter.title) for code, row in self.petitions.items()]
        self.fields["petition"].choices = [("", "—"), *names]
        self.fields["letter"].empty_label = _t("none: the text below")
        for name, there in (("letter", letters.exists()), ("petition", bool(self.petitions))):
            if not there:
                del self.fields[name]
        self.fields["authority"].offer(bodies, str(self["authority"].value() or ""))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        letter, on = given.get("letter"), given.get("on")
        if letter is not None:
            given["authority"] = letter.authority
            self.errors.pop("authority", None)
        elif not (given.get("subject") and given.get("body")):
            self.add_error("body", _t("Say what is demanded, or choose a letter."))
        if on and given.get("registered_on") and given["registered_on"] < on:
            self.add_error("registered_on", _t("It cannot be registered before it was handed over."))
        given["petition"] = self.petitions.get(given.get("petition", ""))
        for name in ("file", "proof"):
            given[name] = given[name].read() if given.get(name) else None
        return given


def first_values(matter: Any, demand: str, today: Any) -> dict[str, Any]:
    """What the form begins with."""
    return {
        "subject": matter.title[:SUBJECT], "body": (demand or matter.text)[:BODY], "on": today,
        "authority": matter.authority.code if matter.authority else "",
    }  # fmt: skip
