"""The six short screens, the same fields on one page for who writes it down for somebody, and what comes afterwards."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from icma.engines.codes import is_typo
from icma.legalaid.forms.dates import DayField
from icma.legalaid.reach import ANSWERS, CALL
from icma.legalaid.urgency import PAPERS, TRIGGERS

LONG = 8000


def words(label: Any, rows: int, **more: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows, "autocomplete": "off"})
    return forms.CharField(label=label, max_length=LONG, widget=widget, **more)


def line(label: Any, most: int = 120, **more: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(label=label, max_length=most, widget=widget, **more)


def picked(label: Any, options: Any, **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=list(options.items()), widget=forms.RadioSelect, **more)


def day(label: Any, **more: Any) -> DayField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"autocomplete": "off"})
    return DayField(label=label, required=False, widget=widget, **more)


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files; a list, also of none."""

    widget = ManyFiles(attrs={"multiple": True})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        many = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(FilesField, self).clean(one, initial) for one in many]

    def bound_data(self, data: Any, initial: Any) -> Any:
        return None


class WhatForm(forms.Form):
    what = words(_("What happened?"), 7, help_text=_("In your own words. A few sentences are enough."))
    triggers = forms.MultipleChoiceField(
        label=_("Is it one of these?"), choices=list(TRIGGERS.items()), required=False, widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip


class WhomForm(forms.Form):
    other = line(
        _("Against whom is it?"), required=False,
        help_text=_("A person, an office or a company. We look first whether we act for the other side; only then does anybody read the rest."),
    )  # fmt: skip
    client = line(
        _("Your name"), required=False, help_text=_("You may leave it empty, or write the name that you want to be called by."),
    )  # fmt: skip


class PapersForm(forms.Form):
    papers = words(
        _("Which papers are there?"), 3, required=False,
        help_text=_("A letter, a decision, its envelope, a contract, a photo. If there are none, go on."),
    )  # fmt: skip
    files = FilesField(
        label=_("Files or photos of papers"), required=False,
        help_text=_("They are locked while they arrive. You may send them later too."),
    )  # fmt: skip


class WhenForm(forms.Form):
    happened_on = day(
        _("When did it happen?"), past=True, help_text=_("Roughly is enough; you may leave it empty.")
    )
    paper = picked(_("Has a paper come?"), PAPERS, initial="none")
    served_on = day(
        _("On which day did you get the paper?"), past=True,
        help_text=_("The day often decides how long one has time."),
    )  # fmt: skip
    event_on = day(
        _("Is there a day ahead?"), help_text=_("A court hearing, a day by which you must leave: the day.")
    )


class ReachForm(forms.Form):
    call = picked(_("May we call you?"), CALL, initial="no")
    phone = line(_("Telephone"), 40, required=False)
    answers = picked(_("Who may answer?"), ANSWERS, initial="me", required=False)
    hour = line(_("At which hour is it best?"), 80, required=False)
    mail = line(
        _("E-mail, if we may write there"), required=False,
        help_text=_("Only that an answer waits under your code, never what it is about. Leave it empty where others read along."),
    )  # fmt: skip
    woman = forms.BooleanField(label=_("I want to talk with a woman"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("call") == "yes" and not data.get("phone"):
            self.add_error("phone", _t("Write the number, or choose that we write."))
        return data


class CodeForm(forms.Form):
    """A code that was typed: spaces, dashes, small letters, O for 0 do not matter."""

    code = forms.CharField(
        label=_("Your code"), max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}),
    )  # fmt: skip

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        if is_typo(code):
            raise forms.ValidationError(_t("This is not such a code: one sign is wrong or missing."))
        return code


class AddForm(forms.Form):
    text = words(_("Write to your lawyer"), 5, required=False)
    files = FilesField(label=_("Files or photos of papers"), required=False)


class EraseForm(forms.Form):
    sure = forms.BooleanField(
        label=_("Yes, erase everything"),
        help_text=_("Nobody can bring it back: neither you nor we."),
        error_messages={"required": _("Tick that you want the whole case erased.")},
    )


def carried(**more: Any) -> forms.CharField:
    return forms.CharField(max_length=24, required=False, widget=forms.HiddenInput, **more)


class AssistedForm(WhatForm, WhomForm, WhenForm, ReachForm):
    """Everything on one page, written down by somebody else: on the telephone, at a table, from paper.

    What quick advice has chosen already comes along unseen (`reception.CARRIED`).
    """

    problem, region, sex, band = carried(), carried(), carried(), carried()
    papers = line(_("Which papers are there?"), 400, required=False)
    language = forms.ChoiceField(
        label=_("Language"), choices=[("az", "Azərbaycanca"), ("ru", "Русский"), ("en", "English")]
    )
    agreed = forms.BooleanField(
        label=_("The person wants this to be written down, and was told who reads it")
    )
    SAYS = {
        "what": (None, _("In the client's words. A few sentences are enough.")),
        "client": (_("The client's name"), _("It may stay empty, or be the name by which the client wants to be called.")),
        "other": (_("Against whom is it for the client?"), None),
        "paper": (_("Has the client got a paper?"), None),
        "served_on": (_("On which day did the client get the paper?"), None),
        "event_on": (None, _("A court hearing, a day by which the client must leave: the day.")),
        "call": (_("May we call the client?"), None),
        "mail": (None, _("Only that an answer waits under the code, never what it is about. Leave it empty where others read along.")),
        "woman": (_("The client wants to talk with a woman"), None),
    }  # fmt: skip
    OF_CLIENT = {
        "eviction": _("The client has to leave the home"),
        "no": _("No, write under the client's code"),
        "me": _("Speak with the client alone; to others say nothing"),
    }
    field_order = ("client", "other", "what", "triggers", "paper", "served_on", "event_on", "happened_on", "papers", "call",
                   "phone", "answers", "hour", "mail", "woman", "language", "agreed")  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any):
        """The same questions, of the client instead of to the client: staff read this page."""
        super().__init__(*args, **kwargs)
        for name, (label, more) in self.SAYS.items():
            field = self.fields[name]
            field.label, field.help_text = label or field.label, more or field.help_text
        for name in ("triggers", "call", "answers"):
            field: Any = self.fields[name]
            field.choices = [(key, self.OF_CLIENT.get(key, said)) for key, said in field.choices]

    def told(self) -> dict[str, Any]:
        return {
            name: value for name, value in self.cleaned_data.items() if name not in ("language", "agreed")
        }


SCREENS: tuple[tuple[type[forms.Form], Any, Any], ...] = (
    (
        WhatForm,
        _("What happened?"),
        _("You may stop at any moment. Nobody reads it before you send it at the end."),
    ),
    (WhomForm, _("Who is it about?"), _("Names help us not to act for both sides.")),
    (PapersForm, _("Papers"), _("Keep the originals with you.")),
    (WhenForm, _("When?"), _("So that we see at once what cannot wait.")),
    (ReachForm, _("How is it safe to reach you?"), _("We do nothing that you have not allowed here.")),
)
LAST = len(SCREENS) + 1  # the code
