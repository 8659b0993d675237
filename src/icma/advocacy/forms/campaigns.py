"""Forms of those who plan a campaign."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from icma.advocacy.actions.campaigns.corrections import TEXTS
from icma.advocacy.made import Made
from icma.advocacy.models import Campaign, Message, Note, Reach, Stakeholder, Tactic
from icma.advocacy.powermap import SUPPORT_WORDS
from icma.core.day import legal_day
from icma.core.numbers import Number
from icma.matters.actions.raising import MOST_TEXT, MOST_TITLE
from icma.matters.bands import Topic
from icma.matters.forms.letters import AuthorityField
from icma.matters.forms.raising import UnitField
from icma.matters.models import Matter
from icma.matters.rules_of_moderation import CHOICES
from icma.people.models import Authority, Organisation, Place, User

NEAR, OFFERED = 60, 12


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **more
    )


def _text(label: Any, most: int, rows: int = 4, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, widget=forms.Textarea(attrs={"rows": rows}), **more)


def near(place: Place | None) -> Any:
    """Bodies of the district that it is or lies in, and central ones."""
    rows = Authority.objects.filter(until=None)
    return (rows.filter(place=place.unit) | rows.filter(place=None) if place else rows)[:NEAR]


def unit_code(community: Organisation) -> str | None:
    """The district that the form begins with: a community may stand in a village, a matter cannot."""
    unit = community.place and community.place.unit
    return unit.code if unit else None


class StartForm(forms.Form):
    """One page: what it is called, what the problem is, where, whom it concerns; the rest comes from the template."""

    title = forms.CharField(
        label=_("Name of the campaign"), max_length=MOST_TITLE,
        help_text=_("What you want to reach, in a few words."),
    )  # fmt: skip
    text = _text(
        _("The problem"), MOST_TEXT, 5,
        help_text=_("What is wrong, for whom, since when. A moderator reads it before it is public. No names of private persons."),
    )  # fmt: skip
    matters = forms.ModelMultipleChoiceField(
        label=_("Which matters does it grow from?"), queryset=Matter.objects.none(), to_field_name="code",
        required=False, widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    place = UnitField(label=_("District or city"))
    level = forms.ChoiceField(
        label=_("Who can decide it?"), choices=Campaign.Level.choices, widget=forms.RadioSelect
    )
    authority = AuthorityField(label=_("Which body can decide it?"), required=False)

    def __init__(self, *args: Any, community: Organisation, **more: Any) -> None:
        super().__init__(*args, **more)
        rows = Matter.objects.filter(community=community, kind__in=("issue", "request"), merged_into=None)
        rows = rows.exclude(stage__in=("planned", "raised", "rejected"))
        # A slice cannot be filtered by what was ticked: the latest by their keys, and the one it starts from.
        latest = list(rows.order_by("-changed_at").values_list("pk", flat=True)[:OFFERED])
        asked = Q(pk__in=latest) | Q(code__in=self.initial.get("matters", []))
        self.fields["matters"].queryset = rows.filter(asked).order_by("-changed_at")
        self.fields["level"].choices = [
            (Campaign.Level.LOCAL, _("a body of the district or municipality")),
            (Campaign.Level.CENTRAL, _("a ministry or another central body")),
        ]
        self.fields["authority"].offer(near(community.place), _chosen(self, "authority"))


def _chosen(form: forms.Form, name: str) -> str:
    return str(form.data.get(name) or form.initial.get(name) or "")


class PlanForm(forms.Form):
    title = forms.CharField(label=_("Name of the campaign"), max_length=MOST_TITLE)
    text = _text(_("The problem"), MOST_TEXT, 5)
    evidence = _text(
        _("Evidence"), 3000, required=False,
        help_text=_("Facts with their source: photos, answers, measurements, how many families. Everybody will read it."),
    )  # fmt: skip
    demand = _text(
        _("Demand"), 1000, 3,
        help_text=_("Who does what by when. It must be possible to see whether it was done."),
    )  # fmt: skip
    fallback = _text(
        _("What would do for a beginning"), 1000, 3, required=False,
        help_text=_("Only your team sees it: what you accept when the demand is not met at once."),
    )  # fmt: skip
    decider_post = forms.CharField(
        label=_("Post of the person who decides"), max_length=160, required=False,
        help_text=_("A post, not a person."),
    )  # fmt: skip
    authority = AuthorityField(label=_("Which body can decide it?"), required=False)
    decides_on = _day(_("When it is decided, if you know"), required=False)
    level = forms.ChoiceField(label=_("Level"), choices=Campaign.Level.choices)
    topic = forms.ChoiceField(label=_("What is it about?"), choices=Topic.choices)
    place = UnitField(label=_("District or city"))

    FIXED = ("authority", "decides_on", "level", "topic", "place")

    def __init__(
        self,
        *args: Any,
        campaign: Campaign,
        may_write: bool,
        waiting: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        """`waiting`: texts that lie with a moderator, or {}: these can be sent; None: nothing public can be changed."""
        super().__init__(*args, initial=shown(campaign) | dict(waiting or {}), **more)
        self.fields["authority"].offer(near(campaign.matter.place), _chosen(self, "authority"))
        if campaign.stage == "done" and waiting is not None:
            first = waiting.get("learned", campaign.learned)
            self.fields["learned"] = _text(
                _("What have you learned?"), 3000, 5, required=False, initial=first
            )
        fixed = () if may_write else self.FIXED if waiting is not None else (*self.FIXED, *TEXTS)
        for name in fixed:
            self.fields[name].disabled = True
            self.fields[name].help_text = ""


def shown(campaign: Campaign) -> dict[str, Any]:
    """What the plan's form shows at first."""
    matter = campaign.matter
    names = ("evidence", "demand", "fallback", "decider_post", "decides_on", "level")
    return {name: getattr(campaign, name) for name in names} | {
        "title": matter.title, "text": matter.text, "topic": matter.topic, "place": matter.place.code,
        "authority": matter.authority.code if matter.authority else "",
    }  # fmt: skip


