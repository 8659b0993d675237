"""Forms of those who write a questionnaire."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from icma.asks.actions.writing import Asked
from icma.asks.kinds import LANGUAGES
from icma.asks.models import Question, Version
from icma.core.stale import Watched
from icma.people.models import Organisation

NAMES = {"az": _("Azerbaijani"), "ru": _("Russian"), "en": _("English")}
LINES = {"rows": 5}


def others(language: str) -> list[str]:
    return [code for code in LANGUAGES if code != language]


class StartForm(forms.Form):
    organisation = forms.ModelChoiceField(
        label=_("Who asks?"), queryset=Organisation.objects.none(), to_field_name="code", empty_label=None
    )
    language = forms.ChoiceField(label=_("Language of the questions"), choices=list(NAMES.items()))
    title = forms.CharField(label=_("Title"), max_length=160)
    intro = forms.CharField(
        label=_("Introduction"), required=False, max_length=1500, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What is asked and what for. That nobody is named is said by the page itself."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, organisations: Any, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["organisation"].queryset = organisations


class WordsForm(Watched):
    """Title and introduction, and the same in the other languages."""

    title = forms.CharField(label=_("Title"), max_length=160)
    intro = forms.CharField(
        label=_("Introduction"), required=False, max_length=1500, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, data: Any = None, *, version: Version) -> None:
        self.others = others(version.language)
        first = {"title": version.title, "intro": version.intro}
        for code in self.others:
            words = version.texts.get(code, {})
            first |= {f"title_{code}": words.get("title", ""), f"intro_{code}": words.get("intro", "")}
        super().__init__(data, initial=first)
        for code in self.others:
            about = {"language": NAMES[code]}
            self.fields[f"title_{code}"] = forms.CharField(
                label=_("Title: %(language)s") % about, required=False, max_length=160
            )
            self.fields[f"intro_{code}"] = forms.CharField(
                label=_("Introduction: %(language)s") % about, required=False, max_length=1500,
                widget=forms.Textarea(attrs={"rows": 3}),
            )  # fmt: skip

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        texts = {c: {"title": data[f"title_{c}"], "intro": data[f"intro_{c}"]} for c in self.others}
        return {"title": data["title"], "intro": data["intro"], "texts": texts}


class QuestionForm(Watched):
    """One question with its answers, one a line."""

    text = forms.CharField(
        label=_("Question"), max_length=400, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One thing at a time, in words that everybody uses, without pushing towards an answer."),
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=_("How is it answered?"), choices=Question.Kind.choices, widget=forms.RadioSelect
    )
    choices = forms.CharField(
        label=_("Answers, one a line"), required=False, max_length=2500, widget=forms.Textarea(attrs=LINES),
        help_text=_(
            "Scale: two lines, what 1 and what 5 means. Number: where each range begins, for example 0, 1, 3, 6. "
            "Yes or no, own words: nothing."
        ),
    )  # fmt: skip
    is_required = forms.BooleanField(
        label=_("An answer is asked for; “I do not answer” is one too."), required=False
    )

    def __init__(self, data: Any = None, *, version: Version, question: Question | None = None) -> None:
        self.others = others(version.language)
        super().__init__(data, initial=self._first(question) if question else {})
        for code in self.others:
            about = {"language": NAMES[code]}
            self.fields[f"text_{code}"] = forms.CharField(
                label=_("Question: %(language)s") % about, required=False, max_length=400,
                widget=forms.Textarea(attrs={"rows": 2}),
            )  # fmt: skip
            self.fields[f"choices_{code}"] = forms.CharField(
                label=_("Answers, one a line: %(language)s") % about, required=False, max_length=2500,
                widget=forms.Textarea(attrs=LINES),
            )  # fmt: skip
        self.fields["source"] = forms.CharField(
            label=_("Where the words come from"), required=False, max_length=200
        )
        self.fields["licence"] = forms.CharField(
            label=_("Licence of the words"), required=False, max_length=80
        )
        self.fields["wording"] = forms.CharField(
            label=_("How exact the wording is"), required=False, max_length=200,
            help_text=_("Word for word, shortened, translated by whom, your own."),
        )  # fmt: skip

    def _first(self, question: Question) -> dict[str, Any]:
        names = ("text", "kind", "is_required", "source", "licence", "wording")
        first = {name: getattr(question, name) for name in names}
        first["choices"] = "\n".join(question.choices)
        for code in self.others:
            words = question.texts.get(code, {})
            first[f"text_{code}"] = words.get("text", "")
            first[f"choices_{code}"] = "\n".join(words.get("choices", ()))
        return first

    @property
    def main_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("text", "kind", "choices", "is_required")]

    @property
    def other_fields(self) -> list[forms.BoundField]:
        return [self[f"{name}_{code}"] for code in self.others for name in ("text", "choices")]

    @property
    def note_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("source", "licence", "wording")]

    def asked(self) -> Asked:
        data = self.cleaned_data
        texts = {
            code: {"text": data[f"text_{code}"], "choices": data[f"choices_{code}"].splitlines()}
            for code in self.others
        }
        return Asked(
            text=data["text"], kind=data["kind"], choices=tuple(data["choices"].splitlines()), texts=texts,
            is_required=data["is_required"], source=data["source"], licence=data["licence"], wording=data["wording"],
        )  # fmt: skip


class OpenForm(forms.Form):
    opens_on = forms.DateField(label=_("First day"), widget=forms.DateInput(format="%Y-%m-%d"))
    closes_on = forms.DateField(label=_("Last day"), widget=forms.DateInput(format="%Y-%m-%d"))
    wants_code = forms.BooleanField(
        label=_("Only with a paper code: one code, one answered questionnaire."), required=False,
        help_text=_("Without codes one person may answer twice. With them somebody must hand out slips."),
    )  # fmt: skip


class ModerateForm(forms.Form):
    words = forms.CharField(
        label=_("If it goes back: what should be changed?"), required=False, max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
