"""Stages of an initiative, of its public page, and of a report."""

from django.utils.translation import gettext_lazy as _

from icma.core.flow import Flow, Stage, Step

INITIATIVE = Flow(
    "initiative",
    [
        Stage("plan", _("being planned")),
        Stage("running", _("running")),
        Stage("done", _("finished"), end=True),
    ],
    [
        Step("start", ("plan",), "running", _("Begin measuring"), "lead"),
        Step("finish", ("running",), "done", _("Finish"), "lead"),
        Step("go_on", ("done",), "running", _("Go on"), "lead"),
    ],
)

# Nothing a community wrote is public before a moderator has read it; new words go through the same gate.
SHOWN = Flow(
    "initiative page",
    [
        Stage("team", _("seen by the team only")),
        Stage("waiting", _("waiting for a moderator")),
        Stage("public", _("public")),
    ],
    [
        Step("ask", ("team",), "waiting", _("Ask to make it public"), "lead"),
        Step("show", ("waiting",), "public", _("Publish"), "moderate"),
        Step("refuse", ("waiting",), "team", _("Do not publish"), "moderate"),
        Step("hide", ("waiting", "public"), "team", _("Take it off the public pages"), "lead"),
        Step("reword", ("public",), "waiting", _("Its words have changed"), "lead"),
    ],
    field="shown",
)

# A row is written once it is sent: what comes back, or was wrong, is written anew as a row that replaces it.
REPORT = Flow(
    "report",
    [
        Stage("draft", _("draft")),
        Stage("sent", _("not looked at yet")),
        Stage("returned", _("sent back"), end=True),
        Stage("confirmed", _("confirmed"), end=True),
    ],
    [
        Step("send", ("draft",), "sent", _("Send the report"), "author"),
        Step("give_back", ("sent",), "returned", _("Send it back"), "confirm"),
        Step("confirm", ("sent",), "confirmed", _("Confirm it"), "confirm"),
    ],
    field="state",
)
