"""What an authority fills in: the code from its letter, an answer, an objection."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from icma.engines.codes import is_typo
from icma.matters.forms.incoming import CameForm


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code printed in the letter"), max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )  # fmt: skip

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        if is_typo(code):
            raise forms.ValidationError(_("This is not a code of ours: check every letter and digit."))
        return code


class MailedCodeForm(CodeForm):
    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["code"].label = _("Code from the mail")


class AuthorityAnswerForm(CameForm):
    """The same facts; the day on which it reached the sender is known to the sender alone."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        del self.fields["received_on"]
        del self.fields["channel"]
        self.fields["number"].required = self.fields["summary"].required = True


class ObjectionForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("What is it about?"), widget=forms.RadioSelect,
        choices=[("answered", gettext_lazy("We have answered")), ("mistake", gettext_lazy("There is a mistake"))],
    )  # fmt: skip
    text = forms.CharField(
        label=gettext_lazy("Explain it, for our staff"), max_length=1000, required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("kind") == "mistake" and not str(data.get("text", "")).strip():
            self.add_error("text", _("Write what is wrong: we look it up and correct it."))
        return data
