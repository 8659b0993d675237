"""How a case ends: erased with a tombstone, archived until only the papers open it, or held because a law wants it.

Everything here looks at the row again under its lock: what the client or a lawyer did this second counts.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.legalaid.actions.audit import note_read
from icma.legalaid.actions.cases.telling import answering, mail_about, officers
from icma.legalaid.actions.keys.cases import shred
from icma.legalaid.models import Case, Grant, Sealed, Tombstone
from icma.legalaid.words import Compartment, Group
from icma.people.actions.review import ask_review
from icma.people.models import Mail, Review

UNANSWERED, DECLINED, ARCHIVED = 90, 365, 60  # days
KEPT = 5 * 365 + 1  # no setting: the consent that a client gives says five years
Reason = Tombstone.Reason
ERASURE, GONE = "legal_erasure", "legal:gone:"


@action
def erase(*, case: Case, reason: str, at: datetime, by: Any = None) -> None:
    """For good, at once. Reference, two dates and the reason by kind stay, and a row in the chain.

    `by`: the second person who agreed when one of the staff had asked; nobody for the client's own word and for time.
    """
    Tombstone.objects.get_or_create(
        code=case.code, defaults={"reason": reason, "opened_on": case.opened_on, "ended_on": legal_day(at)}
    )
    if reason == Reason.CLIENT:  # whoever prepares a hearing would find a case that never was
        for user in answering(case):
            mail_about(user=user, key=f"{GONE}{case.code}", case=case.code, on=None, why="gone", at=at)
    shred(case=case)
    role = "client" if reason == Reason.CLIENT else "staff" if by else "time"
    note_read(ring=None, by=by, role=role, verb="erased", case=case.code, at=at)


def erased_by_client(code: str, user: Any) -> Tombstone | None:
    """The tombstone, for who heard by mail that its client has erased it: he answered for it, and stood before no wall.

    The mail is kept for 90 days. Of what time or the staff have ended nobody is told, and to all others it never was.
    """
    if not Mail.objects.filter(person=user.person, key=f"{GONE}{code}").exists():
        return None
    return Tombstone.objects.filter(code=code, reason=Reason.CLIENT).first()


@action
def ask_erasure(*, case: Case, by: Any, at: datetime) -> Review:
    """The client has told one of the staff to erase it: a second person has to agree. The client's code needs nobody."""
    demand_free(case)
    if waits_to_be_erased(case):
        raise Refused(_("This waits for a second person already."))
    made = ask_review(
        kind=ERASURE, subject=f"case:{case.code}", when="before", by=by, at=at, data={"case": case.code}
    )
    for user in officers(case, at, but=by):
        mail_about(user=user, key=f"legal:erase:{made.pk}", case=case.code, on=None, why="erase", at=at)
    return made


def demand_free(case: Case) -> None:
    """Raises Refused while the case is held or a term of law runs: nobody of the staff ends it then."""
    if case.held:
        raise Refused(_("This case is held: a law or a court wants it kept. Nothing was erased."))
    if case.rows.filter(edition__isnull=False, done=False).exists():
        raise Refused(_("A term is still running. Complete it first, or ask a second person to take it out."))


@action
def erase_agreed(*, review: Review, by: Any, at: datetime) -> None:
    """The second person has agreed: erased, unless it was held meanwhile, or a term began."""
    case = Case.objects.select_for_update(no_key=True).filter(code=review.data["case"]).first()
    if case is not None:
        demand_free(case)
        erase(case=case, reason=Reason.STAFF, at=at, by=by)


def waits_to_be_erased(case: Case) -> bool:
    return Review.objects.filter(kind=ERASURE, subject=f"case:{case.code}", verdict="").exists()


@action
def hold(*, case: Case, held: bool) -> None:
    """A legal hold: while it stands nothing ends by itself. The client's own word still erases."""
    Case.objects.filter(pk=case.pk).update(held=held)
    case.held = held


def unanswered(today: date) -> Q:
    """Nobody has taken it up, and nothing has moved for 90 days."""
    return Q(open=True, assignee=None, held=False, touched_on__lte=today - timedelta(days=UNANSWERED))


