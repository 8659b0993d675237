"""Forms about decisions and promises. Every one that says something of a body asks where it can be read."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from icma.advocacy import rubric
from icma.advocacy.actions.oversight.decisions import MOST_ARTICLE, MOST_WORDS, NOTICE, rules_for_remarks
from icma.advocacy.actions.oversight.remarks import MOST, WAYS
from icma.advocacy.actions.oversight.replies import MOST as MOST_REPLY
from icma.advocacy.actions.oversight.sources import Seen
from icma.advocacy.flow import COMMITMENT, LEVELS
from icma.advocacy.forms.campaigns import near, unit_code
from icma.advocacy.gates import UNKEPT
from icma.advocacy.models import Commitment, Decision, Level, Observation, Point
from icma.core.day import legal_day
from icma.engines.clockrules import Rule
from icma.law.book import book
from icma.law.words import in_language, term_words
from icma.matters.actions.raising import MOST_TEXT, MOST_TITLE
from icma.matters.bands import Topic
from icma.matters.forms.letters import AuthorityField, day_field
from icma.matters.forms.raising import UnitField
from icma.matters.forms.support import AboutForm
from icma.matters.models import Letter, Matter
from icma.people.models import Organisation

WAY_WORDS = {
    "site": _("on this site"), "session": _("said at a session or hearing"), "letter": _("in a letter"),
    "paper": _("on paper or by word of mouth"),
}  # fmt: skip
LEVELS_OF = [
    (Level.LOCAL, _("a body of the district or municipality")),
    (Level.CENTRAL, _("a ministry or another central body")),
]


def text_field(label: Any, most: int, rows: int = 3, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, widget=forms.Textarea(attrs={"rows": rows}), **more)


class SourceForm(forms.Form):
    """Where it can be read. `must`: nothing is kept without it; `lasting`: an address alone will not do."""

    must, lasting = True, False
    url = forms.URLField(
        label=_("Address of the source"), max_length=500, required=False, assume_scheme="https",
        widget=forms.URLInput(attrs={"inputmode": "url", "autocomplete": "off"}),
        help_text=_("The page or file of the body, of the media, of a register."),
    )  # fmt: skip
    seen_on = day_field(_("Seen there on"), required=False)
    copy = forms.FileField(
        label=_("A copy of it"), required=False,
        help_text=_("PDF, JPEG or PNG. Pages change: a copy with its hash shows what stood there. "
                    "It stays with your team until a second person has opened it."),
    )  # fmt: skip

    def __init__(self, *args: Any, **more: Any) -> None:
        initial = {"seen_on": legal_day(timezone.now())} | (more.pop("initial", None) or {})
        super().__init__(*args, initial=initial, **more)
        if self.lasting:
            self.fields["copy"].help_text = f"{UNKEPT} {self.fields['copy'].help_text}"
        last = ("url", "seen_on", "copy")
        self.order_fields([*(name for name in self.fields if name not in last), *last])

    def seen(self) -> Seen | None:
        """Read once it is valid; None where nothing was named."""
        data = self.cleaned_data
        file, letter = data.get("copy"), data.get("letter")
        if not data.get("url") and file is None and letter is None:
            return None
        if file is not None:
            file.seek(0)
        on = data.get("seen_on") or legal_day(timezone.now())
        return Seen(on=on, url=data.get("url", ""), copy=file.read() if file else None, letter=letter)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        named = given.get("url") or given.get("copy") or given.get("letter")
        if self.must and not named and not {"url", "copy"} & set(self.errors):
            self.add_error("url", _("Give a source: an address, a copy, or the answer in which it stands."))
        return given

    def values(self) -> dict[str, Any]:
        """Everything but the source itself."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in ("url", "seen_on", "copy", "letter")
        }


class _About(SourceForm):
    """What decisions and promises share: who, where, about what."""

    lasting = True
    authority = AuthorityField(label=_("Which body?"), required=True)
    level = forms.ChoiceField(label=_("Level"), choices=LEVELS_OF, widget=forms.RadioSelect)
    topic = forms.ChoiceField(label=_("What is it about?"), choices=Topic.choices)
    place = UnitField(label=_("District or city"))

    def __init__(self, *args: Any, community: Organisation, must: bool = True, **more: Any) -> None:
        self.must = must
        initial = {"place": unit_code(community), "level": Level.LOCAL} | (more.pop("initial", None) or {})
        super().__init__(*args, initial=initial, **more)
        chosen = str(self.data.get("authority") or self.initial.get("authority") or "")
        self.fields["authority"].offer(near(community.place), chosen)


