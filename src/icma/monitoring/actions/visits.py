"""Visits: somebody went there, looked, and wrote down what has to follow."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.codes import public_code
from icma.core.day import legal_day
from icma.core.files import PICTURES, drop_file, keep_file, open_file
from icma.core.flow import Stale
from icma.core.models import Visibility
from icma.engines.aztext import clean_text
from icma.matters.actions.documents import attach, keep_private
from icma.matters.actions.tasks import set_task
from icma.matters.models import Document, Matter
from icma.monitoring.models import Visit
from icma.people.models import Organisation, Place, User

SHORTEST = 20
SHOW_PHOTOS = (Matter.Kind.ISSUE, Matter.Kind.REQUEST)  # the pages of other kinds have no photos


@dataclass(frozen=True)
class FollowUp:
    """What has to be done after a visit: what, by whom (a first name or role), until when. Always with a day."""

    title: str
    until: date
    who_said: str = ""


@action
def record_visit(
    *, organisation: Organisation, on: date, who: str, place: Place, findings: str, at: datetime, by: User,
    photo: bytes | None = None, tasks: Iterable[FollowUp] = (), **more: Any,
) -> Visit:  # fmt: skip
    """Keep what was seen. `more`: initiative, matter, language, english. The photo is private and stays so."""
    who, findings = " ".join(clean_text(who).split()), clean_text(findings).strip()
    if on > legal_day(at):
        raise Refused(_("This day lies ahead. Enter the day of the visit."))
    if place.kind != Place.Kind.UNIT:
        raise Refused(_("Choose a district or city: no house is pointed out."))
    if len(findings) < SHORTEST or not who or len(who) > 120:
        raise Refused(_("Say who went (roles, no names), and what you found, in a few sentences."))
    matter, initiative = more.get("matter"), more.get("initiative")
    if (matter and matter.community_id != organisation.pk) or (initiative and initiative.organisation_id != organisation.pk):  # fmt: skip
        raise Refused(_("The community does not lead this matter."))
    visit = Visit(code=public_code(), organisation=organisation, on=on, who=who, place=place, findings=findings, at=at, by=by, **more)  # fmt: skip
    if photo:
        visit.photo = keep_file(photo, at=at, by=by, visibility=Visibility.STAFF, kinds=PICTURES)
    visit.save(force_insert=True)
    for task in tasks:
        set_task(
            organisation=organisation, title=task.title, at=at, by=by, matter=matter, event=visit.code,
            who_said=task.who_said, until=task.until, told=False,
        )  # fmt: skip
    return visit


def can_show(visit: Visit) -> bool:
    """Is there a page on which the photo would stand once it is covered and released?"""
    return visit.matter is not None and visit.matter.kind in SHOW_PHOTOS


@action
def hand_over_photo(*, visit: Visit, at: datetime, by: User) -> Document:
    """Give the matter a copy that can be redacted; until a second person has released it, it is as private as before."""
    here = (
        Visit.objects.select_for_update(no_key=True, of=("self",))
        .select_related("photo", "matter")
        .get(pk=visit.pk)
    )
    if here.photo is None or not can_show(here):
        raise Refused(_("Only the photo of a visit to a matter can be shown, on the matter's page."))
    if here.document_id is not None:
        raise Stale(_("The photo was handed over already."))
    with open_file(here.photo) as source:
        document = attach(matter=here.matter, data=source.read(), kind="photo", at=at, by=by)
    keep_private(document=document, at=at, by=by)
    Visit.objects.filter(pk=here.pk).update(document=document)
    visit.document = document
    return document


@action
def forget_photo(*, visit: Visit, at: datetime, by: User) -> None:
    """Delete the photo for good."""
    if visit.photo is not None:
        photo, visit.photo = visit.photo, None
        Visit.objects.filter(pk=visit.pk).update(photo=None)
        drop_file(file=photo)
