"""`@action`: the only door to the database for writing.

One action is one transaction. SQLite's busy lock and PostgreSQL's serialisation failures are
tried again; nothing inside an action may send mail or touch the network.
"""

import functools
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction

P = ParamSpec("P")
R = TypeVar("R")
TRIES = 4


class Refused(Exception):
    """The action cannot be done; its text is for the reader, in the reader's language."""


def action(function: Callable[P, R]) -> Callable[P, R]:
    """Run `function` in one transaction; repeat it when the database was only busy.

    Keyword-only by convention: `by=` who, `at=`/`on=` the time, both passed in.
    Inside another action it joins the outer transaction and is not repeated by itself.
    """

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block:
            with transaction.atomic():
                return function(*args, **kwargs)
        for attempt in range(TRIES):
            try:
                with transaction.atomic():
                    return function(*args, **kwargs)
            except OperationalError:
                if attempt + 1 == TRIES:
                    raise
                time.sleep(0.05 * 2**attempt)
        raise AssertionError("unreachable")

    run.is_action = True  # type: ignore[attr-defined]
    return run
