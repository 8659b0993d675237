"""What does not hold is no longer counted: by a rule that is published, counted beforehand, and reversible.

Whoever sent it is told nothing else than anybody. Every removal is a leaf of the log that names its reason and its
rule; a rule that is undone gives new leaves. The rule stands on the list of the second person for 14 days.
"""

import re
from datetime import date, datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from icma.advocacy import keyring
from icma.advocacy.actions.signing import LEFT
from icma.advocacy.actions.signing import WITHDRAWN as TAKEN_BACK
from icma.advocacy.models import Invalidation, Petition, Sheet, Signature
from icma.advocacy.models.petition import Channel
from icma.core import codes
from icma.core.action import Refused, action
from icma.core.words import date_words
from icma.matters.actions.support import canonical
from icma.matters.actions.thread import note
from icma.people.actions.review import ask_review
from icma.people.models import Review, User

KIND = "invalidation"
# The mark of a mail host, as `hosts` lists it: nobody may know the host that a wave came from.
MARK = re.compile("[0-9a-f]{16}")
# Fewer of one mail host are no wave: counting them would tell who has signed, where a host has one person or two.
FEWEST = 5
# With the rule's code behind it, a reason has at most 16 signs.
REASONS = {
    "machine": gettext_lazy("sent by a machine: many in a short time from one mail host"),
    "twice": gettext_lazy("the same people more than once"),
    "sheet": gettext_lazy("a paper sheet that does not stand up"),
    "mistake": gettext_lazy("entered by mistake"),
}
WITHDRAWN = gettext_lazy("withdrawn by whoever gave it")


def reason_words(reason: str) -> str:
    """A published reason in words: `machine:7Q4FM2KD`, `withdrawn`."""
    return str(REASONS.get(reason.partition(":")[0], WITHDRAWN))


@action
def propose(
    *, petition: Petition, reason: str, criteria: dict[str, Any], at: datetime, by: User
) -> Invalidation:
    """A rule and how many it would take out now; nothing changes yet. Refused when it is empty or hits nobody.

    `criteria`: host (a mail host, kept as its keyed mark, or such a mark), sheet (code), channel, from, until (ISO dates).
    """
    if reason not in REASONS:
        raise Refused(_("Choose a reason."))
    kept = _kept(petition, criteria)
    matched = hit(petition, kept).count()
    if "host" in kept and matched < FEWEST:
        raise Refused(_("Of this mail host too few are counted to be a wave, or none."))
    if not matched:
        raise Refused(_("This rule hits no counted support."))
    return Invalidation.objects.create(
        code=codes.public_code(),
        petition=petition,
        reason=reason,
        criteria=kept,
        matched=matched,
        at=at,
        by=by,
    )


def _kept(petition: Petition, criteria: dict[str, Any]) -> dict[str, str]:
    given = {name: str(value) for name, value in criteria.items() if value}
    if host := given.pop("host", ""):
        if petition.mode == Petition.Mode.PROTECTED:
            raise Refused(_("A protected petition keeps no mark of mail hosts."))
        host = host.strip().lstrip("@")
        known = MARK.fullmatch(host)
        given["host"] = (
            host if known else keyring.host_mark(petition.matter.code, canonical(f"x@{host}")).hex()
        )
    narrow = {"host", "sheet", "channel"} & set(given)
    if not narrow and not {"from", "until"} <= set(given):
        raise Refused(_("Say whose: a mail host, a sheet, a way of signing, or a first and a last day."))
    return given


def said(kept: dict[str, str]) -> str:
    """Whose support a rule hits, for those who put it in force and look it over."""
    labels = {
        "host": _("Mail host"), "sheet": _("Paper sheet"), "channel": _("Way of signing"),
        "from": _("First day"), "until": _("Last day"),
    }  # fmt: skip
    words = {
        name: str(Channel(value).label) if name == "channel"
        else date_words(date.fromisoformat(value)) if name in ("from", "until") else value
        for name, value in kept.items()
    }  # fmt: skip
    return ", ".join(f"{label}: {words[name]}" for name, label in labels.items() if name in words)


