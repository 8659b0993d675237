"""What is still missing before a step, as data. A gate that is `must` holds the step back, the others only advise."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from icma.advocacy.models import Campaign, Commitment, Indicator, Message, Note, Source, Stakeholder, Tactic

GAP = re.compile(r"\[[^\]\n]*\]")


@dataclass(frozen=True)
class Gate:
    """`step` of flow.CAMPAIGN that it stands before, `block` of the workspace where it is mended."""

    name: str
    step: str
    block: str
    words: Any
    open: Callable[[Campaign], bool]
    must: bool = False


def _tactics_held(campaign: Campaign) -> bool:
    rows = list(Tactic.objects.filter(campaign=campaign).select_related("task"))
    tasks = [row.task for row in rows]  # of who did it 90 days ago no name is left
    return bool(tasks) and all((one.who_id or one.who_said or one.done_on) and one.until for one in tasks)


def _answered_silence(campaign: Campaign) -> bool:
    return Note.objects.filter(campaign=campaign, kind__in=("safety", "legal")).exists()


GATES: tuple[Gate, ...] = (
    Gate("problem", "start", "plan", _("Say what the problem is."), lambda c: bool(c.matter.text.strip()), True),
    Gate("demand", "start", "plan", _("Say what you demand."), lambda c: bool(c.demand.strip()), True),
    Gate("gaps", "start", "plan", _("Fill what stands in square brackets in the demand."),
         lambda c: not GAP.search(c.demand), True),
    Gate("decider", "start", "plan", _("Name the post and the authority that can decide."),
         lambda c: bool(c.decider_post.strip() and c.matter.authority_id), True),
    Gate("tactics", "start", "tactics", _("Every step needs somebody who does it, and a day."), _tactics_held, True),
    Gate("evidence", "start", "plan", _("Write what shows the problem: since when, how many, which papers."),
         lambda c: bool(c.evidence.strip())),
    Gate("fallback", "start", "plan", _("Think of what would do for a beginning."),
         lambda c: bool(c.fallback.strip()) and not GAP.search(c.fallback)),
    Gate("map", "start", "map", _("Put who decides on the map, and at least two others."),
         lambda c: Stakeholder.objects.filter(campaign=c, kind="decider", gone_at=None).exists()
         and Stakeholder.objects.filter(campaign=c, gone_at=None).count() >= 3),
    Gate("risks", "start", "risks", _("Think of one risk and of what you do about it."), _answered_silence),
    Gate("messages", "start", "messages", _("Write one message for residents and one for the authority."),
         lambda c: Message.objects.filter(campaign=c, audience__in=("residents", "authority")).count() == 2),
    Gate("indicators", "start", "indicators", _("Set the target of one indicator."),
         lambda c: Indicator.objects.filter(campaign=c, target__isnull=False).exists()),
    Gate("learned", "finish", "review", _("Write what you have learned."), lambda c: bool(c.learned.strip()), True),
)  # fmt: skip


def missing(campaign: Campaign, step: str = "start") -> list[Gate]:
    """Gates before `step` that do not hold yet, those that must first."""
    return sorted(
        (g for g in GATES if g.step == step and not g.open(campaign)), key=lambda gate: not gate.must
    )


def archived(source: Source) -> bool:
    """A draft or a promise vanishes from its page on the day after: what stood there must lie here, or with a keeper."""
    return source.file_id is not None or source.letter_id is not None or source.in_archive


UNKEPT = _(
    "Keep what the source says: a picture of the page (a screenshot will do), a PDF, or its address at web.archive.org."
)


# A promise that cannot be watched is none: who reads it must know what to look at, until when, and where it was said.
PROMISE: tuple[tuple[str, Any, Callable[[Commitment], bool]], ...] = (
    ("verifiable", _("Say how anyone can see that it is done."), lambda c: bool(c.check_by.strip())),
    ("specific", _("Write the words in which it was promised: what, where, how much, until when."),
     lambda c: bool(c.matter.text.strip())),
    ("named", _("Name the body that promised."), lambda c: c.matter.authority_id is not None),
    ("public", _("An answer to a letter is a public promise only where everybody can read it: choose the answer."),
     lambda c: c.said_at != Commitment.Said.LETTER or c.source.letter_id is not None),
    ("archived", UNKEPT, lambda c: archived(c.source)),
)  # fmt: skip


def lacking(commitment: Commitment) -> list[Any]:
    """What makes it no commitment yet, in words. That it is sourced is a rule of the database."""
    return [words for _name, words, holds in PROMISE if not holds(commitment)]
