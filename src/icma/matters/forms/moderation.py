"""Forms of moderators: rules cited, corrections, joining, legal notices."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from icma.core.day import BAKU
from icma.engines.codes import normalise
from icma.matters.bands import Topic
from icma.matters.forms.raising import UnitField, village_named
from icma.matters.models import Matter, Notice
from icma.matters.rules_of_moderation import CHOICES


class RejectForm(forms.Form):
    rule = forms.ChoiceField(label=_("By which rule?"), choices=[("", "—"), *CHOICES])
    text = forms.CharField(
        label=_("A word to the author"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The rule's own sentence is shown to the author anyway."),
    )  # fmt: skip


class RuleForm(forms.Form):
    rule = forms.ChoiceField(label=_("By which rule?"), choices=[("", "—"), *CHOICES])


class CorrectForm(forms.Form):
    """Starts with what is there; only what differs is changed."""

    title = forms.CharField(label=_("In a few words"), max_length=140)
    place = UnitField(label=_("District or city"))
    village = forms.CharField(
        label=_("Village or settlement"), required=False, max_length=80,
        help_text=_("Only from the district's list, which coordinators and officers keep."),
    )  # fmt: skip
    topic = forms.ChoiceField(label=_("Topic"), choices=Topic.choices)
    spot = forms.CharField(label=_("Where exactly"), required=False, max_length=120)
    text = forms.CharField(
        label=_("Text"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("The author's words stay as they are. Only take passages out, and put […] where they stood."),
    )  # fmt: skip
    why = forms.CharField(label=_("Why (shown on the thread)"), max_length=300)

    @classmethod
    def of(cls, matter: Matter, data: Any = None) -> "CorrectForm":
        start = {"title": matter.title, "place": matter.place.code, "topic": matter.topic, "spot": matter.spot,
                 "text": matter.text, "village": matter.village.name_az if matter.village else ""}  # fmt: skip
        return cls(data, initial=start)

    def clean(self) -> dict[str, Any]:
        """The village by its name; that of another district goes with the district."""
        data = super().clean() or {}
        name, unit = data.get("village", ""), data.get("place")
        data["village"] = village_named(unit, name) if unit else None
        if unit and name and data["village"] is None and "village" in self.changed_data:
            self.add_error("village", _("The district's list has no such village."))
        return data


class WordsSeenForm(forms.Form):
    text = forms.CharField(label=_("Text"), max_length=5000, widget=forms.Textarea(attrs={"rows": 5}))


class PhotoSeenForm(forms.Form):
    clean = forms.BooleanField(
        label=_("No face, number plate, house number or name can be recognised"), required=False
    )


class MatterCodeField(forms.CharField):
    """A reference as people write it: `7Q4F-M2KD`, small letters, O for 0; gives the matter."""

    def clean(self, value: Any) -> Matter:
        matter = self.found(value)
        return matter.merged_into or matter

    def found(self, value: Any) -> Matter:
        code = normalise(str(super().clean(value)))
        matter = Matter.objects.filter(code=code[:8]).select_related("merged_into").first()
        if matter is None or len(code) != 8:
            raise forms.ValidationError(_("There is no matter with this reference."))
        return matter


class ItselfField(MatterCodeField):
    """The matter itself, also where it was joined with another."""

    def clean(self, value: Any) -> Matter:
        return self.found(value)


class FindForm(forms.Form):
    find = ItselfField(label=_("Reference of a matter"), max_length=20)


class MergeForm(forms.Form):
    into = MatterCodeField(label=_("Reference of the other matter"), max_length=20)


class NoticeForm(forms.Form):
    """A legal notice; sender and article stand in the public log."""

    sender = forms.CharField(label=_("What kind of sender (a ministry, a court, a person)"), max_length=60)
    basis = forms.CharField(label=_("Article it cites"), max_length=160)
    received_at = forms.DateTimeField(
        label=_("When it came"), widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )  # fmt: skip

    def clean_received_at(self) -> Any:
        return self.cleaned_data["received_at"].astimezone(BAKU)


class VerdictForm(forms.Form):
    verdict = forms.ChoiceField(
        label=_("Decision"), widget=forms.RadioSelect,
        choices=[(v.value, v.label) for v in (Notice.Verdict.RESTORED, Notice.Verdict.REMOVED)],
    )  # fmt: skip
