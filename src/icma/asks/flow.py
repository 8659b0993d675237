"""Stages of a version of a questionnaire."""

from django.utils.translation import gettext_lazy as _

from icma.core.flow import Flow, Stage, Step

VERSION = Flow(
    "version",
    [
        Stage("draft", _("being written")),
        Stage("waiting", _("waits for a moderator")),
        Stage("ready", _("read by a moderator")),
        Stage("open", _("open for answers")),
        Stage("closed", _("closed"), end=True),
    ],
    [
        Step("submit", ("draft",), "waiting", _("Send it to a moderator"), "edit"),
        Step("agree", ("waiting",), "ready", _("It may be asked"), "release"),
        Step("send_back", ("waiting",), "draft", _("Send it back"), "release"),
        Step("take_back", ("ready",), "draft", _("Change it once more"), "edit"),
        Step("open", ("ready",), "open", _("Open it"), "edit"),
        Step("close", ("open",), "closed", _("Close it"), "edit"),
    ],
    field="state",
)
