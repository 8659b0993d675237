"""The way in for a crowd: the two presses that sign a petition, answered without climbing through Django's stack.

Half of what such a press costs is middleware and the search for its address. The views are the same ones; this only
calls them at once. An answer that is not plainly "look at your mail" or "thank you" is thrown away, and Django gives
its own; of what was busy that is the same answer, and not another try. Headers are Django's: those it gave to the
first answer of the kind stand on all that follow. When more come than the cores hold, some are told so at once (`line.py`).
"""

import gzip
import re
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.utils import translation

from icma.advocacy.line import ASK, CONFIRM, PROBE, Line
from icma.advocacy.views.signing import BUSY, confirm, sign

PRESS = re.compile(r"/(?:(ru|en)/)?d/(?:t/([0-9A-Z]{42})|([0-9A-Z]{8}))/")
LONGEST = 4_096  # bytes of a form
PLAIN = {303: "303 See Other", 200: "200 OK", 503: "503 Service Unavailable"}
OWN = {"location", "content-length", "content-encoding", "content-type", "set-cookie", "vary"}
Start = Callable[..., Any]
Wsgi = Callable[[dict[str, Any], Start], Iterable[bytes]]


class Gate:
    """A WSGI application around `django`."""

    def __init__(self, django: Wsgi) -> None:
        self.django, self.line = django, Line()
        self.heads: dict[tuple[Any, ...], list[tuple[str, str]]] = {}

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        if environ.get("PATH_INFO") == PROBE:
            start("204 No Content", [])
            return []
        found = PRESS.fullmatch(environ.get("PATH_INFO", "")) if environ["REQUEST_METHOD"] == "POST" else None
        length = environ.get("CONTENT_LENGTH") or "0"
        if found is None or not length.isascii() or not length.isdigit() or int(length) > LONGEST:
            return self.django(environ, start)
        language, token, code = found.groups()
        kind = (language, bool(token), environ.get("HTTP_X_FORWARDED_PROTO"), environ.get("HTTP_HOST"))
        bounds = CONFIRM if token else ASK
        if self.line.turns_away(environ["SERVER_NAME"], environ["SERVER_PORT"], bounds):
            environ[BUSY] = True
        environ["wsgi.input"] = body = BytesIO(environ["wsgi.input"].read(int(length)))
        response = self._answer(environ, kind, language or settings.LANGUAGE_CODE, token, code)
        if response is None:
            body.seek(0)
            return self.django(environ, self._watched(kind, start))
        return _sent(response, self.heads[*kind, response.status_code], environ, start)

    def _answer(
        self,
        environ: dict[str, Any],
        kind: tuple[Any, ...],
        language: str,
        token: str | None,
        code: str | None,
    ) -> HttpResponse | None:
        """The view's plain answer; None where Django has to give it. What keeps a press is called only where its thanks
        can be given here: thrown away, it would be kept twice."""
        wanted = 503 if BUSY in environ else 200 if token else 303
        if (*kind, wanted) not in self.heads:
            return None
        with translation.override(language):
            try:
                request = WSGIRequest(environ)
                if request.POST.get("code"):
                    return None  # a code on paper is used by the first answer, which must be the one that is given
                response = confirm(request, token) if token else sign(request, code)
            except Exception:
                return None  # whatever it was, Django meets it again and says what it is
        return (
            response
            if response.status_code in PLAIN and (*kind, response.status_code) in self.heads
            else None
        )

    def _watched(self, kind: tuple[Any, ...], start: Start) -> Start:
        """Remember the headers that Django gives to a plain answer, of one host and way at a time."""

        def seen(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            if (number := int(status.split()[0])) in PLAIN:
                if len(self.heads) > 50:
                    self.heads.clear()
                self.heads[*kind, number] = [pair for pair in headers if pair[0].lower() not in OWN]
            return start(status, headers, *more)

        return seen


def _sent(
    response: HttpResponse, head: list[tuple[str, str]], environ: dict[str, Any], start: Start
) -> list[bytes]:
    body, more = response.content, [("Content-Type", response["Content-Type"])]
    if response.status_code == 303:
        more.append(("Location", response["Location"]))
    else:
        more.append(("Vary", "Accept-Encoding"))
        if "gzip" in environ.get("HTTP_ACCEPT_ENCODING", ""):
            body = gzip.compress(body, 1)
            more.append(("Content-Encoding", "gzip"))
    start(PLAIN[response.status_code], [*head, *more, ("Content-Length", str(len(body)))])
    return [body]
