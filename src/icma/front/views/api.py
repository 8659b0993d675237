"""The door of the API. What answers is loaded with the first question: it is a tenth of a worker's memory and start."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import get_urlconf, resolve, set_urlconf
from django.views.decorators.csrf import csrf_exempt

from icma.core.door import anyone

ADDRESSES = "icma.front.urls_api"


@anyone
@csrf_exempt
def api(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Only reads: the API itself answers 405 to every other method, so that no token is needed."""
    before = get_urlconf()
    set_urlconf(ADDRESSES)
    try:
        found = resolve(request.path_info)
        if found.url_name == "api":  # the API has no such address, so this door was found again
            raise Http404
        return found.func(request, *found.args, **found.kwargs)
    finally:
        set_urlconf(before)
