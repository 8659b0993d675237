"""A rule as a form, both ways: fields from its object of rules.json, and the object from the fields."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from icma.engines.aztext import clean_text

UNITS = [
    ("wd", _("working days")), ("cd", _("calendar days")), ("month", _("months")), ("year", _("years")),
    ("hour", _("hours")),
]  # fmt: skip
STARTS = [
    ("next_wd", _("counted from the next working day")),
    ("next_day", _("counted from the next day")),
    ("event", _("the day itself counts")),
]
DIRECTIONS = [
    ("due_by", _("to be done by then")),
    ("not_before", _("not before")),
    ("at_least_before", _("at least so long before")),
]
MARKS = [
    ("V", _("read in the text of the law")),
    ("V2", _("official or secondary page")),
    ("M", _("not checked")),
]
MARKED = ("amount", "unit", "start", "roll", "direction")
TEXTS = ("title", "law", "condition")
_SILENT = _("The source is silent about this: show both dates")
EXTENSIONS = 3
LINK = ("amount", "times", "max_total", "basis", "article")


@dataclass(frozen=True)
class Group:
    """Fields that belong together; folded unless one of them is wrong."""

    title: Any
    fields: list[BoundField]
    is_open: bool


class RuleForm(forms.Form):
    """Everything in a rule that may change; its id and owner never do."""

    title_az = forms.CharField(label=_("Name of the term (az)"), max_length=160)
    title_ru = forms.CharField(label=_("Name of the term (ru)"), max_length=160, required=False)
    title_en = forms.CharField(label=_("Name of the term (en)"), max_length=160, required=False)
    law_az = forms.CharField(label=_("Law (az)"), max_length=200)
    law_ru = forms.CharField(label=_("Law (ru)"), max_length=200, required=False)
    law_en = forms.CharField(label=_("Law (en)"), max_length=200, required=False)
    article = forms.CharField(label=_("Article"), max_length=60, required=False)
    amount = forms.IntegerField(label=_("How many"), min_value=1, max_value=3660)
    unit = forms.ChoiceField(label=_("Counted in"), choices=UNITS)
    start = forms.ChoiceField(label=_("From when"), choices=STARTS)
    also_start = forms.MultipleChoiceField(
        label=_("Second reading of the start"), choices=STARTS, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Only where the source is silent: then both dates are shown."),
    )  # fmt: skip
    roll = forms.BooleanField(label=_("A last day that is off moves to a working day"), required=False)
    also_roll = forms.BooleanField(label=_SILENT, required=False)
    direction = forms.ChoiceField(label=_("Direction"), choices=DIRECTIONS)
    condition_az = forms.CharField(label=_("Condition (az)"), max_length=400, required=False)
    condition_ru = forms.CharField(label=_("Condition (ru)"), max_length=400, required=False)
    condition_en = forms.CharField(label=_("Condition (en)"), max_length=400, required=False)
    source = forms.CharField(label=_("Source"), max_length=300, required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, row: Any, **kwargs: Any) -> None:
        """`row`: the law.Rule row that is changed."""
        self.old: dict[str, Any] = row.data
        kwargs["initial"] = {**self._initial(), "seen": row.since, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        if self.old.get("kind") == "note":
            self._keep_texts_only()
            return
        self._add_what_few_rules_have()
        for name in self.marked:
            self.fields[f"certain_{name}"] = forms.ChoiceField(label=_CERTAIN[name], choices=MARKS)
        for n in range(EXTENSIONS):
            self._add_extension(n)

    def _add_what_few_rules_have(self) -> None:
        """Days off within hours, and the direction where the source leaves it open."""
        if self.old.get("unit") == "hour":
            self.fields["exclude_days"] = forms.BooleanField(
                label=_("Days off are not counted among the hours"), required=False
            )
            self.fields["also_exclude_days"] = forms.BooleanField(label=_SILENT, required=False)
        if "direction" in self.old.get("alternatives", {}):
            self.fields["also_direction"] = forms.MultipleChoiceField(
                label=_("Second reading of the direction"), choices=DIRECTIONS, required=False,
                widget=forms.CheckboxSelectMultiple,
            )  # fmt: skip

        names = list(self.fields)
        for late, place in (
            ("also_direction", "direction"),
            ("also_exclude_days", "also_roll"),
            ("exclude_days", "also_roll"),
        ):
            if late in names:
                names.remove(late)
                names.insert(names.index(place) + 1, late)
        self.order_fields(names)

    @property
    def marked(self) -> list[str]:
        """Fields of this rule that bear a mark of their own."""
        more = {
            "exclude_days": self.old.get("unit") == "hour",
            "extensions": bool(self.old.get("extensions")),
        }
        return [*MARKED, *(name for name, is_here in more.items() if is_here)]

    def _keep_texts_only(self) -> None:
        """A note is not a term: there is nothing to count in it."""
        for name in ("amount", "unit", "start", "also_start", "roll", "also_roll", "direction"):
            del self.fields[name]

    def _add_extension(self, n: int) -> None:
        number = {"n": n + 1}
        add = self.fields
        add[f"ext{n}_amount"] = forms.IntegerField(
            label=_("Extension %(n)s: by how many") % number, required=False, min_value=1, max_value=3660
        )
        add[f"ext{n}_times"] = forms.IntegerField(
            label=_("Extension %(n)s: how many times") % number, required=False, min_value=1, max_value=9
        )
        add[f"ext{n}_max_total"] = forms.IntegerField(
            label=_("Extension %(n)s: the whole at most") % number,
            required=False,
            min_value=1,
            max_value=9999,
        )
        add[f"ext{n}_basis"] = forms.SlugField(
            label=_("Extension %(n)s: ground (one Latin word)") % number, required=False, max_length=30
        )
        add[f"ext{n}_article"] = forms.CharField(
            label=_("Extension %(n)s: article") % number, required=False, max_length=60
        )

    def _initial(self) -> dict[str, Any]:
        old = self.old
        first = {name: old.get(name) for name in ("article", "amount", "unit", "start", "roll", "source")}
        first["direction"] = old.get("direction", "due_by")
        for name in TEXTS:
            first |= {f"{name}_{lang}": (old.get(name) or {}).get(lang, "") for lang in ("az", "ru", "en")}
        first |= {f"certain_{name}": old.get("certain", {}).get(name, "M") for name in self.marked}
        others = old.get("alternatives", {})
        first |= {f"also_{name}": others.get(name, []) for name in ("start", "direction")}
        first |= {f"also_{name}": bool(others.get(name)) for name in ("roll", "exclude_days")}
        first["exclude_days"] = bool(old.get("exclude_days"))
        for n, link in enumerate(old.get("extensions", [])[:EXTENSIONS]):
            first |= {f"ext{n}_{name}": link.get(name) for name in LINK}
        return first

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        for name in ("start", "direction"):
            if found.get(name) in (found.get(f"also_{name}") or []):
                self.add_error(f"also_{name}", _("The second reading must differ from the first."))
        for n in range(EXTENSIONS):
            name = f"ext{n}_amount"
            said = any(found.get(f"ext{n}_{part}") for part in LINK)
            if name in self.fields and said and not found.get(name):
                self.add_error(name, _("Say by how many the term may be extended."))
        return found

    @property
    def first_fields(self) -> list[BoundField]:
        """What nearly every change is about; the rest stands in `groups`."""
        folded = {bound.name for group in self.groups for bound in group.fields}
        return [bound for bound in self if bound.name not in folded]

    @property
    def groups(self) -> list[Group]:
        found = []
        for title, belongs in _GROUPS:
            fields = [bound for bound in self if belongs(bound.name)]
            if fields:
                found.append(Group(title, fields, any(bound.errors for bound in fields)))
        return found

    @property
    def data_of_rule(self) -> dict[str, Any]:
        """The object of rules.json that the form now describes."""
        given, new = self.cleaned_data, dict(self.old)
        for name in TEXTS:
            words = {lang: clean_text(given[f"{name}_{lang}"]) for lang in ("az", "ru", "en")}
            words = {lang: text for lang, text in words.items() if text}
            if words or name in new:
                new[name] = words
        new |= {"article": clean_text(given["article"]), "source": clean_text(given["source"])}
        if "amount" in self.fields:
            self._counted(new, given)
        return {name: value for name, value in new.items() if name in self.old or value not in ({}, [], "")}

    def _counted(self, new: dict[str, Any], given: dict[str, Any]) -> None:
        new |= {name: given[name] for name in ("amount", "unit", "start", "roll", "direction")}
        if "exclude_days" in self.fields:
            new["exclude_days"] = given["exclude_days"]
        new["certain"] = {
            **new.get("certain", {}),
            **{name: given[f"certain_{name}"] for name in self.marked},
        }
        new["alternatives"] = self._readings(new.get("alternatives", {}), given)
        links = []
        for n in range(EXTENSIONS):
            if given.get(f"ext{n}_amount"):
                link = {name: given.get(f"ext{n}_{name}") for name in LINK}
                texts = {name: link[name] or "" for name in ("basis", "article")}
                links.append({**link, **texts, "unit": given["unit"], "times": link["times"] or 1})
        new["extensions"] = links + new.get("extensions", [])[EXTENSIONS:]

    def _readings(self, old: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
        """The other readings: as ticked; those of which this form has no field stay as they were."""
        asked = [
            name for name in ("start", "roll", "direction", "exclude_days") if f"also_{name}" in self.fields
        ]
        others = {name: value for name, value in old.items() if name not in asked}
        for name in asked:
            said = given[f"also_{name}"]
            if said:
                others[name] = said if isinstance(said, list) else [not given[name]]
        return others


_GROUPS = [
    (_("How sure each part is"), lambda name: name.startswith("certain_")),
    (_("Extensions"), lambda name: name.startswith("ext")),
    (_("In Russian and English"), lambda name: name.endswith(("_ru", "_en"))),
]
_CERTAIN = {
    "amount": _("How sure: the number"), "unit": _("How sure: the unit"), "start": _("How sure: the start"),
    "roll": _("How sure: days off at the end"), "direction": _("How sure: the direction"),
    "exclude_days": _("How sure: days off among the hours"), "extensions": _("How sure: the extensions"),
}  # fmt: skip


class ChangeForm(RuleForm):
    """An officer changes a rule, with a reason."""

    why = forms.CharField(
        label=_("Why it changes"),
        max_length=200,
        help_text=_("For example: the amending law, its number and date."),
    )


class SignForm(RuleForm):
    """An advocate confirms the rule, or corrects it first, after three worked examples.

    `checked` is the fingerprint of the examples that were on the screen when the button was pressed.
    """

    example_1 = forms.DateField(
        label=_("First example starts on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    example_2 = forms.DateField(
        label=_("Second example starts on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    example_3 = forms.DateField(
        label=_("Third example starts on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    name = forms.CharField(
        label=_("Your name and surname, as it will stand beside the rule"), max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Write your name: it stands beside the rule.")},
    )  # fmt: skip
    checked = forms.CharField(widget=forms.HiddenInput, required=False)

    use_required_attribute = False  # the examples are computed without a name

    @property
    def can_compute(self) -> bool:
        return self.is_bound and not set(self.errors) - {"name"}

    @property
    def examples(self) -> list[date]:
        return [self.cleaned_data[f"example_{n}"] for n in (1, 2, 3)]

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        if self.data.get("do") != "sign":
            self.errors.pop("name", None)
        days = [found[f"example_{n}"] for n in (1, 2, 3) if found.get(f"example_{n}")]
        if len(days) == 3 and len(set(days)) < 3:
            self.add_error(
                "example_3", ValidationError(_("Three different days are needed for the examples."))
            )
        return found
