"""Who came: signed in at the door, ticked by the coordinator, or entered from paper days later.

**The key.** A name becomes HMAC-SHA256(key "tags", community and folded name), 24 hex letters; the key lies outside
the database, so no name can be read or tried from a copy of it. The same name at three meetings of a community is one
person; a first name alone tells nobody apart and is not kept at all. A name, phone or address is kept only with
consent, sealed as a Contact of this meeting, and goes 90 days after it: every count stays.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Substr
from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.core.keys import key as secret
from icma.engines.aztext import clean_text, fold
from icma.events.actions.counting import lock, recount, tell_thread
from icma.events.figures import days_of, is_ahead
from icma.events.lists import Line, Person, Report, told_apart
from icma.events.models import Attendance, Event, Sheet
from icma.matters.bands import AgeBand, Sex
from icma.people.actions.contacts import erase_contact, give_consent, keep_contact, withdraw_consent
from icma.people.models import Contact, Organisation, User, person_key

State, Way = Attendance.State, Attendance.Way
CONSENT, SCOPE = "attend", "event:"
READ_OUT, ON_PAPER = (
    "attend-2",
    "attend-paper-1",
)  # `agreed` in forms/attendance.py; templates/events/blank.html
DAYS_KEPT = timedelta(days=90)  # names and addresses, after the last day of the meeting
MOST = 1000  # people on one list
BEFORE, AFTER = timedelta(hours=2), timedelta(hours=12)  # when the door's sign-in is open


# --- who ---------------------------------------------------------------------------------------------
def scope_of(event: Event) -> str:
    """Scope of the sealed names and addresses of a meeting."""
    return f"{SCOPE}{event.code}"


def tag_of(organisation: Organisation, person: Person) -> str:
    """The keyed tag of a full name, else of a phone or address; '' where nothing tells the person apart."""
    words = sorted(fold(clean_text(person.name)).replace(",", " ").split())
    digits = re.sub(r"\D", "", person.phone)[-9:]
    said = " ".join(words) if len(words) > 1 else digits or person.mail.strip().casefold()
    if not said:
        return ""
    text = f"attend\0{organisation.code}\0{said}".encode()
    return hmac.new(secret("tags"), text, hashlib.sha256).hexdigest()[:24]


def _takes_lists(event: Event) -> None:
    """Who comes to a legal clinic is nobody's business: there heads are counted and nothing else."""
    if event.kind == Event.Kind.CLINIC:
        raise Refused(_("At a legal clinic nobody signs in: count the heads."))
    if event.state == Event.State.CANCELLED:
        raise Refused(_("The meeting was cancelled."))


def _keep(
    event: Event, key: str, person: Person, at: datetime, by: User | None, text: str = READ_OUT
) -> None:
    """Name, phone, address: sealed for this meeting, only with consent and only where they serve something.

    `text`: what was agreed to, once for a meeting however often it is entered.
    """
    if not (person.agreed and (person.phone or person.mail or person.name)) or not key:
        return
    is_new = not Contact.objects.filter(person=key, scope=scope_of(event)).exists()
    last = days_of(event)[-1][1]
    values = {"name": person.name, "phone": person.phone, "mail": person.mail}
    keep_contact(
        person=key, purpose="reach", scope=scope_of(event), values=values, at=at, expires_on=last + DAYS_KEPT
    )
    if is_new:
        give_consent(
            person=key, purpose=CONSENT, text=text, language="az", channel="meeting", at=at, by=by
        )  # fmt: skip


def _let_go(event: Event, persons: Iterable[str], at: datetime) -> None:
    """What was kept to reach these people for this meeting goes, and what they agreed to is over."""
    for person in persons:
        erase_contact(person=person, scope=scope_of(event))
        _agrees_no_more(person, at)


def _agrees_no_more(person: str, at: datetime) -> None:
    """Where nothing is kept for any meeting there is nothing that was agreed to."""
    if not Contact.objects.filter(person=person, scope__startswith=SCOPE).exists():
        withdraw_consent(person=person, purpose=CONSENT, at=at)


# --- one by one --------------------------------------------------------------------------------------
@action
def attend(
    *,
    event: Event,
    person: Person,
    at: datetime,
    by: User | None,
    session: int = 1,
    way: str = Way.LIST,
    account: str = "",
) -> Attendance | None:
    """One person more: expected while the day lies ahead, else came. None where the person is on the list already.

    `account`: the opaque key of a signed-in person who wants to be told apart by it.
    """
    lock(event)
    _takes_lists(event)
    key = account or tag_of(event.organisation, person)
    state = State.CAME if person.came else State.ABSENT
    if is_ahead(event, session, at, BEFORE):
        state = State.REGISTERED
    row = event.attendances.filter(session=session, person=key).first() if key else None
    if row is not None:
        if state != State.CAME or row.state == State.CAME:
            return None
        _arrived(row, person, state=state)
    else:
        row = Attendance.objects.create(
            event=event, session=session, state=state, way=way, person=key, sex=person.sex, band=person.band
        )
    _keep(event, key, person, at, by)
    _count_again(event)
    return row


