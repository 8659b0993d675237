"""The head of the chain of openings, to two people a day; that a complaint about us waits, to those who read it.

A mail says a number and a hash, or a reference and a date; nothing of what was opened or written.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from icma.core.day import legal_day
from icma.core.words import date_words
from icma.legalaid.actions.audit import head_words, keep_head
from icma.legalaid.actions.complaints import readers, sealed_for
from icma.legalaid.models import Complaint
from icma.people.access import held_on
from icma.people.actions.mail import queue_mail, wanting
from icma.people.models import Mail, Membership

TWO = 2
SINCE = timedelta(days=7)


def holders(at: datetime) -> dict[str, str]:
    """Person → language of the two who keep the heads: those longest in office of officers and advocates."""
    seats = Membership.objects.filter(held_on(legal_day(at)), role__in=("officer", "advocate"))
    found = list(dict.fromkeys(seats.order_by("since", "pk").values_list("user__person", flat=True)))
    reached = wanting(found, "urgent", at)
    return {person: reached[person] for person in [p for p in found if p in reached][:TWO]}


def tell_head(at: datetime) -> int:
    """Keep today's head and send it to two people; how many mails were queued."""
    head = keep_head(at=at)
    if head is None:
        return 0
    data = {"about": "head", "head": head_words(head)}
    queued = [
        queue_mail(
            person=person, key=f"head:{legal_day(at)}", kind="urgent", data=data, at=at, language=language
        )
        for person, language in holders(at).items()
    ]
    return sum(mail is not None for mail in queued)


def complaints(at: datetime) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(person, key, data) for each reader: it came; it is due tomorrow at the latest and not answered."""
    soon = legal_day(at) + timedelta(days=1)
    for row in Complaint.objects.filter(answered_on=None):
        late = row.due_on if row.first_on else row.first_by
        for pair in readers():
            if sealed_for(row, pair):
                data = {"about": "complaint", "code": row.code}
                if row.on > legal_day(at - SINCE):
                    yield pair.owner.person, f"complaint:{row.code}", data
                if late <= soon:
                    yield pair.owner.person, f"complaint:{row.code}:{late}", data


def words_of_head(mail: Mail) -> dict[str, Any]:
    said = _("Head of the record of openings: %(head)s. Keep this mail, or print it.")
    return {"sentence": said % {"head": mail.data["head"]}, "url": settings.BASE_URL + reverse("reads")}


def words_of_complaint(mail: Mail) -> dict[str, Any] | None:
    row = Complaint.objects.filter(code=mail.data["code"], answered_on=None).first()
    if row is None:
        return None
    said = _("Complaint %(code)s waits for an answer. Last day: %(day)s.")
    day = date_words(row.due_on if row.first_on else row.first_by)
    url = settings.BASE_URL + reverse("complaint_answer", args=[row.code])
    return {"sentence": said % {"code": row.code, "day": day}, "url": url}
