"""A decision and a promise as their coordinator keeps them, and the moderator who publishes them."""

from datetime import date, timedelta
from typing import Any

from icma.advocacy.actions.oversight.commitments import prepare_commitment, submit_commitment
from icma.advocacy.actions.oversight.decisions import prepare_decision
from icma.advocacy.actions.oversight.observing import decide_observation
from icma.advocacy.actions.oversight.remarks import remark
from icma.advocacy.actions.oversight.sources import Seen
from icma.advocacy.models import Commitment, Decision, Observation
from icma.core.day import legal_day
from icma.matters.actions.moderation import publish, show_words
from icma.matters.actions.preparing import submit
from icma.matters.models import Entry, Matter
from icma.people.models import Review

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
URL = "https://numune.invalid/layihe"
KEPT = f"https://web.archive.org/web/2026/{URL}"  # with a keeper: it stands when the page is gone


def seen(on: date, url: str = KEPT, **more: Any) -> Seen:
    return Seen(on=on, url=url, **more)


def drafted(country: Any, cast: Any, at: Any, **more: Any) -> Decision:
    values = {
        "community": country.community, "title": "Bazar meydanının planı", "text": "Meydanda park salınır.",
        "place": country.goychay, "topic": "infrastructure", "authority": country.executive, "what": "plan",
        "level": "local", "seen": seen(legal_day(at)), "at": at, "by": cast.coordinator,
    } | more  # fmt: skip
    return prepare_decision(**values)


def decided_on(country: Any, cast: Any, at: Any, **more: Any) -> Decision:
    """Published by a moderator, still a draft of the body."""
    made = drafted(country, cast, at, **more)
    submit(matter=made.matter, at=at, by=cast.coordinator)
    publish(matter=Matter.objects.get(pk=made.pk), at=at, by=cast.moderator)
    return fresh(made)


def fresh(row: Any) -> Any:
    return (
        type(row)
        .objects.select_related("matter__place", "matter__community", "matter__authority")
        .get(pk=row.pk)
    )


def asked(decision: Decision, cast: Any, at: Any, text: str = "Ağaclar saxlanılsın", **more: Any) -> Entry:
    """A remark that a moderator has published."""
    return show_words(entry=remark(decision=decision, text=text, at=at, **more), at=at, by=cast.moderator)


def released(record: Observation, cast: Any, at: Any, verdict: str = "agreed") -> None:
    review = Review.objects.get(kind="observation", subject=record.code)
    decide_observation(review=review, verdict=verdict, by=cast.moderator, at=at)


def promised(country: Any, cast: Any, at: Any, **more: Any) -> Commitment:
    today = legal_day(at)
    values = {
        "community": country.community, "title": "Su hər gün veriləcək", "text": "Aprelin axırına qədər su hər gün veriləcək.",
        "place": country.goychay, "topic": "infrastructure", "authority": country.water, "level": "local",
        "said_on": today - timedelta(days=20), "said_at": "session", "due_on": today + timedelta(days=40),
        "check_by": "Su qrafiki məhəllədə asılıb.", "seen": seen(today, copy=PDF), "at": at, "by": cast.coordinator,
    } | more  # fmt: skip
    return prepare_commitment(**values)


def watched(country: Any, cast: Any, at: Any, **more: Any) -> Commitment:
    made = promised(country, cast, at, **more)
    submit_commitment(commitment=made, at=at, by=cast.coordinator)
    publish(matter=Matter.objects.get(pk=made.pk), at=at, by=cast.moderator)
    return fresh(made)
