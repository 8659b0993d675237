"""Forms of an initiative, its tree and who reports."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from icma.core.stale import Watched
from icma.monitoring.actions.initiatives import BELOW
from icma.monitoring.forms.fields import day
from icma.monitoring.models import Initiative, Node
from icma.monitoring.starts import STARTS
from icma.people.models import Place

LINES = {"rows": 3}


class InitiativeForm(Watched):
    title = forms.CharField(label=_("Name of the initiative"), max_length=120)
    text = forms.CharField(
        label=_("What you want to change, and how"), required=False, max_length=2000, widget=forms.Textarea(attrs=LINES)
    )  # fmt: skip
    starts_on = day(_("First day"))
    ends_on = day(_("Last day"))
    project_code = forms.CharField(
        label=_("Code of the project"), required=False, max_length=24, help_text=_("Seen by the team only.")
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and last <= first:
            self.add_error("ends_on", _("The last day must come after the first."))
        return data


class StartForm(InitiativeForm):
    """What is needed to begin; `start` fills a small tree that can be changed afterwards."""

    start = forms.ChoiceField(
        label=_("What it is like"), widget=forms.RadioSelect, required=False,
        help_text=_("You get a small tree with three indicators; change or remove what does not fit."),
    )  # fmt: skip
    field_order = ["title", "start", "starts_on", "ends_on", "text", "project_code"]

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        known = [(name, f"{one.label}. {one.about}") for name, one in STARTS.items()]
        self.fields["start"].choices = [*known, ("", _("Begin with an empty page"))]


class NodeForm(Watched):
    kind = forms.ChoiceField(label=_("Level"), widget=forms.RadioSelect)
    title = forms.CharField(label=_("In one sentence"), max_length=200)
    assumptions = forms.CharField(
        label=_("What has to hold for this to lead further"), required=False, max_length=1000, widget=forms.Textarea(attrs=LINES)
    )  # fmt: skip
    parent = forms.ModelChoiceField(label=_("Leads to"), queryset=Node.objects.none(), required=False)

    def __init__(self, *args: Any, initiative: Initiative, node: Node | None = None, **given: Any) -> None:
        super().__init__(*args, **given)
        if node is not None:
            del self.fields["kind"], self.fields["parent"]
            return
        self.fields["parent"].queryset = initiative.nodes.exclude(kind="")
        self.fields["parent"].to_field_name = "code"
        self.fields["parent"].empty_label = _("nothing above it")
        self.fields["kind"].choices = Node.Kind.choices

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        parent = data.get("parent")
        if data.get("kind") and data["kind"] not in BELOW[parent.kind if parent else ""]:
            self.add_error("kind", _("Such a step cannot stand there."))
        return data


class ReporterForm(forms.Form):
    name = forms.CharField(
        label=_("Who reports"), max_length=120, help_text=_("A street, a school, a group. No person's full name.")
    )  # fmt: skip
    place = forms.ModelChoiceField(
        label=_("Where"), queryset=Place.objects.filter(kind="unit"), required=False
    )
    since = day(_("First day"))


class ReporterEndForm(Watched):
    name = forms.CharField(label=_("Who reports"), max_length=120)
    until = day(
        _("First day without it"), required=False,
        help_text=_("Its latest state no longer counts from this day; what it added up stays."),
    )  # fmt: skip
