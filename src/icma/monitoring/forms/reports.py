"""The form of a report: one figure or the reason why there is none; below it sex × age, and evidence."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from icma.core.numbers import Number
from icma.core.stale import Watched
from icma.matters.bands import AgeBand, Sex
from icma.monitoring.actions.months import MARK
from icma.monitoring.models import Indicator, Report, Reporter

LINES = {"rows": 3}
CELL = {"inputmode": "numeric", "autocomplete": "off"}


def heading(choice: AgeBand | Sex) -> str:
    return _t("not known") if choice in (Sex.UNKNOWN, AgeBand.UNKNOWN) else str(choice.label)


class ReportForm(Watched):
    """`reporters`: those who may be chosen; `correcting`: a confirmed report is replaced."""

    reason = forms.ChoiceField(label=_("No figure? Say why"), required=False)
    note = forms.CharField(
        label=_("Remark"), required=False, max_length=1000, widget=forms.Textarea(attrs=LINES),
        help_text=_("Seen by the team. No names of people who did not ask for it."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, indicator: Indicator, reporters: list[Reporter], correcting: bool = False, **given: Any
    ) -> None:  # fmt: skip
        super().__init__(*args, **given)
        first: dict[str, forms.Field] = {}
        if correcting:
            first["why"] = forms.CharField(label=_("Why it is corrected"), min_length=10, max_length=500)
        if len(reporters) > 1:
            choices = [(one.code, one.name) for one in reporters]
            first["reporter"] = forms.ChoiceField(label=_("Who reports"), choices=choices)
        first |= self._figures(indicator)
        self.fields = first | self.fields
        self.fields["reason"].choices = [("", _("there is a figure")), *Report.Reason.choices]
        self.has_grid = indicator.counts_people and indicator.kind == Indicator.Kind.COUNT
        if self.has_grid:
            self._add_grid()

    def _figures(self, indicator: Indicator) -> dict[str, forms.Field]:
        if indicator.kind == "ratio":
            return {
                "numerator": Number(is_count=True, label=_("How many of them"), required=False),
                "denominator": Number(is_count=True, label=_("Of how many"), required=False),
            }
        if indicator.kind == "text":
            words = forms.Textarea(attrs={"rows": 6})
            return {
                "said": forms.CharField(label=_("In words"), required=False, max_length=2000, widget=words)
            }
        label = _t("The figure")
        return {
            "value": Number(
                is_count=indicator.kind == Indicator.Kind.COUNT,
                required=False,
                label=f"{label}, {indicator.unit}" if indicator.unit else label,
            )
        }

    def _add_grid(self) -> None:
        for band in AgeBand:
            for sex in Sex:
                if sex == Sex.UNKNOWN and band == AgeBand.UNKNOWN:
                    continue  # what is left of the total
                label = f"{heading(sex)}, {heading(band)}"
                self.fields[f"c_{sex.value}_{band.value}"] = Number(
                    is_count=True, label=label, required=False, attrs=CELL | {"aria-label": label}
                )

    def plain_fields(self) -> list[Any]:
        return [
            self[name] for name in self.fields if not name.startswith("c_") and name not in ("note", "was")
        ]

    def heads(self) -> list[str]:
        return [heading(sex) for sex in Sex]

    def grid(self) -> list[tuple[str, list[Any]]]:
        if not self.has_grid:
            return []
        names = {b: [f"c_{s.value}_{b.value}" for s in Sex] for b in AgeBand}
        return [(heading(b), [self[n] if n in self.fields else "" for n in row]) for b, row in names.items()]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        told = [n for n in ("value", "said", "numerator", "denominator") if data.get(n) not in (None, "")]
        if not told and not data.get("reason") and not self.errors:
            raise forms.ValidationError(_("Write the figure or choose why there is none: one of them."))
        return data

    def content(self) -> dict[str, Any]:
        """What `draft_report` and `write_report` take."""
        data = self.cleaned_data
        names = ("value", "said", "numerator", "denominator", "reason", "note", "why")
        cells: dict[tuple[str, str, int | None], Decimal] = {}
        for name, n in data.items():
            if name.startswith("c_") and n:
                _c, sex, band = name.split("_", 2)
                cells[sex, band, None] = n
        return {name: data[name] for name in names if name in data} | {"cells": cells}


def shown(report: Report) -> dict[str, Any]:
    """What the form shows at first for a report that exists."""
    names = ("value", "said", "reason", "numerator", "denominator", "note", "why")
    cells = {f"c_{one.sex}_{one.band}": one.value for one in report.cells.all()}
    cells.pop("c_unknown_unknown", None)
    first = {name: getattr(report, name) for name in names}
    if report.note == MARK:  # whoever has looked at it makes it a draft of his or her own
        first["note"] = ""
    return first | {"reporter": report.reporter.code} | cells


class EvidenceForm(forms.Form):
    file = forms.FileField(label=_("Photo or PDF"))
    title = forms.CharField(label=_("What it shows"), max_length=120, required=False)


class WordForm(forms.Form):
    text = forms.CharField(label=_("Your words"), max_length=1000, widget=forms.Textarea(attrs=LINES))
