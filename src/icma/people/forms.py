"""Forms of accounts, roles, organisations and the directory."""

from typing import Any

from allauth.account.forms import LoginForm
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from icma.core.stale import Watched
from icma.people.models import Address, Authority, Membership, Organisation, Place, User

DATE = forms.DateInput(format="%Y-%m-%d")
DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class SignInForm(LoginForm):
    """One form for both ways: with a passphrase, or without one a code comes by mail."""

    field_order = ["login", "password"]

    def _setup_password_field(self) -> None:
        field = self.fields["password"]
        field.required, field.label = False, _("Passphrase")
        field.help_text = _("Leave it empty if you have none: we mail you a code.")
        self.fields["login"].label = _("Mail address")
        for one in (field, self.fields["login"]):
            one.widget.attrs.pop("placeholder", None)


class AccountForm(forms.Form):
    pseudonym = forms.CharField(
        label=_("Public name"), max_length=60, required=False,
        help_text=_("A name that you choose yourself. Nobody needs to know your real one."),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, widget=forms.RadioSelect)
    digest = forms.ChoiceField(
        label=_("Mails from us"), choices=User.Digest.choices, widget=forms.RadioSelect
    )


class NewPersonForm(forms.Form):
    email = forms.EmailField(label=_("Mail address"), max_length=254)


class RoleForm(forms.Form):
    """`place` says where the role is held: an organisation, or for an official an authority."""

    role = forms.ChoiceField(label=_("Role"), choices=Membership.Role.choices)
    organisation = forms.ModelChoiceField(
        Organisation.objects.filter(until=None), to_field_name="code", required=False, label=_("Organisation")
    )
    authority = forms.CharField(
        label=_("Code of the authority"), required=False, max_length=8,
        help_text=_("Only for an official; the code stands in the directory."),
    )  # fmt: skip

    def clean_authority(self) -> Authority | None:
        code = self.cleaned_data["authority"].strip()
        if not code:
            return None
        body = Authority.objects.filter(code=code).first()
        if body is None:
            raise forms.ValidationError(_("No authority has this code."))
        return body


class FreezeForm(forms.Form):
    why = forms.CharField(label=_("Why"), max_length=200, required=False)


class OrganisationForm(Watched):
    """What officers enter of a community; it describes itself on its own page."""

    name = forms.CharField(label=_("Name"), min_length=2, max_length=120)
    form = forms.ChoiceField(label=_("What it is"), choices=Organisation.Form.choices)
    place = forms.ModelChoiceField(
        Place.objects.exclude(kind="region"),
        to_field_name="code",
        required=False,
        label=_("District or town"),
    )
    mentor = forms.ModelChoiceField(
        User.objects.none(), to_field_name="person", required=False, label=_("Mentor from the union")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staff = Membership.objects.filter(organisation__kind="union", until=None).values("user")
        self.fields["mentor"].queryset = User.objects.filter(pk__in=staff, frozen_at=None)


class NewOrganisationForm(OrganisationForm):
    """Once founded, the community itself says who sees it."""

    seen = forms.ChoiceField(
        label=_("What the public sees"), choices=Organisation.Seen.choices, widget=forms.RadioSelect,
        help_text=_("An unregistered group is not listed unless it wishes so. No names, no photos."),
    )  # fmt: skip
    field_order = ["name", "form", "place", "seen", "mentor"]


class PartnerForm(Watched):
    """An organisation that works with the union; it takes no matters up."""

    name = forms.CharField(label=_("Name"), min_length=2, max_length=120)
    place = forms.ModelChoiceField(
        Place.objects.filter(kind="unit"), to_field_name="code", required=False, label=_("District or town")
    )
    aims = forms.CharField(
        label=_("What we do together"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    public_contact = forms.CharField(
        label=_("Its page or address, for everybody"), required=False, max_length=200,
        help_text=_("Of the organisation, never of a person."),
    )  # fmt: skip
    seen = forms.ChoiceField(
        label=_("Shown among our partners"), choices=[("full", _("yes")), ("unlisted", _("no"))],
        widget=forms.RadioSelect,
    )  # fmt: skip


class ClosingForm(forms.Form):
    until = forms.DateField(label=_("Last day"), widget=DAY)


class AuthorityForm(Watched):
    """A body; who is no officer proposes with it."""

    name_az = forms.CharField(label=_("Name in Azerbaijani"), max_length=200)
    name_en = forms.CharField(label=_("Name in English"), max_length=200, required=False)
    name_ru = forms.CharField(label=_("Name in Russian"), max_length=200, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=Authority.Kind.choices)
    place = forms.ModelChoiceField(
        Place.objects.exclude(kind="village"), to_field_name="code", required=False, label=_("Place")
    )
    parent = forms.CharField(
        label=_("Code of the body it is part of"), required=False, max_length=8,
    )  # fmt: skip
    superior = forms.CharField(
        label=_("Code of the body that hears complaints"), required=False, max_length=8,
        help_text=_("Leave it empty when it is not certain."),
    )  # fmt: skip
    since = forms.DateField(label=_("Valid from"), required=False, widget=DATE)
    until = forms.DateField(label=_("Valid until"), required=False, widget=DATE)
    source = forms.CharField(
        label=_("Source"), max_length=300,
        help_text=_("The law, the official page or the letterhead from which it is known."),
    )  # fmt: skip

    def clean_parent(self) -> Authority | None:
        return self._body("parent")

    def clean_superior(self) -> Authority | None:
        return self._body("superior")

    def _body(self, name: str) -> Authority | None:
        code = self.cleaned_data[name].strip()
        body = Authority.objects.filter(code=code).first() if code else None
        if code and body is None:
            raise forms.ValidationError(_("No authority has this code."))
        return body


class AddressForm(forms.Form):
    purpose = forms.ChoiceField(label=_("For what"), choices=Address.Purpose.choices)
    channel = forms.ChoiceField(label=_("Way"), choices=Address.Channel.choices)
    value = forms.CharField(label=_("Address"), max_length=300)
    limit = forms.IntegerField(
        label=_("Most characters"), required=False, min_value=1, max_value=1_000_000,
        help_text=_("Some portals cut the text: how many characters do they take?"),
    )  # fmt: skip
    no_attachments = forms.BooleanField(label=_("Takes no attachments"), required=False)
    since = forms.DateField(
        label=_("First day"), required=False, widget=DAY,
        help_text=_("The address before it ends on the day before. Empty: from today on."),
    )  # fmt: skip
    source = forms.CharField(
        label=_("Source"), max_length=300,
        help_text=_("Where this address is known from. Without a source it is not entered."),
    )  # fmt: skip


class SheetForm(forms.Form):
    """A file, or the text of the file that was just rehearsed."""

    file = forms.FileField(label=_("CSV or JSON file"), required=False)
    kept = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if not given.get("file") and not given.get("kept"):
            raise forms.ValidationError(_("Choose a CSV or JSON file."))
        return given

    def data_given(self) -> bytes:
        file = self.cleaned_data.get("file")
        return file.read() if file else self.cleaned_data["kept"].encode()


class VillageForm(forms.Form):
    name = forms.CharField(label=_("Village or settlement"), max_length=80)