class StakeholderForm(forms.Form):
    """A side of the map, and where it stands from a day on."""

    post = forms.CharField(
        label=_("Post or group"), max_length=120, help_text=_("A post, a body or a group, never a person.")
    )
    kind = forms.ChoiceField(label=_("What it is"), choices=Stakeholder.Kind.choices)
    authority = AuthorityField(label=_("Body in the directory"), required=False)
    influence = forms.TypedChoiceField(
        label=_("Influence"), coerce=int, choices=[(n, str(n)) for n in range(1, 6)], initial=3,
        help_text=_("1: hardly any, 5: it decides."),
    )  # fmt: skip
    support = forms.TypedChoiceField(
        label=_("How it stands to the demand"), coerce=int, choices=list(SUPPORT_WORDS.items()), initial=0
    )
    on = _day(_("From which day on"))

    def __init__(
        self, *args: Any, campaign: Campaign, initial: dict[str, Any] | None = None, **more: Any
    ) -> None:
        super().__init__(*args, initial={"on": legal_day(timezone.now())} | (initial or {}), **more)
        self.fields["authority"].offer(near(campaign.matter.place), _chosen(self, "authority"))


class ReachForm(forms.Form):
    """Whom a side can reach, answers to, opposes: a tick for each kind and each other side."""

    def __init__(self, *args: Any, stakeholder: Stakeholder, **more: Any) -> None:
        others = Stakeholder.objects.filter(campaign=stakeholder.campaign_id, gone_at=None).exclude(
            pk=stakeholder.pk
        )
        self.others = {row.code: row for row in others.order_by("id")}
        kept: dict[str, list[str]] = {}
        for reach in stakeholder.reaches.select_related("target"):
            kept.setdefault(reach.kind, []).append(reach.target.code)
        super().__init__(*args, initial=kept, **more)
        for kind, label in Reach.Kind.choices:
            self.fields[kind] = forms.MultipleChoiceField(
                label=label, required=False, choices=[(code, row.post) for code, row in self.others.items()],
                widget=forms.CheckboxSelectMultiple,
            )  # fmt: skip

    def rows(self) -> list[tuple[Stakeholder, str]]:
        return [(self.others[code], kind) for kind, codes in self.cleaned_data.items() for code in codes]


