"""Pages of signing that are alike for everybody: drawn once a minute and petition, so that a crowd costs no drawing.

What differs from person to person is a mark that is put in afterwards. Their only style is the house's own, so its
hash stands in the policy instead of a number that is new for every answer.
"""

import base64
import functools
import hashlib
import time
from pathlib import Path
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.translation import get_language

import icma
from icma.core.styles import styles

MARK = "§mark§"
SECONDS, MOST = 60, 2_000
_DRAWN: dict[tuple[Any, ...], str] = {}


@functools.cache
def style_hash() -> str:
    """The policy's word for the one `<style>` of every public page."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(styles().encode()).digest()).decode() + "'"


@functools.cache
def look() -> str:
    """A name of how pages look and speak in this version. What another one has drawn is drawn anew: its style would be
    refused, its words may be wrong by now."""
    made = hashlib.sha256()
    for path in sorted(Path(icma.__file__).parent.rglob("*")):
        if path.suffix in (".css", ".html", ".mo"):
            made.update(path.read_bytes())
    return made.hexdigest()[:16]


def with_style_hash(response: HttpResponse) -> HttpResponse:
    response._csp_replace = {"style-src": [style_hash()]}  # type: ignore[attr-defined]
    return response


def shell(
    request: HttpRequest, template: str, key: tuple[Any, ...], page: dict[str, Any], mark: str = ""
) -> HttpResponse:
    """`template` with `page`, kept under `key`; `mark` (escaped, unless it is safe) stands where the page says MARK."""
    whole = (template, get_language(), int(time.time() // SECONDS), *key)
    if whole not in _DRAWN:
        if len(_DRAWN) >= MOST:
            _DRAWN.clear()
        _DRAWN[whole] = _draw(request, template, page)
    return with_style_hash(HttpResponse(_DRAWN[whole].replace(MARK, conditional_escape(mark))))


def _draw(request: HttpRequest, template: str, page: dict[str, Any]) -> str:
    """As a stranger sees it: nobody's name, no address of this one request."""
    plain = HttpRequest()
    plain.META, plain.path, plain.path_info, plain.method = request.META, page["page"], page["page"], "GET"
    plain.user = AnonymousUser()  # type: ignore[assignment]
    return render_to_string(template, page, plain)
