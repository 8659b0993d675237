"""Where supporters live, told so that nobody is pointed out.

Only districts with ten or more appear, in whole tens, so that one more signature shows nothing; and the rest that
they leave is none or at least ten, so that it cannot be had by subtraction.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

import icma.advocacy.access  # noqa: F401  (its rules)
from icma.advocacy.models import Campaign, Petition, Signature
from icma.advocacy.publishing import folder, replace
from icma.core.access import STRANGER, allowed
from icma.core.day import legal_day, moment
from icma.core.kept import kept
from icma.people.models import Place

LEAST = 10
GREAT, MINUTE, MOST = 5_000, 60, 500
_CHANNELS: dict[int, tuple[float, dict[str, int]]] = {}


@dataclass(frozen=True)
class Pressed:
    """Campaigns that anyone can list, and the communities behind them."""

    campaigns: int
    communities: int


def pressed(today: date) -> Pressed:
    """Counted from the rows that everybody may read; a community that wishes to stay unseen is a number here."""

    def make() -> Pressed:
        rows = allowed(Campaign.objects.all(), STRANGER, "list", moment(today))
        groups = Count("matter__community", filter=Q(matter__community__kind="community"), distinct=True)
        found = rows.order_by().aggregate(n=Count("pk"), m=groups)
        return Pressed(found["n"], found["m"])

    return kept(("campaigns", today), make)


def safe_counts(counts: Mapping[int, int], total: int) -> dict[int, int]:
    """{place: whole tens} of those that may be shown; `total` is the published count of all."""
    shown = {place: n // LEAST * LEAST for place, n in counts.items() if n >= LEAST}
    hidden = total - sum(counts[place] for place in shown)
    while shown and 0 < hidden < LEAST:
        smallest = min(shown, key=lambda place: (counts[place], place))
        hidden += counts[smallest]
        del shown[smallest]
    return shown


def _of_today(petition: Petition) -> dict[int, int]:
    """Counted once a day: were they to follow the number on the page, each step would tell where its signer lives."""
    path = folder(petition.matter.code) / "places.json"
    today = str(legal_day(timezone.now()))
    try:
        before = json.loads(path.read_bytes())
        if before["on"] == today:
            return {int(place): n for place, n in before["shown"].items()}
    except (OSError, ValueError, KeyError, TypeError):
        pass  # the first of today, or a file that was cut off
    rows = Signature.objects.filter(petition=petition, leaf__isnull=False)
    counts: dict[int | None, int] = dict(rows.values_list("place").annotate(n=Count("pk")).order_by())
    known = {place: n for place, n in counts.items() if place is not None}
    shown = safe_counts(known, sum(counts.values()))
    path.parent.mkdir(parents=True, exist_ok=True)
    replace(path, json.dumps({"on": today, "shown": shown}).encode())
    return shown


def by_channel(petition: Petition) -> dict[str, int]:
    """{channel: counted}; of a great petition once a minute, for it reads every signature."""
    made, found = _CHANNELS.get(petition.pk, (0.0, {}))
    if petition.pk not in _CHANNELS or petition.size < GREAT or time.monotonic() - made > MINUTE:
        rows = Signature.objects.filter(petition=petition, leaf__isnull=False)
        found = dict(rows.values_list("channel").annotate(n=Count("pk")).order_by())
        if len(_CHANNELS) > MOST:
            _CHANNELS.clear()
        _CHANNELS[petition.pk] = (time.monotonic(), found)
    return found


def by_place(petition: Petition) -> list[dict[str, Any]]:
    """For `{% bars %}`, the most first; nothing in protected mode."""
    if petition.mode == Petition.Mode.PROTECTED or petition.shown < LEAST:
        return []
    shown = _of_today(petition)
    names = Place.objects.in_bulk(shown)
    top = max(shown.values(), default=1)
    return [
        {"label": str(names[place]), "value": n, "share": n / top}
        for place, n in sorted(shown.items(), key=lambda item: (-item[1], item[0]))
    ]  # fmt: skip
