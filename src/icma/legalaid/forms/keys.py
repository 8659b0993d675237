"""Forms of unlocking and of keys. What is secret is never put back into a page."""

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from icma.engines.codes import is_typo


def secret(label: str) -> forms.CharField:
    """Hidden while it is typed, unknown to the browser's memory."""
    attrs = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}
    return forms.CharField(
        label=label, max_length=200, strip=True, widget=forms.PasswordInput(render_value=False, attrs=attrs)
    )


class UnlockForm(forms.Form):
    words = secret(_("Vault passphrase"))


class CodeForm(forms.Form):
    code = secret(_("Personal recovery code"))

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        if is_typo(code):
            raise forms.ValidationError(_t("This is not such a code: one sign is wrong or missing."))
        return code


class TypedForm(forms.Form):
    """Both typed back from paper; `check` proves which ones were shown, without holding them."""

    check = forms.CharField(widget=forms.HiddenInput, max_length=300)
    words = secret(_("The six words"))
    code = secret(_("Personal recovery code"))


class FingerprintForm(forms.Form):
    member = forms.CharField(widget=forms.HiddenInput, max_length=12)
    fingerprint = forms.CharField(
        label=_("Fingerprint, as your colleague reads it out"), max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
