"""The page that signs one in as each role. It exists in demo mode alone."""

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from icma.core.door import anyone
from icma.core.once import run_once
from icma.demo.cast import BY_KEY
from icma.demo.doors import BY_NAME, DOORS, to_try
from icma.people.actions.accounts import note_signin
from icma.people.models import User
from icma.people.who import STRONG

BACKEND = "django.contrib.auth.backends.ModelBackend"


@anyone
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Every door with a button each; a press signs in as that person, second factor included."""
    if not settings.IS_DEMO:
        raise Http404
    door = BY_NAME.get(request.POST.get("who", ""))
    if request.method == "POST" and door is not None:
        user = User.objects.filter(email=BY_KEY[door.key].email, is_active=True, frozen_at=None).first()
        if user is not None:
            _enter(request, user)
            return redirect(reverse(door.to))
    words = {"doors": DOORS, "to_try": to_try(), "wrong": request.method == "POST"}
    return render(request, "demo/sign_in.html", words)


def _enter(request: HttpRequest, user: User) -> None:
    """Sign in as `user` in a session of its own, as after a second factor."""
    now = timezone.now()
    logout(request)
    login(request, user, backend=BACKEND)
    request.session[STRONG] = True
    request.session.save()

    def remember() -> dict[str, str]:
        key = request.session.session_key or ""
        note_signin(user=user, session_key=key, at=now, device="", strong=True)
        return {}

    run_once("demo_sign_in", request.POST.get("once", ""), remember, now)
