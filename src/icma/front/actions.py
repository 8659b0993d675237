"""What the front writes: nothing but the forgetting that retention.py declares."""

from datetime import datetime

from icma.core.action import action
from icma.front.retention import EMPTIED, RETENTION, Rule

BATCH = 500


def forget_all(at: datetime) -> int:
    """Apply every rule of retention; how many rows were deleted or emptied."""
    return sum(forget(rule=rule, at=at) for rule in RETENTION if rule.old)


def forget(*, rule: Rule, at: datetime) -> int:
    """Apply one rule in batches, each its own transaction."""
    done = 0
    while some := _forget_some(rule=rule, at=at):
        done += some
    return done


@action
def _forget_some(*, rule: Rule, at: datetime) -> int:
    assert rule.old is not None
    rows = rule.model._base_manager
    ids = list(rows.filter(rule.old(at)).values_list("pk", flat=True)[:BATCH])
    if rule.how == EMPTIED:
        return rows.filter(pk__in=ids).update(**dict.fromkeys(rule.empty, ""))
    rows.filter(pk__in=ids).delete()
    return len(ids)
