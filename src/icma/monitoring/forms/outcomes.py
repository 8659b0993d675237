"""Forms of outcomes, of what others say of them, of stories and of visits."""

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from icma.core.stale import Watched
from icma.matters.forms.letters import day_field
from icma.matters.forms.raising import UnitField
from icma.matters.models import Letter, Matter
from icma.matters.rules_of_moderation import RULES
from icma.monitoring.actions.visits import FollowUp
from icma.monitoring.models import Choice, Indicator, Initiative, Node, Outcome, Story, Substantiation
from icma.people.models import Organisation

TASKS = 3


def text_field(label: Any, most: int, rows: int = 3, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, widget=forms.Textarea(attrs={"rows": rows}), **more)


def language_field() -> forms.ChoiceField:
    return forms.ChoiceField(label=_("In which language is it written?"), choices=settings.LANGUAGES)


def english_field() -> forms.CharField:
    return text_field(_("Summary in English"), 800, 2, required=False, help_text=_("For the report. Without it the report says that this part is not translated."))  # fmt: skip


class CodeChoice(forms.ModelChoiceField):
    """A row chosen by its public code; `words(row)` is how it reads."""

    def __init__(self, queryset: Any, words: Any = str, **more: Any) -> None:
        self.words = words
        super().__init__(queryset=queryset, to_field_name="code", required=False, **more)

    def label_from_instance(self, row: Any) -> str:
        return self.words(row)


class OutcomeForm(Watched):
    """Who changed what, when, where: a draft may lack any of them. `outcome`: the one that is changed."""

    who = forms.CharField(
        label=_("Who changed?"), max_length=200, required=False,
        help_text=_("A body, a group, a role: whose behaviour or decision is different now. No names of private persons."),
    )  # fmt: skip
    what = text_field(_("What changed?"), 1500, 4, required=False, help_text=_("What is done, decided or said now that was not before. Facts that somebody else could confirm."))  # fmt: skip
    on = day_field(_("When?"), required=False)
    place = UnitField(label=_("Where: district or city"), required=False)
    where = forms.CharField(label=_("Where exactly"), max_length=200, required=False)
    sign = forms.ChoiceField(
        label=_("Is it a change for the better or for the worse?"), choices=Outcome.Sign.choices, widget=forms.RadioSelect,
        help_text=_("A change for the worse stays in every report: it is what is learned from most."),
    )  # fmt: skip
    planned = forms.ChoiceField(
        label=_("Was it planned?"), choices=Outcome.Planned.choices, widget=forms.RadioSelect
    )
    significance = text_field(_("Why does it matter?"), 1500, 3, required=False)
    contribution = text_field(_("What did the community do for it?"), 1500, 3, required=False, help_text=_("What it did, and who else had a part in it."))  # fmt: skip
    sources = text_field(_("Where can it be seen?"), 1000, 2, required=False, help_text=_("Letters, records, addresses on the web."))  # fmt: skip
    initiative = CodeChoice(Initiative.objects.none(), label=_("Initiative"))
    node = CodeChoice(
        Node.objects.none(), lambda n: f"{n.initiative.title}: {n.title}", label=_("Step of its plan")
    )
    indicator = CodeChoice(
        Indicator.objects.none(), lambda i: f"{i.initiative.title}: {i.title}", label=_("Indicator")
    )
    matter = CodeChoice(Matter.objects.none(), lambda m: m.title, label=_("Matter or campaign"))
    letter = CodeChoice(
        Letter.objects.none(),
        lambda row: f"{row.authority}: {row.subject}",
        label=_("Answer of the authority"),
    )
    language = language_field()
    english = english_field()
    linked = False
    why = forms.CharField(label=_("Why do you change it?"), max_length=300, required=False, help_text=_("At least 10 characters. A moderator reads the new version."))  # fmt: skip

    def __init__(
        self, *args: Any, organisation: Organisation, outcome: Outcome | None = None, **more: Any
    ) -> None:  # fmt: skip
        super().__init__(*args, **more)
        inside = Q(initiative__organisation=organisation)
        came = Q(matter__community=organisation, direction="in", confirmed=True)
        rows = {
            "initiative": (Initiative.objects.all(), Q(organisation=organisation)),
            "matter": (Matter.objects.defer("text").order_by("-changed_at"), Q(community=organisation) & ~Q(stage="merged")),
            "node": (Node.objects.select_related("initiative"), inside),
            "indicator": (Indicator.objects.select_related("initiative"), inside & Q(gone_at=None)),
            "letter": (Letter.objects.select_related("authority", "matter").defer("body").order_by("-pk"), came),
        }  # fmt: skip
        for name, (found, open_) in rows.items():
            linked = getattr(
                outcome, f"{name}_id", None
            )  # stays to be chosen when it was dropped or merged since
            self.fields[name].queryset = found.filter(open_ | Q(pk=linked))
            self.fields[name].empty_label = "—"
            self.linked = self.linked or linked is not None
        if outcome is None or outcome.stage == "draft":
            del self.fields["why"]
        else:
            self.fields["why"].required = True

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "why"}


def outcome_first(outcome: Outcome) -> dict[str, Any]:
    """What the form shows of an outcome that exists."""
    plain = ("who", "what", "on", "where", "sign", "planned", "significance", "contribution", "sources", "language", "english")  # fmt: skip
    first = {name: getattr(outcome, name) for name in plain}
    for name in ("place", "initiative", "node", "indicator", "matter", "letter"):
        row = getattr(outcome, name)
        first[name] = row.code if row else ""
    return first


