"""A mail that somebody saved from a mailbox."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from icma.engines.inmail import MOST_BYTES, Incoming, Unreadable, read


class SavedMailForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Saved mail (.eml)"),
        help_text=gettext_lazy("In your mailbox: “Download message” or “Save as”. Attachments come with it."),
    )
    raw = b""
    incoming: Incoming

    def clean_file(self) -> Any:
        """The bytes and what they say; who sent them nobody has checked."""
        self.raw = self.cleaned_data["file"].read(MOST_BYTES + 1)
        try:
            self.incoming = read(self.raw)
        except Unreadable as error:
            raise forms.ValidationError(
                _(
                    "This file is not a mail that can be read. Save the mail itself, as a file that ends in .eml."
                )
            ) from error
        return self.cleaned_data["file"]
