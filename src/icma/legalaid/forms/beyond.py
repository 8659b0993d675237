"""Forms beyond the case: consents, complaints about us, what clients think of us."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from icma.engines.codes import is_typo
from icma.legalaid.actions.complaints import LONGEST, readers
from icma.legalaid.consenting import HOW, LANGUAGES, PURPOSES

NAMES = {"az": "Azərbaycanca", "ru": "Русский", "en": "English"}


class ConsentForm(forms.Form):
    """What the client has agreed to, as the lawyer heard or received it."""

    purpose = forms.ChoiceField(
        label=_("To what the client agrees"), choices=[(name, p.title) for name, p in PURPOSES.items()]
    )
    to = forms.CharField(label=_("With which body? (only for passing on)"), max_length=120, required=False)
    how = forms.ChoiceField(
        label=_("How it was given"), choices=[(k, v) for k, v in HOW.items() if k != "screen"]
    )
    language = forms.ChoiceField(
        label=_("In which language the text was read"), choices=[(code, NAMES[code]) for code in LANGUAGES]
    )


def words_field(label: Any, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=LONGEST, required=required,
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off"}),
    )  # fmt: skip


class ComplaintForm(forms.Form):
    """`without`: the readers who shall not read it; the sender sees their names."""

    text = words_field(_("What happened?"))
    without = forms.MultipleChoiceField(
        label=_("Who shall not read it?"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("These people read complaints. Tick whoever it is about: for that person it cannot be opened."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        found = [(pair.code, str(pair.owner)) for pair in readers()]
        self.fields["without"].choices = found  # type: ignore[attr-defined]
        self.nobody = not found


class ComeBackForm(forms.Form):
    code = forms.CharField(
        label=_("Code of your complaint"), max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
    )  # fmt: skip
    text = words_field(_("Something to add"), required=False)

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        if is_typo(code):
            raise forms.ValidationError(_t("This is not such a code: one sign is wrong or missing."))
        return code


class AnswerForm(forms.Form):
    text = words_field(_("Your answer"))
    final = forms.BooleanField(label=_("This is the whole answer"), required=False)


class GradeForm(forms.Form):
    grade = forms.TypedChoiceField(
        label=_("Were you helped and treated with respect?"), coerce=int, widget=forms.RadioSelect,
        choices=[(5, _("yes, wholly")), (4, _("mostly")), (3, _("so-so")), (2, _("hardly")), (1, _("no"))],
    )  # fmt: skip
