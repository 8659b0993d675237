"""Errors in the reader's language; nothing typed is lost without a word.

These pages ask nothing of the database: they stand when the house does not.
"""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from icma.front.context import plain


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    return _page(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's own reason is for developers; the reader is told what to do."""
    why = _("This form has stood open for too long, or cookies are off in the browser.")
    return _page(request, 403, reason=why)


def _page(request: HttpRequest, status: int, **words: str) -> HttpResponse:
    """Without context processors: none of them may be needed for an error."""
    nonce = {"request": request}
    return HttpResponse(render_to_string(f"{status}.html", plain(request) | nonce | words), status=status)
