"""Forms of those who lead a petition."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from icma.advocacy import offline
from icma.advocacy.forms.campaigns import near, unit_code
from icma.advocacy.models import Petition
from icma.core.day import legal_day
from icma.matters.actions.raising import MOST_TEXT, MOST_TITLE
from icma.matters.bands import Topic
from icma.matters.forms.letters import AuthorityField
from icma.matters.forms.raising import UnitField
from icma.people.models import Organisation

WEEKS = 6


class PetitionForm(forms.Form):
    """Two minutes: what is demanded, from whom, until when, and how the signers are protected."""

    title = forms.CharField(label=_("What do you demand, in one sentence?"), max_length=MOST_TITLE)
    text = forms.CharField(
        label=_("Why, and from whom"), max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_("A moderator reads it before it is public. No names of private persons."),
    )  # fmt: skip
    topic = forms.ChoiceField(label=_("What is it about?"), choices=Topic.choices)
    place = UnitField(label=_("District or city"))
    authority = AuthorityField(label=_("Which body can decide it?"), required=False)
    mode = forms.ChoiceField(
        label=_("Protection of the signers"), choices=Petition.Mode.choices, widget=forms.RadioSelect
    )
    goal = forms.IntegerField(
        label=_("How many do you hope for?"), required=False, min_value=1, max_value=10_000_000
    )
    opens_on = forms.DateField(
        label=_("First day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    closes_on = forms.DateField(
        label=_("Last day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def __init__(self, *args: Any, community: Organisation, **more: Any) -> None:
        today = legal_day(timezone.now())
        initial = {
            "opens_on": today, "closes_on": today + timedelta(weeks=WEEKS), "mode": Petition.Mode.STANDARD,
            "place": unit_code(community),
        }  # fmt: skip
        super().__init__(*args, initial=initial | (more.pop("initial", None) or {}), **more)
        self.fields["mode"].choices = [
            ("open", _t("open: the count moves with every signature")),
            ("standard", _t("standard: names are sealed, districts only from ten signers")),
            (
                "protected",
                _t("protected: nothing is kept after the confirmation, the count moves in steps of 25"),
            ),
        ]
        chosen = self.data.get("authority") or self.initial.get("authority") or ""
        self.fields["authority"].offer(near(community.place), str(chosen))


class KeyForm(forms.Form):
    public_key = forms.CharField(
        label=_("Public key"), required=False, max_length=200,
        help_text=_("The line that the program printed at home. Leave it empty and a key is made here, which is the weaker choice: its secret passes through this server once."),
    )  # fmt: skip

    def clean_public_key(self) -> bytes | None:
        text = self.cleaned_data["public_key"]
        try:
            return offline.read(text) if text else None
        except ValueError:
            raise forms.ValidationError(
                _(
                    "This is not a campaign's public key. It begins with icma-campaign-key and was printed whole."
                )
            ) from None


class CodesForm(forms.Form):
    n = forms.IntegerField(label=_("How many codes?"), min_value=1, max_value=40, initial=20)


class ModeForm(forms.Form):
    mode = forms.ChoiceField(label=_("Protection of the signers"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, stricter: list[tuple[str, Any]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["mode"].choices = stricter
