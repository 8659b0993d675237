"""Doors of legal aid: a view behind them has a ring (`request.ring`), or is not reached.

`@unlocked()` for the staff: a seat with a second factor, and a vault that was unlocked. With a model it hands over
the row that the rule allows, or answers 404; for who is walled off that is the same as a case that never was.
`@with_code` for clients: the code of a receipt, typed in this browser, not yet left.
"""

import functools
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from icma.core.access import allowed
from icma.engines.vault import Unopened
from icma.legalaid.actions.keys import sessions
from icma.legalaid.models import Receipt
from icma.legalaid.ring import Ring
from icma.legalaid.unlocking import halves, hash_of, rejoined

View = Callable[..., HttpResponse]
STAFF = ("lawyer", "advocate", "moderator", "officer")
COOKIE, CLIENT_COOKIE = (
    ("__Host-icma-vault", "__Host-icma-intake") if settings.IS_PRODUCTION else ("icma-vault", "icma-intake")
)


def _named(view: View, door: str) -> View:
    view.door = door  # type: ignore[attr-defined]
    return view


def seated(view: View) -> View:
    """For the staff of legal aid, with the second factor, locked or not: where the vault is unlocked."""

    @functools.wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        refused = _seat(request)
        return refused or _or_damaged(view, request, *args, **kwargs)

    return _named(inner, "seated")


def unlocked(
    verb: str | None = None,
    model: type[Model] | None = None,
    by: str = "code",
    roles: tuple[str, ...] = STAFF,
    over: Callable[[HttpRequest, Any], HttpResponse | None] | None = None,
) -> Callable[[View], View]:
    """For one of `roles` with an unlocked vault; a locked one is unlocked first, then the page comes.

    `over`: what is answered about rows that `verb` hands over no more, to who may know that; None is 404.
    """

    def wrap(view: View) -> View:
        @functools.wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            refused = _seat(request, roles)
            if refused:
                return refused
            if not _open(request):
                return _locked(request, "vault_unlock")
            if model is None:
                return _or_damaged(view, request, *args, **kwargs)
            rows = model._default_manager.filter(**{by: kwargs.pop(by)})
            thing = allowed(rows, request.who, verb or "view", request.ring.at).first()
            if thing is not None:
                return _or_damaged(view, request, thing, *args, **kwargs)
            told = over(request, rows) if over else None
            if told is None:
                raise Http404
            return told

        return _named(inner, f"unlocked:{verb or ''}:{model.__name__ if model else ''}")

    return wrap


def with_code(view: View) -> View:
    """For a client whose code is live in this browser: `request.ring`, `request.receipt`."""

    @functools.wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.keep_nothing = True  # type: ignore[attr-defined]
        if not client_of(request):
            return _locked(request, "client_return")
        if request.receipt.must_change and request.path != reverse(
            "client_change"
        ):  # somebody else has heard it
            return redirect("client_change")
        return _or_damaged(view, request, *args, **kwargs)

    return _named(inner, "with_code")


def damage_told(view: View) -> View:
    """For a client's page that is there with and without a code."""
    return functools.wraps(view)(functools.partial(_or_damaged, view))


def _or_damaged(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """The page, or what is true where something does not open: wrong text is never shown."""
    try:
        return view(request, *args, **kwargs)
    except Unopened:
        return render(request, "legalaid/damaged.html", {"client": hasattr(request, "receipt")}, status=500)


def _locked(request: HttpRequest, to: str) -> HttpResponse:
    """To unlock, and back. What was typed meanwhile waits in the browser: the page says how it is sent again."""
    if request.method == "GET":
        return redirect_to_login(request.get_full_path(), to) if to == "vault_unlock" else redirect(to)
    erasing = request.path == reverse("client_erase")  # pressed twice: the first press has erased it
    return render(request, "legalaid/locked.html", {"to": reverse(to), "erasing": erasing}, status=409)


def _seat(request: HttpRequest, roles: tuple[str, ...] = STAFF) -> HttpResponse | None:
    """None for who may go on; sends to sign in or to the second factor, or answers 404."""
    request.keep_nothing = True  # type: ignore[attr-defined]
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    who = request.who
    if who.strong and who.has(*roles):
        return None
    if not who.strong and any(role in roles for role, _o, _a in who.seats):
        return redirect_to_login(request.get_full_path(), "second_factor")
    raise Http404


def _open(request: HttpRequest) -> bool:
    at, cookie = timezone.now(), request.COOKIES.get(COOKIE, "")
    found = rejoined(cookie=cookie, user=request.user, tie=_tie(request), at=at) if cookie else None
    if found is None:
        return False
    request.ring, row = found  # type: ignore[attr-defined]
    sessions.touch(row=row, at=at)
    return True


def ring_of(request: HttpRequest) -> Ring | None:
    """For a page that is there locked and unlocked: the ring, or None."""
    return request.ring if _open(request) else None  # type: ignore[attr-defined]


def client_of(request: HttpRequest) -> bool:
    """True when a client's code is live here; then `request.ring` and `request.receipt` are set."""
    at, cookie = timezone.now(), request.COOKIES.get(CLIENT_COOKIE, "")
    found = rejoined(cookie=cookie, user=None, tie="", at=at) if cookie else None
    if found is None:
        return False
    request.ring, row = found  # type: ignore[attr-defined]
    receipt = Receipt.objects.select_related("case").filter(pair=row.pair).first()
    request.receipt = receipt  # type: ignore[attr-defined]
    if receipt is not None:
        sessions.touch(row=row, at=at)
    return receipt is not None


def session_of(request: HttpRequest) -> str:
    """Name of the client's session in this browser."""
    return hash_of(request.COOKIES.get(CLIENT_COOKIE, ""))


def _tie(request: HttpRequest) -> str:
    return request.session.session_key or ""


# Opening and closing


def unlock_for(request: HttpRequest, response: HttpResponse, ring: Ring) -> HttpResponse:
    """`response` with the browser's half of a new session of somebody of the staff."""
    return _begin(response, COOKIE, ring, _tie(request))


def begin_client(response: HttpResponse, ring: Ring) -> HttpResponse:
    """`response` with the browser's half of a client's session."""
    return _begin(response, CLIENT_COOKIE, ring, "")


def _begin(response: HttpResponse, cookie: str, ring: Ring, tie: str) -> HttpResponse:
    half = halves(ring, tie)
    sessions.begin(ring=ring, half=half, at=ring.at)
    response.set_cookie(
        cookie, half.cookie, secure=settings.IS_PRODUCTION, httponly=True, samesite="Strict", path="/"
    )
    return response


def lock_for(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """End the session of the staff here; the browser forgets what it has kept of these pages."""
    return _end(request, response, COOKIE)


def leave_client(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """End the client's session here; nobody goes on with it on this telephone."""
    return _end(request, response, CLIENT_COOKIE)


def forget_client(response: HttpResponse) -> HttpResponse:
    """The browser's half goes, without a look at the database: the quick way out waits for nothing and never fails.

    The server's half alone opens nothing and is over half an hour later.
    """
    return _without(response, CLIENT_COOKIE)


def _without(response: HttpResponse, cookie: str) -> HttpResponse:
    response.delete_cookie(cookie, path="/", samesite="Strict")
    if settings.IS_PRODUCTION:  # a __Host- cookie is only taken back with Secure
        response.cookies[cookie]["secure"] = True
    return response


def _end(request: HttpRequest, response: HttpResponse, cookie: str) -> HttpResponse:
    sessions.end(hash=hash_of(request.COOKIES.get(cookie, "")))
    _without(response, cookie)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    request.keep_nothing = True  # type: ignore[attr-defined]
    return response
