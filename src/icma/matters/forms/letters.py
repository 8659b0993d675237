"""Forms of outgoing letters."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from icma.core.access import Who
from icma.core.action import Refused
from icma.core.words import num
from icma.matters.compose.text import BODY, SUBJECT
from icma.matters.compose.wishes import NEXT, TO_THE_SAME, WISHES
from icma.matters.ladder import Rung
from icma.matters.models import Letter
from icma.people.models import Address, Authority

FACTS, DEMAND = 5000, 2000
HIDDEN = forms.HiddenInput
# Only these may lead an authority to the public page: for residents there is no code to the thread.
OPEN_SENDERS = (Letter.Sender.COMMUNITY, Letter.Sender.UNION)


@contextmanager
def refusals(form: forms.BaseForm) -> Iterator[None]:
    """A refusal of the action becomes an error of the form; what was typed stays."""
    try:
        yield
    except Refused as refusal:
        form.add_error(None, str(refusal))


def day_field(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **more
    )


class AuthorityField(forms.ModelChoiceField):
    """A select of the bodies that were suggested or found; any body of the directory is accepted by its code."""

    def __init__(self, **more: Any) -> None:
        super().__init__(
            queryset=Authority.objects.select_related("parent", "superior"), to_field_name="code", **more
        )

    def offer(self, bodies: Iterable[Authority], chosen: str = "") -> None:
        offered = [(body.code, str(body)) for body in bodies]
        if chosen and chosen not in dict(offered):
            offered += [(b.code, str(b)) for b in Authority.objects.filter(code=chosen[:8])]
        self.widget.choices = [("", "—"), *offered]


class WishForm(forms.Form):
    """First page: who sends, what is wanted, from whom."""

    sender = forms.ChoiceField(label=gettext_lazy("Who sends it?"), widget=forms.RadioSelect)
    wish = forms.ChoiceField(label=gettext_lazy("What do you want?"), widget=forms.RadioSelect)
    facts = forms.CharField(
        label=gettext_lazy("What happened"), max_length=FACTS, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("Facts only: when, where, what. No names, no home addresses: they are typed last."),
    )  # fmt: skip
    demand = forms.CharField(
        label=gettext_lazy("What should the authority do, or tell?"), max_length=DEMAND,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Leave out “we ask”: the text has it. For example: the roof repaired before the winter."),
    )  # fmt: skip
    find = forms.CharField(
        label=gettext_lazy("Look for an authority by name"), max_length=80, required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )  # fmt: skip
    about = AuthorityField(
        label=gettext_lazy("Which body is the complaint about?"), required=False,
        help_text=gettext_lazy("Only for a complaint."),
    )  # fmt: skip
    authority = AuthorityField(
        label=gettext_lazy("To which authority?"), required=False,
        help_text=gettext_lazy("For a complaint you may leave this empty: it goes to the higher body."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, who: Who, follows: Letter | None, steps: Sequence[Rung] = (), **more: Any
    ) -> None:
        """`steps`: the ladder of the letter that this one follows; only they are offered."""
        super().__init__(*args, **more)
        self.follows, self.steps = follows, steps
        senders = [s for s in Letter.Sender.choices if s[0] != Letter.Sender.UNION or who.has("officer")]
        self.fields["sender"].choices = senders
        names = [w.name for w in WISHES.values() if not w.follows]
        if follows is not None:
            keys = {rung.key for rung in steps}
            names = [name for name in NEXT if name in keys]
            del self.fields["about"]  # the earlier letter says about whom
        self.fields["wish"].choices = [(name, WISHES[name].label) for name in names]

    @property
    def has_wish(self) -> bool:
        return bool(self.fields["wish"].choices)

    def offer(self, bodies: Iterable[Authority]) -> None:
        bodies = list(bodies)
        for name in {"about", "authority"} & set(self.fields):
            self.fields[name].offer(bodies, str(self[name].value() or ""))

    def clean(self) -> dict[str, Any]:
        """What the wish settles by itself: the body complained of, the higher body, the same body again."""
        given, follows = super().clean() or {}, self.follows
        wish, before = given.get("wish"), follows.authority if follows else None
        accused = wish == "complaint" or bool(follows and wish in {"ombudsman", "claim"})
        given["about"] = (given.get("about") or before) if accused else None
        if (
            follows is not None and wish == "again"
        ):  # a complaint that is written again is about the same body
            given["about"], accused = follows.about, follows.kind == Letter.Kind.COMPLAINT
        if accused and given["about"] is None and "about" not in self.errors:
            self.add_error("about", _("Choose the body that the complaint is about."))
        if given.get("authority") is None and wish in TO_THE_SAME:
            given["authority"] = before
        if given.get("authority") is None and wish == "complaint" and given["about"] is not None:
            given["authority"] = given["about"].superior or given["about"].parent
        if given.get("authority") is None and "authority" not in self.errors:
            self.add_error("authority", _("Choose the authority that gets the letter."))
        return given


def address_choices(addresses: Iterable[Address]) -> list[tuple[str, str]]:
    """Addresses of the directory with their limits, and the honest last choice."""
    found = []
    for address in addresses:
        words = f"{address.get_channel_display()}: {address.value}"
        if address.limit:
            words += " · " + _("at most %(n)s characters") % {"n": num(address.limit)}
        if not address.attachments:
            words += " · " + _("no attachments")
        found.append((str(address.pk), words))
    return [*found, ("", _("address not confirmed: I shall find it out"))]


class LetterForm(forms.Form):
    """The letter itself: its words may be changed, its kind and its law follow from the first page."""

    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=SUBJECT)
    body = forms.CharField(
        label=gettext_lazy("Text"), max_length=BODY, widget=forms.Textarea(attrs={"rows": 18})
    )
    address = forms.ChoiceField(
        label=gettext_lazy("How will it go?"), widget=forms.RadioSelect, required=False
    )
    with_qr = forms.BooleanField(
        label=gettext_lazy("Print a QR code that leads to the public page of the matter"), required=False
    )

    def __init__(self, *args: Any, addresses: Iterable[Address], sender: str, **more: Any) -> None:
        super().__init__(*args, **more)
        if sender not in OPEN_SENDERS:
            del self.fields["with_qr"]
        self.addresses = {str(address.pk): address for address in addresses}
        self.fields["address"].choices = address_choices(self.addresses.values())

    @property
    def chosen(self) -> Address | None:
        return self.addresses.get(self.cleaned_data.get("address", ""))


class RedraftForm(LetterForm):
    """`was`: digest of the text the form was opened with; somebody else may have changed it meanwhile."""

    was = forms.CharField(widget=HIDDEN, max_length=64)


class PrintForm(forms.Form):
    """Name and address for one print. Nothing of it is kept."""

    name = forms.CharField(
        label=gettext_lazy("Name, father's name, surname"), max_length=200,
        help_text=gettext_lazy("Several people: one under the other."), widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    address = forms.CharField(
        label=gettext_lazy("Address for the answer"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    contact = forms.CharField(label=gettext_lazy("Phone or mail"), max_length=120, required=False)
    with_code = forms.BooleanField(
        label=gettext_lazy("Print a code with which the authority can answer on this site"), required=False,
        help_text=gettext_lazy("The authority will see that the letter was written here."),
    )  # fmt: skip
    with_mail = forms.BooleanField(
        label=gettext_lazy("Print an address to which the answer can be e-mailed"), required=False,
        help_text=gettext_lazy("It belongs to this letter alone. Only those who lead the matter read what comes."),
    )  # fmt: skip

    def __init__(self, *args: Any, has_mail: bool = False, **more: Any) -> None:
        super().__init__(*args, **more)
        if not has_mail:
            del self.fields["with_mail"]


class SentForm(forms.Form):
    channel = forms.ChoiceField(
        label=gettext_lazy("How was it sent?"), choices=Address.Channel.choices, widget=forms.RadioSelect
    )
    on = day_field(gettext_lazy("When was it sent?"))
    proof = forms.FileField(
        label=gettext_lazy("Proof"), required=False,
        help_text=gettext_lazy("A photo of the receipt, a screenshot or a PDF. Only those who lead the matter see it."),
    )  # fmt: skip


class RegisterForm(forms.Form):
    number = forms.CharField(label=gettext_lazy("Registration number"), max_length=60)
    on = day_field(gettext_lazy("Date of registration"))
    hour = forms.TimeField(
        label=gettext_lazy("Hour of registration"), required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        help_text=gettext_lazy("Only for terms that run in hours."),
    )  # fmt: skip


class DropForm(forms.Form):
    """Nothing to fill in: a button."""
