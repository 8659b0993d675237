"""The calendar under a secret address."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from icma.core.access import Who
from icma.core.codes import find
from icma.core.door import anyone
from icma.front.agenda import calendar_of
from icma.front.notices.news import who_of_person
from icma.people.models import User

PURPOSE = "feed"


def subject_of(who: Who) -> str:
    """The owner of a feed code; freezing an account ends every code of this subject."""
    return f"person:{who.person}"


def feed_address(code: str) -> str:
    return settings.BASE_URL + reverse("agenda", args=[code.replace("-", "")])


@anyone
def agenda(request: HttpRequest, code: str) -> HttpResponse:
    """The secret is the door: it can be ended, and ends with the account."""
    at = timezone.now()
    row = find(code, PURPOSE, at)
    person = row.subject.removeprefix("person:") if row else ""
    user = User.objects.filter(person=person, is_active=True, frozen_at=None).first()
    if not person or user is None:
        raise Http404
    request.keep_nothing = True
    with override(user.language):
        body = calendar_of(who_of_person(person, at), at)
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="icma.ics"'
    return response
