"""Whoever has no mail is told by a person: "Kimə deməli" and its tick."""

from datetime import datetime

from icma.core.action import action
from icma.people.models import Told, User


@action
def tell(*, person: str, matter: str, by: User, at: datetime) -> Told:
    """Somebody has told `person` what is new in the matter of this code."""
    return Told.objects.create(person=person, matter=matter, by=by, at=at)
