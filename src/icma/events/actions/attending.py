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

from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.core.keys import key as secret
from icma.engines.aztext import clean_text, fold
from icma.events.actions.counting import recount, tell_thread, total_of
from icma.events.figures import days_of
from icma.events.lists import Line, Person, Report, told_apart
from icma.events.models import Attendance, Event, Sheet
from icma.people.actions.contacts import erase_contact, give_consent, keep_contact
from icma.people.models import Contact, Organisation, User, person_key

State, Way = Attendance.State, Attendance.Way
CONSENT, CONSENT_TEXT = (
    "attend",
    "attend-1",
)  # the label of `agreed` in forms/attendance.py is what is read out
DAYS_KEPT = timedelta(days=90)  # names and addresses, after the last day of the meeting
MOST = 1000  # people on one list
BEFORE, AFTER = timedelta(hours=2), timedelta(hours=12)  # when the door's sign-in is open


# --- who ---------------------------------------------------------------------------------------------
def scope_of(event: Event) -> str:
    """Scope of the sealed names and addresses of a meeting."""
    return f"event:{event.code}"


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


def _keep(event: Event, key: str, person: Person, at: datetime, by: User | None) -> None:
    """Name, phone, address: sealed for this meeting, only with consent and only where they serve something."""
    if not (person.agreed and (person.phone or person.mail or person.name)) or not key:
        return
    last = days_of(event)[-1][1]
    values = {"name": person.name, "phone": person.phone, "mail": person.mail}
    keep_contact(
        person=key, purpose="reach", scope=scope_of(event), values=values, at=at, expires_on=last + DAYS_KEPT
    )
    give_consent(
        person=key, purpose=CONSENT, text=CONSENT_TEXT, language="az", channel="meeting", at=at, by=by
    )  # fmt: skip


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
    _takes_lists(event)
    key = account or tag_of(event.organisation, person)
    state = State.CAME if person.came else State.ABSENT
    if event.starts_at - BEFORE > at:
        state = State.REGISTERED
    row = event.attendances.filter(session=session, person=key).first() if key else None
    if row is not None:
        if state != State.CAME or row.state == State.CAME:
            return None
        event.attendances.filter(pk=row.pk).update(state=state)  # who was expected is here
    else:
        row = Attendance.objects.create(
            event=event, session=session, state=state, way=way, person=key, sex=person.sex, band=person.band
        )
    _keep(event, key, person, at, by)
    _count_again(event, at, by)
    return row


def _count_again(event: Event, at: datetime, by: User | None) -> None:
    """A list that comes in after the meeting was counted changes its figures at once."""
    if event.state == Event.State.HELD:
        earlier = total_of(event)
        recount(event=event)
        tell_thread(event=event, earlier=earlier, at=at, by=by)


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
def tick(*, event: Event, states: Mapping[int, str], at: datetime, by: User) -> int:
    """Who of the list came and who did not: {row: came or absent}; how many changed."""
    changed = 0
    for state in (State.CAME, State.ABSENT):
        ids = [pk for pk, wanted in states.items() if wanted == state]
        changed += event.attendances.filter(pk__in=ids).exclude(state=state).update(state=state)
    if changed:
        _count_again(event, at, by)
    return changed


@action
def strike(*, event: Event, rows: Iterable[int], at: datetime, by: User) -> int:
    """Take rows off the list: entered by mistake. What was kept to reach these people goes too."""
    found = event.attendances.filter(pk__in=list(rows))
    for person in found.exclude(person="").values_list("person", flat=True):
        erase_contact(person=person, scope=scope_of(event))
    gone = found.delete()[0]
    if gone:
        _count_again(event, at, by)
    return gone


@action
def empty_door(*, event: Event, at: datetime, by: User) -> int:
    """All sign-ins of the door go: the code got into hands that were not there. Lists and heads stay."""
    gone = event.attendances.filter(way=Way.DOOR).delete()[0]
    _count_again(event, at, by)
    return gone


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
    A person who is on another list of this day, or signed in at the door, is reported and not counted again.
    """
    _takes_lists(event)
    number = " ".join(fold(number).split())[:20]
    if not number:
        raise Refused(_("Write the number that stands on the list."))
    if event.starts_at > at:
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
    _count_again(event, at, by)
    return report


def _replace_sheet(
    event: Event, session: int, number: str, report: Report, total: int | None, at: datetime, by: User
) -> None:
    sheet, _made = Sheet.objects.update_or_create(
        event=event, session=session, number=number, defaults={"total": total, "at": at, "by": by}
    )
    sheet.rows.all().delete()
    others = set(
        event.attendances.filter(session=session).exclude(person="").values_list("person", flat=True)
    )
    rows = []
    for place, line in enumerate(report.lines):
        if line.outcome != "taken" or line.person is None:
            continue
        key = tag_of(event.organisation, line.person)
        if key and key in others:
            said = _("This person is on another list of this day already, and counts once.")
            report.lines[place] = Line(line.number, "double", said)
            continue
        state = State.CAME if line.person.came else State.ABSENT
        rows.append(_row(sheet, state, key, line.person.sex, line.person.band))
        _keep(event, key, line.person, at, by)
    unnamed = (total or 0) - len(report.lines)
    rows += [_row(sheet, State.CAME, "", "unknown", "unknown") for _n in range(max(unnamed, 0))]
    Attendance.objects.bulk_create(rows)


def _row(sheet: Sheet, state: str, key: str, sex: str, band: str) -> Attendance:
    return Attendance(
        event_id=sheet.event_id, session=sheet.session, sheet=sheet, state=state, way=Way.PAPER, person=key,
        sex=sex, band=band,
    )  # fmt: skip


@action
def drop_sheet(*, sheet: Sheet, at: datetime, by: User) -> None:
    """A paper list was entered with the wrong meeting: its lines and what was kept for them go."""
    event = sheet.event
    strike(event=event, rows=list(sheet.rows.values_list("pk", flat=True)), at=at, by=by)
    sheet.delete()


# --- erased ------------------------------------------------------------------------------------------
@action
def forget_rows(*, event: Event, rows: Iterable[int], by: User) -> int:
    """People of this list asked to be forgotten: name, address and what was said go everywhere, they stay counted."""
    found = event.attendances.filter(pk__in=list(rows)).exclude(person="")
    return sum(forget_attendance(person=person) for person in found.values_list("person", flat=True))


@action
def forget_attendance(*, person: str) -> int:
    """Nothing leads from `person` to a meeting any more: another key, known to nobody, takes the place of the old one.

    It is the same in all rows, so attendances and unique people stay as they were.
    """
    if not person:
        return 0
    for scope in Contact.objects.filter(person=person, scope__startswith="event:").values_list(
        "scope", flat=True
    ):
        erase_contact(person=person, scope=scope)
    unknown = {"person": person_key(), "sex": "unknown", "band": "unknown"}
    return Attendance.objects.filter(person=person).update(**unknown)
