"""The calendar of one's cases under a secret address."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from icma.core.codes import end, find, issue, live
from icma.core.door import anyone
from icma.core.models import Code
from icma.legalaid import agenda as feeds
from icma.legalaid.doors import unlocked
from icma.people.models import User


@unlocked()
def feed(request: HttpRequest) -> HttpResponse:
    """Make or end the secret address of one's calendar; it is shown once, and afterwards only that it works."""
    at, subject, address = timezone.now(), feeds.subject_of(request.user), ""
    ended = request.method == "POST" and bool(request.POST.get("end"))
    if request.method == "POST":
        end(purpose=feeds.PURPOSE, subject=subject, at=at)
        if not ended:
            code = issue(purpose=feeds.PURPOSE, subject=subject, at=at).replace("-", "")
            address = request.build_absolute_uri(reverse("case_agenda", args=[code]))
    made = Code.objects.filter(live(at), purpose=feeds.PURPOSE, subject=subject).first()
    return render(request, "legalaid/case_feed.html", {"address": address, "ended": ended, "made": made})


@anyone
def agenda(request: HttpRequest, code: str) -> HttpResponse:
    """The secret is the door: it can be ended, and ends with the account."""
    at = timezone.now()
    row = find(code, feeds.PURPOSE, at)
    person = row.subject.removeprefix("person:") if row else ""
    user = User.objects.filter(person=person, is_active=True, frozen_at=None).first() if person else None
    if user is None:
        raise Http404
    request.keep_nothing = True  # type: ignore[attr-defined]
    with override(user.language):
        body = feeds.agenda_of(user, at)
    return HttpResponse(body, content_type="text/calendar; charset=utf-8")
