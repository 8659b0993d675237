"""What time does: sums of acts follow the acts."""

from datetime import datetime

from icma.research.inclusion import sums
from icma.research.inclusion.actions import sum_quarter
from icma.research.models import ActQuarter


def refresh(at: datetime) -> int:
    """Sum those quarters anew whose acts have changed; how many they were. Late or doubled changes nothing."""
    known = dict(ActQuarter.objects.values_list("first", "mark"))
    changed = 0
    for first, last in sums.quarters():
        if known.pop(first, None) != sums.mark_of(first, last):
            sum_quarter(first=first, last=last, at=at)
            changed += 1
    for first in known:  # a quarter outside: its acts are gone
        sum_quarter(first=first, last=sums.quarter_of(first)[1], at=at)
        changed += 1
    return changed
