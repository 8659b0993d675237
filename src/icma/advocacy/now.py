"""What a petition is at this moment, kept in the process for two seconds: at a peak the database is asked once, not
for every signer."""

import time
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import Http404
from django.utils import timezone

from icma.advocacy.actions.signing import is_open
from icma.advocacy.models import Pending, Petition
from icma.core.kept import kept
from icma.matters.access import PUBLIC
from icma.matters.models import Matter, Window

SECONDS = 0.0 if settings.IS_TEST else 2.0
MOST = 500
_KEPT: dict[str, tuple[float, "Open | None"]] = {}


@dataclass(frozen=True)
class Open:
    """What the endpoint needs to know. `minutes_late`: how long the oldest mail has been waiting."""

    pk: int
    code: str
    title: str
    mode: str
    petition: Petition
    window: Window | None
    minutes_late: int

    def is_open(self, at: datetime) -> bool:
        return is_open(self.petition, self.window, at)


def find_open(code: str) -> Open:
    """The public petition of a code; Http404 for anything else."""
    made, found = _KEPT.get(code, (0.0, None))
    if code not in _KEPT or time.monotonic() - made >= SECONDS:
        found = _look(code)
        if len(_KEPT) >= MOST:
            _KEPT.clear()
        _KEPT[code] = (time.monotonic(), found)
    if found is None:
        raise Http404
    return found


def code_of(petition: int) -> str:
    """Its code."""
    rows = Petition.objects.values_list("matter__code", flat=True)
    return kept(("petition", petition), lambda: rows.get(pk=petition))


def _look(code: str) -> Open | None:
    public = Matter.objects.filter(PUBLIC, code=code)
    petition = (
        Petition.objects.select_related("matter__place", "matter__authority")
        .filter(matter__in=public)
        .first()
    )
    if petition is None:
        return None
    window = Window.objects.filter(matter=petition.pk, verb="sign").first()
    late = minutes_late(petition, timezone.now())
    return Open(petition.pk, code, petition.matter.title, petition.mode, petition, window, late)


def minutes_late(petition: Petition, at: datetime) -> int:
    """How far the queue of mails is behind: since when its first has been due, or has been tried in vain."""
    queue = Pending.objects.filter(state__in=("waiting", "sending")).order_by("next_at", "pk")
    first = (
        queue.filter(petition=petition.pk)
        if petition.mail_paused
        else queue.exclude(petition__mail_paused=True)
    ).first()
    if first is None:
        return 0
    since = first.at if first.tries or petition.mail_paused else first.next_at
    return max(0, int((at - since).total_seconds() // 60))
