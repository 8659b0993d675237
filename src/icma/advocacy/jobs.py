"""What time does to petitions: mail goes out, signatures are logged, pages are written, windows end."""

from datetime import datetime, timedelta

from django.db.models import Q

from icma.advocacy.actions.log import count_acts, log_petition, to_log
from icma.advocacy.actions.mailing import send_mails
from icma.advocacy.actions.petitions import close_petition, forget_keys
from icma.advocacy.models import Checkpoint, Petition
from icma.advocacy.publishing import Draw, folder, publish, withdraw_files
from icma.core.day import legal_day
from icma.matters.access import PUBLIC
from icma.matters.models import Matter


def mail(at: datetime) -> int:
    return send_mails(at)


def count(at: datetime, draw: Draw) -> int:
    """Log what was signed, and write the files of every petition whose head or page has changed."""
    changed = set(to_log())
    done = sum(log_petition(pk=pk, at=at) for pk in changed)
    for petition in Petition.objects.filter(Q(pk__in=changed) | Q(pk__in=_behind())).select_related("matter"):
        publish_one(petition, draw)
    return done


def _behind() -> list[int]:
    """Petitions whose log has grown past its last checkpoint (it waits for its hour), or that has no files yet."""
    open_ones = Petition.objects.filter(closed_at=None, matter__published_at__isnull=False)
    found = []
    for petition in open_ones.select_related("matter"):
        last = (
            Checkpoint.objects.filter(petition=petition)
            .order_by("-number")
            .values_list("size", flat=True)
            .first()
        )
        if (last or 0) < petition.size or not (folder(petition.matter.code) / "count.json").exists():
            found.append(petition.pk)
    return found


def publish_one(petition: Petition, draw: Draw) -> None:
    """Files for what is public; none for what was hidden."""
    if Petition.objects.filter(pk=petition.pk).filter(matter__in=Matter.objects.filter(PUBLIC)).exists():
        publish(petition, draw)
    else:
        withdraw_files(petition.matter.code)


def end(at: datetime, draw: Draw) -> int:
    """Close what has ended, destroy keys that nobody needs any more."""
    ended = Petition.objects.filter(
        closed_at=None, matter__windows__verb="sign", matter__windows__closes_at__lte=at
    )
    for petition in ended.select_related("matter"):
        close_petition(petition=petition, at=at)
        publish_one(petition, draw)
    forget_keys()
    return len(ended)


def acts(at: datetime) -> int:
    """Yesterday's sums."""
    return count_acts(on=legal_day(at) - timedelta(days=1), at=at)
