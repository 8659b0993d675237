"""Figures of public record: anyone can list the rows they count. Kept in the process for a minute.

Fair by construction: a share always carries n and its interval, nothing is shown below n = 5, open requests
are censored (Kaplan–Meier), a record that is merely absent is "unknown" and never "late", a term whose text
was not read in the act itself (V2, M, unsigned) enters no share, a disputed one neither.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet

from icma.core.access import STRANGER
from icma.core.day import legal_day
from icma.engines.intervals import Median, Share, waiting, wilson
from icma.law.book import Book, book
from icma.matters.access import PUBLIC
from icma.matters.lateness import Standing, standing_of
from icma.matters.models import Clock, Letter, Matter
from icma.people.models import Organisation

LEAST = 5
SECONDS = 0 if settings.IS_TEST else 60
_KEPT: dict[Any, tuple[float, Any]] = {}
OVER = ("closed", "merged")


def kept(key: Any, make: Callable[[], Any]) -> Any:
    """The value of `make()`, at most a minute old. Figures of the whole country are not counted per visit."""
    made, value = _KEPT.get(key, (None, None))
    if made is None or time.monotonic() - made >= SECONDS:
        value = make()
        _KEPT[key] = (time.monotonic(), value)
        if len(_KEPT) > 500:
            _KEPT.pop(next(iter(_KEPT)))
    return value
