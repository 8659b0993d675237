"""Where supporters live, told so that nobody is pointed out.

Only districts with ten or more appear, in whole tens, so that one more signature shows nothing; and the rest that
they leave is none or at least ten, so that it cannot be had by subtraction.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count

from icma.advocacy.models import Petition, Signature
from icma.people.models import Place

LEAST = 10


def safe_counts(counts: Mapping[int, int], total: int) -> dict[int, int]:
    """{place: whole tens} of those that may be shown; `total` is the published count of all."""
    shown = {place: n // LEAST * LEAST for place, n in counts.items() if n >= LEAST}
    hidden = total - sum(counts[place] for place in shown)
    while shown and 0 < hidden < LEAST:
        smallest = min(shown, key=lambda place: (counts[place], place))
        hidden += counts[smallest]
        del shown[smallest]
    return shown


def by_place(petition: Petition) -> list[dict[str, Any]]:
    """For `{% bars %}`, the most first; nothing in protected mode."""
    if petition.mode == Petition.Mode.PROTECTED or petition.shown < LEAST:
        return []
    rows = Signature.objects.filter(petition=petition, leaf__isnull=False, place__isnull=False)
    counts = dict(rows.values_list("place").annotate(n=Count("pk")).order_by())
    shown = safe_counts(counts, petition.shown)
    names = Place.objects.in_bulk(shown)
    top = max(shown.values(), default=1)
    return [
        {"label": str(names[place]), "value": n, "share": n / top}
        for place, n in sorted(shown.items(), key=lambda item: (-item[1], item[0]))
    ]  # fmt: skip
