"""Stages of a campaign, a decision, a commitment."""

from django.utils.translation import gettext_lazy as _

from icma.core.flow import Flow, Stage, Step

CAMPAIGN = Flow(
    "campaign",
    [
        Stage("plan", _("being planned")),
        Stage("running", _("running")),
        Stage("delivered", _("handed over")),
        Stage("answered", _("answered")),
        Stage("review", _("being reviewed")),
        Stage("done", _("finished"), end=True),
    ],
    [
        Step("start", ("plan",), "running", _("Send it to a moderator"), "lead"),
        Step("deliver", ("running", "delivered", "answered"), "delivered", _("Record a delivery"), "lead"),
        Step("hear", ("running", "delivered", "answered"), "answered", _("The authority has answered"), "lead"),
        Step("review", ("running", "delivered", "answered"), "review", _("Look back"), "lead"),
        Step("finish", ("review",), "done", _("Finish"), "lead"),
        Step("go_on", ("review", "done"), "running", _("Go on"), "lead"),
    ],
)  # fmt: skip

# What a community tells: a moderator reads every version.
UPDATE = Flow(
    "update",
    [
        Stage("waiting", _("waiting for a moderator")),
        Stage("public", _("public")),
        Stage("refused", _("not published")),
    ],
    [
        Step("publish", ("waiting",), "public", _("Publish"), "moderate"),
        Step("refuse", ("waiting",), "refused", _("Do not publish"), "moderate"),
        Step("rewrite", ("waiting", "public", "refused"), "waiting", _("Write it anew"), "lead"),
    ],
)  # fmt: skip

DECISION = Flow(
    "decision",
    [
        Stage("draft", _("still a draft")),
        Stage("open", _("open for remarks")),
        Stage("taken", _("decided")),
        Stage("carried", _("carried out"), end=True),
        Stage("dropped", _("not pursued"), end=True),
    ],
    [
        Step("open", ("draft",), "open", _("Open for remarks"), "lead"),
        Step("take", ("draft", "open"), "taken", _("It was decided"), "lead"),
        Step("carry", ("taken",), "carried", _("It was carried out"), "lead"),
        Step("drop", ("draft", "open"), "dropped", _("It was given up"), "lead"),
    ],
)  # fmt: skip

# The five levels of the Open Government Partnership's completion scale (IRM Procedures Manual), in their order.
OGP = {
    "no_evidence": "No evidence available", "not_started": "Not started", "limited": "Limited",
    "substantial": "Substantial", "complete": "Complete",
}  # fmt: skip
LEVELS = tuple(OGP)
WORDS = (
    _("no evidence found"), _("not begun"), _("begun, little is done"), _("mostly done"), _("done in full"),
)  # fmt: skip
UNRATED = "unrated"
COMMITMENT = Flow(
    "commitment",
    [
        Stage(UNRATED, _("no status yet")),
        *(Stage(name, label) for name, label in zip(LEVELS, WORDS, strict=True)),
    ],
    [
        *(Step(f"rate_{name}", (UNRATED, *LEVELS), name, label, "rate") for name, label in zip(LEVELS, WORDS, strict=True)),
        Step("unrate", (UNRATED, *LEVELS), UNRATED, _("Take the rating back"), "rate"),
    ],
)  # fmt: skip
