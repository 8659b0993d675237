"""One round of the batcher: log what waits, then bring the published files of what changed up to date.

The worker calls it about once a second. Files that are behind their database (a process was killed between the
commit and the writing, or a disk was full) are found by comparing each count.json with the petition; files of what was hidden go.
"""

import logging
from datetime import datetime

from django.db.models import Min, Q, QuerySet

from icma.advocacy.actions.log.leaves import MOST, log_petition, to_log
from icma.advocacy.committer import slow_disk
from icma.advocacy.models import Petition
from icma.advocacy.publishing import Draw, folder, is_stale, publish, withdraw_files
from icma.core.prepared import prepared
from icma.matters.access import PUBLIC
from icma.matters.models import Matter

log = logging.getLogger(__name__)
ROUNDS = 20  # full batches of one petition a round: the others wait no longer
SWEEP = 10  # seconds between two looks at the files of every petition


def log_signatures(*, at: datetime, draw: Draw | None = None, sweep: bool = True) -> int:
    """Leaves written in this round, over all petitions. `draw` makes the petition's page; without it only data is written.

    A petition that fails holds up no other. Files of what was logged are written; with `sweep` all that are behind.
    """
    logged: dict[int, int] = {}
    for pk in to_log():
        try:
            logged[pk] = _all_of(pk, at)
        except Exception:
            log.exception("petition %s could not be logged", pk)
    for petition in behind(at) if sweep else public_of([pk for pk, n in logged.items() if n]):
        try:
            publish(petition, draw)
        except OSError:
            log.exception("files of petition %s could not be written", petition.matter.code)
    if sweep:
        withdraw_hidden()
    return sum(logged.values())


def public_of(pks: list[int]) -> list[Petition]:
    return [row for pk in pks for row in _public(petition=pk)]


@prepared
def _public(*, petition: int) -> QuerySet[Petition]:
    rows = Petition.objects.filter(pk=petition, matter__in=Matter.objects.filter(PUBLIC))
    return rows.select_related("matter__place", "matter__authority", "matter__community")


def _all_of(pk: int, at: datetime) -> int:
    """Batch after batch while they are full: what is due has no reason to wait."""
    done = 0
    for number in range(ROUNDS):
        logged = log_petition(pk=pk, at=at, again=number > 0)
        if logged:
            slow_disk()
        done += logged
        if logged < MOST:
            break
    return done


def behind(at: datetime) -> list[Petition]:
    """Running public petitions whose files do not show the log, or the page, as they stand; or that have none yet."""
    running = Petition.objects.filter(
        closed_at=None, count_frozen=False, matter__in=Matter.objects.filter(PUBLIC)
    )
    opens = Min("matter__windows__opens_at", filter=Q(matter__windows__verb="sign"))
    rows = running.annotate(opens=opens).select_related(
        "matter__place", "matter__authority", "matter__community"
    )
    return [one for one in rows if is_stale(one, one.opens, at)]


def withdraw_hidden() -> int:
    """Files of petitions that are no longer public go; how many petitions."""
    rows = Petition.objects.exclude(matter__in=Matter.objects.filter(PUBLIC)).values_list(
        "matter__code", flat=True
    )
    gone = [code for code in rows if folder(code).exists()]
    for code in gone:
        withdraw_files(code)
    return len(gone)