class TacticForm(forms.Form):
    title = forms.CharField(label=_("What is done"), max_length=160)
    kind = forms.ChoiceField(label=_("Kind of step"), choices=Tactic.Kind.choices)
    until = _day(_("Last day"), required=False)
    who = forms.ModelChoiceField(label=_("Who does it"), queryset=User.objects.none(), required=False)
    who_said = forms.CharField(label=_("Or a first name or role"), max_length=40, required=False)

    def __init__(self, *args: Any, campaign: Campaign, user: User, **more: Any) -> None:
        super().__init__(*args, **more)
        seats = campaign.matter.community.memberships.filter(until=None) if campaign.matter.community else []
        team = {user.pk, *(seat.user_id for seat in seats)}
        self.fields["who"].queryset = User.objects.filter(pk__in=team).order_by("pseudonym")


class MadeForm(forms.Form):
    """What came of a step: a petition, a letter, a meeting that stands here already."""

    made = forms.ChoiceField(label=_("What came of it"), required=False)

    def __init__(self, *args: Any, offered: list[Made], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["made"].choices = [("", "—"), *((one.key, one.words) for one in offered)]


class CorrectionForm(forms.Form):
    """A moderator's word on a correction."""

    rule = forms.ChoiceField(label=_("By which rule?"), choices=[("", "—"), *CHOICES], required=False)


class MessagesForm(forms.Form):
    def __init__(self, *args: Any, campaign: Campaign, **more: Any) -> None:
        kept = dict(Message.objects.filter(campaign=campaign).values_list("audience", "text"))
        super().__init__(*args, initial=kept, **more)
        for audience, label in Message.Audience.choices:
            self.fields[audience] = _text(label, 500, 2, required=False)


class IndicatorRow(forms.Form):
    label = forms.CharField(label=_("Indicator"), max_length=160, required=False)
    baseline = Number(
        label=_("At the beginning"), min_value=0, max_digits=12, decimal_places=2, required=False
    )
    target = Number(label=_("Target"), min_value=0, max_digits=12, decimal_places=2, required=False)
    value = Number(label=_("Now"), min_value=0, max_digits=12, decimal_places=2, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("label") and any(
            data.get(name) is not None for name in ("baseline", "target", "value")
        ):
            self.add_error("label", _("Name the indicator."))
        if data.get("target") is not None and data["target"] == data.get("baseline"):
            self.add_error(
                "target",
                _("The target equals the beginning: nothing would have to change. Change one of them."),
            )
        return data


IndicatorRows = forms.formset_factory(IndicatorRow, extra=2, max_num=8, validate_max=True)


def indicator_rows(rows: forms.BaseFormSet) -> list[dict[str, Any]]:
    return [row.cleaned_data for row in rows if row.cleaned_data.get("label")]


class NoteForm(forms.Form):
    kind = forms.ChoiceField(label=_("What it is"), choices=Note.Kind.choices)
    text = _text(_("In words"), 2000, 3)
    answer = _text(_("What we do about it"), 2000, 3, required=False)
    side = forms.CharField(required=False, max_length=8, widget=forms.HiddenInput)


class ReviewForm(forms.Form):
    """How it ended, whom it reached, what others can learn."""

    outcome = forms.ChoiceField(
        label=_("How did it end?"), choices=Matter.Outcome.choices, widget=forms.RadioSelect
    )
    changed = _text(_("What has changed"), 2000, 3, required=False, help_text=_("Everybody will read it."))
    whom = forms.CharField(label=_("For whom"), max_length=200, required=False)
    people = forms.IntegerField(label=_("People reached"), min_value=0, max_value=10_000_000, required=False)
    women = forms.IntegerField(label=_("of them women"), min_value=0, max_value=10_000_000, required=False)
    youth = forms.IntegerField(
        label=_("of them young people (14–29)"), min_value=0, max_value=10_000_000, required=False
    )
    places = forms.IntegerField(
        label=_("Villages and districts"), min_value=0, max_value=10_000, required=False
    )
    is_estimate = forms.BooleanField(label=_("These numbers are an estimate"), required=False, initial=True)
    learned = _text(
        _("What have you learned?"), 3000, 5,
        help_text=_("What worked, what did not, what you would do otherwise. A moderator reads it first, then everybody can."),
    )  # fmt: skip
    evidence = forms.FileField(label=_("A photo or a paper that shows it"), required=False)
