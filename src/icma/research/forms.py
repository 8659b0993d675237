"""Forms of the figures door."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from icma.research.measures import Measure
from icma.research.quarters import FIRST_YEAR, by_name, closed, name_of, span_words

QUARTERS = 12  # offered; older ones have been published or never will be
MOST = 3  # columns counted at once


class ChooseForm(forms.Form):
    """What is counted, by what, of when."""

    measure = forms.ChoiceField(label=_("What is counted"))
    quarter = forms.ChoiceField(label=_("Quarter"))

    def __init__(self, *args: Any, measures: Sequence[Measure], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.measures = {measure.name: measure for measure in measures}
        spans = [
            span for span, _n in zip(closed(date(FIRST_YEAR, 1, 1), today), range(QUARTERS), strict=False)
        ]
        self.fields["measure"].choices = [(m.name, m.title) for m in measures]
        self.fields["quarter"].choices = [(name_of(first), span_words(first, last)) for first, last in spans]


class TableForm(forms.Form):
    """Of one measure: by what it is counted."""

    dimensions = forms.MultipleChoiceField(
        label=_("Counted by"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Fewer columns withhold less. Nothing chosen gives the total alone."),
    )  # fmt: skip

    def __init__(self, *args: Any, measure: Measure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dimensions"].choices = [(d.name, d.title) for d in measure.dimensions]

    def clean_dimensions(self) -> list[str]:
        chosen = self.cleaned_data["dimensions"]
        if len(chosen) > MOST:
            raise forms.ValidationError(_t("At most three columns at once."))
        return chosen


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why?"), max_length=1000, min_length=10, widget=forms.Textarea(attrs={"rows": 3})
    )


def span_of(measure: Measure, quarter: str) -> tuple[date, date] | None:
    """The quarter chosen; of the public record everything from January of the year before."""
    span = by_name(quarter)
    if span is None or measure.kind == "people":
        return span
    return date(max(span[0].year - 1, FIRST_YEAR), 1, 1), span[1]
