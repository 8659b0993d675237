"""What communities tell about their campaigns and nobody has read yet."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from icma.advocacy.models import Update
from icma.core.access import Who
from icma.front.mine.item import MOST, Item


def told(who: Who, at: datetime) -> Iterable[Item]:
    """For moderators, those longest waiting first. One query by a partial index."""
    if not who.has("moderator"):
        return
    rows = Update.objects.filter(stage="waiting").select_related("campaign__matter").order_by("at")[:MOST]
    for one in rows:
        url = reverse("update_decide", args=[one.code])
        yield Item(one.title, url, _("Read and decide"), one.campaign.matter.title, tone="now")
