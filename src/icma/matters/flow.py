"""Stages of a matter and of a letter, as data."""

from django.utils.translation import gettext_lazy as _

from icma.core.flow import Flow, Stage, Step

# A letter's clocks run beside these stages; the ladder (matters/ladder.py) says what may come next.
LED = ("taken", "doing", "pressing", "answered")  # stages in which somebody leads it

MATTER = Flow(
    "matter",
    [
        Stage("planned", _("being prepared")),
        Stage("raised", _("waiting for a moderator")),
        Stage("rejected", _("not published"), end=True),
        Stage("open", _("waiting for a community")),
        Stage("untaken", _("not taken up")),
        Stage("taken", _("taken up")),
        Stage("doing", _("being done by the community")),
        Stage("pressing", _("demanded from an authority")),
        Stage("answered", _("the authority has answered")),
        Stage("closed", _("finished"), end=True),
        Stage("merged", _("joined with another"), end=True),
    ],
    [
        Step("submit", ("planned", "rejected"), "raised", _("Send it to a moderator"), "lead"),
        Step("publish", ("raised", "rejected"), "open", _("Publish"), "moderate"),
        Step("publish_own", ("raised", "rejected"), "taken", _("Publish"), "moderate"),
        Step("reject", ("raised",), "rejected", _("Do not publish"), "moderate"),
        Step("take_up", ("open", "untaken"), "taken", _("Take it up"), "take_up"),
        Step("leave", ("open",), "untaken", _("Nobody takes it up"), "desk"),
        Step("start_doing", ("taken", "pressing", "answered"), "doing", _("Do it ourselves"), "lead"),
        Step("press", ("taken", "doing", "answered", "pressing"), "pressing", _("Demand it from an authority"), "lead"),
        Step("hear", ("pressing", "answered"), "answered", _("Enter an answer"), "lead"),
        Step("hear_after_all", ("closed",), "answered", _("Enter an answer"), "lead"),
        Step("hand_back", ("taken", "doing", "pressing"), "open", _("Hand it back"), "lead"),
        Step("close_untaken", ("open", "untaken"), "closed", _("Record the outcome"), "close"),
        Step("close", ("taken", "doing", "pressing", "answered"), "closed", _("Record the outcome"), "lead"),
        Step("reopen", ("closed", "untaken"), "open", _("Open again"), "reopen"),
        *(Step(f"reopen_{was}", ("closed",), was, _("Open again"), "reopen") for was in LED),
        Step("merge", ("raised", "open", "untaken", "taken", "doing", "pressing", "answered"), "merged", _("Join with another"), "moderate"),
        Step("split", ("merged",), "open", _("Take apart again"), "moderate"),
        Step("split_unseen", ("merged",), "raised", _("Take apart again"), "moderate"),
        Step("split_led", ("merged",), "taken", _("Take apart again"), "moderate"),
    ],
)  # fmt: skip

LETTER = Flow(
    "letter",
    [
        Stage("draft", _("draft")),
        Stage("sent", _("sent, waiting for registration")),
        Stage("registered", _("registered, the term runs")),
        Stage("answered", _("answered")),
        Stage("silent", _("no answer, confirmed")),
        Stage("forwarded", _("forwarded to another body")),
        Stage("returned", _("left without consideration")),
        Stage("received", _("received")),
        Stage("dropped", _("not sent"), end=True),
    ],
    [
        Step("send", ("draft",), "sent", _("It has been sent"), "lead"),
        Step("drop", ("draft",), "dropped", _("Do not send"), "lead"),
        Step("register", ("sent",), "registered", _("Enter number and date"), "lead"),
        Step("answer", ("sent", "registered", "silent", "forwarded", "answered"), "answered", _("Enter the answer"), "lead"),
        Step("confirm_silence", ("registered", "silent"), "silent", _("Asked: nothing has come"), "lead"),
        Step("wait_on", ("silent",), "registered", _("The authority extended it"), "lead"),
        Step("forward", ("sent", "registered", "silent"), "forwarded", _("It was forwarded"), "lead"),
        Step("disown", ("received",), "dropped", _("It is not from the authority"), "confirm"),
        Step("return", ("sent", "registered", "silent"), "returned", _("Left without consideration"), "lead"),
    ],
)  # fmt: skip
