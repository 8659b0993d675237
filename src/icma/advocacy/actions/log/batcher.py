"""One round of the batcher: log what waits, then bring the published files of what changed up to date.

The worker calls it about once a second. Files that are behind their database (a process was killed between the
commit and the writing, or a disk was full) are found by comparing each count.json with the petition's size.
"""

import logging
from datetime import datetime

from icma.advocacy.actions.log.leaves import MOST, log_petition, to_log
from icma.advocacy.committer import slow_disk
from icma.advocacy.models import Petition
from icma.advocacy.publishing import Draw, publish, published_size
from icma.matters.access import PUBLIC
from icma.matters.models import Matter

log = logging.getLogger(__name__)
ROUNDS = 20  # full batches of one petition a round: the others wait no longer


def log_signatures(*, at: datetime, draw: Draw | None = None) -> int:
    """Leaves written in this round, over all petitions. `draw` makes the petition's page; without it only data is written.

    A petition that fails holds up no other.
    """
    done = 0
    for pk in to_log():
        try:
            done += _all_of(pk, at)
        except Exception:
            log.exception("petition %s could not be logged", pk)
    for petition in behind():
        try:
            publish(petition, draw)
        except OSError:
            log.exception("files of petition %s could not be written", petition.matter.code)
    return done


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


def behind() -> list[Petition]:
    """Running public petitions whose files do not show the log as it stands, or that have none yet."""
    running = Petition.objects.filter(
        closed_at=None, count_frozen=False, matter__in=Matter.objects.filter(PUBLIC)
    )
    rows = running.select_related("matter__place", "matter__authority", "matter__community")
    return [one for one in rows if published_size(one.matter.code) != one.size]
