"""To pass on by messenger: a text and a picture of one public entry."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from icma.core.access import STRANGER, allowed
from icma.core.door import anyone
from icma.front.share import card_of, picture, share_text
from icma.matters.models import Entry, Matter

SECONDS = 600  # what is hidden after a legal notice leaves every cache within the hour


def _entry(code: str, pk: int) -> Entry:
    """A public entry of a public matter: what a stranger may read is what is passed on, whoever asks."""
    at = timezone.now()
    matters = allowed(Matter.objects.filter(code=code), STRANGER, "view", at)
    rows = Entry.objects.filter(pk=pk, matter__in=matters, visibility="public")
    entry = rows.select_related("matter", "matter__place", "clock__edition", "letter").first()
    if entry is None:
        raise Http404
    return entry


@anyone
def share(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    entry = _entry(code, pk)
    return render(
        request, "front/share.html", {"entry": entry, "matter": entry.matter, "text": share_text(entry)}
    )


@anyone
def share_picture(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """PNG of 1080 × 1920; made anew only when what it says has changed."""
    card = card_of(_entry(code, pk))
    tag = quote_etag(f"{hash(card) & 0xFFFFFFFFFFFF:x}")
    response = get_conditional_response(request, etag=tag)
    if response is None:
        response = HttpResponse(picture(card), content_type="image/png")
    response["Cache-Control"] = f"public, max-age={SECONDS}"
    response["ETag"] = tag
    response["Content-Disposition"] = f'inline; filename="icma-{code}-{pk}.png"'
    return response
