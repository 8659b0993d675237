"""A figure from a social network."""

from django import forms
from django.utils.translation import gettext_lazy as _

from icma.matters.forms.letters import day_field


class ReportForm(forms.Form):
    network = forms.CharField(
        label=_("Where"), max_length=40, help_text=_("For example: Facebook, TikTok, a channel.")
    )
    label = forms.CharField(
        label=_("What was counted"), max_length=60, help_text=_("For example: views, shares.")
    )
    n = forms.IntegerField(label=_("How many"), min_value=0)
    on = day_field(_("On which day?"))
