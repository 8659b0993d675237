"""Figures go out when a second person has agreed: what they saw is what is published, byte for byte."""

import json
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.legalaid.actions.audit import note_read
from icma.legalaid.actions.facts import opened_facts
from icma.legalaid.figures import body_of, next_span
from icma.legalaid.models import Release
from icma.legalaid.ring import Ring
from icma.people.actions.review import ask_review, decide_review
from icma.people.models import Review

KIND = "legalaid.figures"


@action
def preview(*, ring: Ring, at: datetime) -> tuple[str, str, dict[str, Any]] | None:
    """First and last quarter and the tables as they would be published; None when nothing waits. Unopened for others."""
    span = next_span(legal_day(at))
    if span is None:
        return None
    body = body_of(opened_facts(ring, *span))
    note_read(ring=ring, role="statistics", verb="count", at=at)
    return *span, body


@action
def propose(*, ring: Ring, at: datetime) -> Release:
    """Put the tables of the quarters that wait before a second person."""
    found = preview(ring=ring, at=at)
    if found is None:
        raise Refused(_("There is no closed quarter with something to publish."))
    since, through, body = found
    release = Release.objects.create(
        since=since, through=through, body=json.dumps(body, ensure_ascii=False).encode(), made_by=ring.user,
        made_on=legal_day(at),
    )  # fmt: skip
    ask_review(kind=KIND, subject=f"release:{through}", when="before", by=ring.user, at=at)
    return release


@action
def decide(*, release: Release, agreed: bool, by: Any, at: datetime) -> None:
    """The second person lets them out, or sends them back: then the quarters wait again."""
    review = Review.objects.get(kind=KIND, subject=f"release:{release.through}", verdict="")
    decide_review(review=review, verdict="agreed" if agreed else "refused", by=by, at=at)
    if agreed:
        Release.objects.filter(pk=release.pk).update(agreed_by=by, agreed_on=legal_day(at))
    else:
        release.delete()
