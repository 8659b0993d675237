"""What the floors above `people` hold about one person, for the page "Haqqımda nə saxlanır"."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from icma.core.words import date_words
from icma.events.models import Invitation
from icma.matters.models import Act, Part, Task
from icma.people.held import Section

MOST = 200


def parts(person: str, at: datetime) -> list[Section]:
    """The matters that a person raised, leads or follows."""
    rows = Part.objects.filter(person=person, until=None).select_related("matter").order_by("-since")[:MOST]
    said = [(part.matter.title, f"{part.get_role_display()} · {date_words(part.since)}") for part in rows]
    note = _("A support is kept as a keyed mark from which nobody can be read, so it is not listed here.")
    return [Section(_("Matters"), said, _("You have no part in a matter."), note)]


def acts(person: str, at: datetime) -> list[Section]:
    """What a person did, as far as an opaque key still leads to it."""
    rows = Act.objects.filter(person_key=person).order_by("-on")[:MOST]
    said: list[tuple[Any, Any]] = [(act.verb, date_words(act.on)) for act in rows]
    return [Section(_("Counted acts"), said, _("No counted act leads to you."))]


def doings(person: str, at: datetime) -> list[Section]:
    """Tasks that were taken and meetings to which one was invited."""
    tasks = Task.objects.filter(who__person=person).order_by("-created_at")[:MOST]
    invited = Invitation.objects.filter(person=person).select_related("event").order_by("-at")[:MOST]
    until = [(task.title, date_words(task.until) or "–") for task in tasks]
    when = [(row.event.title, date_words(row.event.starts_at)) for row in invited]
    return [
        Section(_("Tasks"), until, _("No task bears your name.")),
        Section(_("Invitations"), when, _("No invitation is kept.")),
    ]


SECTIONS = (parts, acts, doings)
