"""What the front writes: forgetting, by the terms of retention.py or because a person asks; two villages that are one."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from icma.advocacy.models import Observation, Signature
from icma.asks.models import Response
from icma.core.action import Refused, action
from icma.core.files import open_file
from icma.core.models import File
from icma.core.seal import unseal
from icma.core.search import rebuild
from icma.events.actions.attending import forget_attendance
from icma.events.models import Event, Invitation
from icma.front.retention import EMPTIED, RETENTION, Rule
from icma.law.actions import answer_data, forget_requests
from icma.law.models import DataRequest
from icma.legalaid.actions.intake.telling import bring_in
from icma.matters.actions.acts import forget_acts
from icma.matters.actions.documents import remove_document
from icma.matters.actions.mails import remove_mail
from icma.matters.actions.raising import MOVED, erase_moved
from icma.matters.models import Act, Document, Entry, InMail, Matter, Part, Task, Words
from icma.monitoring.models import Outcome, Report, ReportCell, Reporter, Target, Visit
from icma.people.actions.changes import log_change, snapshot
from icma.people.actions.erasure import erase_person
from icma.people.actions.organisations import search_again
from icma.people.actions.places import FIELDS as PLACE_FIELDS
from icma.people.models import Authority, Contact, Organisation, Place, Told, User
from icma.research.models import PopulationCell

BATCH = 500
AGAIN = timedelta(days=2)  # a text that was moved is looked after for so long: also where a night was missed
# Everything that points at a place; a test holds it against the models.
AT_PLACE = (
    (Matter, "place"), (Matter, "village"), (Act, "place"), (Event, "place"), (Organisation, "place"),
    (Authority, "place"), (Signature, "place"), (Response, "region"), (PopulationCell, "place"), (Reporter, "place"),
    (Target, "place"), (Report, "place"), (ReportCell, "place"), (Outcome, "place"), (Visit, "place"),
)  # fmt: skip


def forget_all(at: datetime) -> int:
    """Apply every rule of retention; how many rows were deleted or emptied."""
    return sum(forget(rule=rule, at=at) for rule in RETENTION if rule.old)


def forget(*, rule: Rule, at: datetime) -> int:
    """Apply one rule in batches, each its own transaction."""
    done = 0
    while some := _forget_some(rule=rule, at=at):
        done += some
    return done


@action
def _forget_some(*, rule: Rule, at: datetime) -> int:
    assert rule.old is not None
    rows = rule.model._base_manager
    ids = list(rows.filter(rule.old(at)).values_list("pk", flat=True)[:BATCH])
    if rule.how == EMPTIED:
        return rows.filter(pk__in=ids).update(
            **{name: None if rule.model._meta.get_field(name).null else "" for name in rule.empty}
        )
    if rule.model is Document:  # its bytes go with it
        for document in rows.filter(pk__in=ids).select_related("file", "thumb"):
            remove_document(document=document, at=at)
    if rule.model is InMail:
        for mail in rows.filter(pk__in=ids).select_related("file"):
            remove_mail(mail=mail, at=at)
    rows.filter(pk__in=ids).delete()
    return len(ids)


@action
def forget_person(*, person: str, by: Any, at: datetime) -> None:
    """A person asks to be erased: no part, act, invitation or task leads to them any more; counts stay."""
    Part.objects.filter(person=person).delete()
    forget_acts(person_key=person)
    forget_attendance(person=person)
    Invitation.objects.filter(person=person).delete()
    Told.objects.filter(person=person).delete()
    Task.objects.filter(who__person=person).update(who=None, who_said="")
    Observation.objects.filter(by__person=person, published_at=None).delete()
    Observation.objects.filter(by__person=person).update(by=None)


@action
def join_village(*, village: Place, into: Place, by: User, at: datetime) -> Place:
    """`village` was entered twice: everything of it goes to `into`, and it is taken off the list."""
    if {village.kind, into.kind} != {Place.Kind.VILLAGE} or village.parent_id != into.parent_id:
        raise Refused(_("Only two villages of one district can be joined."))
    for model, name in AT_PLACE:
        model._base_manager.filter(**{name: village}).update(**{name: into})
    before, row = snapshot(village, PLACE_FIELDS), village.code
    village.delete()
    log_change(
        table="place", row=row, before=before, after=None, by=by, at=at, why=f"joined with {into.code}"
    )
    search_again(place=into)
    return into


ERASURES = (forget_person, forget_requests)


@action
def erase_and_answer(
    *, request: DataRequest, text: str, at: datetime, by: User, passed_on: bool = False
) -> None:
    """What was asked to be erased goes, in the transaction of the answer; the answer stays to be read."""
    answer_data(request=request, text=text, passed_on=passed_on, at=at, by=by)
    erase_person(person=request.person, by=by, at=at, also=ERASURES)


@action
def move_to_legal_aid(*, matter: Matter, by: User, at: datetime, urgent: bool = False) -> None:
    """A text of the public form is too personal: sealed for the reception of legal aid, and erased here without a trace.

    `urgent`: the moderator has read that it cannot wait.
    """
    matter = Matter.objects.select_for_update(no_key=True).get(pk=matter.pk)
    files = [
        (f"{number}.{row.file.kind}", _bytes_of(row.file))
        for number, row in enumerate(Document.objects.filter(matter=matter).select_related("file"), 1)
        if row.file is not None
    ]
    words = Words.objects.filter(entry__matter=matter, erased_at=None).exclude(text="").order_by("pk")
    texts = [matter.title, matter.text, matter.spot, *words.values_list("text", flat=True)]
    known: dict[str, Any] = {}
    for row in Contact.objects.filter(scope=f"matter:{matter.code}"):
        known |= unseal(row.sealed)
    values = {"what": "\n\n".join(text for text in texts if text), "client": str(known.get("name", "")), "matter": matter.code,
              "phone": str(known.get("phone", "")), "call": "yes" if known.get("phone") else "no", "answers": "me",
              "mail": str(known.get("mail", "")), "hour": str(known.get("hour", "")), "woman": bool(known.get("woman"))}  # fmt: skip
    bring_in(values=values, files=files, language=matter.language, at=at, urgent=urgent)
    erase_moved(matter=matter, at=at, by=by)
    transaction.on_commit(_leave_no_trace)


def _leave_no_trace() -> None:
    """What was erased leaves the search index, which keeps its words otherwise, and the database's own files.

    SQLite: the write-ahead log; PostgreSQL: the place of erased rows, which VACUUM alone leaves as it was. Where somebody
    reads at that moment it is left out: `rewrite_moved` does it again.
    """
    tables = ", ".join(f'"{model._meta.db_table}"' for model in (Matter, Words, Document))
    vacuum = (
        f"VACUUM (FULL, ANALYZE, SKIP_LOCKED) {tables}"  # makes their indexes anew too, and waits for nobody
    )
    rebuild(connection.alias, Matter)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)" if connection.vendor == "sqlite" else vacuum)


def rewrite_moved(at: datetime) -> int:
    """Job, once a day: what was moved the day before leaves the files now, if a reader or a dump stood in the way then.

    How many were moved. Runs outside a transaction, as VACUUM must.
    """
    moved = Entry.objects.filter(verb="erased", data__rule=MOVED, at__gte=at - AGAIN).count()
    if moved:
        _leave_no_trace()
    return moved


def _bytes_of(file: File) -> bytes:
    with open_file(file) as source:
        return source.read()