def about(matter: Matter) -> dict[str, Any]:
    """What the form shows of a matter that is being written."""
    return {
        "title": matter.title, "text": matter.text, "topic": matter.topic, "place": matter.place.code,
        "authority": matter.authority.code if matter.authority else "",
    }  # fmt: skip


# --- decisions -------------------------------------------------------------------------------------------
class DecisionForm(_About):
    title = forms.CharField(
        label=_("What is to be decided?"), max_length=MOST_TITLE,
        help_text=_("As the body calls it, in a few words."),
    )  # fmt: skip
    what = forms.ChoiceField(label=_("What kind of decision is it?"), choices=Decision.What.choices)
    text = text_field(
        _("What is planned, and what it means for residents"), MOST_TEXT, 6,
        help_text=_("Facts from the draft, neutral. A moderator reads it before it is public. No names of private persons."),
    )  # fmt: skip
    field_order = ("title", "what", "text", "authority", "level", "topic", "place", "url", "seen_on", "copy")


class RemarksForm(forms.Form):
    """From when until when remarks are taken, and by what."""

    rule = forms.ChoiceField(label=_("By which term?"), required=False, widget=forms.RadioSelect)
    opens_on = day_field(_("First day"), help_text=_("For a term of law: the day of the announcement."))
    closes_on = day_field(_("Last day"), required=False, help_text=_("A term of law computes it."))
    article = forms.CharField(
        label=_("Article or announcement"), max_length=MOST_ARTICLE, required=False,
        help_text=_("By what these days are set. Not needed for a term of law."),
    )  # fmt: skip

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["rule"].choices = [
            *((key, by_law(rule)) for key, rule in rules_for_remarks().items()),
            ("", _("other days, as the body announced them")),
        ]  # fmt: skip
        notice = book().rules.get(NOTICE)
        self.fields["rule"].help_text = by_law(notice) if notice else ""


def by_law(rule: Rule) -> str:
    """What a rule is, what it gives, and where that stands."""
    return f"{in_language(rule.title)} – {term_words(rule)} ({in_language(rule.law)}, {rule.article})"


class HappenedForm(SourceForm):
    lasting = True
    on = day_field(_("On which day?"))
    text = text_field(
        _("In a few words"),
        MOST_WORDS,
        3,
        required=False,
        help_text=_("A moderator reads it first, then everybody."),
    )
    field_order = ("result", "on", "text", "url", "seen_on", "copy")


class TakenForm(HappenedForm):
    result = forms.ChoiceField(
        label=_("What was decided?"), choices=[c for c in Decision.Result.choices if c[0]],
        widget=forms.RadioSelect,
    )  # fmt: skip


class RemarkForm(AboutForm):
    """Anybody, without an account."""

    text = text_field(
        _("What should be changed, and why?"), MOST, 5,
        help_text=_("At most 500 characters. No names, no telephone numbers: everybody will read it."),
    )  # fmt: skip
    website = forms.CharField(label=_("Leave this empty"), required=False)

    field_order = ("text", "sex", "band", "website")


class HeardForm(forms.Form):
    """What was asked elsewhere, entered by the community."""

    text = text_field(_("What was asked"), MOST, 4, help_text=_("Without names. A moderator reads it first."))
    way = forms.ChoiceField(
        label=_("Where was it asked?"), choices=[(way, WAY_WORDS[way]) for way in WAYS if way != "site"]
    )
    on = day_field(_("On which day?"))


class PointForm(SourceForm):
    must = False
    verdict = forms.ChoiceField(
        label=_("What was decided on it?"), choices=Point.Verdict.choices, widget=forms.RadioSelect
    )
    decided = text_field(_("In the body's words"), 500, 2, required=False)
    on = day_field(_("On which day?"))
    told = forms.ChoiceField(
        label=_("Reasons"), required=False, widget=forms.RadioSelect,
        choices=[
            ("given", _("the body gave its reasons")), ("none", _("the decision was read: it gives no reason")),
            ("", _("not known")),
        ],
    )  # fmt: skip
    reason = text_field(_("The reasons that it gave"), 1000, 3, required=False)
    field_order = ("verdict", "decided", "on", "told", "reason", "url", "seen_on", "copy")


