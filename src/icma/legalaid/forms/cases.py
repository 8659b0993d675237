"""Forms of the case. What is typed is sealed; nothing of it stands in an address."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from icma.core.day import BAKU
from icma.law import problems
from icma.legalaid import procedure as words
from icma.legalaid.forms.dates import DayField, in_range
from icma.legalaid.words import matter_code
from icma.matters.bands import AgeBand, Sex
from icma.people.models import Place, User


def line(label: Any, most: int = 160, **more: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(label=label, max_length=most, widget=widget, **more)


def text(label: Any, rows: int = 5, most: int = 20_000, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, widget=forms.Textarea(attrs={"rows": rows}), **more)


def day(label: Any, **more: Any) -> DayField:
    return DayField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **more)


def choice(label: Any, options: Any, empty: bool = False, **more: Any) -> forms.ChoiceField:
    pairs = list(options.items()) if isinstance(options, dict) else list(options)
    return forms.ChoiceField(
        label=label, choices=[("", "—"), *pairs] if empty else pairs, required=not empty, **more
    )


def iso(value: Any) -> str:
    return value.isoformat() if value else ""


def _problems() -> list[tuple[str, Any]]:
    """Each topic with its leaves, and as a whole for who does not know yet which of them it is."""
    found: list[tuple[str, Any]] = []
    for one in problems.topics():
        leaves = [(leaf.code, leaf.title) for leaf in one.leaves]
        found.append((one.title, [(one.code, _t("%(topic)s: in general") % {"topic": one.title}), *leaves]))
    return [*found, problems.choices()[-1]]


class CardForm(forms.Form):
    title = line(_("What it is about, in a few words"))
    client = line(_("Client"))
    client_kind = choice(_("Who the client is"), words.CLIENTS)
    contact = text(
        _("How to contact safely"), 2, 600, required=False,
        help_text=_("Stands on top of the case: which way, which hour, who must not know."),
    )  # fmt: skip
    stage = line(_("Where it stands"), required=False)
    next = line(_("Next step"), required=False)
    next_on = day(_("Next step by"), required=False)
    problem = choice(_("Kind of problem"), {}, empty=True)
    against = choice(_("Who is on the other side"), {}, empty=True)
    relief = choice(_("What the client wants"), {}, empty=True)
    region = choice(_("Region"), {}, empty=True)
    sex = choice(
        _("Sex"), Sex.choices, initial=Sex.UNKNOWN
    )  # what nobody has chosen is not counted as a girl
    band = choice(_("Age"), AgeBand.choices, initial=AgeBand.UNKNOWN)
    known = forms.BooleanField(
        label=_("We have helped this client before"), required=False,
        help_text=_("In another case: then nobody is counted twice. Quick advice has counted a service and no person."),
    )  # fmt: skip
    matter = line(
        _("Code of a public matter or campaign"), required=False,
        help_text=_("The eight signs, or the address of its page. Is kept sealed and stands only here."),
    )  # fmt: skip
    urgent = forms.BooleanField(label=_("Urgent"), required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        regions = Place.objects.filter(kind=Place.Kind.REGION).order_by("sort_key")
        lists = {"problem": _problems(), "against": problems.facet("against"), "relief": problems.facet("relief"),
                 "region": [(place.code, str(place)) for place in regions]}  # fmt: skip
        for name, found in lists.items():
            self.fields[name].choices = [("", "—"), *found]  # type: ignore[attr-defined]

    def clean_matter(self) -> str:
        """Its code where one is found in what was typed."""
        return matter_code(self.cleaned_data["matter"]) or self.cleaned_data["matter"]

    def card(self) -> dict[str, Any]:
        """The values that are sealed."""
        values = {
            name: value for name, value in self.cleaned_data.items() if name not in ("urgent", "verdict")
        }
        return {name: value for name, value in values.items() if name not in ("deputy", "supervisor")} | {
            "next_on": iso(values["next_on"])
        }


class TakeForm(CardForm):
    verdict = choice(
        _("Conflict check"),
        {"": "—", "clear": _("no conflict"), "possible": _("possible, looked at"), "conflict": _("conflict")},
    )
    field_order = ("verdict",)


ASKED = _("Is asked first, and serves after accepting. The client must have agreed to be represented.")


class EditForm(CardForm):
    deputy = forms.ModelChoiceField(
        label=_("Deputy"), queryset=User.objects.none(), required=False, help_text=ASKED
    )
    supervisor = forms.ModelChoiceField(
        label=_("Supervisor"), queryset=User.objects.none(), required=False, help_text=ASKED
    )

    def __init__(self, *args: Any, staff: Any, but: set[int | None], **kwargs: Any):
        """`staff`: colleagues with a key for whom the case exists; `but`: who cannot be asked, unless he serves already."""
        super().__init__(*args, **kwargs)
        for name in ("deputy", "supervisor"):
            self.fields[name].queryset = staff.exclude(pk__in=but - {self.initial.get(name)})  # type: ignore[attr-defined]


class PartyForm(forms.Form):
    name = text(_("Name of the party"), 2, 8000, help_text=_("Members of a group all at once, one a line."))
    role = choice(_("Role"), words.ROLES)
    acts_as = choice(_("A representative acts as"), words.ACTS_AS, empty=True)
    contact = text(_("Contact"), 2, 600, required=False)

    def clean(self) -> dict[str, Any]:
        """`names`: one; of members of a group as many as there are lines."""
        given = super().clean() or {}
        lines = [" ".join(one.split()) for one in given.get("name", "").splitlines() if one.strip()]
        names = lines if given.get("role") == "member" else [" ".join(lines)]
        if any(len(one) > 160 for one in names):
            self.add_error("name", _t("A name has at most 160 signs."))
        return given | {"names": names}


class PartyEditForm(PartyForm):
    out = forms.BooleanField(label=_("This is no party: take the name out"), required=False)
    field_order = ("name", "role", "acts_as", "contact", "out")

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        return given | {"name": " ".join(given.pop("names"))}


class NoteForm(forms.Form):
    text = text(_("Note"), 6, help_text=_("Work of the lawyers: the client's code does not open it."))


class MessageForm(forms.Form):
    text = text(_("Message to the client"), 6)


class TaskForm(forms.Form):
    text = line(_("What is to be done"))
    who = forms.ModelChoiceField(label=_("Who"), queryset=User.objects.none())
    due = day(_("Until"), required=False)

    def __init__(self, *args: Any, staff: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["who"].queryset = staff  # type: ignore[attr-defined]


class HearingForm(forms.Form):
    body = line(_("Court or body"))
    room = line(_("Room"), 60, required=False)
    on = day(_("Day"))
    time = forms.TimeField(label=_("Hour"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}))
    who = forms.ModelChoiceField(label=_("Who goes"), queryset=User.objects.none())
    points = text(_("What will be said, a point a line"), 4, 3000, required=False)
    take = text(_("What to take along, a thing a line"), 3, 1500, required=False)

    def __init__(self, *args: Any, staff: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["who"].queryset = staff  # type: ignore[attr-defined]


class TermForm(forms.Form):
    title = line(_("What has to be done by then"))
    on = day(
        _("Day"),
        help_text=_("As the court or we ourselves have set it. Terms of law come with a proceeding."),
    )
    place = line(_("Place"), required=False)
    who = forms.ModelChoiceField(label=_("Who goes"), queryset=User.objects.none(), required=False)

    def __init__(self, *args: Any, staff: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["who"].queryset = staff  # type: ignore[attr-defined]


class HeardForm(forms.Form):
    do = choice(_("What became of it"), words.HEARD)
    on = day(_("The other day"), required=False)
    time = forms.TimeField(
        label=_("Hour"), required=False, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )
    said = text(_("What was said or decided"), 3, 3000, required=False)


class ProceedingForm(forms.Form):
    number = line(_("Number"), 60, required=False)
    served = day(
        _("The decision before it was served on"), required=False, past=True,
        help_text=_("Unknown until now? From this day the terms begin. Another day than before waits for a second person."),
    )  # fmt: skip
    filed = day(_("This step was filed on"), required=False, past=True)
    result = line(_("What came of it"), required=False)


class MoveForm(forms.Form):
    result = line(_("What came of the last instance"), required=False)
    level = choice(_("Next instance"), words.LEVELS)
    branch = choice(_("Kind of proceeding"), words.BRANCHES)
    body = line(_("Court or body"))
    number = line(_("Number"), 60, required=False)
    act = choice(
        _("What was served before it"), words.ACTS, empty=True,
        help_text=_("A ruling leaves fewer days than a judgment. Not sure? Leave it open: both terms begin."),
    )  # fmt: skip
    served = day(
        _("The decision before it was served on"), required=False, past=True,
        help_text=_("When the authority is silent: the day on which the request was registered."),
    )  # fmt: skip
    filed = day(_("This step was filed on"), required=False, past=True)

    def __init__(self, *args: Any, after: str = "", **kwargs: Any):
        super().__init__(*args, **kwargs)
        if after:
            levels = words.ONWARD[after]
            self.fields["level"].choices = [(n, words.LEVELS[n]) for n in levels]  # type: ignore[attr-defined]
        else:
            del self.fields["result"]


class ProofForm(forms.Form):
    proof = line(
        _("Proof of filing"),
        300,
        help_text=_("Registration number, stamp, postal receipt, or a paper in the file."),
    )
    filed = day(_("Filed on"), required=False, past=True, help_text=_("If it was not today."))


class AnswerForm(forms.Form):
    """Of a term by which a body has to answer: nothing of ours is filed."""

    proof = line(
        _("What shows it"), 300,
        help_text=_("Number and date of the answer, a paper in the file, or why no answer is awaited any more."),
    )  # fmt: skip
    filed = day(_("It came on"), required=False, past=True, help_text=_("If it was not today."))


class ChangeForm(forms.Form):
    do = choice(_("What"), {"drop": _("take it out"), "move": _("count from another day")})
    event = day(_("It runs from"), required=False)
    why = line(_("Why"), 300)


class ServiceForm(forms.Form):
    service = choice(_("Service"), words.SERVICES)
    minutes = forms.IntegerField(label=_("How many minutes"), min_value=0, max_value=600, initial=30)


class CloseForm(forms.Form):
    result = choice(_("Outcome"), words.RESULTS, empty=True)
    benefit = choice(_("Benefit"), words.BENEFITS, empty=True)
    enforcement = choice(_("Enforcement"), words.ENFORCEMENT, empty=True)
    text = text(_("In a few words"), 3, 2000, required=False)

    def __init__(self, *args: Any, represented: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name in ("result", "benefit", "enforcement"):
            self.fields[name].required = represented


class FollowForm(forms.Form):
    enforcement = choice(_("Enforcement"), {"": "—", **words.FOLLOWED})
    said = text(_("What became of it, three months later"), 4, 2000, required=False)


ASKED_HERE = (
    "assign",
    "transfer",
    "counsel",
    "pro_bono",
)  # a seat is asked for on the card, a referral on its own page


class OfferForm(forms.Form):
    kind = choice(_("What is offered"), {name: words.OFFERED[name] for name in ASKED_HERE})
    to = forms.ModelChoiceField(label=_("To whom"), queryset=User.objects.none())
    summary = text(
        _("Summary"), 5, 4000, help_text=_("Shown only after the colleague has read the names and sees no conflict."),
    )  # fmt: skip
    until = forms.DateTimeField(
        label=_("Access until"), required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        input_formats=["%Y-%m-%dT%H:%M"], help_text=_("For a second lawyer and for a volunteer."),
    )  # fmt: skip

    def __init__(self, *args: Any, staff: Any, load: dict[int, int], **kwargs: Any):
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        field.queryset = staff  # type: ignore[attr-defined]
        field.label_from_instance = lambda user: _t("%(name)s, open cases by weight: %(n)s") % {  # type: ignore[attr-defined]
            "name": user.pseudonym or user.email, "n": load.get(user.pk, 0),
        }  # fmt: skip

    def clean_until(self) -> datetime | None:
        until = self.cleaned_data["until"]
        if until:
            in_range(until.date())
        return until.replace(tzinfo=BAKU) if until and until.tzinfo is None else until


class ReferForm(forms.Form):
    body = choice(_("To which body"), {})

    def __init__(self, *args: Any, bodies: list[str], **kwargs: Any):
        """`bodies`: those to which the client has agreed by name."""
        super().__init__(*args, **kwargs)
        self.fields["body"].choices = [(name, name) for name in bodies]  # type: ignore[attr-defined]


class ExhibitForm(forms.Form):
    exhibit = forms.IntegerField(label=_("Number as an exhibit"), min_value=1, max_value=60)
    title = line(_("What the paper is called"), required=False)
    date = day(_("Date of the paper"), required=False)

    def __init__(self, *args: Any, numbered: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if numbered:
            self.fields["exhibit"].required = False
            self.fields["exhibit"].help_text = _t("Empty: it is no exhibit any more.")


class LetterForm(forms.Form):
    to = text(_("To whom"), 2, 300)
    sender = text(_("From whom"), 2, 300)
    title = line(_("What it is about, in a few words"))
    body = text(_("Text"), 12)
    language = choice(_("Language"), [("az", "Azərbaycanca"), ("ru", "Русский"), ("en", "English")])


class PaperForm(forms.Form):
    file = forms.FileField(label=_("File"))
    title = line(_("What the paper is called"), required=False)
    date = day(_("Date of the paper"), required=False)
    exhibit = forms.IntegerField(label=_("Number as an exhibit"), min_value=1, max_value=60, required=False)
    version_of = choice(
        _("A new version of"), {}, empty=True, help_text=_("It goes on under the same number, title and date where you leave them empty."),
    )  # fmt: skip

    def __init__(self, *args: Any, papers: list[tuple[str, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["version_of"].choices = [("", "—"), *papers]  # type: ignore[attr-defined]
