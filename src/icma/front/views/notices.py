"""What is new, whom to tell, one's calendar address, and the end of all mail with one click."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from icma.core.codes import end, issue
from icma.core.day import legal_day
from icma.core.door import anyone, holds, signed_in
from icma.core.models import Code
from icma.core.once import run_once
from icma.front import notices
from icma.front.notices.news import led_matters
from icma.front.views.feeds import PURPOSE, feed_address, subject_of
from icma.matters.actions.seen import mark_seen
from icma.matters.models import Matter
from icma.monitoring.months import to_call
from icma.people.actions.mail import person_of, unsubscribe
from icma.people.actions.telling import tell as tell_person


@signed_in
def feed(request: HttpRequest) -> HttpResponse:
    """Entries since the last visit; reading does not write, the button does."""
    at = timezone.now()
    made = Code.objects.filter(purpose=PURPOSE, subject=subject_of(request.who), ended_at=None).exists()
    values = {"blocks": notices.feed(request.who, at), "at": at.isoformat(), "has_calendar": made}
    return render(request, "front/feed.html", values)


@signed_in
def seen(request: HttpRequest) -> HttpResponse:
    """Read up to the moment the page was made: what came meanwhile stays new."""
    if request.method != "POST":
        raise Http404
    at = _moment(request.POST.get("at", ""))
    led = Matter.objects.filter(led_matters(request.who, at)).values_list("pk", flat=True)

    def do() -> dict[str, Any]:
        return {"n": mark_seen(user=request.user, led=led, at=at)}

    run_once(f"seen:{request.user.pk}", request.POST.get("once", ""), do, timezone.now())
    return redirect("feed")


def _moment(text: str) -> Any:
    """The moment that the form names, never later than now."""
    now = timezone.now()
    try:
        said = type(now).fromisoformat(text)
    except ValueError:
        return now
    return min(said, now) if said.tzinfo else now


@signed_in
def calendar(request: HttpRequest) -> HttpResponse:
    """Make or end the secret address of one's calendar; it is shown once."""
    if request.method != "POST":
        return redirect("feed")
    at, subject = timezone.now(), subject_of(request.who)
    end(purpose=PURPOSE, subject=subject, at=at)
    if request.POST.get("end"):
        messages.success(request, _("The calendar's address does not work any more."))
        return redirect("feed")
    code = issue(purpose=PURPOSE, subject=subject, at=at)
    request.keep_nothing = True
    return render(request, "front/feed_calendar.html", {"address": feed_address(code)})


@holds("coordinator", "officer")
def tell(request: HttpRequest) -> HttpResponse:
    """Whom to tell by voice: one neutral sentence, a safe hour, a tick."""
    at = timezone.now()
    rows = notices.to_tell(request.who, at)
    if request.method == "POST":
        person, code = request.POST.get("person", ""), request.POST.get("matter", "")
        if not any(row.person == person and row.matter.code == code for row in rows):
            messages.info(request, _("This line is no longer on the list: somebody has told the person."))
            return redirect("tell")

        def do() -> dict[str, Any]:
            return {"told": tell_person(person=person, matter=code, by=request.user, at=at).pk}

        run_once(f"tell:{request.user.pk}", request.POST.get("once", ""), do, at)
        return redirect("tell")
    first, calls = to_call(legal_day(at)) if request.who.has("officer") else (None, [])
    return render(request, "front/tell.html", {"rows": rows, "calls": calls, "call_for": first})


@csrf_exempt
@anyone
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """RFC 8058: the mail program posts without cookie; a person sees one button. A GET changes nothing."""
    request.keep_nothing = True
    person = person_of(token)
    if person is None:
        return render(request, "front/unsubscribe.html", {"bad": True}, status=404)
    if request.method == "POST":
        unsubscribe(person=person, at=timezone.now())
        return render(request, "front/unsubscribe.html", {"done": True})
    return render(request, "front/unsubscribe.html", {})
