"""Meetings: planned, announced to the invited, held and counted, with minutes and the tasks they make."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.codes import public_code
from icma.core.day import legal_day
from icma.engines.aztext import clean_text
from icma.events.actions.counting import Counts, count_day, count_needs, lock, recount, tell_thread
from icma.events.figures import is_ahead
from icma.events.flow import EVENT
from icma.events.models import Event, Invitation
from icma.matters.actions.tasks import set_task
from icma.people.actions.review import ask_review, decide_review
from icma.people.actions.roles import reads_for_everybody
from icma.people.models import Organisation, Review, User

FAR = timedelta(days=400)
MINUTES = "document.minutes"  # the kind of review that officers and moderators decide
READ = "event.words"  # the kind of review of what everybody reads of an opened meeting
TOLD = ("starts_at", "spot", "where")  # what the invited are told anew when it changes
WORDS = ("title", "agenda", "where")
EDITABLE = ("kind", "title", "agenda", "starts_at", "spot", "where", "access", "matter", "place")


@dataclass(frozen=True)
class NewTask:
    """A task that a meeting gave: what, who (a first name or role), until when."""

    title: str
    who_said: str = ""
    until: date | None = None


@action
def plan_event(
    *, organisation: Organisation, title: str, starts_at: datetime, at: datetime, by: User | None, **more: Any
) -> Event:
    """A new meeting. `more`: kind, agenda, spot, where, access, matter, place. Nobody is told yet.

    A meeting that has already taken place may be entered up to 400 days later. Refused beyond that.
    """
    event = Event(code=public_code(), organisation=organisation)
    _fill(event, {"title": title, "starts_at": starts_at, **more}, at)
    event.save(force_insert=True)
    return event


@action
def change_event(*, event: Event, at: datetime, by: User | None, **values: Any) -> Event:
    """Change what is planned; another hour or place is told to the invited anew.

    A meeting in somebody's home is never public, so it is hidden again.
    """
    if event.state != "planned":
        raise Refused(_("Only a planned meeting can be changed."))
    told = list(Event.objects.values_list(*TOLD).get(pk=event.pk))
    said = list(Event.objects.values_list(*WORDS).get(pk=event.pk))
    _fill(event, values, at)
    if event.kind == Event.Kind.CLINIC and event.attendances.exists():
        raise Refused(_("People are on its list already: a legal clinic keeps no list. Take them off first."))
    if event.spot == Event.Spot.HOME:
        event.is_open = False
    values = {name: getattr(event, name) for name in (*EDITABLE, "is_open")}
    if Event.objects.filter(pk=event.pk, state="planned").update(**values) != 1:
        raise Refused(_("The meeting was held or cancelled meanwhile."))
    if event.is_open and said != [getattr(event, name) for name in WORDS]:
        ask_to_read(event=event, at=at, by=by)
    if told != [getattr(event, name) for name in TOLD]:
        _move_days(event, legal_day(event.starts_at) - legal_day(told[0]))
        _tell_anew(event, at)
    return event


def _move_days(event: Event, by: timedelta) -> None:
    """The further days keep their distance from the first."""
    for session in event.sessions.all() if by else ():
        event.sessions.filter(pk=session.pk).update(on=session.on + by)


def _tell_anew(event: Event, at: datetime) -> None:
    """An invitation's `at` is the moment since when there is something to tell: the jobs begin anew."""
    event.invitations.update(at=at)


def _fill(event: Event, values: Mapping[str, Any], at: datetime) -> None:
    unknown = set(values) - set(EDITABLE)
    if unknown:
        raise ValueError(f"not editable: {unknown}")
    for name, value in values.items():
        setattr(event, name, clean_text(value) if isinstance(value, str) else value)
    event.access = list(event.access)
    event.title = " ".join(event.title.split())
    if not 3 <= len(event.title) <= 160:
        raise Refused(_("Write in 3 to 160 letters what the meeting is about."))
    if len(event.where) > 200:
        raise Refused(_("Write the place in at most 200 letters."))
    if abs(event.starts_at - at) > FAR:
        raise Refused(_("Look at the date again: it is more than a year away."))
    if event.matter is not None and event.matter.community_id != event.organisation_id:
        raise Refused(_("The community does not lead this matter."))


@action
def invite(*, event: Event, persons: Iterable[str], at: datetime, by: User | None) -> int:
    """Tell these persons hour and place; how many were not invited before."""
    if event.state != "planned" or event.starts_at < at:
        raise Refused(_("It is too late to invite: the meeting is over or cancelled."))
    new = set(persons) - set(event.invitations.values_list("person", flat=True))
    rows = [Invitation(event=event, person=person, at=at) for person in sorted(new)]
    Invitation.objects.bulk_create(rows, ignore_conflicts=True)
    return len(new)


@action
def open_event(*, event: Event, confirmed: bool, at: datetime, by: User | None) -> Event:
    """Make hour and place public, after the warning was read. Refused where that would endanger somebody."""
    if not confirmed:
        raise Refused(_("Confirm that you have read the warning."))
    if event.organisation.seen != "full":
        raise Refused(_("The community is not seen in full, so its meetings are not public either."))
    if event.spot == Event.Spot.HOME:
        raise Refused(_("A meeting in somebody's home cannot be public."))
    shown = _show(event, True, at)
    ask_to_read(event=event, at=at, by=by)
    return shown


@action
def ask_to_read(*, event: Event, at: datetime, by: User | None) -> None:
    """What everybody reads of an opened meeting is read by somebody else within days; other words are read anew."""
    if by is None or reads_for_everybody(by, legal_day(at)):
        return
    Review.objects.filter(kind=READ, subject=f"event:{event.code}", verdict="").delete()
    data = {"title": event.title, "community": event.organisation.name}
    ask_review(kind=READ, subject=f"event:{event.code}", when="after", by=by, at=at, data=data)


