"""Forms of the log: sheets, rules that take support out, samples, witnesses."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from icma.advocacy.actions.log.audit import FEWEST
from icma.advocacy.actions.log.audit import MOST as MOST_DRAWN
from icma.advocacy.actions.log.invalidation import REASONS
from icma.advocacy.actions.log.sheets import MOST
from icma.advocacy.models import AuditSample, Petition, Sheet
from icma.advocacy.models.petition import Channel
from icma.core.day import legal_day


def _day(label: Any, **more: Any) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, widget=widget, **more)


class PaperForm(forms.Form):
    """A sheet of a petition. Names are never typed."""

    name = forms.CharField(label=_("Number of the sheet"), max_length=60)
    dated_on = _day(_("Date on the sheet"))
    total = forms.IntegerField(label=_("How many signed on it?"), min_value=1, max_value=MOST)
    addresses = forms.CharField(
        label=_("Mail addresses that stand on it, one a line"), required=False,
        widget=forms.Textarea(attrs={"rows": 4}), max_length=60_000,
        help_text=_("Only so that nobody counts twice: ten or more, or none. The addresses themselves are not kept."),
    )  # fmt: skip
    scan = forms.FileField(label=_("Scan or photo of the sheet"), required=False)

    def __init__(self, *args: Any, petition: Petition, **more: Any) -> None:
        super().__init__(*args, initial={"dated_on": legal_day(timezone.now())}, **more)
        if petition.mode == Petition.Mode.PROTECTED:
            del self.fields["addresses"]
        self.fields["scan"].help_text = (
            _t("It is sealed to the campaign's key while it is uploaded; nobody on the server can open it.")
            if petition.public_key and petition.mode != Petition.Mode.PROTECTED
            else _t("Only its hash is kept; the paper stays with you.")
        )

    def given(self) -> dict[str, Any]:
        """What enter_sheet takes."""
        data = dict(self.cleaned_data)
        scan = data.pop("scan")
        lines = [line.strip() for line in data.pop("addresses", "").splitlines()]
        return data | {"addresses": [line for line in lines if line], "scan": scan.read() if scan else b""}


class RuleForm(forms.Form):
    """Which support no longer counts, and why."""

    reason = forms.ChoiceField(label=_("Reason"), choices=list(REASONS.items()))
    host = forms.CharField(
        label=_("Mail host"), required=False, max_length=120,
        help_text=_("What stands after the @, or a mark from the list above. Only a keyed mark of it is kept."),
    )  # fmt: skip
    sheet = forms.ChoiceField(label=_("Paper sheet"), required=False)
    channel = forms.ChoiceField(label=_("Way of signing"), required=False)
    first = _day(_("First day"), required=False)
    until = _day(_("Last day"), required=False)

    def __init__(self, *args: Any, petition: Petition, **more: Any) -> None:
        super().__init__(*args, **more)
        none = [("", "–")]
        sheets = Sheet.objects.filter(petition=petition).order_by("-at")[:500]
        self.fields["sheet"].choices = none + [(one.code, one.name) for one in sheets]
        self.fields["channel"].choices = none + list(Channel.choices)

    def given(self) -> dict[str, Any]:
        """What propose takes."""
        data = dict(self.cleaned_data)
        reason, first = data.pop("reason"), data.pop("first")
        return {
            "reason": reason,
            "criteria": {name: value or "" for name, value in (data | {"from": first}).items()},
        }


class SampleForm(forms.Form):
    n = forms.IntegerField(
        label=_("How many are asked?"), min_value=FEWEST, max_value=MOST_DRAWN, initial=200,
        help_text=_("With 200 the result is right to about five points in a hundred."),
    )  # fmt: skip


class ResultForm(forms.Form):
    confirmed = forms.IntegerField(
        label=_("How many of them said: yes, that was me?"), min_value=0,
        help_text=_("Who did not answer did not confirm."),
    )  # fmt: skip

    def __init__(self, *args: Any, sample: AuditSample, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["confirmed"].max_value = sample.n


class WitnessForm(forms.Form):
    """What `offline.py witness` prints, three lines, and who signed."""

    name = forms.CharField(label=_("Who signed? The organisation's name"), max_length=120)
    printed = forms.CharField(
        label=_("The three lines that offline.py has printed"), max_length=400,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip

    def clean_printed(self) -> tuple[int, str, str]:
        parts = self.cleaned_data["printed"].split()
        if len(parts) != 3 or not parts[0].isdecimal():
            raise forms.ValidationError(_t("Paste all three lines: number, key, signature."))
        return int(parts[0]), parts[1], parts[2]

    def given(self) -> dict[str, Any]:
        """What cosign takes."""
        number, key, signature = self.cleaned_data["printed"]
        return {"name": self.cleaned_data["name"], "number": number, "key": key, "signature": signature}
