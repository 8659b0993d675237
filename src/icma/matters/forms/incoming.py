"""What came from an authority: one form for everything, the kind decides which of its parts count."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from icma.engines.clockrules import Rule
from icma.engines.inmail import Attachment
from icma.matters.actions.incoming import SUMMARY, Came
from icma.matters.actions.officials import READERS_SAY
from icma.matters.forms.letters import AuthorityField, day_field
from icma.matters.grounds import Ground
from icma.matters.models import Letter
from icma.people.models import Address, Authority

Answer = Letter.Answer
GROUNDS = {
    "information": gettext_lazy("more information is being requested"),
    "study": gettext_lazy("it needs study or a check"),
    "search": gettext_lazy("the information must be searched for"),
    "circumstances": gettext_lazy("circumstances of the case"),
}


class CameForm(forms.Form):
    """Date, number, how, summary, scan: what every incoming letter has."""

    dated_on = day_field(
        gettext_lazy("Date on the letter"), help_text=gettext_lazy("Its own date: the term is judged by it.")
    )
    received_on = day_field(gettext_lazy("The day it reached the sender"))
    channel = forms.ChoiceField(
        label=gettext_lazy("How did it come?"), choices=[("", "—"), *Address.Channel.choices], required=False
    )
    number = forms.CharField(label=gettext_lazy("Number of the letter"), max_length=60, required=False)
    summary = forms.CharField(
        label=gettext_lazy("What it says, for everybody"), max_length=SUMMARY, required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("At most 500 characters. A moderator reads it first, then everybody. No names of residents, no home addresses."),
    )  # fmt: skip
    scan = forms.FileField(
        label=gettext_lazy("Scan or photo"), required=False,
        help_text=gettext_lazy("JPEG, PNG or PDF. It stays private; a redacted copy can be made of it."),
    )  # fmt: skip

    def came(self) -> Came:
        given = self.cleaned_data
        scan = given.get("scan")
        if scan is not None:
            scan.seek(0)
        return Came(
            dated_on=given["dated_on"], received_on=given.get("received_on"),
            channel=given.get("channel", ""), number=given["number"], summary=given["summary"],
            scan=scan.read() if scan else None,
        )  # fmt: skip


class IncomingForm(CameForm):
    what = forms.ChoiceField(
        label=gettext_lazy("What came?"), choices=Answer.choices, widget=forms.RadioSelect
    )
    ground = forms.ChoiceField(
        label=gettext_lazy("What does the body base its refusal on?"), required=False, choices=[("", "—"), *Ground.choices],
        help_text=gettext_lazy("As its letter says, whether it is right or not."),
    )  # fmt: skip
    promised_on = day_field(gettext_lazy("Promised date"), required=False)
    amount = forms.IntegerField(
        label=gettext_lazy("Extended by (in the unit of the term)"), min_value=1, max_value=365, required=False,
        help_text=gettext_lazy("Leave it empty if the letter names no number."),
    )  # fmt: skip
    basis = forms.ChoiceField(label=gettext_lazy("Ground of the extension"), required=False)
    find = forms.CharField(
        label=gettext_lazy("Look for an authority by name"), max_length=80, required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )  # fmt: skip
    to = AuthorityField(label=gettext_lazy("Forwarded to"), required=False)
    reg_number = forms.CharField(label=gettext_lazy("Registration number"), max_length=60, required=False)
    reg_on = day_field(gettext_lazy("Date of registration"), required=False)
    reg_hour = forms.TimeField(
        label=gettext_lazy("Hour of registration"), required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        help_text=gettext_lazy("Only for terms that run in hours."),
    )  # fmt: skip
    mail = forms.CharField(widget=forms.HiddenInput, max_length=8, required=False)
    attached = forms.ChoiceField(label=gettext_lazy("Scan out of the mail"), required=False)
    field_order = ["what", "dated_on", "received_on", "channel", "number", "summary", "attached", "scan"]

    def __init__(self, *args: Any, rule: Rule | None, papers: Sequence[Attachment] = (), **more: Any) -> None:
        """`papers`: attachments of the mail that is entered; one of them may be kept as the scan."""
        super().__init__(*args, **more)
        self.papers = papers
        names = [(str(n), paper.name or str(n)) for n, paper in enumerate(papers, 1)]
        self.fields["attached"].choices = [("", "—"), *names]
        grounds = [link.basis for link in rule.extensions if link.basis] if rule else []
        self.fields["basis"].choices = [
            ("", "—"),
            *((name, GROUNDS.get(name, name)) for name in dict.fromkeys(grounds)),
        ]

    def came(self) -> Came:
        """A scan that was chosen by hand goes before one that came with the mail."""
        came, number = super().came(), self.cleaned_data["attached"]
        return replace(came, scan=self.papers[int(number) - 1].data) if number and came.scan is None else came

    def offer(self, bodies: Iterable[Authority]) -> None:
        self.fields["to"].offer(bodies, str(self["to"].value() or ""))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        what = given.get("what")
        if what == Answer.PROMISE and not given.get("promised_on"):
            self.add_error("promised_on", _("Enter the date that was promised."))
        if what == Answer.FORWARDED and not given.get("to"):
            self.add_error("to", _("Choose the body that it was forwarded to."))
        if what == Answer.REGISTRATION:
            for name in ("reg_number", "reg_on"):
                if not given.get(name):
                    self.add_error(name, _("Enter number and date of the registration."))
        if what == Answer.FORWARDED and given.get("reg_on") and not given.get("reg_number"):
            self.add_error("reg_number", _("Enter number and date of the registration."))
        return given


class ClassifyForm(forms.Form):
    answer = forms.ChoiceField(
        label=gettext_lazy("What kind of answer is it?"), widget=forms.RadioSelect,
        choices=[(kind.value, kind.label) for kind in READERS_SAY],
    )  # fmt: skip
