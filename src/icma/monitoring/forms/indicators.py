"""Forms of an indicator, its sheet and its targets."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from icma.core.numbers import Number
from icma.core.stale import Watched
from icma.matters.bands import AgeBand, Sex
from icma.monitoring import sheet as sheets
from icma.monitoring.actions.indicators import JOINED
from icma.monitoring.models import Indicator, Initiative, Node, Period
from icma.monitoring.pictures import span_words
from icma.people.models import Place

DEFAULT = ("", _("as is usual for this kind"))


class IndicatorForm(Watched):
    title = forms.CharField(label=_("What is counted"), max_length=160)
    kind = forms.ChoiceField(label=_("Kind"), choices=Indicator.Kind.choices, widget=forms.RadioSelect)
    unit = forms.CharField(
        label=_("Unit"), max_length=40, required=False, help_text=_("People, wells, letters…")
    )
    direction = forms.ChoiceField(
        label=_("Direction of change"),
        choices=Indicator.Direction.choices,
        widget=forms.RadioSelect,
        initial="up",
    )
    baseline = Number(label=_("Where it stood at the beginning"), required=False)
    baseline_none_reason = forms.CharField(
        label=_("If that is not known: why"), max_length=200, required=False
    )
    target = Number(label=_("Where it should be at the end"), required=False)
    top = Number(
        label=_("Highest mark of the scale"), required=False, help_text=_("Only for a mark on a scale.")
    )
    frequency = forms.ChoiceField(
        label=_("How often it is reported"), choices=Indicator.Frequency.choices, initial="quarter"
    )
    counts_people = forms.BooleanField(
        label=_("It counts people: reports are broken down by sex and age"),
        required=False,
        help_text=_("Of a share of people only what cannot point at single ones is shown to everybody."),
    )
    node = forms.ModelChoiceField(
        label=_("To which step of the tree it belongs"), queryset=Node.objects.none(), required=False,
        to_field_name="code",
    )  # fmt: skip
    across_periods = forms.ChoiceField(
        label=_("Over the periods"), choices=[DEFAULT, *Indicator.Periods.choices], required=False
    )
    across_reporters = forms.ChoiceField(
        label=_("Over those who report"), choices=[DEFAULT, *Indicator.Reporters.choices], required=False
    )

    def __init__(self, *args: Any, initiative: Initiative, fixed: bool = False, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["node"].queryset = initiative.nodes.all()
        self.fields["node"].empty_label = _("none")
        if fixed:
            for name in ("kind", "unit", "frequency", "counts_people", "across_periods", "across_reporters"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        kind = data.get("kind")
        for name, at in (("across_periods", 0), ("across_reporters", 1)):
            if name in data and not data[name]:
                if kind:
                    data[name] = JOINED[kind][at][0]
            elif kind and name in data and data[name] not in JOINED[kind][at]:
                self.add_error(name, _("Figures of this kind cannot be joined in this way."))
        return data


def shown(indicator: Indicator, target: Decimal | None) -> dict[str, Any]:
    """What the form shows at first for an indicator that exists."""
    names = ("title", "kind", "unit", "direction", "baseline", "baseline_none_reason", "top", "frequency",
             "counts_people", "across_periods", "across_reporters")  # fmt: skip
    node = indicator.node.code if indicator.node else None
    return {name: getattr(indicator, name) for name in names} | {"target": target, "node": node}


class SheetForm(Watched):
    """The reference sheet: every field may stay empty."""

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        for name, (label, help_text) in sheets.FIELDS.items():
            self.fields[name] = forms.CharField(
                label=label, help_text=help_text, required=False, max_length=sheets.MOST,
                widget=forms.Textarea(attrs={"rows": 2}),
            )  # fmt: skip


class TargetForm(Watched):
    """The target at the end, of each period and, where people are counted, of women, of the young, of each place."""

    GROUPS = {
        "women": (Sex.FEMALE.value, ""),
        "b14": ("", AgeBand.B14.value),
        "b18": ("", AgeBand.B18.value),
    }

    def __init__(self, *args: Any, indicator: Indicator, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["all"] = Number(label=_("At the end"), required=False)
        self.periods = list(indicator.periods.filter(gone_at=None)) if indicator.frequency != "once" else []
        for period in self.periods:
            self.fields[f"p_{period.code}"] = Number(label=span_words(period), required=False)
        self.places: list[Place] = []
        if indicator.counts_people and indicator.kind == Indicator.Kind.COUNT:
            for name, (_sex, band) in self.GROUPS.items():
                words = (
                    _t("Of them aged %(ages)s") % {"ages": AgeBand(band).label}
                    if band
                    else _t("Of them women")
                )
                self.fields[name] = Number(label=words, required=False)
            here = indicator.initiative.reporters.exclude(place=None).values("place")
            self.places = list(Place.objects.filter(pk__in=here).order_by("pk"))
            for place in self.places:
                self.fields[f"at_{place.code}"] = Number(
                    label=_t("In this place: %(place)s") % {"place": place}, required=False
                )

    def groups(self) -> dict[str, tuple[Period | None, str, str, Place | None]]:
        """Field → whose target it is: period, sex, band, place."""
        found: dict[str, tuple[Period | None, str, str, Place | None]] = {"all": (None, "", "", None)}
        found |= {f"p_{one.code}": (one, "", "", None) for one in self.periods}
        found |= {
            name: (None, sex, band, None) for name, (sex, band) in self.GROUPS.items() if name in self.fields
        }
        return found | {f"at_{one.code}": (None, "", "", one) for one in self.places}

    def rows(self) -> list[tuple[Period | None, str, str, Place | None, Decimal | None]]:
        """What `set_targets` takes."""
        return [(*group, self.cleaned_data[name]) for name, group in self.groups().items()]
