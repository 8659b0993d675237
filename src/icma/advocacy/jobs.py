"""What time does to petitions: mail goes out, signatures are logged, pages are written, windows end."""

import time
from datetime import datetime, timedelta

from django.db.models import Q

from icma.advocacy.actions.log.batcher import SWEEP, log_signatures
from icma.advocacy.actions.log.sums import recount_acts
from icma.advocacy.actions.mailing import send_mails
from icma.advocacy.actions.petitions import GRACE, close_petition, drop_waiting, forget_keys
from icma.advocacy.models import Petition
from icma.advocacy.publishing import Draw, publish, withdraw_files
from icma.matters.access import PUBLIC
from icma.matters.models import Matter


def mail(at: datetime) -> int:
    return send_mails(at)


class _Swept:
    """When this process last looked at the files of every petition."""

    at = float("-inf")


def count(at: datetime, draw: Draw) -> int:
    """Log what was signed, and write the files of every petition whose log has changed; now and then of all others."""
    sweep = time.monotonic() - _Swept.at >= SWEEP
    done = log_signatures(at=at, draw=draw, sweep=sweep)
    if sweep:
        _Swept.at = time.monotonic()
    return done


def publish_one(petition: Petition, draw: Draw) -> None:
    """Files for what is public; none for what was hidden."""
    if Petition.objects.filter(pk=petition.pk).filter(matter__in=Matter.objects.filter(PUBLIC)).exists():
        publish(petition, draw)
    else:
        withdraw_files(petition.matter.code)


def end(at: datetime, draw: Draw) -> int:
    """Close what has ended, once sheets of paper had their time; destroy keys that nobody needs any more."""
    drop_waiting(at=at)
    hidden = Q(mode=Petition.Mode.PROTECTED, matter__windows__closes_at__lte=at)
    ended = Petition.objects.filter(
        hidden | Q(matter__windows__closes_at__lte=at - GRACE),
        closed_at=None, count_frozen=False, matter__windows__verb="sign",
    )  # fmt: skip
    for petition in ended.select_related("matter"):
        close_petition(petition=petition, at=at)
        publish_one(petition, draw)
    forget_keys()
    return len(ended)


def acts(at: datetime) -> int:
    """Sums of all days of what runs or has just ended: who withdrew, or was taken out, goes from the day of signing."""
    recent = Petition.objects.filter(Q(closed_at=None) | Q(closed_at__gte=at - timedelta(days=3)))
    return sum(recount_acts(petition=one) for one in recent.select_related("matter"))
