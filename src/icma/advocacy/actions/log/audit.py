"""An audit: a random sample of the log is asked whether they signed; what they say is published with its interval.

The draw cannot be steered and can be repeated by anybody: it follows from the signed root. Numbers k = 0, 1, 2 … give
leaf `SHA-256(root in hex + ":" + k) mod size`; leaves that remove or were removed, and repeated ones, are passed over.
Which leaves have an address nobody outside can know, so the draw does not choose by it: how many of the drawn could be
asked is said beside the result, and whoever could not be asked, or did not answer, counts as no.
"""

import hashlib
import json
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from icma.advocacy.models import AuditSample, Checkpoint, Leaf, Petition, Signature
from icma.core.access import Who
from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.engines.intervals import Share, wilson
from icma.people.actions.review import ask_review
from icma.people.models import Opening, Review, User

KIND, REASON, MOST_TAKEN = "sample", "petition_sample", 50
FEWEST, MOST = 10, 1_000


@action
def draw_sample(*, petition: Petition, n: int, at: datetime, by: User) -> AuditSample:
    """Draw `n` leaves from the last signed log. Refused: nothing to draw from, protected, one is open already.

    The sealed names of the drawn are handed out only after a second person has agreed.
    """
    if petition.mode == Petition.Mode.PROTECTED:
        raise Refused(_("A protected petition knows nobody who could be asked."))
    last = Checkpoint.objects.filter(petition=petition).order_by("-number").first()
    if not FEWEST <= n <= MOST or last is None or n > petition.count:
        raise Refused(_("Between 10 and 1,000 can be drawn, and no more than are counted."))
    if open_sample(petition) is not None:
        raise Refused(_("The sample before has no result yet."))
    sample = AuditSample.objects.create(
        petition=petition, on=legal_day(at), size=last.size, seed=json.loads(last.body)["root"], n=n, by=by
    )
    mine = Signature.objects.filter(petition=petition, leaf__in=drawn(sample), sealed__isnull=False)
    sample.reachable = mine.count()
    sample.save(update_fields=["reachable"])
    ask_review(
        kind=KIND, subject=f"{KIND}:{sample.pk}", when="before", by=by, at=at,
        data={"petition": petition.matter.code, "n": n},
    )  # fmt: skip
    return sample


def drawn(sample: AuditSample) -> list[int]:
    """Numbers of the drawn leaves, in the order of the draw."""
    gone: set[int] = set()
    removals = Leaf.objects.filter(petition=sample.petition_id, removes__isnull=False, index__lt=sample.size)
    for index, removes in removals.values_list("index", "removes"):
        gone |= {index, removes}
    return draw(sample.seed, sample.size or 0, sample.n, gone)


def draw(seed: str, size: int, n: int, gone: set[int]) -> list[int]:
    """The rule itself; ValueError when fewer than `n` are left."""
    if n > size - len(gone):
        raise ValueError(f"{n} cannot be drawn from {size - len(gone)}")
    found: dict[int, None] = {}
    k = 0
    while len(found) < n:
        index = int.from_bytes(hashlib.sha256(f"{seed}:{k}".encode()).digest(), "big") % size
        if index not in gone:
            found.setdefault(index)
        k += 1
    return list(found)


def verdicts(samples: list[AuditSample]) -> dict[int, str]:
    """{key: "agreed", "refused", or "" while a second person is asked} whether their sealed names are handed out."""
    subjects = {f"{KIND}:{one.pk}": one.pk for one in samples}
    rows = Review.objects.filter(kind=KIND, subject__in=subjects).values_list("subject", "verdict")
    return {subjects[subject]: verdict for subject, verdict in rows}


def open_sample(petition: Petition) -> AuditSample | None:
    """The one that still waits for its result; not one whose names a second person has refused to hand out."""
    rows = list(
        AuditSample.objects.filter(petition=petition, confirmed=None).select_related("petition__matter")
    )
    found = verdicts(rows)
    return next((one for one in rows if found.get(one.pk) != "refused"), None)


def agreed(sample: AuditSample) -> bool:
    """A second person has agreed that the sealed names of the sample are handed out."""
    return verdicts([sample]).get(sample.pk) == "agreed"


@action
def hand_out(*, sample: AuditSample, by: User, who: Who, at: datetime) -> list[tuple[int, str]]:
    """(leaf, sealed name and address in hex) of the drawn; only the campaign's key at home opens them.

    Refused without a second factor, and until a second person has agreed. Each time stands written: who took them, when.
    """
    if not who.strong:
        raise Refused(_("Sealed names are handed out only after a second factor."))
    if not agreed(sample):
        raise Refused(_("A second person has to agree first."))
    note_taking(petition=sample.petition, reason=REASON, by=by, who=who, at=at)
    rows = Signature.objects.filter(petition=sample.petition_id, leaf__in=drawn(sample))
    return [(row.leaf or 0, bytes(row.sealed or b"").hex()) for row in rows.order_by("leaf")]


@action
def note_taking(*, petition: Petition, reason: str, by: User, who: Who, at: datetime) -> None:
    """Write down that sealed names were taken: who, in what role, when."""
    role = next((name for name in ("officer", "coordinator") if who.has(name)), "")
    Opening(person=_scope(petition), by=by, role=role, reason=reason, at=at).save(force_insert=True)


def taken(petition: Petition, reason: str = REASON) -> QuerySet[Opening]:
    """Who took sealed names (of its samples, or scans of its sheets), and when; the newest first."""
    rows = Opening.objects.filter(person=_scope(petition), reason=reason)
    return rows.select_related("by").order_by("-at", "-pk")[:MOST_TAKEN]


def _scope(petition: Petition) -> str:
    return f"petition:{petition.matter.code}"


@action
def record_sample(*, sample: AuditSample, confirmed: int, at: datetime, by: User) -> None:
    """How many of the drawn said yes; whoever did not answer did not. It can be said once, and not before a second
    person has agreed that they are asked."""
    if not agreed(sample):
        raise Refused(_("A second person has to agree first."))
    if not 0 <= confirmed <= sample.n:
        raise Refused(_("No more can have confirmed than were drawn."))
    if AuditSample.objects.filter(pk=sample.pk, confirmed=None).update(confirmed=confirmed) != 1:
        raise Refused(_("The result is published already."))
    sample.confirmed = confirmed


def result(sample: AuditSample) -> Share:
    """Share that confirmed, with its 95 % Wilson interval."""
    return wilson(sample.confirmed or 0, sample.n)
