"""The ladder of instances, which terms of law a step begins, and who may do what in court. Rules are data; all is pure."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from icma.engines.clockrules import Answer
from icma.engines.clocks import compute
from icma.engines.clockwords import caveats, explain
from icma.law.card import SEALS, mark_of
from icma.law.certainty import status_of
from icma.law.shipped import Book
from icma.law.words import in_language

LEVELS = {
    "authority": _("Authority"),
    "superior": _("Superior body"),
    "court": _("Court of first instance"),
    "appeal": _("Court of appeal"),
    "cassation": _("Cassation, Supreme Court"),
    "constitutional": _("Constitutional Court"),
    "ombudsman": _("Ombudsman"),
    "european": _("European Court of Human Rights"),
}
BRANCHES = {
    "administrative": _("administrative"),
    "civil": _("civil"),
    "criminal": _("criminal"),
    "offence": _("administrative offence or detention"),
}
# What may follow what.
ONWARD = {
    "authority": ("superior", "court", "ombudsman"),
    "superior": ("court", "ombudsman"),
    "court": ("appeal",),
    "appeal": ("cassation",),
    "cassation": ("constitutional", "european", "ombudsman"),
    "constitutional": ("european",),
    "ombudsman": ("court",),
    "european": (),
}
# What was served before a step: of a ruling the terms are shorter than of a judgment.
ACTS = {
    "judgment": _("a judgment, or a decision of an authority"),
    "ruling": _("a ruling of a court"),
    "refusal": _("a refusal to issue an act"),
    "silence": _("nothing: the authority is silent"),
}
# (next level, branch, what was served) → rules of law that run from that day; "" for whatever it was. The shorter first.
SERVED: dict[tuple[str, str, str], tuple[str, ...]] = {
    ("superior", "administrative", ""): ("adm.complaint",),
    ("superior", "administrative", "silence"): (),
    ("court", "administrative", ""): ("apc.claim.contest",),
    ("court", "administrative", "refusal"): ("apc.claim.compel",),  # as long as the one before
    ("court", "administrative", "silence"): ("apc.claim.silence.earliest",),
    ("appeal", "administrative", "ruling"): ("apc.appeal.ruling",),
    ("appeal", "administrative", "judgment"): ("apc.appeal.judgment",),
    ("appeal", "civil", "ruling"): ("cpc.appeal.ruling",),  # no article of it was read: `unruled`
    ("appeal", "civil", "judgment"): ("cpc.appeal",),
    ("cassation", "administrative", "ruling"): ("apc.cassation.ruling",),
    ("cassation", "administrative", "judgment"): ("apc.cassation",),
    ("cassation", "civil", "ruling"): ("cpc.cassation.ruling",),
    ("cassation", "civil", "judgment"): ("cpc.cassation",),
    ("constitutional", "administrative", ""): ("concourt.lodge",),
    ("constitutional", "civil", ""): ("concourt.lodge",),
    ("constitutional", "criminal", ""): ("concourt.lodge",),
    ("european", "administrative", ""): ("ecthr.lodge",),
    ("european", "civil", ""): ("ecthr.lodge",),
    ("european", "criminal", ""): ("ecthr.lodge",),
    ("ombudsman", "administrative", ""): ("ombudsman.lodge",),
    ("ombudsman", "civil", ""): ("ombudsman.lodge",),
}
# (level, branch) → by when the body itself has to answer what was filed with it.
FILED: dict[tuple[str, str], tuple[str, ...]] = {
    ("authority", "administrative"): ("adm.decision",),
    ("superior", "administrative"): ("adm.complaint.decision",),
    ("ombudsman", "administrative"): ("ombudsman.examine",),
    ("ombudsman", "civil"): ("ombudsman.examine",),
}
COURTS = ("court", "appeal", "cassation", "constitutional", "european")
ACTS_AS = {
    "person": _("the person himself or herself"),
    "relative": _("a close relative"),
    "advocate": _("an advocate (vəkil)"),
    "staff": _("authorised staff of the organisation"),
}
ROLES = {
    "client": _("client"),
    "opponent": _("other side"),
    "representative": _("representative"),
    "witness": _("witness"),
    "third": _("third person"),
    "member": _("member of the group"),
}
OFFERED = {
    "assign": _("the case, as assignee"),
    "transfer": _("the case; I stay as deputy"),
    "counsel": _("to work along"),
    "pro_bono": _("to help without pay"),
    "deputy": _("to be deputy"),
    "overseer": _("to be supervisor"),
    "referral": _("referral"),
}
ANSWERED = {"accepted": _("accepted"), "declined": _("declined"), "revoked": _("withdrawn")}
CLIENTS = {
    "person": _("a person"),
    "community": _("a community"),
    "campaign": _("a campaign"),
    "organisation": _("an organisation"),
}
SERVICES = {
    "information": _("information"),
    "advice": _("advice"),
    "drafting": _("drafting"),
    "negotiation": _("negotiation"),
    "representation": _("representation"),
    "referral": _("referral"),
    "training": _("training"),
}
RESULTS = {
    "won": _("won"),
    "partly": _("won in part"),
    "settled": _("settled"),
    "lost": _("lost"),
    "withdrawn": _("withdrawn"),
    "referred": _("referred"),
    "unknown": _("not known"),
}
BENEFITS = {
    "none": _("none"),
    "money": _("money"),
    "right": _("a right restored"),
    "service": _("a service provided"),
    "precedent": _("a precedent"),
}
# What became of a hearing.
HEARD = {"held": _("it was held"), "moved": _("it is on another day"), "cancelled": _("it was cancelled")}
ENFORCEMENT = {
    "not_needed": _("nothing to enforce"),
    "done": _("carried out"),
    "partly": _("carried out in part"),
    "waiting": _("not yet carried out"),
}
# What three months later became of it.
FOLLOWED = ENFORCEMENT | {"unknown": _("not known")}


def at_once(branch: str) -> bool:
    """No rule serves: hours count, and only an advocate can say which."""
    return branch in ("offence", "criminal")


def unruled(level: str, branch: str, act: str) -> str:
    """Why an advocate has to look at once though, or because, nothing sure is counted: "ruling", "step", or "".

    "ruling": the ten days for a civil appeal against one are known from a page about the law alone. "step": no rule is
    known. With an authority nothing was served before, so only what it owes afterwards is counted.
    """
    if (level, branch) == ("appeal", "civil") and act != "judgment":
        return "ruling"
    counted = served_rules(level, branch, act) or (level == "authority" and FILED.get((level, branch)))
    return "" if counted or at_once(branch) else "step"


def served_rules(level: str, branch: str, act: str) -> tuple[str, ...]:
    """Rules that run from what was served; where nobody knows yet what it was, all that may be, the shorter first."""
    for known in (act, ""):
        if (level, branch, known) in SERVED:
            return SERVED[level, branch, known]
    if act == "silence":
        return ()
    return tuple(rule for place, rules in SERVED.items() if place[:2] == (level, branch) for rule in rules)


def rules_for(
    level: str, branch: str, act: str, served: date | None, filed: date | None
) -> list[tuple[str, date]]:
    """(rule, day it runs from) for a step to `level`: from the decision served before it, from the day of filing."""
    found = [(rule, served) for rule in served_rules(level, branch, act) if served]
    return found + [(rule, filed) for rule in FILED.get((level, branch), ()) if filed]


def owed_to_us(rule: str) -> bool:
    """By then a body has to answer; what we have to file runs by the other rules."""
    return any(rule in rules for rules in FILED.values())


def not_before(rule: str) -> bool:
    """A day before which it is too early, not one after which it is too late."""
    return rule == "apc.claim.silence.earliest"


def reckon(rule: str, event: date, book: Book) -> dict[str, Any]:
    """Fields of a term row by a rule: legal date, safe date, certainty and why. ClockError out of the calendar."""
    answer = compute(book.rules[rule], event, book.calendar)
    status = status_of(book, rule)
    due = legal_day_of(answer)
    return {
        "rule": rule,
        "title": in_language(book.rules[rule].title),
        "event": event.isoformat(),
        "due": due.isoformat(),
        "safe": (answer.safe or due).isoformat(),
        "why": [explain(answer), *caveats(answer)],
        "sure": mark_of(book, rule),
        "seal": SEALS.get(status, status),
    }


def legal_day_of(answer: Answer) -> date:
    """The reading to keep to on our side; for an authority the last day that it has, and where too early fails, the last."""
    late = answer.rule.owner == "authority" or answer.rule.direction == "not_before"
    best = answer.latest if late else answer.earliest
    assert best is not None
    return best.due


def court_number(proceedings: Iterable[dict[str, Any]]) -> str:
    """Under which a court has what runs now; "" where none is known. Our own leads to the vault and stays in the house."""
    numbers = [
        one["number"] for one in proceedings if one["level"] in COURTS and one["number"] and not one["result"]
    ]
    return numbers[-1] if numbers else ""


def wrong_representative(client: str, acts_as: str) -> str:
    """Why somebody may not stand for this client in court; '' when he or she may."""
    if client == "person" and acts_as == "staff":
        return _t("A person is represented by a close relative or by an advocate (vəkil), not by staff.")
    if client != "person" and acts_as in ("relative", "person"):
        return _t(
            "An organisation or a group is represented by its authorised staff or by an advocate (vəkil)."
        )
    return ""


def wrong_drafter(level: str, branch: str, is_advocate: bool) -> str:
    """Why somebody may not draw up this paper; '' when he or she may (Civil Procedure Code, article 67)."""
    if level == "cassation" and branch == "civil" and not is_advocate:
        return _t(
            "In a civil case only an advocate (vəkil) draws up the cassation complaint. Offer the case to an advocate first."
        )
    return ""
