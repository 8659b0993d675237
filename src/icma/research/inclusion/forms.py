"""Forms of inclusion: a table of who lives where, a marker, a goal."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from icma.research.inclusion.checklists import CHECKLISTS, SCORES
from icma.research.inclusion.levels import GROUPS, LEVELS


class PopulationForm(forms.Form):
    file = forms.FileField(
        label=_("CSV file"),
        help_text=_("Columns: district, sex, band, n. Ages: 0-13, 14-17, 18-29, 30-44, 45-59, 60+."),
    )
    source = forms.CharField(
        label=_("Where the numbers come from"), max_length=200,
        help_text=_("The office and the title of the publication."),
    )  # fmt: skip
    year = forms.IntegerField(label=_("Of which year"), min_value=1990, max_value=2100)


class MarkerForm(forms.Form):
    """`which`: gender or youth. What the score needs is checked by the action, which names what is missing."""

    criteria = forms.MultipleChoiceField(
        label=_("What holds today"), required=False, widget=forms.CheckboxSelectMultiple
    )
    score = forms.TypedChoiceField(
        label=_("Score"), coerce=int, choices=list(SCORES.items()), widget=forms.RadioSelect,
        help_text=_("2 is not better than 1: it says what the work is for."),
    )  # fmt: skip

    def __init__(self, *args: Any, which: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["criteria"].choices = list(CHECKLISTS[which].items())


class GoalForm(forms.Form):
    group = forms.ChoiceField(label=_("Whose share"), choices=list(GROUPS.items()))
    level = forms.ChoiceField(label=_("At which level"), choices=list(LEVELS.items()))
    percent = forms.IntegerField(label=_("At least (percent)"), min_value=1, max_value=99)
    until = forms.DateField(label=_("Until"), widget=forms.DateInput(format="%Y-%m-%d"))
