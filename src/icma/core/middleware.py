"""Guard: every request knows who asks; frozen sessions end; signed-in and secret pages are never stored.

`who` is made by a function that a higher floor names in settings (`ICMA_WHO`), so that core knows no user.
"""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string

from icma.core.said import Said

GetResponse = Callable[[HttpRequest], HttpResponse]


class Guard:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.who_of = import_string(settings.WHO)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.who = SimpleLazyObject(lambda: self.who_of(request))  # type: ignore[attr-defined]
        # No address or answer of ours holds a zero byte, and PostgreSQL takes none.
        if "\0" in request.path_info:
            raise Http404
        if "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest
        response = self.get_response(request)
        if getattr(request, "keep_nothing", False) or _has_session(request):
            add_never_cache_headers(response)
            response.headers["Cache-Control"] = "no-store, private"
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if settings.IS_DEMO:
            response.headers["X-Robots-Tag"] = "noindex"
        return response


def _has_session(request: HttpRequest) -> bool:
    """Somebody signed in, a code was proven, or something is said to this reader alone."""
    if settings.SESSION_COOKIE_NAME in request.COOKIES or Said.cookie_name in request.COOKIES:
        return True
    return request.session.accessed and bool(request.session.keys())