class WhyForm(forms.Form):
    why = text_field(
        _("Why?"), 300, 2, help_text=_("At least 10 characters: everybody who reads the report will see it.")
    )


class VersionForm(forms.Form):
    """What the moderator has read, and the rule it does not keep."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    rule = forms.ChoiceField(label=_("Which rule does it not keep?"), required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["rule"].choices = [("", "—"), *((key, one.label) for key, one in RULES.items())]


class SubstantiateForm(forms.Form):
    """`version`: what was read."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    verdict = forms.ChoiceField(
        label=_("Was it so?"), choices=Substantiation.Verdict.choices, widget=forms.RadioSelect
    )
    words = text_field(_("In words"), 1000, 3, required=False, help_text=_("What you know of it, and what was otherwise. Needed where it was only partly so, or not."))  # fmt: skip
    says = forms.CharField(
        label=_("Whose word is it?"), max_length=120, required=False,
        help_text=_("Only if you write down what somebody else has told you: role and body, no name."),
    )  # fmt: skip


# --- stories ---------------------------------------------------------------------------------------
class CollectionForm(forms.Form):
    title = forms.CharField(label=_("Title of the round"), max_length=120)
    question = text_field(_("The question"), 300, 2, initial=_("Looking back over these months: what was the most significant change, and why?"))  # fmt: skip
    opens_on = day_field(_("First day"))
    closes_on = day_field(_("Last day"))


class StoryForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=120)
    text = text_field(_("The story, as it was told"), 4000, 8, help_text=_("What was before, what happened, what is different now. No names of private persons."))  # fmt: skip
    matters = text_field(_("Why does it matter to the teller?"), 600, 2, required=False)
    domain = forms.ChoiceField(
        label=_("What is it about?"), choices=Story.Domain.choices, widget=forms.RadioSelect
    )
    teller = forms.CharField(label=_("Who told it (first name or role)?"), max_length=40, help_text=_("Only your community sees it, to tell the person what came of the story."))  # fmt: skip
    on = day_field(_("On which day was it told?"))
    agreed = forms.BooleanField(
        label=_("The teller agrees that everybody may read it, without the name"), required=False
    )
    language = language_field()
    english = english_field()


class ChoiceForm(forms.Form):
    """At one level: which story, and why."""

    level = forms.ChoiceField(
        label=_("At which level?"), choices=Choice.Level.choices, widget=forms.RadioSelect
    )
    reasons = text_field(_("Why this one?"), 2000, 4, help_text=_("What makes it more significant than the others, and what spoke for those. The teller hears it."))  # fmt: skip
    deciders = forms.CharField(label=_("Who chose?"), max_length=120, help_text=_("How many, in which role."))
    on = day_field(_("On which day?"))


class BackForm(forms.Form):
    on = day_field(_("On which day was the teller told?"))
    agreed = forms.BooleanField(
        label=_("The teller agrees that everybody may read it, without the name"), required=False
    )


# --- visits ----------------------------------------------------------------------------------------
class VisitForm(forms.Form):
    on = day_field(_("Day of the visit"))
    who = forms.CharField(label=_("Who went?"), max_length=120, help_text=_("Roles, no names."))
    place = UnitField(label=_("District or city"))
    findings = text_field(_("What did you find?"), 3000, 6, help_text=_("What was seen, heard and measured. No names of private persons."))  # fmt: skip
    photo = forms.FileField(
        label=_("Photo"), required=False, help_text=_("Only your team sees it. It is shown to others only after faces, names and house numbers are covered."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png", "data-shrink": ""}),
    )  # fmt: skip
    initiative = CodeChoice(Initiative.objects.none(), label=_("Initiative"))
    matter = CodeChoice(Matter.objects.none(), lambda m: m.title, label=_("Matter or campaign"))
    language = language_field()
    english = english_field()

    def __init__(self, *args: Any, organisation: Organisation, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["initiative"].queryset = Initiative.objects.filter(organisation=organisation)
        matters = Matter.objects.filter(community=organisation).exclude(stage="merged").defer("text")
        self.fields["matter"].queryset = matters.order_by("-changed_at")
        for name in ("initiative", "matter"):
            self.fields[name].empty_label = "—"

    def values(self) -> dict[str, Any]:
        values = dict(self.cleaned_data)
        photo = values.pop("photo")
        return values | {"photo": photo.read() if photo else None}


class TaskRow(forms.Form):
    """What has to be done: always with a day."""

    title = forms.CharField(label=_("What is to be done"), required=False, max_length=160)
    who_said = forms.CharField(label=_("Who (first name or role)"), required=False, max_length=40)
    until = day_field(_("Last day"), required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("title") and not given.get("until") and "until" not in self.errors:
            self.add_error("until", _t("Say until when."))
        if (given.get("until") or given.get("who_said")) and not given.get("title"):
            self.add_error("title", _t("Write what is to be done."))
        return given


TaskRows = forms.formset_factory(TaskRow, extra=TASKS, max_num=TASKS, validate_max=True)


def follow_ups(rows: forms.BaseFormSet) -> list[FollowUp]:
    return [FollowUp(**row.cleaned_data) for row in rows if row.cleaned_data.get("title")]
