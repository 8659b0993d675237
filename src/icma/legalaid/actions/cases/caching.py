"""Grants that were opened for the first time are kept under the owner's own key: the next list costs a tenth."""

from icma.core.action import action
from icma.legalaid.models import Grant


@action
def keep_cached(*, found: list[tuple[int, bytes]]) -> None:
    """(primary key, file key under the owner's own) of one's own grants."""
    rows = [Grant(pk=pk, cached=cached) for pk, cached in found]
    Grant.objects.bulk_update(rows, ["cached"], batch_size=200)
