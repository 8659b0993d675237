"""Sums of signatures: acts by place, sex, age band and day, from which inclusion is measured. Never in protected mode."""

from collections import Counter
from datetime import date, datetime

from django.db.models import Count, QuerySet

from icma.advocacy.models import Petition, Signature
from icma.advocacy.models.petition import Channel as Way
from icma.core.action import action
from icma.matters.bands import Channel
from icma.matters.models import Act

PROTECTED = Petition.Mode.PROTECTED


@action
def count_acts(*, on: date, at: datetime) -> int:
    """Sums of the signatures of day `on` for all petitions but protected ones; corrected sums replace. Acts written."""
    counted = Signature.objects.filter(on=on, leaf__isnull=False).exclude(petition__mode=PROTECTED)
    return _write(counted, {_source(code, on) for code in _codes()})


@action
def recount_acts(*, petition: Petition) -> int:
    """All days of one petition anew: somebody withdrew, or a rule removed what had been summed."""
    if petition.mode == PROTECTED:
        return 0
    drop_acts(petition=petition)
    return _write(Signature.objects.filter(petition=petition, leaf__isnull=False), set())


@action
def drop_acts(*, petition: Petition) -> int:
    """The sums of a petition go: it has become protected."""
    return Act.objects.filter(source__startswith=f"petition:{petition.matter.code}:").delete()[0]


def _codes() -> list[str]:
    return list(Petition.objects.exclude(mode=PROTECTED).values_list("matter__code", flat=True))


def _source(code: str, on: date) -> str:
    return f"petition:{code}:{on}"


def _write(rows: QuerySet[Signature], replaced: set[str]) -> int:
    """Acts from signatures; those of `replaced` sources go first. Online and paper codes apart from sheets."""
    keys = ("petition", "petition__matter__code", "on", "channel", "place", "sex", "band")
    sums: Counter = Counter()
    for pk, code, on, channel, place, sex, band, n in (
        rows.order_by().values_list(*keys).annotate(n=Count("pk"))
    ):
        way = Channel.WEB if channel == Way.WEB else Channel.PAPER
        sums[pk, code, on, way, place, sex, band] += n
    Act.objects.filter(source__in=replaced).delete()
    made = [
        Act(
            verb="sign", channel=way, place_id=place, sex=sex, band=band, on=on, n=n, matter_id=pk,
            source=_source(code, on),
        )
        for (pk, code, on, way, place, sex, band), n in sums.items()
    ]  # fmt: skip
    Act.objects.bulk_create(made, batch_size=1_000)
    return len(made)
