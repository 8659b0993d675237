"""What a petition is at this moment, kept in the process for two seconds: at a peak the database is asked once, not
for every signer."""

import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone

from icma.advocacy.actions.signing import SIGN, is_open
from icma.advocacy.models import Pending, Petition
from icma.core.kept import kept
from icma.core.prepared import prepared
from icma.matters.access import PUBLIC
from icma.matters.models import Matter, Window

SECONDS = 0.0 if settings.IS_TEST else 2.0
MOST = 500
YOUNG = timedelta(minutes=1)
_KEPT: dict[str, tuple[float, "Open | None"]] = {}
_LOOKING = threading.Lock()


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

    def is_open(self, at: datetime, wish: str = SIGN) -> bool:
        return is_open(self.petition, self.window, at, wish)


def find_open(code: str) -> Open:
    """The public petition of a code; Http404 for anything else."""
    made, found = _KEPT.get(code, (0.0, None))
    old = code not in _KEPT or time.monotonic() - made >= SECONDS
    # One looks; whoever comes meanwhile takes what was known a moment ago, if anything was.
    if old and _LOOKING.acquire(blocking=code not in _KEPT):
        try:
            found = _renewed(code)
        finally:
            _LOOKING.release()
    if found is None:
        raise Http404
    return found


def _renewed(code: str) -> Open | None:
    made, found = _KEPT.get(code, (0.0, None))
    if code in _KEPT and time.monotonic() - made < SECONDS:
        return found  # somebody else has just looked
    found = _look(code)
    if len(_KEPT) >= MOST:
        _KEPT.clear()
    _KEPT[code] = (time.monotonic(), found)
    return found


def code_of(petition: int) -> str:
    """Its code."""
    rows = Petition.objects.values_list("matter__code", flat=True)
    return kept(("petition", petition), lambda: rows.get(pk=petition))


def _look(code: str) -> Open | None:
    for petition in _public(code=code):
        window = next(iter(_window(petition=petition.pk)), None)
        late = minutes_late(petition, timezone.now())
        return Open(petition.pk, code, petition.matter.title, petition.mode, petition, window, late)
    return None


@prepared
def _public(*, code: str) -> QuerySet[Petition]:
    rows = Petition.objects.select_related("matter__place", "matter__authority")
    return rows.filter(matter__in=Matter.objects.filter(PUBLIC, code=code))


@prepared
def _window(*, petition: int) -> QuerySet[Window]:
    return Window.objects.filter(matter=petition, verb="sign")[:1]


def minutes_late(petition: Petition, at: datetime) -> int:
    """How far the queue of mails is behind: since when its first has been due, or has been tried in vain."""
    paused = petition.mail_paused
    for at_first, next_at, tries in _first(paused, petition=petition.pk, young=at - YOUNG):
        since = at_first if tries or paused else next_at
        return max(0, int((at - since).total_seconds() // 60))
    return 0


@prepared
def _first(paused: bool, *, petition: int, young: datetime) -> QuerySet:
    """The first of the queue that this petition's mails stand in: its own while they are paused.

    One that has come just now says nothing: while the mail server is down those before it wait for their next try.
    """
    rows = Pending.objects.filter(state__in=("waiting", "sending")).order_by("next_at", "pk")
    rows = rows.filter(Q(tries__gt=0) | Q(next_at__lte=young))
    rows = rows.filter(petition=petition) if paused else rows.exclude(petition__mail_paused=True)
    return rows.values_list("at", "next_at", "tries")[:1]
