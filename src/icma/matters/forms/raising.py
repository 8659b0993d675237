"""Forms of raising a matter, and of its author coming back."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from icma.engines.aztext import clean_text, fold
from icma.matters.actions.raising import MOST_SPOT, MOST_TEXT, MOST_TITLE
from icma.matters.bands import AgeBand, Channel, Sex, Topic
from icma.people.models import Place

NO_HOME = _("A street, a school, a canal… Never your home address: everybody can read this.")
HOURS = [(f"{h:02d}:00–{h + 2:02d}:00", f"{h:02d}:00–{h + 2:02d}:00") for h in range(8, 22, 2)]
# A word of the lists says little to who raises a matter for the first time: here each says what belongs to it.
TOPICS = [
    (Topic.SOCIAL, _("social: schools, health care, benefits")),
    (Topic.GENDER, _("gender: women and men treated alike")),
    (Topic.ECOLOGY, _("environment: air, rivers, waste")),
    (Topic.INFRASTRUCTURE, _("infrastructure: roads, water, gas, light")),
    (Topic.ECONOMY, Topic.ECONOMY.label),
    (Topic.OTHER, Topic.OTHER.label),
]
TYPED = [(value, label) for value, label in Channel.choices if value != Channel.WEB]


class UnitField(forms.ModelChoiceField):
    """The 75 districts and cities in the order of the alphabet, by their codes."""

    def __init__(self, **more: Any) -> None:
        units = Place.objects.filter(kind="unit").only(
            "code", "kind", "name_az", "name_en", "name_ru", "sort_key"
        )
        super().__init__(queryset=units, to_field_name="code", **more)


def village_named(unit: Place, name: str) -> Place | None:
    """The village of the district that is called so, however it was typed."""
    wanted = fold(clean_text(name)).strip()
    villages = Place.objects.filter(parent=unit, kind="village") if wanted else []
    return next((village for village in villages if fold(village.name_az) == wanted), None)


class RaiseForm(forms.Form):
    """One form, no account. The text may be replaced by a call or by a photo of handwriting."""

    place = UnitField(label=_("District or city"))
    village = forms.CharField(label=_("Village or settlement"), required=False, max_length=80)
    spot = forms.CharField(label=_("Where exactly"), required=False, max_length=MOST_SPOT, help_text=NO_HOME)
    topic = forms.ChoiceField(label=_("What is it about?"), choices=TOPICS, widget=forms.RadioSelect)
    title = forms.CharField(
        label=_("In a few words"),
        max_length=MOST_TITLE,
        help_text=_("For example: no water in the street since May"),
    )
    text = forms.CharField(
        label=_("What happened"), required=False, max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_("What, since when, how many people it concerns. No names of neighbours, no telephone numbers."),
    )  # fmt: skip
    handwriting = forms.BooleanField(
        label=_("I shall send a photo of a handwritten text instead"), required=False
    )
    phone = forms.CharField(
        label=_("Or call me: telephone number"), required=False, max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        help_text=_("Only the person who calls sees the number. It is deleted 90 days after the matter ends."),
    )  # fmt: skip
    hour = forms.ChoiceField(label=_("A safe hour"), required=False, choices=[("", "—"), *HOURS])
    woman = forms.BooleanField(label=_("I want to speak with a woman"), required=False)
    agree = forms.BooleanField(
        label=_("I agree that İcma keeps this number to call me about this matter"), required=False
    )
    sex = forms.ChoiceField(label=_("You are"), required=False, choices=[("", "—"), *Sex.choices[:2]])
    band = forms.ChoiceField(label=_("Your age"), required=False, choices=[("", "—"), *AgeBand.choices[:-1]])
    # People leave it empty; programs fill in everything.
    website = forms.CharField(label=_("Leave this empty"), required=False, max_length=200)
    sure = forms.BooleanField(required=False, widget=forms.HiddenInput)

    MAIN = ("place", "village", "spot", "topic", "title", "text", "handwriting")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if (
            not (data.get("text") or data.get("phone") or data.get("handwriting"))
            and "text" not in self.errors
        ):
            self.add_error("text", _("Write what happened, or ask us to call you."))
        if data.get("phone"):
            if sum(char.isdigit() for char in data["phone"]) < 7:
                self.add_error("phone", _("This does not look like a telephone number."))
            if not data.get("agree"):
                self.add_error("agree", _("Without your consent we may not keep the number."))
        return data

    def where(self) -> dict[str, Any]:
        """place, village and spot. A village that is not on the district's list is no public word: the spot is read by
        everybody, a village only where three matters exist.
        """
        data = self.cleaned_data
        found = village_named(data["place"], data["village"])
        said = "" if found else data["village"]
        return {"place": data["place"], "village": found, "village_said": said, "spot": data["spot"]}

    def contact(self) -> dict[str, Any]:
        names = ("phone", "hour", "woman", "name", "mail")
        data = self.cleaned_data
        given = {name: data[name] for name in names if data.get(name)}
        return given if given.keys() & {"phone", "mail"} else {}

    def values(self) -> dict[str, Any]:
        """What `raise_matter` takes, but for who, when, and in which language."""
        data = self.cleaned_data
        return self.where() | {
            "title": data["title"], "text": data["text"], "topic": data["topic"], "contact": self.contact(),
            "wordless": bool(data["phone"] or data["handwriting"]),
            "sex": data["sex"] or Sex.UNKNOWN, "band": data["band"] or AgeBand.UNKNOWN,
        }  # fmt: skip


class PaperForm(RaiseForm):
    """The same, typed in by a coordinator: no name unless the consent was read out."""

    channel = forms.ChoiceField(label=_("How did it reach you?"), choices=TYPED, widget=forms.RadioSelect)
    name = forms.CharField(
        label=_("First name"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    mail = forms.EmailField(label=_("Mail address"), required=False)
    consented = forms.BooleanField(label=_("I read the consent out and the person agreed"), required=False)
    agree = None
    website = None

    def clean(self) -> dict[str, Any]:
        data = forms.Form.clean(self) or {}
        if (
            not (data.get("text") or data.get("phone") or data.get("handwriting"))
            and "text" not in self.errors
        ):
            self.add_error("text", _("Write what the person told."))
        if (data.get("phone") or data.get("name") or data.get("mail")) and not data.get("consented"):
            self.add_error(
                "consented", _("Name or phone can be kept only after the consent was read out and given.")
            )
        if data.get("name") and not (data.get("phone") or data.get("mail")):
            self.add_error(
                "name", _("A name alone helps nobody: add a number or an address, or leave it out.")
            )
        return data


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Your code"), max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        help_text=_("Five groups of four signs. Spaces, dashes, small letters do not matter."),
    )  # fmt: skip


class WordsForm(forms.Form):
    text = forms.CharField(
        label=_("What do you want to add?"), max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 6})
    )


class PhotoForm(forms.Form):
    photo = forms.FileField(
        label=_("Photo"), widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png", "data-shrink": ""}),
        help_text=_("JPEG or PNG, at most 12 MB. Where and when it was taken is removed."),
        error_messages={"required": _("Choose a photo. If you did choose one, it was larger than 40 MB.")},
    )  # fmt: skip
    handwriting = forms.BooleanField(label=_("It shows a handwritten text"), required=False)
    caption = forms.CharField(label=_("What does it show?"), required=False, max_length=160)


class AppealForm(forms.Form):
    text = forms.CharField(
        label=_("Why should somebody else look at it?"), max_length=2000, required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip


class SureForm(forms.Form):
    """A step that takes something away: a tick so that no stray tap does it."""

    sure = forms.BooleanField(label=_("Yes, I am sure"))
