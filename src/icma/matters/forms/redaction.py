"""Rectangles in percent of a page: typed, or drawn where scripts run."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from icma.matters.compose.pictures import Box

EXTRA, MOST = 6, 200
THINNEST = 0.1  # percent: a line covers nothing


def _percent(label: Any, least: float = 0) -> forms.FloatField:
    attrs = {"min": str(least), "max": "100", "step": "0.1", "inputmode": "decimal"}
    return forms.FloatField(
        label=label, min_value=least, max_value=100, widget=forms.NumberInput(attrs=attrs)
    )


class BoxForm(forms.Form):
    page = forms.IntegerField(label=_("Page"), min_value=1, max_value=20, initial=1)
    left = _percent(_("From the left, percent"))
    top = _percent(_("From the top, percent"))
    width = _percent(_("Width, percent"), THINNEST)
    height = _percent(_("Height, percent"), THINNEST)

    def has_changed(self) -> bool:
        """A row with only its page number filled in is an empty row."""
        return bool(set(self.changed_data) - {"page"})


class Boxes(forms.BaseFormSet):
    def boxes(self) -> list[Box]:
        return [Box(**form.cleaned_data) for form in self.forms if form.has_changed()]


BoxFormSet = forms.formset_factory(BoxForm, formset=Boxes, extra=EXTRA, max_num=MOST, absolute_max=MOST)


class NothingForm(forms.Form):
    nothing = forms.BooleanField(label=_("I have looked: there is nothing to cover"), required=False)
