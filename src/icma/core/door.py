"""Doors of views: nothing is fetched without a rule, and every URL has a door (tests/house).

`@can("edit", Matter)` hands the row over or answers 404; `@anyone` says aloud that a page is open;
`@signed_in`, `@holds("officer")` guard pages that show no single row.
"""

import functools
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from icma.core.access import STRONG_ROLES, Who, allowed
from icma.core.prepared import prepared

View = Callable[..., HttpResponse]


def _named(view: View, door: str) -> View:
    view.door = door  # type: ignore[attr-defined]
    return view


def anyone(view: View) -> View:
    """An open page. The attribute is the statement that somebody thought about it."""
    return _named(view, "anyone")


def signed_in(view: View) -> View:
    """Only for somebody with an account; others are asked to sign in and come back."""

    @functools.wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return _named(never_cache(inner), "signed_in")


def holds(*roles: str) -> Callable[[View], View]:
    """Only for a holder of one of the roles; who lacks only the second factor is sent to give it."""

    def wrap(view: View) -> View:
        @functools.wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not request.who.has(*roles):
                if _lacks_factor(request, roles):
                    return redirect_to_login(request.get_full_path(), "second_factor")
                raise Http404
            return view(request, *args, **kwargs)

        return _named(never_cache(inner), "holds:" + ",".join(roles))

    return wrap


def _lacks_factor(request: HttpRequest, roles: tuple[str, ...]) -> bool:
    """True for a seated person whose session has not given the second factor that the role wants."""
    who = request.who
    return not who.strong and any(r in roles and r in STRONG_ROLES for r, _, _ in who.seats)


def _opens_with_factor(request: HttpRequest, rows: QuerySet, verb: str) -> bool:
    """True when only the second factor is missing: a 404 would send a colleague looking for what is there."""
    who = request.who
    if who.strong or not any(role in STRONG_ROLES for role, _, _ in who.seats):
        return False
    return allowed(rows, who.with_factor(), verb, timezone.now()).exists()


def can(
    verb: str, model: type[Model], by: str = "code", select: tuple[str, ...] = ()
) -> Callable[[View], View]:
    """Hand `view` the one row of `model` that the URL names by `by` and that the asker may `verb`."""

    def rows(*, key: Any) -> QuerySet:
        found = model._default_manager.select_related(*select) if select else model._default_manager.all()
        return found.filter(**{by: key})

    @prepared
    def behind(*, key: Any, who: Who, at: datetime) -> QuerySet:
        # A slice, not first(): that would sort, and `by` names one row.
        return allowed(rows(key=key), who, verb, at)[:1]

    def wrap(view: View) -> View:
        @functools.wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            key = kwargs.pop(by)
            thing = next(iter(behind(key=key, who=request.who, at=timezone.now())), None)
            if thing is None:
                if not request.user.is_authenticated and verb not in {"view", "find"}:
                    return redirect_to_login(request.get_full_path())
                if _opens_with_factor(request, rows(key=key), verb):
                    return redirect_to_login(request.get_full_path(), "second_factor")
                raise Http404
            return view(request, thing, *args, **kwargs)

        return _named(inner, f"can:{verb}:{model.__name__}")

    return wrap
