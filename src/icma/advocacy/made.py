"""What a step of a campaign's plan has become: the petition, letter, meeting or question that was made from it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from icma.advocacy.models import Campaign, MassRequest, Petition
from icma.core.words import date_words
from icma.events.models import Event
from icma.matters.addresses import local
from icma.matters.models import Letter


@dataclass(frozen=True, slots=True)
class Made:
    """`key` as in Tactic.made: `letter:CODE`; `url` for those who lead the campaign, "" where it has no page."""

    key: str
    words: str
    url: str


def made_by(campaign: Campaign) -> list[Made]:
    """Everything of this campaign that a step can have become. Four queries."""
    return [*_petitions(campaign), *_letters(campaign), *_meetings(campaign), *_questions(campaign)]


def _petitions(campaign: Campaign) -> Iterator[Made]:
    for row in Petition.objects.filter(campaign=campaign).select_related("matter"):
        url = reverse("petition_work", args=[row.matter.code])
        yield Made(
            f"petition:{row.matter.code}", _words(row.matter.get_kind_display(), row.matter.title), url
        )


def _letters(campaign: Campaign) -> Iterator[Made]:
    rows = (
        Letter.objects.filter(matter=campaign.matter, direction="out").exclude(stage="dropped").defer("body")
    )
    for row in rows.select_related("authority", "matter").order_by("pk"):
        url = reverse("letter", args=[row.matter.code, row.code])
        yield Made(
            f"letter:{row.code}", _words(row.get_kind_display(), f"{row.subject} ({row.authority})"), url
        )


def _meetings(campaign: Campaign) -> Iterator[Made]:
    rows = Event.objects.filter(matter=campaign.matter).exclude(state="cancelled").order_by("pk")
    for row in rows:
        words = f"{row.title}, {date_words(row.starts_at)}"
        yield Made(f"event:{row.code}", _words(row.get_kind_display(), words), local(f"/gorus/{row.code}/"))


def _questions(campaign: Campaign) -> Iterator[Made]:
    for row in MassRequest.objects.filter(campaign=campaign).order_by("pk"):
        yield Made(f"mass:{row.code}", row.subject, reverse("mass_work", args=[row.code]))


def _words(kind: object, name: str) -> str:
    return f"{kind}: {name}"
