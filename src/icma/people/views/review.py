"""Nəzərdən keçirin: what waits for a second person, and what can still be undone."""

from collections.abc import Callable, Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from icma.core.day import legal_day
from icma.core.door import can, holds
from icma.people.models import Review
from icma.people.reviews import KINDS, Due, Kind, items, waiting_for
from icma.people.views.staff import done

SECONDS = ("officer", "coordinator", "moderator")
VERDICTS = {"before": ("agreed", "refused"), "after": ("agreed", "undone")}
MOST = 100


@holds(*SECONDS)
def reviews(
    request: HttpRequest, kinds: Sequence[Kind] = KINDS, owed: Callable[[], Due] | None = None
) -> HttpResponse:
    """`owed` says by when words are to be read."""
    at = timezone.now()
    rows = waiting_for(request.who, at)[:MOST]
    found = items(rows, kinds, owed() if owed else None)
    mine = Review.objects.filter(asked_by=request.user, verdict="", when="before").order_by("-asked_at")[:20]
    page = {
        "waiting": [item for item in found if item.review.when == "before"],
        "undoable": [item for item in found if item.review.when == "after"],
        "mine": items(mine, kinds),
        "today": legal_day(at),
    }
    return render(request, "people/reviews.html", page)


@require_POST
@holds(*SECONDS)
@can("decide", Review, by="pk")
def review_decide(request: HttpRequest, review: Review, kinds: Sequence[Kind] = KINDS) -> HttpResponse:
    verdict = request.POST.get("verdict", "")
    kind = next((kind for kind in kinds if kind.name == review.kind), None)
    if kind is None or kind.decide is None or verdict not in VERDICTS[review.when]:
        raise Http404
    if done(request, None, f"review:{review.pk}", lambda: kind.decide(
        review=review, verdict=verdict, by=request.user, at=timezone.now()
    )):  # fmt: skip
        said = {"agreed": _("Agreed."), "refused": _("Refused."), "undone": _("Undone.")}
        messages.success(request, said[verdict])
    return redirect("reviews")