@action
def undo_open(*, review: Review, by: User, at: datetime) -> None:
    """A second person takes title, agenda and place off the public pages; that a meeting is held there stays."""
    Event.objects.filter(code=review.subject.removeprefix("event:")).update(is_open=False)


@action
def close_event(*, event: Event, at: datetime, by: User | None) -> Event:
    """Hour and place only for the invited again."""
    return _show(event, False, at)


def _show(event: Event, is_open: bool, at: datetime) -> Event:
    if event.starts_at < at:
        raise Refused(_("The meeting has already begun."))
    if Event.objects.filter(pk=event.pk, state="planned").update(is_open=is_open) != 1:
        raise Refused(_("Only a planned meeting can be changed."))
    event.is_open = is_open
    return event


@action
def cancel_event(*, event: Event, at: datetime, by: User | None) -> Event:
    """The meeting does not take place; the invited are told."""
    EVENT.take(event, "cancel")
    _tell_anew(event, at)
    return event


@action
def hold_event(
    *,
    event: Event,
    at: datetime,
    by: User | None,
    counts: Counts | None = None,
    minutes: str | None = None,
    decisions: str | None = None,
    tasks: Iterable[NewTask] = (),
    publish: bool = False,
    session: int = 1,
    spoke: Mapping[str, int] | None = None,
    used: Mapping[str, int] | None = None,
) -> Event:
    """The meeting took place: how many came (None: as before), minutes, decisions, tasks.

    May be called again: counts replace the earlier ones of that day in HeadCount and Act alike, changed minutes are
    no longer public. `publish` puts the minutes before a second person. Tasks are added, never replaced.
    `spoke`: how many took the floor, by sex; `used`: how many used what made it easier to come.
    """
    if event.starts_at > at or counts is not None and is_ahead(event, session, at):
        raise Refused(_("The meeting has not begun yet. Change its date, or come back afterwards."))
    if event.state != "held":
        EVENT.take(event, "hold")
    lock(event)
    if counts is not None:
        count_day(event=event, session=session, counts=counts, spoke=spoke)
    recount(event=event)
    if used is not None:
        count_needs(event=event, used=used)
    _write(event, minutes, decisions)
    for task in tasks:
        set_task(
            organisation=event.organisation, title=task.title, at=at, by=by, matter=event.matter,
            event=event.code, who_said=task.who_said, until=task.until,
        )  # fmt: skip
    tell_thread(event=event, at=at, by=by)
    if publish:
        _ask_to_publish(event, at, by)
    return event


def _write(event: Event, minutes: str | None, decisions: str | None) -> None:
    new = {"minutes": minutes, "decisions": decisions}
    changed = {name: clean_text(text) for name, text in new.items() if text is not None}
    changed = {name: text for name, text in changed.items() if text != getattr(event, name)}
    if not changed:
        return
    if any(len(text) > 20_000 for text in changed.values()):
        raise Refused(_("Minutes and decisions have at most 20,000 characters each."))
    # What a second person has read is what stays public: a new text is read anew.
    changed["minutes_public"] = False
    Event.objects.filter(pk=event.pk).update(**changed)
    for name, value in changed.items():
        setattr(event, name, value)


def _ask_to_publish(event: Event, at: datetime, by: User | None) -> None:
    if not (event.minutes or event.decisions):
        raise Refused(_("There are no minutes yet that could be published."))
    if by is not None and not event.minutes_public and open_request(event) is None:
        data = {"title": event.title, "community": event.organisation.name}
        ask_review(kind=MINUTES, subject=f"event:{event.code}", when="before", by=by, at=at, data=data)


def open_request(event: Event) -> Review | None:
    """The request to publish these minutes that nobody has decided yet."""
    return Review.objects.filter(kind=MINUTES, subject=f"event:{event.code}", verdict="").first()


def mark_of(event: Event) -> str:
    """Changes with every word of minutes and decisions."""
    return sha256(f"{event.minutes}\0{event.decisions}".encode()).hexdigest()[:16]


def refused_with(event: Event) -> str:
    """Why a second person left the minutes inside, for those who wrote them; until they ask anew."""
    asked = Review.objects.filter(kind=MINUTES, subject=f"event:{event.code}").order_by("-asked_at", "-pk")
    last = asked.first()
    return last.data.get("words", "") if last and last.verdict == "refused" else ""


@action
def release_minutes(
    *, event: Event, verdict: str, read: str, words: str = "", by: User, at: datetime
) -> Event:
    """The second person has read the minutes: "agreed" makes them public, "refused" leaves them inside, with `words`
    for those who wrote them.

    `read` is `mark_of` the text that was read: what was written into it meanwhile is read first.
    """
    request, words = open_request(event), " ".join(clean_text(words).split())
    if request is None:
        raise Refused(_("Somebody has already decided this."))
    if verdict == "refused" and not 3 <= len(words) <= 400:
        raise Refused(_("Say in 3 to 400 letters what should be changed."))
    decide_review(review=request, verdict=verdict, by=by, at=at)
    event.refresh_from_db(fields=["minutes", "decisions"])
    if verdict == "agreed" and read != mark_of(event):
        raise Refused(_("The text has changed since you opened it. Read it again, please."))
    if verdict == "agreed":
        seen = Event.objects.filter(pk=event.pk, minutes=event.minutes, decisions=event.decisions)
        if seen.update(minutes_public=True) != 1:
            raise Refused(_("The text has changed since you opened it. Read it again, please."))
        event.minutes_public = True
    else:
        Review.objects.filter(pk=request.pk).update(data=request.data | {"words": words})
    return event
