"""One round of the batcher: log what waits, then bring the published files of what changed up to date.

The worker calls it about once a second. Files that are behind their database (a process was killed between the
commit and the writing, or a disk was full) are found by comparing each count.json with the petition; files of what was hidden go.
"""

import logging
from datetime import datetime

from django.db.models import Max, Min, Q, QuerySet

from icma.advocacy.actions.log.leaves import MOST, log_petition, to_log
from icma.advocacy.committer import slow_disk
from icma.advocacy.models import Petition
from icma.advocacy.publishing import BESIDE, Draw, folder, is_stale, publish, withdraw_files
from icma.core.action import action
from icma.core.prepared import prepared
from icma.matters.access import PUBLIC
from icma.matters.models import Matter

log = logging.getLogger(__name__)
ROUNDS = 20  # full batches of one petition a round: the others wait no longer
TOGETHER = 8  # petitions a commit: a disk has few, and others who write wait for it
SWEEP = 10  # seconds between two looks at the files of every petition
RESTING = 100  # closed petitions whose files are written a look: after an upgrade it is all of them


def log_signatures(*, at: datetime, draw: Draw | None = None, sweep: bool = True) -> int:
    """Leaves written in this round, over all petitions. `draw` makes the petition's page; without it only data is written.

    A petition that fails holds up no other. Files of what was logged are written; with `sweep` all that are behind.
    """
    logged: dict[int, int] = {}
    waiting = sorted(to_log())  # in one order, so that two batchers cannot lock each other
    for first in range(0, len(waiting), TOGETHER):
        logged |= _some(waiting[first : first + TOGETHER], at)
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


def _some(pks: list[int], at: datetime) -> dict[int, int]:
    """A few petitions in one commit; where one of them fails, each by itself."""
    try:
        logged = _in_one(pks=pks, at=at)
    except Exception:
        if len(pks) == 1:
            log.exception("petition %s could not be logged", pks[0])
            return {}
        return {pk: n for one in pks for pk, n in _some([one], at).items()}
    for pk in [pk for pk, n in logged.items() if n == MOST]:
        logged[pk] += _rest_of(pk, at)
    return logged


@action
def _in_one(*, pks: list[int], at: datetime) -> dict[int, int]:
    logged = {pk: log_petition(pk=pk, at=at) for pk in pks}
    if any(logged.values()):
        slow_disk()
    return logged


def _rest_of(pk: int, at: datetime) -> int:
    """Batch after batch while they are full: what is due has no reason to wait."""
    done = 0
    for _number in range(ROUNDS):
        done += (logged := log_petition(pk=pk, at=at, again=True))
        if logged:
            slow_disk()
        if logged < MOST:
            break
    return done


def behind(at: datetime) -> list[Petition]:
    """Public petitions whose files do not show the log, or the page, as they stand; those that run before those that rest.

    A closed one stands still and its page does not: it is handed over afterwards, what it grew from may be hidden, and
    another version draws it in another style. A restored backup has its rows and not its files.
    """
    mine = Q(matter__windows__verb="sign")
    rows = Petition.objects.filter(matter__in=Matter.objects.filter(PUBLIC)).annotate(
        opens=Min("matter__windows__opens_at", filter=mine),
        closes=Max("matter__windows__closes_at", filter=mine),
        beside=BESIDE,
    )
    rows = rows.select_related("matter__place", "matter__authority", "matter__community")
    found = [one for one in rows if is_stale(one, (one.opens, one.closes), at)]
    rest = [one for one in found if one.closed_at is not None]
    return [one for one in found if one.closed_at is None] + rest[:RESTING]


def withdraw_hidden() -> int:
    """Files of petitions that are no longer public go; how many petitions."""
    rows = Petition.objects.exclude(matter__in=Matter.objects.filter(PUBLIC)).values_list(
        "matter__code", flat=True
    )
    gone = [code for code in rows if folder(code).exists()]
    for code in gone:
        withdraw_files(code)
    return len(gone)