class ObserveForm(forms.Form):
    """For a telephone in the hand: three questions, four numbers, one sentence."""

    on = day_field(_("Day of the session"))
    let_in = forms.ChoiceField(
        label=_("Were observers let in?"), choices=Observation.Tri.choices, widget=forms.RadioSelect
    )
    agenda = forms.ChoiceField(
        label=_("Was the agenda published before?"), choices=Observation.Tri.choices, widget=forms.RadioSelect
    )
    minutes = forms.ChoiceField(
        label=_("Were the minutes given?"), choices=Observation.Tri.choices, widget=forms.RadioSelect
    )
    present = forms.IntegerField(label=_("How many were there?"), required=False, min_value=0, max_value=5000)
    spoke = forms.IntegerField(label=_("How many spoke?"), required=False, min_value=0, max_value=5000)
    spoke_women = forms.IntegerField(
        label=_("How many of them were women?"), required=False, min_value=0, max_value=5000
    )
    spoke_youth = forms.IntegerField(
        label=_("How many of them were young (14–29)?"), required=False, min_value=0, max_value=5000
    )
    words = text_field(
        _("What did you see?"), 1000, 3, required=False,
        help_text=_("Facts, no names. Somebody else reads it before it is public."),
    )  # fmt: skip

    def __init__(self, *args: Any, **more: Any) -> None:
        initial = {"on": legal_day(timezone.now())} | dict.fromkeys(
            ("let_in", "agenda", "minutes"), "unknown"
        )
        super().__init__(*args, initial=initial, **more)

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "on"}


# --- promises --------------------------------------------------------------------------------------------
class CommitmentForm(_About):
    title = forms.CharField(
        label=_("What was promised, in one sentence?"), max_length=MOST_TITLE,
        help_text=_("Who does what, where, until when."),
    )  # fmt: skip
    text = text_field(_("In the words in which it was promised"), MOST_TEXT, 4)
    check_by = text_field(
        _("How can anyone see that it is done?"), 500, 2,
        help_text=_("A thing that can be seen or counted: a road of two kilometres, a timetable that hangs out."),
    )  # fmt: skip
    said_on = day_field(_("Promised on"))
    said_at = forms.ChoiceField(label=_("Where was it promised?"), choices=Commitment.Said.choices)
    due_on = day_field(_("Promised until"), required=False, help_text=_("Empty where no day was named."))
    letter = forms.ModelChoiceField(
        label=_("The answer in which it stands"), queryset=Letter.objects.none(), to_field_name="code",
        required=False,
    )  # fmt: skip
    field_order = (
        "title", "text", "check_by", "said_on", "said_at", "due_on", "authority", "level", "topic", "place", "letter",
        "url", "seen_on", "copy",
    )  # fmt: skip

    def __init__(self, *args: Any, community: Organisation, **more: Any) -> None:
        super().__init__(*args, community=community, **more)
        came = Letter.objects.filter(
            matter__community=community,
            direction="in",
            confirmed=True,
            answer__in=("promise", "substance", "partly"),
        )
        self.fields["letter"].queryset = came.select_related("authority").order_by("-pk")
        self.fields["letter"].label_from_instance = lambda row: f"{row.authority}: {row.subject}"


class RatingForm(SourceForm):
    """One look, with what was looked at. The choices carry what each of them means."""

    lasting = True
    status = forms.ChoiceField(label=_("How far is it done?"), widget=forms.RadioSelect)
    on = day_field(_("Seen on"))
    text = text_field(
        _("What was seen"),
        1000,
        3,
        required=False,
        help_text=_("Facts, neutral. A moderator reads it first, then everybody."),
    )
    field_order = ("status", "on", "text", "url", "seen_on", "copy")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        means = rubric.criteria(rubric.current())
        self.fields["status"].choices = [
            (name, f"{COMMITMENT.stages[name].label}. {means[name]}") for name in LEVELS
        ]


class SayForm(forms.Form):
    """An official's own words."""

    text = text_field(
        _("What does your authority say?"),
        MOST_REPLY,
        6,
        help_text=_("A moderator reads it first, then everybody."),
    )
    disagrees = forms.BooleanField(label=_("We do not agree with the rating"), required=False)

    def __init__(self, *args: Any, rated: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        if not rated:
            del self.fields["disagrees"]


class SaidForm(SourceForm):
    """What the authority said elsewhere, entered by those who lead, with its source."""

    text = text_field(_("What the authority says"), MOST_REPLY, 5)
    on = day_field(_("On which day?"))
    disagrees = forms.BooleanField(label=_("It does not agree with the rating"), required=False)
    field_order = ("text", "on", "disagrees", "url", "seen_on", "copy")

    def __init__(self, *args: Any, rated: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        if not rated:
            del self.fields["disagrees"]
