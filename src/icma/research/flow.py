"""Stages of a release."""

from django.utils.translation import gettext_lazy as _

from icma.core.flow import Flow, Stage, Step

RELEASE = Flow(
    "release",
    [
        Stage("draft", _("prepared, not yet asked for")),
        Stage("asked", _("waits for a second person")),
        Stage("agreed", _("published")),
        Stage("refused", _("refused"), end=True),
        Stage("withdrawn", _("withdrawn"), end=True),
    ],
    [
        Step("ask", ("draft",), "asked", _("Ask a second person"), "work"),
        Step("agree", ("asked",), "agreed", _("Publish it"), "work"),
        Step("refuse", ("asked",), "refused", _("Send it back"), "work"),
        Step("withdraw", ("agreed",), "withdrawn", _("Withdraw it"), "work"),
    ],
    field="state",
)
