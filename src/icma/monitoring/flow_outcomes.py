"""Stages of outcomes, stories, rounds of stories, months and reports on paper."""

from django.utils.translation import gettext_lazy as _

from icma.core.flow import Flow, Stage, Step

WAITS, PUBLIC, KEPT = _("waits for a moderator"), _("public"), _("not public")
OUTCOME = Flow(
    "outcome",
    [
        Stage("draft", _("draft")), Stage("sent", WAITS), Stage("public", PUBLIC), Stage("kept", KEPT),
        Stage("withdrawn", _("was withdrawn"), end=True),
    ],
    [
        Step("send", ("draft",), "sent", _("Send it to a moderator"), "lead"),
        Step("publish", ("sent",), "public", _("Publish"), "moderate"),
        Step("keep", ("sent",), "kept", _("Do not publish"), "moderate"),
        Step("rewrite", ("sent", "public", "kept"), "sent", _("Write it anew"), "lead"),
        Step("withdraw", ("sent", "public", "kept"), "withdrawn", _("Withdraw"), "lead"),
    ],
)  # fmt: skip
STORY = Flow(
    "story",
    [
        Stage("sent", WAITS), Stage("public", PUBLIC), Stage("kept", KEPT),
        Stage("withdrawn", _("was withdrawn"), end=True),
    ],
    [
        Step("publish", ("sent", "public"), "public", _("Publish"), "moderate"),
        Step("keep", ("sent", "public"), "kept", _("Do not publish"), "moderate"),
        Step("withdraw", ("sent", "public", "kept"), "withdrawn", _("The teller takes it back"), "lead"),
        Step("agree", ("sent", "kept"), "sent", _("The teller agrees that everybody may read it, without the name"), "lead"),
    ],
)  # fmt: skip
COLLECTION = Flow(
    "collection",
    [Stage("open", _("stories are collected")), Stage("closed", _("closed"), end=True)],
    [Step("close", ("open",), "closed", _("Close the round"), "lead")],
)
MONTH = Flow(
    "month",
    [Stage("draft", _("draft")), Stage("sent", _("sent"))],
    [Step("send", ("draft", "sent"), "sent", _("Send"), "lead")],
)
PAPER = Flow(
    "paper",
    [
        Stage("waiting", _("waiting")), Stage("making", _("being made")), Stage("ready", _("ready"), end=True),
        Stage("failed", _("it could not be made"), end=True),
    ],
    [
        Step("make", ("waiting", "making"), "making", _("Make it"), "view"),
        Step("end", ("making",), "ready", _("It is ready"), "view"),
        Step("fail", ("making",), "failed", _("It failed"), "view"),
        Step("again", ("failed", "ready"), "waiting", _("Make it again"), "view"),
    ],
)  # fmt: skip