def declined(today: date) -> Q:
    return Q(open=False, assignee=None, held=False, closed_on__lte=today - timedelta(days=DECLINED))


def outlived(today: date) -> Q:
    """Five years after closing."""
    return Q(open=False, assignee__isnull=False, held=False, closed_on__lte=today - timedelta(days=KEPT))


ENDS: tuple[tuple[Callable[[date], Q], str], ...] = (
    (unanswered, Reason.TERM),
    (declined, Reason.DECLINED),
    (outlived, Reason.TERM),
)


def end_by_time(at: datetime) -> dict[str, int]:
    """What time ends, in its order: {what: how many}. Late or doubled changes nothing."""
    today, done = legal_day(at), {}
    for due, reason in ENDS:
        rows = Case.objects.filter(due(today)).values_list("pk", flat=True)
        done[due.__name__] = sum(_end(pk=pk, still=due(today), reason=reason, at=at) for pk in rows)
    archive = archivable(today).values_list("pk", flat=True)
    return done | {"archived": sum(_archive(pk=pk, today=today) for pk in archive)}


@action
def _end(*, pk: int, still: Q, reason: str, at: datetime) -> bool:
    case = Case.objects.select_for_update(no_key=True).filter(still, pk=pk).first()
    if case is None:
        return False
    erase(case=case, reason=reason, at=at)
    return True


def _people() -> Q:
    """Grants of the staff and its groups: not those of the papers, not those of the client's code."""
    return ~Q(holder__group=Group.RECOVERY) & Q(holder__receipt=None)


def _in_papers() -> Q:
    """Cases that the recovery papers open in the present epochs."""
    papers = Grant.objects.filter(case=OuterRef("pk"), holder__group=Group.RECOVERY, holder__retired_on=None)
    thread = papers.filter(compartment=Compartment.THREAD, epoch=OuterRef("thread_epoch"))
    file = papers.filter(compartment=Compartment.FILE, epoch=OuterRef("file_epoch"))
    return Q(Exists(thread)) & (Q(Exists(file)) | Q(card=b""))


def archivable(today: date) -> QuerySet[Case]:
    """Closed for 60 days, no step younger than that, still open to the staff, surely to be had back with the papers."""
    staff = Grant.objects.filter(_people(), case=OuterRef("pk"))
    day = today - timedelta(days=ARCHIVED)
    closed = Q(open=False, assignee__isnull=False, held=False, closed_on__lte=day)
    # What the client says after three months is asked for and written down first.
    asked = Sealed.objects.filter(case=OuterRef("pk"), done=False, due_on__gt=day)
    return Case.objects.filter(closed, _in_papers(), ~Exists(asked), Exists(staff))


@action
def _archive(*, pk: int, today: date) -> bool:
    """Take away every key of the staff. Who is pressed can open live cases alone; the papers are elsewhere."""
    case = Case.objects.select_for_update(no_key=True).filter(pk=pk).first()
    if case is None or not archivable(today).filter(pk=pk).exists():
        return False
    ids = Grant.objects.filter(_people(), case=case).values_list("pk", flat=True)
    Grant.objects.filter(pk__in=list(ids)).delete()
    return True


def ends_on(case: Case) -> dict[str, Any]:
    """When what happens to this case by itself: {"archived": day or None, "erased": day or None}."""
    if case.held:
        return {"archived": None, "erased": None}
    if case.open:
        days = timedelta(days=UNANSWERED)
        return {"archived": None, "erased": None if case.assignee_id else case.touched_on + days}
    assert case.closed_on
    if case.assignee_id is None:
        return {"archived": None, "erased": case.closed_on + timedelta(days=DECLINED)}
    sure = Case.objects.filter(_in_papers(), pk=case.pk).exists()
    steps = case.rows.filter(done=False, due_on__isnull=False).aggregate(last=Max("due_on"))["last"]
    return {
        "archived": max(case.closed_on, steps or case.closed_on) + timedelta(days=ARCHIVED) if sure else None,
        "erased": case.closed_on + timedelta(days=KEPT),
    }
