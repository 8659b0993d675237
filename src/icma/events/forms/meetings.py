"""Forms of a meeting."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from icma.core.day import moment
from icma.core.stale import Watched
from icma.events.actions import MOST, NewTask
from icma.events.actions.counting import spoke_at
from icma.events.models import Event
from icma.events.needs import ACCESS
from icma.matters.bands import AgeBand, Sex
from icma.matters.models import Matter
from icma.people.models import Organisation

GROUPS = {
    "members": _("the coordinators and the initiative group"),
    "followers": _("those who raised or follow the matter"),
}
TASK_ROWS = 4


class EventForm(Watched, forms.ModelForm):
    on = forms.DateField(label=_("Day"), widget=forms.DateInput(format="%Y-%m-%d"))
    hour = forms.TimeField(label=_("Hour"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}))
    access = forms.MultipleChoiceField(
        label=_("What makes it easier to come"), required=False, widget=forms.CheckboxSelectMultiple
    )
    indoors = forms.BooleanField(
        label=_("It takes place in a room or online. It is not a gathering in the open."),
        error_messages={"required": _("Only meetings in a room or online can be planned here.")},
    )

    class Meta:
        model = Event
        fields = ["title", "kind", "matter", "agenda", "spot", "where"]
        labels = {
            "title": _("What is the meeting about?"), "kind": _("What it is"), "matter": _("Which matter is it about?"),
            "agenda": _("Agenda"), "spot": _("In what kind of place?"), "where": _("Where exactly?"),
        }  # fmt: skip
        widgets = {"spot": forms.RadioSelect, "agenda": forms.Textarea(attrs={"rows": 4})}

    field_order = ["title", "kind", "matter", "on", "hour", "spot", "where", "access", "agenda", "indoors"]

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        matters = (
            Matter.objects.filter(community=organisation).exclude(stage="merged").order_by("-changed_at")
        )
        self.fields["matter"].queryset = matters
        self.fields["matter"].empty_label = _t("none: the community itself")
        self.fields["spot"].choices = Event.Spot.choices
        self.fields["agenda"].max_length = 5000
        self.fields["access"].choices = list(ACCESS.items())

    def _post_clean(self) -> None:
        """Values only: the action alone fills the row."""

    def values(self) -> dict[str, Any]:
        """What plan_event and change_event take."""
        data = {k: v for k, v in self.cleaned_data.items() if k not in ("on", "hour", "indoors")}
        hour = self.cleaned_data["hour"]
        return data | {"starts_at": moment(self.cleaned_data["on"], hour.hour, hour.minute)}


def shown(event: Event) -> dict[str, Any]:
    """What the form shows at first for an event that exists."""
    local = event.starts_at.astimezone(moment(date(2000, 1, 1)).tzinfo)
    fields = ("title", "kind", "agenda", "spot", "where", "access")
    return {name: getattr(event, name) for name in fields} | {
        "matter": event.matter_id, "on": local.date(), "hour": f"{local:%H:%M}", "indoors": True,
    }  # fmt: skip


def heading(choice: AgeBand | Sex) -> str:
    """A short word over a column or beside a row: who counts looks and does not ask."""
    return _t("cannot tell") if choice in (Sex.UNKNOWN, AgeBand.UNKNOWN) else str(choice.label)


class HeadForm(Watched):
    """A number for each sex × age band; who took the floor; who used what made it easier to come. Empty means none."""

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for band in AgeBand:
            for sex in Sex:
                self._number(f"{sex.value}_{band.value}", f"{heading(sex)}, {heading(band)}")
        self._number("total", _t("How many were there in all"))
        for sex in Sex:
            self._number(f"spoke_{sex.value}", heading(sex))
        self.needs = [need for need in event.access if need in ACCESS]
        for need in self.needs:
            self._number(f"used_{need}", str(ACCESS[need]))

    def _number(self, name: str, label: str) -> None:
        attrs = {"inputmode": "numeric", "aria-label": label, "min": 0, "max": MOST, "autocomplete": "off"}
        self.fields[name] = forms.IntegerField(
            label=label, min_value=0, max_value=MOST, required=False, widget=forms.NumberInput(attrs=attrs),
            error_messages={"invalid": _("Write a whole number, for example 12."), "min_value": _("A number of people cannot be below zero.")},
        )  # fmt: skip

    def heads(self) -> list[str]:
        return [heading(sex) for sex in Sex]

    def rows(self) -> list[tuple[str, list[Any]]]:
        """(age band, its three inputs): the grid."""
        return [(heading(band), [self[f"{sex.value}_{band.value}"] for sex in Sex]) for band in AgeBand]

    def floor(self) -> list[Any]:
        return [self[f"spoke_{sex.value}"] for sex in Sex]

    def used_fields(self) -> list[Any]:
        return [self[f"used_{need}"] for need in self.needs]

    def clean(self) -> dict[str, Any]:
        """The groups may stay below the total, never above it."""
        data = super().clean()
        total, groups = data.get("total"), sum(self.counts().values())
        if total is not None and groups > total:
            said = _t("The groups make %(groups)s together, more than %(total)s in all.")
            self.add_error("total", said % {"groups": groups, "total": total})
        return data

    def counts(self) -> dict[tuple[str, str], int]:
        """(sex, band) → people; what the total has over the groups is unknown."""
        cells = {
            (sex.value, band.value): self.cleaned_data.get(f"{sex.value}_{band.value}") or 0
            for band in AgeBand
            for sex in Sex
        }
        left = (self.cleaned_data.get("total") or 0) - sum(cells.values())
        unknown = (Sex.UNKNOWN.value, AgeBand.UNKNOWN.value)
        return cells | {unknown: cells[unknown] + left} if left > 0 else cells

    def spoke(self) -> dict[str, int]:
        return {sex.value: self.cleaned_data.get(f"spoke_{sex.value}") or 0 for sex in Sex}

    def used(self) -> dict[str, int]:
        """Need → how many; one that was left empty was not counted."""
        found = {need: self.cleaned_data.get(f"used_{need}") for need in self.needs}
        return {need: n for need, n in found.items() if n is not None}


def counted(event: Event, session: int = 1) -> dict[str, int]:
    """What the form shows at first: the numbers of that day as they stand."""
    heads = {f"{row.sex}_{row.band}": row.n for row in event.counts.filter(session=session)}
    if "unknown_unknown" in heads:  # what the groups do not explain: groups that come later are part of it
        heads = {"total": sum(heads.values())} | {
            name: n for name, n in heads.items() if name != "unknown_unknown"
        }
    spoke = {f"spoke_{sex}": n for sex, n in spoke_at(event, session).items()}
    return heads | spoke | {f"used_{row.need}": row.n for row in event.needs_used.all()}


class MinutesForm(Watched):
    minutes = forms.CharField(
        label=_("Minutes"), required=False, max_length=20_000, widget=forms.Textarea,
        help_text=_("What was said. Write no names of people who did not ask for it."),
    )  # fmt: skip
    decisions = forms.CharField(
        label=_("Decisions"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What was agreed, one line each."),
    )  # fmt: skip
    publish = forms.BooleanField(
        label=_("Everyone may read the minutes, after a second person has looked for names."), required=False
    )


class ReleaseForm(forms.Form):
    words = forms.CharField(
        label=_("If it goes back: what should be changed?"), required=False, max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class TaskRow(forms.Form):
    title = forms.CharField(label=_("What is to be done"), required=False, max_length=160)
    who_said = forms.CharField(label=_("Who (first name or role)"), required=False, max_length=40)
    until = forms.DateField(label=_("Last day"), required=False, widget=forms.DateInput(format="%Y-%m-%d"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if (data.get("who_said") or data.get("until")) and not data.get("title"):
            self.add_error("title", _t("Write what is to be done."))
        return data


TaskRows = forms.formset_factory(TaskRow, extra=TASK_ROWS, max_num=TASK_ROWS, validate_max=True)


def new_tasks(rows: forms.BaseFormSet) -> list[NewTask]:
    return [NewTask(**row.cleaned_data) for row in rows if row.cleaned_data.get("title")]


class InviteForm(forms.Form):
    groups = forms.MultipleChoiceField(
        label=_("Who is told hour and place?"), widget=forms.CheckboxSelectMultiple,
        choices=list(GROUPS.items()),
        error_messages={"required": _("Choose who is invited.")},
    )  # fmt: skip

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if event.matter_id is None:
            self.fields["groups"].choices = [("members", GROUPS["members"])]


def invited_persons(event: Event, groups: list[str]) -> set[str]:
    """Opaque persons of the chosen groups; nobody's name is shown to anybody."""
    persons: set[str] = set()
    if "members" in groups:
        seats = event.organisation.memberships.filter(until=None, role__in=("coordinator", "member"))
        persons |= set(seats.values_list("user__person", flat=True))
    if "followers" in groups and event.matter is not None:
        persons |= set(event.matter.parts.filter(until=None).values_list("person", flat=True))
    return persons
