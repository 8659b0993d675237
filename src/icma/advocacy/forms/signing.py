"""Forms of signing: no account, no script, no cookie; name, place, age and sex only if the person wants."""

import re
from functools import cache
from importlib import resources
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from icma.engines.aztext import clean_text
from icma.matters.bands import AgeBand, Sex
from icma.matters.forms.raising import UnitField

MOST_NAME = 80


@cache
def disposable() -> frozenset[str]:
    """Hosts of throw-away mailboxes, one a line."""
    text = resources.files("icma.advocacy").joinpath("data/disposable_hosts.txt").read_text("utf-8")
    return frozenset(line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))


class MailOrCode(forms.Form):
    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not data.get("code") and not data.get("mail") and "mail" not in self.errors:
            self.add_error("mail", _("Write your mail address, or the code from a paper."))
        return data


class SignForm(MailOrCode):
    """`protected`: nothing but the address is asked, because nothing else would be kept."""

    mail = forms.EmailField(
        label=_("Your mail address"), max_length=254, required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=_("A mail comes with a link and a code. Nothing counts before you confirm it."),
    )  # fmt: skip
    code = forms.CharField(
        label=_("Or the code from a paper"), required=False, max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("The community hands them out to those who have no mail."),
    )  # fmt: skip
    name = forms.CharField(
        label=_("Your name"), required=False, max_length=MOST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Never shown. It is sealed; only the campaign's own key, which is not here, opens it."),
    )  # fmt: skip
    place = UnitField(label=_("District or city"), required=False, empty_label="—")
    sex = forms.ChoiceField(label=_("You are"), required=False, choices=[("", "—"), *Sex.choices[:2]])
    band = forms.ChoiceField(label=_("Your age"), required=False, choices=[("", "—"), *AgeBand.choices[:-1]])
    updates = forms.BooleanField(
        label=_("Tell me by mail how it goes on"), required=False,
        help_text=_("Your address is then kept for this alone; one click ends it."),
    )  # fmt: skip
    website = forms.CharField(label=_("Leave this empty"), required=False, max_length=200)

    def __init__(self, *args: Any, protected: bool = False, **more: Any) -> None:
        super().__init__(*args, **more)
        if protected:
            for name in ("name", "place", "sex", "band", "updates"):
                del self.fields[name]

    def is_dropped(self) -> bool:
        """Answered like everybody, and no mail goes out: a program, or a mailbox that proves no person."""
        host = self.cleaned_data["mail"].rpartition("@")[2].casefold()
        return bool(self.cleaned_data.get("website")) or host in disposable()

    def given(self) -> dict[str, Any]:
        data = self.cleaned_data
        place = data.get("place")
        return {
            "mail": data["mail"], "name": clean_text(data.get("name", "")), "place": place.pk if place else None,
            "sex": data.get("sex") or Sex.UNKNOWN, "band": data.get("band") or AgeBand.UNKNOWN,
            "updates": bool(data.get("updates")),
        }  # fmt: skip


PLAIN = re.compile(
    r"[A-Za-z0-9]+(?:[._+-][A-Za-z0-9]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}"
)


def plain(post: QueryDict) -> dict[str, str] | None:
    """`SignForm.given()` of a form with nothing but an address that is plainly right; None: let the form look.

    What most people send costs a quarter of a millisecond less this way.
    """
    values = post.dict()
    mail = values.pop("mail", "")
    if any(values.values()) or len(mail) > 254 or not PLAIN.fullmatch(mail):
        return None
    return None if mail.rpartition("@")[2].casefold() in disposable() else {"mail": mail}


class WithdrawForm(MailOrCode):
    mail = forms.EmailField(
        label=_("The address that you gave"), max_length=254, required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    code = forms.CharField(
        label=_("Or the code from a paper"), required=False, max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip


class DigitsForm(forms.Form):
    digits = forms.CharField(
        label=_("Eight digits from the mail"), max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )  # fmt: skip
