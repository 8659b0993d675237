"""The month's form for a telephone, and the form of a report."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from icma.core.stale import Watched
from icma.matters.bands import AgeBand, Sex
from icma.matters.forms.letters import day_field
from icma.monitoring.forms.outcomes import CodeChoice, english_field, language_field, text_field
from icma.monitoring.models import Initiative, Month
from icma.monitoring.months import Known
from icma.people.models import Organisation

MOST = 100_000
NAMES = {Sex.UNKNOWN: _("not known"), AgeBand.UNKNOWN: _("not known")}


def heading(choice: Any) -> str:
    return str(NAMES.get(choice, choice.label))


class MonthForm(Watched):
    """Four questions; the second is a grid of sex × age. Empty: nobody has counted."""

    did = text_field(_("What did you do?"), 3000, 5, required=False, help_text=_("Meetings and letters of the month stand here already. Add what is missing."))  # fmt: skip
    changed = text_field(_("What changed?"), 2000, 2, required=False)
    hindered = text_field(_("What hindered you?"), 2000, 2, required=False)
    quiet = forms.BooleanField(label=_("Nothing was done this month"), required=False)
    language = language_field()
    english = english_field()

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for band in AgeBand:
            for sex in Sex:
                label = f"{heading(sex)}, {heading(band)}"
                attrs = {
                    "inputmode": "numeric",
                    "aria-label": label,
                    "min": 0,
                    "max": MOST,
                    "autocomplete": "off",
                }
                self.fields[f"{sex.value}_{band.value}"] = forms.IntegerField(
                    label=label,
                    min_value=0,
                    max_value=MOST,
                    required=False,
                    widget=forms.NumberInput(attrs=attrs),
                )

    def heads(self) -> list[str]:
        return [heading(sex) for sex in Sex]

    def rows(self) -> list[tuple[str, list[Any]]]:
        """(age band, its three inputs): the grid."""
        return [(heading(band), [self[f"{sex.value}_{band.value}"] for sex in Sex]) for band in AgeBand]

    def values(self) -> dict[str, Any]:
        """What keep_month takes."""
        words = {
            name: self.cleaned_data[name]
            for name in ("did", "changed", "hindered", "quiet", "language", "english")
        }
        cells = {
            (s.value, b.value): self.cleaned_data[f"{s.value}_{b.value}"] or 0 for s in Sex for b in AgeBand
        }
        return words | {"counts": {cell: n for cell, n in cells.items() if n}}


def month_first(month: Month | None, known: Known, language: str) -> dict[str, Any]:
    """What the form shows: what was kept, whatever it leaves empty; else what the product knows of the month."""
    if month is None:
        counts = {f"{s}_{b}": n for (s, b), n in known.counts.items() if n}
        return {"did": known.text, "language": language} | counts
    words = {
        name: getattr(month, name) for name in ("did", "changed", "hindered", "quiet", "language", "english")
    }
    return words | {f"{row.sex}_{row.band}": row.n for row in month.counts.all()}


class PaperForm(forms.Form):
    """By project code and period."""

    project_code = forms.ChoiceField(label=_("Code of the project"), required=False)
    organisation = CodeChoice(Organisation.objects.none(), lambda o: o.name, label=_("Community"))
    first = day_field(_("First day"))
    last = day_field(_("Last day"))
    printed_in = forms.ChoiceField(label=_("Language of the report"), choices=settings.LANGUAGES)
    inside = forms.BooleanField(
        label=_("For our own use: with our own head-counts by sex and age"), required=False,
        help_text=_("Only for one community, and not to be passed on."),
    )  # fmt: skip
    narrative = text_field(
        _("Words of your own"), 5000, 4, required=False, help_text=_("They stand at the beginning.")
    )
    language = language_field()
    english = english_field()

    def __init__(self, *args: Any, groups: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["organisation"].queryset = groups
        self.fields["organisation"].empty_label = "—"
        codes = (
            Initiative.objects.filter(organisation__in=groups)
            .exclude(project_code="")
            .order_by("project_code")
        )
        self.fields["project_code"].choices = [("", "—"), *((code, code) for code in codes.values_list("project_code", flat=True).distinct())]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("first"), given.get("last")
        if isinstance(first, date) and isinstance(last, date) and last < first:
            self.add_error("last", _("The last day lies before the first."))
        return given
