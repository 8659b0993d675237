"""Every form that writes carries an idempotency key: four quick taps do the thing once."""

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from icma.core.action import action
from icma.core.day import legal_day, moment
from icma.core.keys import key as secret
from icma.core.models import Once


def run_once(scope: str, key: str, do: Callable[[], dict[str, Any]], at: datetime) -> dict[str, Any]:
    """Result of `do()`, or of the earlier call with the same scope and key.

    `do` runs in the same transaction that keeps its key; the loser of a race waits and gets the
    winner's result. An empty key (an old form) simply runs. `do` returns plain JSON values.

    Only keyed hashes of both are kept: who reads the database could else post the key again and be shown the
    result, a return code for instance, or read from the scope what was done, and where, at which moment. Of the
    moment its day is kept, for the same reason.
    """
    if not key:
        return do()
    where, kept = _hashed("scope", scope)[:40], _hashed(scope, key)
    earlier = Once.objects.filter(scope=where, key=kept).first()
    if earlier:
        return earlier.result
    try:
        return _first(scope=where, key=kept, do=do, at=moment(legal_day(at), 0))
    except IntegrityError:
        winner = Once.objects.filter(scope=where, key=kept).first()
        if winner is None:  # not the race for the key: `do` itself broke a rule of the database
            raise
        return winner.result


def has_run(scope: str, key: str) -> bool:
    """Was `run_once` called with these within the days that keys are kept?"""
    return Once.objects.filter(scope=_hashed("scope", scope)[:40], key=_hashed(scope, key)).exists()


def _hashed(scope: str, key: str) -> str:
    return hmac.new(secret("codes"), f"once\0{scope}\0{key}".encode(), hashlib.sha256).hexdigest()


@action
def _first(*, scope: str, key: str, do: Callable[[], dict[str, Any]], at: datetime) -> dict[str, Any]:
    row = Once.objects.create(scope=scope, key=key, at=at)
    with transaction.atomic():
        row.result = do()
    row.save(update_fields=["result"])
    return row.result
