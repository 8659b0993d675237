"""What may be entered about a term: silence, pause, extension, a right date, a decision on an objection."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from icma.engines.clockrules import Extension
from icma.law.shipped import Book
from icma.law.words import amount_words, basis_words
from icma.matters.forms.letters import day_field
from icma.matters.models import Clock


class SilenceForm(forms.Form):
    on = day_field(
        _("On which day did you ask?"),
        help_text=_("Ask the sender, or the authority, whether an answer has come; enter the day of asking."),
    )


class DayForm(forms.Form):
    """Pause, resume: the day on which it happened by the authority's paper."""

    on = day_field(_("Day"))
    basis = forms.CharField(label=_("Article or document"), max_length=120, required=False)


def _ground(link: Extension) -> str:
    words = {
        "term": amount_words(link.amount, link.unit),
        "article": link.article,
        "why": basis_words(link.basis),
    }
    text = (
        gettext("%(why)s: %(term)s, article %(article)s")
        if link.basis
        else gettext("%(term)s, article %(article)s")
    )
    return text % words


class ExtendForm(forms.Form):
    """The grounds and most that the law gives are the rule's own."""

    on = day_field(_("Date of the authority's notice"))
    basis = forms.ChoiceField(label=_("Ground"), required=False)
    amount = forms.IntegerField(
        label=_("By how many"), required=False, min_value=1, max_value=999,
        help_text=_("As the notice says; empty if it names no number."),
    )  # fmt: skip

    def __init__(self, *args: Any, clock: Clock, law: Book, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grounds = [(link.basis, _ground(link)) for link in law.rules[clock.rule].extensions]
        self.fields["basis"].choices = [*grounds, ("", _("not named"))] if grounds else [("", _("not named"))]


class CorrectForm(forms.Form):
    what = forms.ChoiceField(
        label=_("Which date was wrong?"), widget=forms.RadioSelect,
        choices=[("start", _("the day from which it is counted")), ("answer", _("the date of the answer"))],
    )  # fmt: skip
    on = day_field(_("The right date"))


class ObjectionForm(forms.Form):
    upheld = forms.TypedChoiceField(
        label=_("What did you find?"), widget=forms.RadioSelect, coerce=lambda value: value == "yes",
        choices=[("yes", _("the authority is right")), ("no", _("the record stays as it is"))],
    )  # fmt: skip
    answered_on = day_field(
        _("Date of the authority's answer"), required=False, help_text=_("Only if it has answered.")
    )
    text = forms.CharField(
        label=_("Why (public)"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
