"""What a sealed row may be: kind → compartment and fields. A plain table, sorted by part; nothing of it stands in clear.

A value is a dict with `kind` and these fields; dates are ISO texts. Whoever adds a kind adds its line here.
"""

from dataclasses import dataclass

from icma.legalaid.words import Compartment

THREAD, FILE = Compartment.THREAD, Compartment.FILE


@dataclass(frozen=True)
class Kind:
    """Where rows of a kind stand and what their value holds."""

    compartment: Compartment
    fields: tuple[str, ...]


KINDS: dict[str, Kind] = {
    # uploads: the key, the name, the true size and the hash of a file stand in its row
    "upload": Kind(THREAD, ("name", "type", "size", "key", "sha256", "by")),
    "paper": Kind(
        FILE,
        (
            "name",
            "type",
            "size",
            "key",
            "sha256",
            "by",
            "title",
            "date",
            "exhibit",
            "version_of",
            "template",
            "of",
        ),
    ),  # of: what the client has sent, when it became an exhibit
    # intake: what the reception sees before a conflict check, what was told, who has checked names
    "door": Kind(THREAD, ("client", "other", "phone", "language", "woman", "source")),
    "intake": Kind(
        THREAD,
        (
            "language",
            "what",
            "triggers",
            "other",
            "client",
            "papers",
            "happened_on",
            "paper",
            "served_on",
            "event_on",
            "call",
            "phone",
            "answers",
            "hour",
            "mail",
            "woman",
            "source",
            "matter",
            "problem",
            "region",
            "sex",
            "band",
            "due",
            "done",
        ),
    ),  # done: the day on which it was handed in, "" before
    "checked": Kind(THREAD, ("verdict", "by", "at")),
    # a safe hour: the client asks to be called, or takes an hour of a reception day; tries: day, by whom, reached or not
    "callback": Kind(THREAD, ("phone", "answers", "hour", "text", "tries", "state", "on")),
    "visit": Kind(THREAD, ("slot", "starts", "minutes", "where", "who", "state", "on")),
    # cases
    "verdict": Kind(FILE, ("verdict", "by", "on")),  # of the conflict check, as it stood at taking up
    "party": Kind(FILE, ("name", "role", "acts_as", "contact")),
    "note": Kind(FILE, ("text", "by", "on", "sought")),  # sought: the text folded, for the search
    "task": Kind(FILE, ("text", "who", "due", "done", "by")),
    "proceeding": Kind(
        FILE, ("level", "branch", "act", "body", "number", "served", "filed", "result", "result_on", "after")
    ),  # act: what was served before it, `procedure.ACTS`
    "term": Kind(
        FILE,
        (
            "rule",
            "title",
            "event",
            "due",
            "safe",
            "why",
            "sure",
            "seal",
            "proceeding",
            "proof",
            "acted",
            "by",
            "place",
            "who",
        ),
    ),  # rule "": set by a court or by ourselves, with a place and who goes
    "hearing": Kind(
        FILE, ("body", "room", "date", "time", "who", "points", "take", "proceeding", "state", "said")
    ),  # state: "" to come, held, cancelled
    # of a term; verdict, second, decided: what a second person said, who and when; failed: agreed, and no date comes of it
    "change": Kind(
        FILE,
        (
            "term",
            "title",
            "due",
            "do",
            "event",
            "why",
            "review",
            "by",
            "on",
            "verdict",
            "second",
            "decided",
            "failed",
        ),
    ),
    "service": Kind(FILE, ("service", "minutes", "by", "on", "proceeding", "fact")),
    "outcome": Kind(FILE, ("result", "benefit", "enforcement", "text", "by", "on")),
    "followup": Kind(FILE, ("on", "enforcement", "said")),
    # by: "client", the lawyer's pseudonym, or "mail"; mail: sender, subject, kind (engines/inmail.py) and id
    "message": Kind(THREAD, ("text", "by", "on", "mail")),
    "alias": Kind(
        THREAD, ("code", "seed")
    ),  # the case's own address for mail, and what opens what came there
    # to which body an offer of the kind "referral" goes
    "referral": Kind(THREAD, ("offer", "body", "on")),
    # beyond the case
    "consent": Kind(
        THREAD, ("purpose", "state", "to", "how", "language", "version", "by", "on")
    ),  # state: given, revoked
    "counted": Kind(THREAD, ("fact", "values")),  # the code of a fact and what it says
    "grade": Kind(THREAD, ("on",)),  # that one was given, not which
}
