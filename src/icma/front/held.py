"""What the floors above `people` hold about one person, for the page "Haqqımda nə saxlanır"."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from icma.advocacy.models import Observation
from icma.core.access import Who
from icma.core.words import date_words
from icma.engines.codes import normalise
from icma.events.models import Attendance, Invitation
from icma.law.access import own_request
from icma.law.book import book
from icma.law.card import answer_card, source_of
from icma.law.derive import answer_of
from icma.law.models import DataRequest
from icma.matters.models import Act, Matter, Part, Task
from icma.monitoring.models import Report
from icma.people.held import Section, held
from icma.people.models import User

MOST = 200


def sections(person: str, at: datetime) -> list[Section]:
    """All that every floor holds about `person`."""
    found = held(person, at)
    for more in SECTIONS:
        found += more(person, at)
    return found


def author_of(matter: Matter) -> Part | None:
    """Who raised it, as far as anything was given by which the author could be reached."""
    return Part.objects.filter(matter=matter, role=Part.Role.AUTHOR).order_by("pk").first()


def person_of_code(matter: Matter) -> str:
    """The opaque author whom a return code may speak for; '' for an account: a slip of paper opens one matter,
    not everything that an account does elsewhere."""
    part = author_of(matter)
    return part.person if part and part.user_id is None else ""


def named(text: str) -> tuple[str, str]:
    """(person, way back) by the mail address of an account or the number of a matter; ('', '') for neither."""
    text = text.strip()
    user = User.objects.filter(email__iexact=text, is_active=True).first()
    if user is not None:
        return user.person, ""
    matter = Matter.objects.filter(code=normalise(text)[:8]).first()
    part = author_of(matter) if matter else None
    if matter is None or part is None:
        return "", ""
    return part.person, "" if part.user_id else f"matter:{matter.code}"


def asked_by(who: Who, at: datetime) -> list[DataRequest]:
    """One's own requests, the newest first."""
    return sourced(DataRequest.objects.filter(own_request(who, at)).order_by("-asked_at"))


def sourced(rows: QuerySet[DataRequest]) -> list[DataRequest]:
    """Requests with the `source` of their date: article and certainty."""
    found = list(rows.prefetch_related("clocks__edition"))
    for row in found:
        row.source = source_of(book(row.term.edition), row.term.rule) if row.term else ""
    return found


def cards(request: DataRequest, today: date) -> list[dict[str, Any]]:
    """The clock cards of a request, the answer's first. That we are late is said plainly."""
    found = []
    for clock in request.clocks.select_related("edition").prefetch_related("events").order_by("pk"):
        law = book(clock.edition)
        late = clock.state == "running" and clock.due_on < today
        until = min(clock.ended_on or today, today)
        view = answer_card(answer_of(clock, law), law, until, beyond=late)
        view["certainty_label"] = source_of(law, clock.rule)
        if late:
            view |= {"state": "late", "late_label": _("we are late")}
        elif clock.state != "running":
            view |= {"state": "answered" if clock.state == "answered" else "paused"}
            view["due_words"] = _("ended on %(day)s") % {"day": date_words(clock.ended_on)}
        found.append(view)
    return found


def parts(person: str, at: datetime) -> list[Section]:
    """The matters that a person raised, leads or follows."""
    rows = Part.objects.filter(person=person, until=None).select_related("matter").order_by("-since")[:MOST]
    said = [(part.matter.title, f"{part.get_role_display()} · {date_words(part.since)}") for part in rows]
    note = _("A support is kept as a keyed mark from which nobody can be read, so it is not listed here.")
    return [Section(_("Matters"), said, _("You have no part in a matter."), note)]


def acts(person: str, at: datetime) -> list[Section]:
    """What a person did, as far as an opaque key still leads to it."""
    rows = Act.objects.filter(person_key=person).order_by("-on")[:MOST]
    said: list[tuple[Any, Any]] = [(act.get_verb_display(), date_words(act.on)) for act in rows]
    return [Section(_("Counted acts"), said, _("No counted act leads to you."))]


def doings(person: str, at: datetime) -> list[Section]:
    """Tasks that were taken and meetings to which one was invited."""
    tasks = Task.objects.filter(who__person=person).order_by("-created_at")[:MOST]
    invited = Invitation.objects.filter(person=person).select_related("event").order_by("-at")[:MOST]
    came = (
        Attendance.objects.filter(person=person).select_related("event").order_by("-event__starts_at")[:MOST]
    )
    until = [(task.title, date_words(task.until) or "–") for task in tasks]
    when = [(row.event.title, date_words(row.event.starts_at)) for row in invited]
    return [
        Section(_("Tasks"), until, _("No task bears your name.")),
        Section(_("Invitations"), when, _("No invitation is kept.")),
        Section(
            _("Meetings you signed in at"),
            [(row.get_state_display(), date_words(row.event.starts_at)) for row in came],
            _("No sign-in leads to you."),
        ),
    ]


def observed(person: str, at: datetime) -> list[Section]:
    """Sessions of which a person left a record; the record itself names nobody."""
    rows = (
        Observation.objects.filter(by__person=person)
        .select_related("decision__matter")
        .order_by("-on")[:MOST]
    )
    said = [(row.decision.matter.title, date_words(row.on)) for row in rows]
    return [Section(_("Sessions observed"), said, _("No record of a session leads to you."))]


def reported(person: str, at: datetime) -> list[Section]:
    """Reports on results that a person wrote."""
    rows = (
        Report.objects.filter(author__person=person).select_related("period__indicator").order_by("-made_at")
    )
    said = [
        (row.period.indicator.title, f"{row.get_state_display()} · {date_words(row.made_at)}")
        for row in rows[:MOST]
    ]
    return [Section(_("Reports on results"), said, _("You have written no report."))]


SECTIONS: tuple[Callable[[str, datetime], list[Section]], ...] = (parts, acts, doings, observed, reported)
