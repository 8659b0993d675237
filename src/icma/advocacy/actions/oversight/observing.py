"""What an observer saw at a session: counts and yes or no, read by somebody else before the public reads it."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from icma.advocacy.models import Decision, Observation
from icma.core.action import Refused, action
from icma.core.codes import public_code
from icma.core.day import legal_day
from icma.engines.aztext import clean_text
from icma.matters.actions.thread import note
from icma.people.actions.review import ask_review, decide_review
from icma.people.models import Review, User

KIND = "observation"
MOST_WORDS, MOST_PEOPLE = 1000, 5000
ASKED = ("let_in", "agenda", "minutes")
COUNTED = ("present", "spoke", "spoke_women", "spoke_youth")
WITHIN = (("spoke", "present"), *((part, all_) for part in COUNTED[2:] for all_ in COUNTED[:2]))


@action
def observe(*, decision: Decision, on: date, values: dict[str, Any], at: datetime, by: User) -> Observation:
    """Keep an observer's record and put it before a moderator or officer. One record a person and session."""
    if decision.matter.published_at is None or on > legal_day(at):
        raise Refused(_("The session has not been held, or the decision is not public."))
    words = clean_text(str(values.get("words", "")))
    counts = {name: values.get(name) for name in COUNTED}
    answers = {name: values.get(name) or Observation.Tri.UNKNOWN for name in ASKED}
    if len(words) > MOST_WORDS:
        raise Refused(_("The text is too long."))
    _check(counts, answers)
    if Observation.objects.filter(decision=decision, by=by, on=on).exists():
        raise Refused(_("You have entered this session already."))
    made = Observation.objects.create(
        code=public_code(), decision=decision, on=on, words=words, at=at, by=by, **counts, **answers
    )
    data = {"matter": decision.matter.code, "title": decision.matter.title}
    ask_review(kind=KIND, subject=made.code, when="before", by=by, at=at, data=data)
    return made


def _check(counts: dict[str, int | None], answers: dict[str, str]) -> None:
    if any(answer not in Observation.Tri.values for answer in answers.values()):
        raise Refused(_("Choose yes, no, or not known."))
    if any(n is not None and not 0 <= n <= MOST_PEOPLE for n in counts.values()):
        raise Refused(_("Check the numbers: they are too large."))
    for part, whole in WITHIN:
        n, most = counts[part], counts[whole]
        if n is not None and most is not None and n > most:
            raise Refused(_("More spoke than were there, or more women or young people than spoke at all."))


@action
def decide_observation(*, review: Review, verdict: str, by: User, at: datetime) -> None:
    """A second person lets it be read, or it is deleted: nobody keeps what may not be published."""
    record = Observation.objects.filter(code=review.subject).select_related("decision__matter").first()
    decide_review(review=review, verdict=verdict, by=by, at=at)
    if record is None:
        return
    if verdict != "agreed":
        record.delete()
        return
    Observation.objects.filter(pk=record.pk).update(published_at=at)
    note(matter=record.decision.matter, verb="observed", at=at, by=record.by, on=record.on)