def _arrived(row: Attendance, person: Person, **values: Any) -> None:
    """Somebody who was expected; what is said of sex and age now stands before what was said then."""
    said = {"sex": person.sex, "band": person.band}
    said = {name: value for name, value in said.items() if value != Sex.UNKNOWN}
    Attendance.objects.filter(pk=row.pk).update(**said, **values)


def _count_again(event: Event) -> None:
    """A list that changes after the meeting was counted changes its figures at once. `event` is locked.

    One by one nothing is told of it: the thread hears the new sum with the next list or count.
    """
    if event.state == Event.State.HELD:
        recount(event=event)


def door_session(event: Event, at: datetime) -> int | None:
    """The day whose door is open now: from two hours before it begins until twelve hours after; None: closed."""
    if event.kind == Event.Kind.CLINIC or event.state == Event.State.CANCELLED:
        return None
    if event.starts_at - BEFORE <= at <= event.starts_at + AFTER:
        return 1
    return next((number for number, on in days_of(event)[1:] if on == legal_day(at)), None)


@action
def sign_in(*, event: Event, person: Person, at: datetime, account: str = "") -> Attendance | None:
    """Somebody scanned the code at the door. No name is kept, only its tag; Refused when the door is closed."""
    session = door_session(event, at)
    if session is None:
        raise Refused(_("The sign-in of this meeting is closed. Ask the coordinator."))
    if event.attendances.filter(session=session, way=Way.DOOR).count() >= MOST:
        raise Refused(_("Too many have signed in here. Tell the coordinator, please."))
    return attend(event=event, person=person, at=at, by=None, session=session, way=Way.DOOR, account=account)


@action
def tick(*, event: Event, states: Mapping[int, str], at: datetime, by: User, session: int = 1) -> int:
    """Who of this day's list came and who did not: {row: came or absent}; how many changed."""
    lock(event)
    _takes_lists(event)
    if is_ahead(event, session, at, BEFORE):
        raise Refused(_("The meeting has not begun yet: nobody can have come."))
    changed, rows = 0, event.attendances.filter(session=session)
    for state in (State.CAME, State.ABSENT):
        ids = [pk for pk, wanted in states.items() if wanted == state]
        changed += rows.filter(pk__in=ids).exclude(state=state).update(state=state)
    if changed:
        _count_again(event)
    return changed


@action
def strike(*, event: Event, rows: Iterable[int], at: datetime, by: User) -> int:
    """Take rows off the list: entered by mistake. What was kept to reach these people goes too."""
    lock(event)
    found = event.attendances.filter(pk__in=list(rows))
    persons = set(found.exclude(person="").values_list("person", flat=True))
    gone = found.delete()[0]
    _let_go(event, persons - _listed(event.attendances.all()), at)
    if gone:
        _count_again(event)
    return gone


def _listed(rows: QuerySet[Attendance]) -> set[str]:
    return set(rows.exclude(person="").values_list("person", flat=True))


# --- from paper --------------------------------------------------------------------------------------
@action
def enter_list(
    *,
    event: Event,
    number: str,
    report: Report,
    at: datetime,
    by: User,
    session: int = 1,
    total: int | None = None,
) -> Report:
    """A paper list, days later: its lines in place of what was entered under the same number before.

    So twice is once. `total`: how many stand on the paper in all; those of whom no line tells are counted as unknown.
    A person who came by another list of this day, or signed in at the door, is reported and not counted again; who
    was only expected, or is said there not to have come, has come.
    """
    lock(event)
    _takes_lists(event)
    number = " ".join(fold(number).split())[:20]
    if not number:
        raise Refused(_("Write the number that stands on the list."))
    if event.starts_at > at or is_ahead(event, session, at):
        raise Refused(_("The meeting has not begun yet: nobody can have come."))
    if not 0 <= (total or 0) <= MOST or len(report.lines) > MOST:
        raise Refused(_("A list holds at most 1,000 people."))
    if total is not None and total < len(report.lines):
        raise Refused(
            _("The list has %(lines)s lines, more than the %(total)s in all. Nothing was entered.")
            % {"lines": len(report.lines), "total": total}
        )
    report = told_apart(report, lambda person: tag_of(event.organisation, person))
    if not report.people() and not total:
        return report  # nothing could be read: what was entered before stays
    _replace_sheet(event, session, number, report, total, at, by)
    _count_again(event)
    if event.state == Event.State.HELD:
        tell_thread(event=event, at=at, by=by)
    return report


