"""The questions as a form: on a screen, and again for typing in sheets of paper."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from icma.asks.actions.answering import LONGEST_TEXT, MOST_SHEETS, Given
from icma.asks.kinds import REFUSED, Kind, asked, labels, range_of, ranges
from icma.asks.models import Question, Version
from icma.matters.bands import AgeBand, Sex
from icma.people.models import Place

CHILD = "child"
NOT = _("I do not answer")


def regions() -> list[tuple[str, str]]:
    rows = Place.objects.filter(kind=Place.Kind.REGION).order_by("sort_key")
    return [(row.code, str(row)) for row in rows]


def carried(data: Any, before: list[Question], questions: list[Question]) -> Any:
    """What was typed to the questions of an earlier version, under the numbers that the same questions have now.

    What was asked in other words stays unanswered: an answer to it would be to another question.
    """
    kept = data.copy()
    for name in [name for name in data if name.startswith("q")]:
        del kept[name]
    now = {(row.kind, row.text, tuple(row.choices)): row.order for row in questions}
    for row in before:
        order = now.get((row.kind, row.text, tuple(row.choices)))
        for end in ("", "_no") if order else ():
            if f"q{row.order}{end}" in data:
                kept.setlist(f"q{order}{end}", data.getlist(f"q{row.order}{end}"))
    return kept


class AnswerForm(forms.Form):
    """Fields `q1`…: what a question asks; `q1_no` beside a number or own words: "I do not answer"."""

    strict = True  # where an answer is asked for, an empty field is an error

    def __init__(
        self, data: Any = None, *, version: Version, questions: list[Question], wants_code: bool = False
    ) -> None:
        super().__init__(data)
        self.version, self.questions = version, questions
        if wants_code:
            self.fields["code"] = forms.CharField(
                label=_("Your paper code"), max_length=40,
                help_text=_("It is on the slip you were given. It counts once and is not kept with your answers."),
                widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
            )  # fmt: skip
        for question in questions:
            self._add(question)
        self._about()

    def _add(self, question: Question) -> None:
        name, label = f"q{question.order}", self._label(question)
        if question.kind == Kind.TEXT:
            self.fields[name] = forms.CharField(
                label=label, required=False, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 4}),
                help_text=_("Write no names. A researcher reads it, apart from your other answers."),
            )  # fmt: skip
        elif question.kind == Kind.NUMBER:
            self.fields[name] = forms.CharField(
                label=label, required=False, max_length=9, widget=forms.TextInput(attrs={"inputmode": "numeric"}),
                help_text=_("A whole number. Only the range is kept: %(ranges)s")
                % {"ranges": "; ".join(ranges(question))},
            )  # fmt: skip
        else:
            self._choose(question, name, label)
            return
        self.fields[f"{name}_no"] = forms.BooleanField(label=NOT, required=False)

    def _choose(self, question: Question, name: str, label: Any) -> None:
        shown = [(key, words.html) for key, words in labels(question, self.version).items()]
        given: dict[str, Any] = {
            "label": label,
            "required": question.is_required and self.strict,
            "choices": [*shown, (REFUSED, NOT)],
        }
        given["error_messages"] = {"required": _("Choose an answer, or “I do not answer”.")}
        if question.kind == Kind.MANY:
            given["help_text"] = _("Several answers are possible.")
            self.fields[name] = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, **given)
        else:
            self.fields[name] = forms.ChoiceField(widget=forms.RadioSelect, **given)

    def _label(self, question: Question) -> Any:
        words = asked(question, self.version)
        numbered = type(words)(f"{question.order}. {words.text}", words.language)
        return numbered.html

    def _about(self) -> None:
        bands = [("", "—"), (CHILD, _t("under 14")), *AgeBand.choices[:-1]]
        self.fields["sex"] = forms.ChoiceField(
            label=_("You are"), required=False, choices=[("", "—"), *Sex.choices[:2]]
        )
        self.fields["band"] = forms.ChoiceField(label=_("Your age"), required=False, choices=bands)
        self.fields["region"] = forms.ChoiceField(
            label=_("Your region"), required=False, choices=[("", "—"), *regions()]
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for question in self.questions:
            self._look(question, data, f"q{question.order}")
        return data

    def _look(self, question: Question, data: dict[str, Any], name: str) -> None:
        value, no = data.get(name), data.get(f"{name}_no")
        if question.kind == Kind.MANY and value and REFUSED in value and len(value) > 1:
            self.add_error(name, _t("Either answers, or “I do not answer”."))
        if question.kind in (Kind.NUMBER, Kind.TEXT):
            if value and no:
                self.add_error(name, _t("Either an answer, or “I do not answer”."))
            elif question.is_required and self.strict and not value and not no and name not in self.errors:
                self.add_error(name, _t("Write an answer, or tick “I do not answer”."))
        if question.kind == Kind.NUMBER and value:
            plain = value.replace(" ", "").replace("\u00a0", "")
            fits = plain.isascii() and plain.isdigit() and range_of(question, int(plain))
            if not fits:
                self.add_error(
                    name, _t("Write a whole number from %(least)s up.") % {"least": question.choices[0]}
                )
            else:
                data[name] = range_of(question, int(plain))

    @property
    def is_child(self) -> bool:
        """Then nothing is kept."""
        return bool(self.cleaned_data.get("band") == CHILD)

    @property
    def asked_fields(self) -> list[forms.BoundField]:
        return [bound for bound in self if bound.name.startswith("q") or bound.name == "code"]

    @property
    def about_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("sex", "band", "region")]

    def given(self, language: str) -> Given:
        """What the action takes; a region is found anew, nothing of the request comes along."""
        data, chosen, said = self.cleaned_data, {}, {}
        for question in self.questions:
            name = f"q{question.order}"
            value, no = data.get(name), data.get(f"{name}_no")
            if question.kind == Kind.TEXT:
                if value or no:
                    said[question.order] = None if no else value
            elif no:
                chosen[question.order] = (REFUSED,)
            elif value:
                chosen[question.order] = tuple(value) if isinstance(value, list) else (value,)
        return Given(
            chosen, said, data["sex"] or Sex.UNKNOWN, data["band"] or AgeBand.UNKNOWN,
            Place.objects.filter(code=data["region"], kind=Place.Kind.REGION).first(), language,
        )  # fmt: skip


class SheetForm(AnswerForm):
    """The same questions, with the number that stands on the paper, where anything may be empty."""

    strict = False
    field_order = ["sheet"]

    def __init__(self, data: Any = None, **given: Any) -> None:
        super().__init__(data, **given)
        self.fields["sheet"] = forms.IntegerField(
            label=_("Number of the sheet"), min_value=1, max_value=999_999
        )
        self.order_fields(self.field_order)


class PileForm(forms.Form):
    name = forms.CharField(
        label=_("Where do the sheets come from?"), max_length=80,
        help_text=_("For example a meeting and its day. No names of people."),
    )  # fmt: skip
    total = forms.IntegerField(
        label=_("How many sheets are in the pile?"), min_value=1, max_value=MOST_SHEETS,
        help_text=_("Count them before you type in the first one."),
    )  # fmt: skip


class AgainForm(forms.Form):
    total = forms.IntegerField(
        label=_("How many sheets are in the pile?"), min_value=1, max_value=MOST_SHEETS
    )


class VersionForm(PileForm):
    """Where sheets of more than one version may still come in: the version is printed under the title."""

    version = forms.ChoiceField(label=_("Which version do the sheets say under their title?"))

    field_order = ("version", "name", "total")

    def __init__(self, data: Any = None, *, versions: list[Version]) -> None:
        super().__init__(data)
        self.fields["version"].choices = [(row.number, row.number) for row in versions]


class CodesForm(forms.Form):
    n = forms.IntegerField(label=_("How many codes?"), min_value=1, max_value=40, initial=20)


class ReadForm(forms.Form):
    why = forms.CharField(
        label=_("What are the texts read for?"), max_length=200,
        help_text=_("It stays written down who has read, when and for what."),
    )  # fmt: skip