def hit(petition: Petition, kept: dict[str, str]) -> QuerySet[Signature]:
    """Counted support that a rule takes out."""
    rows = Signature.objects.filter(petition=petition, valid=True)
    if "host" in kept:
        rows = rows.filter(host=bytes.fromhex(kept["host"]))
    if "sheet" in kept:
        rows = rows.filter(sheet__code=kept["sheet"])
    if "channel" in kept:
        rows = rows.filter(channel=Channel(kept["channel"]))
    if "from" in kept:
        rows = rows.filter(on__gte=date.fromisoformat(kept["from"]))
    if "until" in kept:
        rows = rows.filter(on__lte=date.fromisoformat(kept["until"]))
    return rows


@action
def apply(*, rule: Invalidation, at: datetime, by: User) -> int:
    """Take out what the rule hits now; how many. It is published with its reason and can be undone."""
    petition = rule.petition
    if petition.closed_at:
        raise Refused(_("The petition has ended; its count stands."))
    if Invalidation.objects.filter(pk=rule.pk, applied_at=None).update(applied_at=at) != 1:
        raise Refused(_("This rule is in force already."))
    n = hit(petition, rule.criteria).update(valid=False, reason=rule.mark)
    if not n:
        raise Refused(_("This rule hits no counted support."))
    rule.matched, rule.applied_at = n, at
    rule.save(update_fields=["matched"])
    note(matter=petition.matter, verb="petition_invalidated", at=at, by=by, data={"code": rule.code})
    ask_review(
        kind=KIND, subject=f"{KIND}:{rule.code}", when="after", by=by, at=at,
        data={"petition": petition.matter.code, "reason": rule.reason, "criteria": rule.criteria, "n": n},
    )  # fmt: skip
    return n


@action
def undo_rule(*, rule: Invalidation, at: datetime, by: User) -> int:
    """Count again what the rule took out; how many. Who withdrew meanwhile stays withdrawn."""
    if rule.petition.closed_at:
        raise Refused(_("The petition has ended; its count stands."))
    if (
        Invalidation.objects.filter(pk=rule.pk, applied_at__isnull=False, undone_at=None).update(undone_at=at)
        != 1
    ):
        raise Refused(_("This rule is not in force."))
    rows = Signature.objects.filter(petition=rule.petition, valid=False, reason=rule.mark)
    n = rows.update(valid=True, reason="")
    left = Signature.objects.filter(petition=rule.petition, valid=False, reason=f"{LEFT}:{rule.code}")
    left.update(reason=TAKEN_BACK)
    rule.undone_at = at
    note(matter=rule.petition.matter, verb="petition_restored", at=at, by=by, data={"code": rule.code})
    return n


def undo_reviewed(*, review: Review, by: User, at: datetime) -> None:
    """What "undo" on the second person's list does."""
    code = review.subject.partition(":")[2]
    undo_rule(rule=Invalidation.objects.select_related("petition__matter").get(code=code), at=at, by=by)


def take_out_sheet(*, review: Review, by: User, at: datetime) -> None:
    """What "undo" does of a sheet that was entered: its lines no longer count, by a published rule like any other."""
    sheet = Sheet.objects.select_related("petition__matter").get(code=review.subject.partition(":")[2])
    rule = propose(petition=sheet.petition, reason="sheet", criteria={"sheet": sheet.code}, at=at, by=by)
    apply(rule=rule, at=at, by=by)


def hosts(petition: Petition, most: int = 10) -> list[tuple[date, str, int]]:
    """(day, keyed mark of a mail host, how many) where most came from one host in one day: where a wave shows."""
    rows = Signature.objects.filter(petition=petition, valid=True, host__isnull=False).order_by()
    found = rows.values_list("on", "host").annotate(n=Count("pk")).filter(n__gte=FEWEST).order_by("-n", "on")
    return [(on, bytes(host).hex(), n) for on, host, n in found[:most]]