def _replace_sheet(
    event: Event, session: int, number: str, report: Report, total: int | None, at: datetime, by: User
) -> None:
    sheet, _made = Sheet.objects.update_or_create(
        event=event, session=session, number=number, defaults={"total": total, "at": at, "by": by}
    )
    report.replaced = sheet.rows.count()
    before = _clear(sheet)
    others = {row.person: row for row in event.attendances.filter(session=session).exclude(person="")}
    rows, agreed = [], set()
    for place, line in enumerate(report.lines):
        if line.outcome != "taken" or line.person is None:
            continue
        key = tag_of(event.organisation, line.person)
        other = others.get(key) if key else None
        state = State.CAME if line.person.came else State.ABSENT
        if other is None:
            rows.append(_row(sheet, state, key, line.person.sex, line.person.band))
        elif other.state == State.CAME:
            said = _("This person is on another list of this day already, and counts once.")
            report.lines[place] = Line(line.number, "double", said)
            continue
        else:
            _arrived(other, line.person, state=state, sheet=sheet)
        _keep(event, key, line.person, at, by, ON_PAPER)
        agreed |= {key} if line.person.agreed else set()
    unnamed = (total or 0) - len(report.lines)
    rows += [_row(sheet, State.CAME, "", "unknown", "unknown") for _n in range(max(unnamed, 0))]
    Attendance.objects.bulk_create(rows)
    elsewhere = _listed(event.attendances.exclude(sheet=sheet)) - _listed(sheet.rows.all())
    _let_go(event, before - agreed - elsewhere, at)


def _clear(sheet: Sheet) -> set[str]:
    """Its lines go; whose names they were. Who stood on the list before it is expected again."""
    sheet.rows.exclude(way=Way.PAPER).update(state=State.REGISTERED, sheet=None)
    before = _listed(sheet.rows.all())
    sheet.rows.all().delete()
    return before


def _row(sheet: Sheet, state: str, key: str, sex: str, band: str) -> Attendance:
    return Attendance(
        event_id=sheet.event_id, session=sheet.session, sheet=sheet, state=state, way=Way.PAPER, person=key,
        sex=sex, band=band,
    )  # fmt: skip


@action
def drop_sheet(*, sheet: Sheet, at: datetime, by: User) -> None:
    """A paper list was entered with the wrong meeting: its lines and what was kept for them go."""
    event = sheet.event
    lock(event)
    before = _clear(sheet)
    sheet.delete()
    _let_go(event, before - _listed(event.attendances.all()), at)
    _count_again(event)
    if event.state == Event.State.HELD:
        tell_thread(event=event, at=at, by=by)


# --- erased ------------------------------------------------------------------------------------------
@action
def forget_rows(*, event: Event, rows: Iterable[int], at: datetime, by: User) -> int:
    """People of this list asked to be forgotten: name, address and what was said go from all meetings of this
    community, of who has no name from this row; they stay counted."""
    found, forgotten = event.attendances.filter(pk__in=list(rows)), 0
    for person in sorted(_listed(found)):
        forgotten += forget_attendance(person=person, organisation=event.organisation)
        _agrees_no_more(person, at)
    nameless = found.filter(person="").update(sex=Sex.UNKNOWN, band=AgeBand.UNKNOWN)
    if nameless:
        lock(event)
        _count_again(event)
    return forgotten + nameless


@action
def forget_attendance(*, person: str, organisation: Organisation | None = None) -> int:
    """Nothing leads from `person` to a meeting any more: another key, known to nobody, takes the place of the old one.

    It is the same in all rows, so attendances and unique people stay as they were; what was counted of sex and age is
    counted anew. `organisation`: at its meetings alone.
    """
    if not person:
        return 0
    rows = Attendance.objects.filter(person=person)
    kept = Contact.objects.filter(person=person, scope__startswith=SCOPE)
    if organisation is not None:
        rows = rows.filter(event__organisation=organisation)
        own = Event.objects.filter(organisation=organisation)
        kept = kept.annotate(code=Substr("scope", len(SCOPE) + 1)).filter(code__in=own.values("code"))
    for scope in kept.values_list("scope", flat=True):
        erase_contact(person=person, scope=scope)
    held = Event.objects.filter(pk__in=list(rows.values_list("event", flat=True)), state=Event.State.HELD)
    gone = rows.update(person=person_key(), sex=Sex.UNKNOWN, band=AgeBand.UNKNOWN)
    for event in held.select_related("organisation__place", "matter", "place").order_by("pk"):
        lock(event)
        recount(event=event)
    return gone
