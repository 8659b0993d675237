"""What stands in the mail of an update: found at the moment of sending."""

from typing import Any

from django.utils.translation import gettext as _

from icma.advocacy.actions.updates import VERBS
from icma.advocacy.models import Update
from icma.matters.access import PUBLIC
from icma.matters.models import Entry, Matter


def words_of_update(code: str, version: int) -> dict[str, Any] | None:
    """The version that was published; None when it was changed, hidden or erased meanwhile."""
    rows = Update.objects.filter(code=code, version=version, stage="public").select_related(
        "campaign__matter"
    )
    update = rows.first()
    if update is None or not Matter.objects.filter(PUBLIC, pk=update.campaign_id).exists():
        return None
    matter = update.campaign.matter
    told = Entry.objects.filter(matter=matter, verb=VERBS[update.kind], at=update.public_at)
    if not told.filter(words__erased_at=None).exists():
        return None
    return {
        "sentence": _("News of a campaign that you wanted to hear of: %(title)s") % {"title": matter.title},
        "title": update.title, "text": update.text, "link": update.link, "code": matter.code,
    }  # fmt: skip
