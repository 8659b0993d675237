"""Campaigns and petitions, newest first."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.db.models.functions import Now, TruncDate
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

import icma.advocacy.access  # noqa: F401  (its rules)
from icma.advocacy.flow import CAMPAIGN
from icma.advocacy.models import Campaign, Petition
from icma.core.day import BAKU, legal_day
from icma.core.listing import Column, Filter, Listing
from icma.front.cards import matter_url
from icma.front.lists.asking import Hidden, shown_community, topics, units
from icma.front.lists.letters import due_marked, standing_tag
from icma.matters.lateness import AUTHORITY, clock_of, may_leave_the_page, standing
from icma.matters.models import Clock, Letter, Matter

WITH = ("matter__place", "matter__authority", "matter__community")
OF_MATTER = (
    Column("title", _("Title"), lambda c: c.matter.title, example="Su hər gün verilsin"),
    Hidden("code", _("Code"), lambda c: c.matter.code, example="7Q4FM2KD"),
    Column("place", _("District"), lambda c: str(c.matter.place), example="Göyçay"),
    Hidden("place_code", _("Code of the district"), lambda c: c.matter.place.code, example="AZ-GOY"),
    Hidden("topic", _("Topic"), lambda c: c.matter.topic, example="infrastructure"),
    Column("topic_name", _("Topic"), lambda c: c.matter.get_topic_display(), example="infrastruktur"),
    Hidden("community", _("Community"), lambda c: shown_community(c.matter), example="GOYCAY01"),
    Hidden("authority", _("Authority"), lambda c: c.matter.authority.code if c.matter.authority else "", example="WATER001"),
    Hidden("published_on", _("Published"), lambda c: legal_day(c.matter.published_at), date, "2026-03-12"),
)  # fmt: skip
PLACED = (
    Filter("place", _("District"), lambda v: Q(matter__place__code=v), choices=units),
    Filter("topic", _("Topic"), lambda v: Q(matter__topic=v), choices=topics),
)


def running() -> list[tuple[str, object]]:
    """Stages that the public can see."""
    return [(name, stage.label) for name, stage in CAMPAIGN.stages.items() if name != "plan"]


# --- which demands are unanswered, since when, by when -------------------------------------------------
HANDED_OVER = Letter.objects.filter(delivery__campaign=OuterRef("pk")).exclude(stage__in=("draft", "dropped"))
UNANSWERED = HANDED_OVER.exclude(stage="answered")


def share_demands(rows: list[Campaign]) -> None:
    """Of the campaigns of one page the letter that waits for an answer, the longest first, else the last that was handed over."""
    letters = Letter.objects.filter(delivery__campaign__in=[row.pk for row in rows])
    letters = letters.exclude(stage__in=("draft", "dropped")).select_related("delivery").defer("body")
    letters = letters.prefetch_related(Prefetch("clocks", Clock.objects.select_related("edition")))
    found: dict[int, list[Letter]] = {}
    for letter in letters.order_by("sent_on", "pk"):
        found.setdefault(letter.delivery.campaign_id, []).append(letter)
    for row in rows:
        mine = found.get(row.pk, [])
        row.demanded = next((one for one in mine if one.stage != "answered"), mine[-1] if mine else None)


def due_of(row: Any) -> date | None:
    clock = clock_of(row.demanded) if row.demanded else None
    return clock.due_on if clock and may_leave_the_page(clock) else None


def due_told(row: Any) -> SafeString | None:
    clock = clock_of(row.demanded) if row.demanded else None
    return due_marked(clock) if clock else None


def stands_of(row: Any) -> str:
    return standing(row.demanded, legal_day(timezone.now())).state if row.demanded else ""


def stands_told(row: Any) -> SafeString | None:
    return standing_tag(row.demanded) if row.demanded else None


def answers() -> list[tuple[str, Any]]:
    return [
        ("waiting", _("handed over, no answer on record")),
        ("past", _("the latest date that the law could allow has passed, no answer on record")),
        ("answered", _("all that was handed over is answered")),
    ]


def demanded(value: str) -> Q:
    """Asked of the database, whose own clock says what day it is: a prepared query keeps no date."""
    today = TruncDate(Now(), tzinfo=BAKU)
    past = Clock.objects.filter(AUTHORITY, state="running", disputed_at=None, latest_on__lt=today)
    return {
        "waiting": Q(Exists(UNANSWERED)),
        "past": Q(Exists(past.filter(letter__delivery__campaign=OuterRef("pk")))),
        "answered": Q(Exists(HANDED_OVER)) & ~Q(Exists(UNANSWERED)),
    }[value]


CAMPAIGNS = Listing(
    name="campaigns",
    title=_("Campaigns"),
    about=_("What communities press for together, with whom it lies to decide, and what came of it."),
    rows=lambda: Campaign.objects.select_related(*WITH),
    order="-matter_id",
    heading=lambda c: c.matter.title,
    link=lambda c: matter_url(c.matter.code),
    stamp=lambda c: c.matter.changed_at,
    empty=(_("No campaign runs yet"), _("A campaign grows from a matter: its community plans it.")),
    filters=(
        *PLACED,
        Filter("level", _("Level"), lambda v: Q(level=v), choices=lambda: Campaign.Level.choices),
        Filter("stage", _("Stage"), lambda v: Q(stage=v), choices=running),
        Filter(
            "outcome", _("Outcome"), lambda v: Q(matter__outcome=v), choices=lambda: Matter.Outcome.choices
        ),
        Filter("answer", _("Answer to the demand"), demanded, choices=answers),
    ),
    columns=(
        *OF_MATTER,
        Hidden("level", _("Level"), lambda c: c.level, example="local"),
        Column("level_name", _("Level"), lambda c: c.get_level_display(), example="yerli"),
        Hidden("stage", _("Stage"), lambda c: c.stage, example="running"),
        Column("stage_name", _("Stage"), lambda c: c.get_stage_display(), example="davam edir"),
        Hidden("outcome", _("Outcome"), lambda c: c.matter.outcome, example="solved"),
        Column("outcome_name", _("Outcome"), lambda c: c.matter.get_outcome_display(), example="həll olundu"),
        Hidden(
            "delivered_on",
            _("Handed over on"),
            lambda c: c.demanded and c.demanded.sent_on,
            date,
            "2026-03-12",
            asked="answer",
        ),
        Hidden("due_on", _("Answer due"), due_of, date, "2026-04-03", draw=due_told, asked="answer"),
        Hidden(
            "standing", _("How it stands"), stands_of, example="running", draw=stands_told, asked="answer"
        ),
    ),
    share=share_demands,
)

PETITIONS = Listing(
    name="petitions",
    title=_("Petitions"),
    about=_("Support that is confirmed one by one; anyone can check the number."),
    rows=lambda: Petition.objects.select_related(*WITH),
    order="-matter_id",
    heading=lambda p: p.matter.title,
    link=lambda p: matter_url(p.matter.code),
    stamp=lambda p: p.matter.changed_at,
    empty=(_("No petition runs yet"), _("A community begins one; a moderator reads it first.")),
    filters=PLACED,
    columns=(
        *OF_MATTER,
        Column("count", _("Confirmed support"), lambda p: p.shown, int, 187),
        Hidden("mode", _("Protection of the signers"), lambda p: p.mode, example="standard"),
        Hidden("closed", _("Ended"), lambda p: p.closed_at is not None, bool, False),
    ),
)
