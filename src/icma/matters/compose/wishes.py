"""What somebody wants, and which letter that is: kind, rule of law, text."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from icma.matters.models import Letter
from icma.people.models import Address

Kind = Letter.Kind
Answer = Letter.Answer


@dataclass(frozen=True)
class Wish:
    name: str
    label: Any
    kind: str
    text: str
    rule: str
    follows: bool = False


_ALL = (
    Wish("information", _("information or a document"), Kind.INFORMATION, "information", "info.general"),
    Wish(
        "danger", _("information at once: life, health or liberty is in danger"),
        Kind.INFORMATION, "information", "info.danger",
    ),
    Wish(
        "decision", _("a decision about me (a permit, a payment, a certificate)"),
        Kind.APPLICATION, "decision", "adm.decision",
    ),
    Wish(
        "common", _("something done for all (water, road, school)"),
        Kind.APPLICATION, "application", "appeal.general",
    ),
    Wish(
        "proposal", _("a plan or a rule changed for all: a proposal"),
        Kind.PROPOSAL, "proposal", "appeal.general",
    ),
    Wish(
        "complaint", _("a complaint about a body"),
        Kind.COMPLAINT, "complaint", "adm.complaint.decision",
    ),
    # These follow a letter that was sent; the ladder leads to them.
    Wish("reminder", _("a reminder"), Kind.REMINDER, "reminder.silent", "", follows=True),
    Wish(
        "rest", _("a new letter about the rest"),
        Kind.APPLICATION, "application.rest", "appeal.general", follows=True,
    ),
    Wish(
        "again", _("the letter again, with the defect repaired"),
        Kind.APPLICATION, "application", "appeal.general", follows=True,
    ),
    Wish(
        "ombudsman", _("a complaint to the Ombudsman"),
        Kind.OMBUDSMAN, "ombudsman", "ombudsman.examine", follows=True,
    ),
    Wish("claim", _("a draft claim to court, for an advocate"), Kind.CLAIM, "claim.silent", "", follows=True),
)  # fmt: skip
WISHES = {wish.name: wish for wish in _ALL}
NEXT = ("reminder", "information", "complaint", "rest", "again", "ombudsman", "claim")
TO_THE_SAME = ("reminder", "information", "rest", "again")

PURPOSE = {
    Kind.INFORMATION: Address.Purpose.INFORMATION,
    Kind.COMPLAINT: Address.Purpose.COMPLAINT,
    Kind.OMBUDSMAN: Address.Purpose.COMPLAINT,
    Kind.CLAIM: Address.Purpose.COURT,
}
MANY = {Letter.Sender.SEVERAL, Letter.Sender.COMMUNITY, Letter.Sender.UNION}
_REMINDERS = {
    "registration": ("reminder.registration", ""),
    "formal": ("reminder.formal", "appeal.general"),
    "promise": ("reminder.promise", "appeal.general"),
    "forwarded": ("reminder.forwarded", ""),
}
_COMPLAINTS = {
    "registration": "silent", "silent": "silent", "unconsidered": "unconsidered", "forwarded": "forwarded",
    "promise": "promise",
}  # fmt: skip


def purpose_of(kind: str) -> str:
    """For which purpose an authority's address is looked up."""
    return PURPOSE.get(Kind(kind), Address.Purpose.APPEAL)


def branch_of(letter: Letter, reply: Letter | None) -> str:
    """At which end a letter stands: registration, silent, unconsidered, or the kind of its last answer."""
    if letter.stage == "sent":
        return "registration"
    if letter.stage in {"returned", "forwarded"}:
        return "unconsidered" if letter.stage == "returned" else "forwarded"
    if letter.stage == "answered" and reply is not None:
        return reply.answer
    return "silent"


def text_and_rule(wish: Wish, follows: Letter | None = None, reply: Letter | None = None) -> tuple[str, str]:
    """Key of the text and id of the rule for a wish, given the letter that it follows and its last answer."""
    if follows is None:
        return wish.text, wish.rule
    branch = branch_of(follows, reply)
    if wish.kind == Kind.REMINDER:
        return _REMINDERS.get(branch, (wish.text, wish.rule))
    if wish.name == "again":
        same = next((w for w in _ALL if w.rule == follows.rule and w.rule), wish)
        return same.text, same.rule
    if wish.kind == Kind.COMPLAINT:
        return f"complaint.{_COMPLAINTS.get(branch, 'answer')}", wish.rule
    if wish.kind == Kind.INFORMATION:
        return "information.earlier", wish.rule
    if wish.kind == Kind.OMBUDSMAN and follows.kind == Kind.INFORMATION:
        return "ombudsman.information", "info.ombudsman"
    if wish.kind == Kind.CLAIM:
        return ("claim.silent" if branch in {"registration", "silent"} else "claim.answer"), ""
    return wish.text, wish.rule


def kind_of(wish: Wish, follows: Letter | None = None) -> str:
    """The kind of the letter: one that is written again stays what it was."""
    return follows.kind if wish.name == "again" and follows is not None else wish.kind
