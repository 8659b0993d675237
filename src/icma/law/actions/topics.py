"""An advocate signs the page of a problem topic that he or she has read; taking it back is the second person's."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.engines.aztext import clean_text
from icma.law.models import TopicSign
from icma.law.problems import topic
from icma.people.actions.changes import log_change
from icma.people.actions.review import ask_review
from icma.people.models import Review, User

TOPIC = "topic"


@action
def sign_topic(*, code: str, digest: str, name: str, by: User, at: datetime) -> TopicSign:
    """`digest`: of the text that was on the screen. Refused when another text stands there by now."""
    one, name = topic(code), clean_text(name)
    if one is None or one.digest != digest:
        raise Refused(_("The text of this page was changed meanwhile. Read it again, then confirm."))
    if len(name) < 3:
        raise Refused(_("Write your name: it stands on the page."))
    on, name = legal_day(at), name[:120]
    before = _signature(TopicSign.objects.filter(code=code, digest=digest).first())
    row, _made = TopicSign.objects.update_or_create(
        code=code, digest=digest, defaults={"name": name, "by": by, "on": on}
    )
    log_change(table="topic", row=code, before=before, after={"name": name, "digest": digest}, by=by, at=at)
    data = {"digest": digest, "name": name, "on": on.isoformat(), "before": before}
    ask_review(kind=TOPIC, subject=code, when="after", by=by, at=at, data=data)
    return row


@action
def unsign_topic(*, review: Review, by: User, at: datetime) -> None:
    """The second person's "undo": the page bears the signature of before, or says again that no advocate has read it.
    Who has signed since then stays."""
    data = review.data
    before = data.get("before") or {}
    rows = TopicSign.objects.filter(code=review.subject, digest=data["digest"], name=data["name"])
    rows = rows.filter(on=data["on"]) if "on" in data else rows
    if before:
        rows.update(name=before["name"], on=before["on"], by=before["by"])
    else:
        rows.delete()
    log_change(table="topic", row=review.subject, before={"name": data["name"]}, after=before, by=by, at=at)


def _signature(row: TopicSign | None) -> dict[str, Any]:
    return {"name": row.name, "on": row.on.isoformat(), "by": row.by_id} if row else {}
