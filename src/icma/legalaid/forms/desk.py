"""The reception's forms: verdict, declining, quick advice, the lawyer's answer to a question."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from icma.law.problems import topics
from icma.legalaid.actions.desk.reception import REASONS
from icma.legalaid.clinics import near
from icma.legalaid.forms.intake import line, picked, words
from icma.legalaid.forms.meeting import ClinicField
from icma.legalaid.procedure import SERVICES
from icma.matters.bands import AgeBand, Sex
from icma.people.models import Place

VERDICTS = {
    "clear": _("no conflict"),
    "possible": _("possible, looked at: we may act"),
    "conflict": _("conflict: not for me"),
}
QUICK = {name: SERVICES[name] for name in ("information", "advice", "drafting", "referral")}


class VerdictForm(forms.Form):
    verdict = picked(_("What has the check shown?"), VERDICTS)


class WallForm(forms.Form):
    """Colleagues for whom this case shall not exist."""

    who = forms.ModelChoiceField(label=_("For whom shall this case not exist?"), queryset=None)

    def __init__(self, *args: Any, staff: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["who"].queryset = staff  # type: ignore[attr-defined]


class DeclineForm(forms.Form):
    reason = picked(_("Why is it declined?"), REASONS)
    text = words(_("Something to add, for the client"), 3, required=False)
    referral = line(_("Where else may the client turn?"), 300, required=False)


def first_level() -> list[tuple[str, str]]:
    """The thirty topics, without their leaves: a reception day has no time for them."""
    return [(one.code, one.title) for one in topics()]


class QuickForm(forms.Form):
    """A reception day: no name, no case; everything is one tap but the minutes."""

    problem = forms.ChoiceField(label=_("Problem"))
    region = forms.ModelChoiceField(
        label=_("Region"), queryset=Place.objects.none(), to_field_name="code", required=False
    )
    sex = picked(_("Sex"), dict(Sex.choices), initial="unknown")
    band = forms.ChoiceField(label=_("Age"), choices=AgeBand.choices, initial="unknown")
    service = picked(_("Service"), QUICK, initial="advice")
    minutes = forms.IntegerField(label=_("How many minutes"), min_value=1, max_value=240, initial=10)
    clinic = ClinicField(label=_("Clinic"))

    def __init__(self, *args: Any, today: date, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["clinic"].queryset = near(today)  # type: ignore[attr-defined]
        rows = Place.objects.filter(kind=Place.Kind.REGION).order_by("sort_key")
        self.fields["problem"].choices = [("", "—"), *first_level()]  # type: ignore[attr-defined]
        self.fields["region"].queryset = rows  # type: ignore[attr-defined]

    def carried(self) -> dict[str, str]:
        """Of what was chosen, what a case begins with: it need not be typed again."""
        given: dict[str, Any] = getattr(self, "cleaned_data", {})
        place = given.get("region")
        found = {name: str(given.get(name) or "") for name in ("problem", "sex", "band")}
        return found | {"region": place.code if place else ""}


class AnswerForm(forms.Form):
    text = words(_("Your answer"), 10)
