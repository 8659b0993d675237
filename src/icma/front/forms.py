"""Forms of pages that stand in front."""

from base64 import b64decode
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from icma.core.stale import Watched
from icma.front.held import named
from icma.law.models import DataRequest
from icma.matters.bands import Topic
from icma.people.models import Organisation


class CommunityForm(Watched):
    """What a community says about itself, and who may see it."""

    name = forms.CharField(label=_("Name"), max_length=120)
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
    names = set(CommunityForm.base_fields) - {"was"}
    return {name: getattr(organisation, name) for name in names}


class TaskForm(forms.Form):
    title = forms.CharField(label=_("What is to be done"), max_length=160)
    who_said = forms.CharField(label=_("Who (first name or role)"), required=False, max_length=40)
    until = forms.DateField(label=_("Last day"), required=False, widget=forms.DateInput(format="%Y-%m-%d"))


class AskDataForm(forms.Form):
    """What a person wants to know or have changed about himself or herself."""

    kind = forms.ChoiceField(
        label=_("What do you ask for?"), choices=DataRequest.Kind.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=_("In your words"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("To correct something: what is wrong, and what is right."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("kind") == DataRequest.Kind.CORRECT and not given.get("text", "").strip():
            self.add_error("text", _("Write what is wrong, and what is right."))
        return given


class PaperDataForm(AskDataForm):
    who = forms.CharField(
        label=_("Mail address of the account, or number of the matter"), max_length=254,
        help_text=_("Make sure that it is the same person: the return code, or a mail to the known address."),
    )  # fmt: skip
    on = forms.DateField(label=_("Day on which it reached us"), widget=forms.DateInput(format="%Y-%m-%d"))
    field_order = ["who", "on", "kind", "text"]

    def clean_who(self) -> str:
        if not named(self.cleaned_data["who"])[0]:
            raise forms.ValidationError(_("Nothing is kept under this address or number."))
        return self.cleaned_data["who"]


class DecideDataForm(forms.Form):
    """The officer's answer; a refusal is an answer with reasons."""

    verdict = forms.ChoiceField(
        label=_("Decision"), widget=forms.RadioSelect,
        choices=[("answer", _("Done, and answered")), ("refuse", _("Refused, with reasons"))],
    )  # fmt: skip
    text = forms.CharField(
        label=_("Answer to the person"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("A refusal names the article and says why it applies."),
    )  # fmt: skip
    passed_on = forms.BooleanField(
        label=_("Somebody outside had received this data and must be told"), required=False
    )

    def __init__(self, *args: Any, kind: str, **more: Any) -> None:
        super().__init__(*args, **more)
        if kind == DataRequest.Kind.ACCESS:
            self.fields["passed_on"].widget = forms.HiddenInput()
        if kind == DataRequest.Kind.ERASE:
            self.fields["verdict"].choices = [
                ("answer", _("Erase everything now, and answer")),
                ("refuse", _("Refused, with reasons")),
            ]


class BookForm(forms.Form):
    """A workbook, or the one that was just rehearsed."""

    file = forms.FileField(label=_("Workbook (XLSX)"), required=False)
    kept = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        self.fields["file"].required = not (data and data.get("kept"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        try:
            given["data"] = (
                given["file"].read()
                if given.get("file")
                else b64decode(given.get("kept") or "", validate=True)
            )
        except ValueError:
            given["data"] = b""
        if not given["data"]:
            raise forms.ValidationError(_("Choose an XLSX workbook."))
        return given
