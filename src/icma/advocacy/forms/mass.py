"""One question to many bodies: whom, what; then what was sent, registered, answered."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from icma.advocacy.actions.mass import FEWEST, MOST, QUESTION, SUBJECT, VALUE
from icma.advocacy.models import MassRow
from icma.matters.forms.letters import day_field
from icma.people.models import Address, Authority


class MassForm(forms.Form):
    subject = forms.CharField(label=_("Subject"), max_length=SUBJECT)
    question = forms.CharField(
        label=_("The question"), max_length=QUESTION, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("The same for every body, so that the answers can be compared. Best is what can be answered with a number, yes or no."),
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=_("What do you want?"), widget=forms.RadioSelect,
        choices=(("information", _("information or a document")), ("application", _("something done for all (water, road, school)"))),
    )  # fmt: skip
    authorities = forms.ModelMultipleChoiceField(
        label=_("Which bodies?"), queryset=Authority.objects.none(), to_field_name="code",
        widget=forms.CheckboxSelectMultiple, required=False,
    )  # fmt: skip
    all_of_them = forms.BooleanField(label=_("All bodies of this list"), required=False)
    field_order = ("subject", "question", "kind", "all_of_them", "authorities")

    def __init__(self, *args: Any, bodies: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["authorities"].queryset = bodies

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        everyone = given.pop("all_of_them", False)
        chosen = list(self.fields["authorities"].queryset if everyone else given.get("authorities") or ())
        if "authorities" not in self.errors and not FEWEST <= len(chosen) <= MOST:
            self.add_error("authorities", _t("Choose between 2 and 200 bodies."))
        return given | {"authorities": chosen}


class SentManyForm(forms.Form):
    channel = forms.ChoiceField(
        label=_("How was it sent?"), choices=Address.Channel.choices, widget=forms.RadioSelect
    )
    on = day_field(_("When was it sent?"))
    rows = forms.ModelMultipleChoiceField(
        label=_("To which bodies?"), queryset=MassRow.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, drafts: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["rows"].queryset = drafts
        self.fields["rows"].label_from_instance = lambda row: str(row.letter.authority)


class NumbersForm(forms.Form):
    """Two fields a letter that waits for its registration."""

    def __init__(self, *args: Any, rows: Iterable[MassRow], **more: Any) -> None:
        super().__init__(*args, **more)
        self.rows, number, day = list(rows), _t("number"), _t("date")
        for row in self.rows:
            self.fields[f"number{row.pk}"] = forms.CharField(
                label=f"{row.letter.authority}: {number}", max_length=60, required=False
            )
            self.fields[f"on{row.pk}"] = day_field(f"{row.letter.authority}: {day}", required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for row in self.rows:
            if bool(given.get(f"number{row.pk}")) != bool(given.get(f"on{row.pk}")):
                self.add_error(f"number{row.pk}", _t("Number and date belong together."))
        return given

    def given(self) -> list[tuple[MassRow, str, date]]:
        found = self.cleaned_data
        return [
            (row, found[f"number{row.pk}"], found[f"on{row.pk}"])
            for row in self.rows
            if found.get(f"number{row.pk}")
        ]


class ValuesForm(forms.Form):
    """One short answer a body that has answered."""

    def __init__(self, *args: Any, rows: Iterable[MassRow], **more: Any) -> None:
        self.rows = list(rows)
        super().__init__(*args, initial={f"value{row.pk}": row.value for row in self.rows}, **more)
        for row in self.rows:
            self.fields[f"value{row.pk}"] = forms.CharField(
                label=str(row.letter.authority), max_length=VALUE, required=False
            )

    def given(self) -> list[tuple[MassRow, str]]:
        return [(row, self.cleaned_data[f"value{row.pk}"]) for row in self.rows]
