"""What costs much and changes little is kept in the process for a minute: the country is not counted for every visit."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings

SECONDS = 0 if settings.IS_TEST else 60
MOST = 500
KEPT: dict[Any, tuple[float, Any]] = {}


def kept(key: Any, make: Callable[[], Any], minutes: int = 1) -> Any:
    """The value of `make()`, at most so many minutes old. For what is the same for everybody, and nothing else."""
    made, value = KEPT.get(key, (0.0, None))
    if key not in KEPT or time.monotonic() - made >= SECONDS * minutes:
        value = make()
        KEPT[key] = (time.monotonic(), value)
        if len(KEPT) > MOST:
            KEPT.pop(next(iter(KEPT)), None)  # another thread may have been faster
    return value
