"""Texts that are the fact itself (what a body decided on a remark, what many bodies were asked) are public at once.
Somebody else reads them within days and may take them away; a mark says that something stood here."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from icma.advocacy.models import MassRequest, MassRow, Point, SelfReported
from icma.core.action import action
from icma.core.day import legal_day
from icma.matters.models import Matter
from icma.people.actions.review import ask_review
from icma.people.actions.roles import reads_for_everybody
from icma.people.models import Review, User

READ = "campaign.words"  # kind of review
Text = Point | MassRequest | SelfReported
NAMES: dict[str, Any] = {"point": Point, "mass": MassRequest, "figure": SelfReported}


def subject_of(text: Text) -> str:
    return next(f"{name}:{text.pk}" for name, model in NAMES.items() if isinstance(text, model))


def text_of(review: Review) -> Text | None:
    name, _colon, pk = review.subject.partition(":")
    return NAMES[name].objects.filter(pk=pk).first()


@action
def ask_to_read(*, text: Text, matter: Matter, at: datetime, by: User) -> None:
    """Put it on the list of what is read soon after; other words are read anew."""
    if reads_for_everybody(by, legal_day(at)):
        return
    Review.objects.filter(kind=READ, subject=subject_of(text), verdict="").delete()
    data = {"matter": matter.code, "title": matter.title, "language": matter.language}
    ask_review(kind=READ, subject=subject_of(text), when="after", by=by, at=at, data=data)


@action
def take_away(*, review: Review, by: User, at: datetime) -> None:
    """Its words go for good; dates, bodies and what was decided stay."""
    text = text_of(review)
    with override(review.data["language"]):
        gone = _("A text stood here. It was erased.")
    if isinstance(text, Point):
        words = {name: gone for name in ("decided", "reason") if getattr(text, name)}
        Point.objects.filter(pk=text.pk).update(**words)
    elif isinstance(text, MassRequest):
        MassRequest.objects.filter(pk=text.pk).update(subject=gone, question=gone)
        MassRow.objects.filter(mass=text).update(value="")
    elif isinstance(text, SelfReported):
        text.delete()
