"""Decisions that are watched, and promises, the newest first."""

from datetime import date, timedelta
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from icma.advocacy import promises
from icma.advocacy.access import OVERSIGHT
from icma.advocacy.flow import COMMITMENT, DECISION, OGP
from icma.advocacy.models import Commitment, Decision, Level, Rating
from icma.core.access import STRANGER, allowed
from icma.core.day import legal_day
from icma.core.listing import Asked, Column, Filter, Listing
from icma.core.parts import tag
from icma.core.threads import late_mark
from icma.core.words import num
from icma.front.cards import matter_url
from icma.front.lists.asking import Hidden, authority_named
from icma.front.lists.campaigns import OF_MATTER, PLACED, WITH
from icma.matters.models import Matter, Window
from icma.people.models import Authority

BY_BODY = Filter("authority", _("Authority"), lambda v: Q(matter__authority__code=v), named=authority_named)
BODY = Column(
    "authority_name", _("Authority"), lambda row: str(row.matter.authority or ""), example="Nümunə Su İdarəsi"
)
WHERE = (*PLACED, Filter("level", _("Level"), lambda v: Q(level=v), choices=lambda: Level.choices))


def decisions() -> QuerySet[Decision]:
    """Each with the moment at which its window closes."""
    closes = Window.objects.filter(matter=OuterRef("pk"), verb="remark").values("closes_at")[:1]
    return Decision.objects.select_related(*WITH).annotate(closes_at=Subquery(closes))


def last_day(row: Decision) -> date | None:
    """For remarks, while they are taken."""
    return legal_day(row.closes_at) - timedelta(days=1) if row.stage == "open" and row.closes_at else None


def results() -> list[tuple[str, Any]]:
    return [choice for choice in Decision.Result.choices if choice[0]]


DECISIONS = Listing(
    name="decisions",
    title=_("Decisions"),
    about=_("What is being decided, until when one can have a say, and what was decided with which reasons."),
    rows=decisions,
    order="-matter_id",
    heading=lambda d: d.matter.title,
    link=lambda d: matter_url(d.matter.code),
    stamp=lambda d: d.matter.changed_at,
    empty=(_("No decision is being watched yet"),
           _("A community enters what is about to be decided; a moderator reads it first.")),
    filters=(
        *WHERE,
        Filter("what", _("What is decided"), lambda v: Q(what=v), choices=lambda: Decision.What.choices),
        Filter("stage", _("Stage"), lambda v: Q(stage=v), choices=lambda: DECISION.choices),
        Filter("result", _("Result"), lambda v: Q(result=v), choices=results),
        BY_BODY,
    ),
    columns=(
        *OF_MATTER,
        BODY,
        Hidden("what", _("What is decided"), lambda d: d.what, example="plan"),
        Column("what_name", _("What is decided"), lambda d: d.get_what_display(), example="şəhərsalma planı"),
        Hidden("level", _("Level"), lambda d: d.level, example="local"),
        Hidden("level_name", _("Level"), lambda d: d.get_level_display(), example="yerli"),
        Hidden("stage", _("Stage"), lambda d: d.stage, example="open"),
        Column("stage_name", _("Stage"), lambda d: d.get_stage_display(), example="təkliflərə açıqdır"),
        Column("remarks_until", _("Remarks until"), last_day, date, "2026-05-12"),
        Hidden("result", _("Result"), lambda d: d.result, example="changed"),
        Column("result_name", _("Result"), lambda d: d.get_result_display() if d.result else "",
               example="dəyişikliklə qəbul edilib"),
        Hidden("taken_on", _("Decided on"), lambda d: d.taken_on, date, "2026-03-12"),
        Hidden("carried_on", _("Carried out on"), lambda d: d.carried_on, date, None),
    ),
)  # fmt: skip


def standing_of(row: Commitment) -> promises.Stand:
    return promises.stand(row, legal_day(timezone.now()))


def standing_tag(row: Commitment) -> SafeString:
    stands = standing_of(row)
    return late_mark(stands.label) if stands.sign else tag(stands.label, stands.tone)


COMMITMENTS = Listing(
    name="commitments",
    title=_("Promises"),
    about=_("What authorities have promised in public, and how far it is kept. Each status has its source."),
    rows=lambda: Commitment.objects.select_related(*WITH),
    order="-matter_id",
    heading=lambda c: c.matter.title,
    link=lambda c: matter_url(c.matter.code),
    stamp=lambda c: c.matter.changed_at,
    empty=(_("No promise is being watched yet"),
           _("A community enters what was promised in public, with its source.")),
    filters=(
        *WHERE,
        Filter("status", _("Status"), lambda v: Q(stage=v), choices=lambda: COMMITMENT.choices),
        Filter("stands", _("How it stands"), promises.stands, choices=promises.choices),
        BY_BODY,
    ),
    columns=(
        *OF_MATTER,
        BODY,
        Hidden("level", _("Level"), lambda c: c.level, example="local"),
        Hidden("level_name", _("Level"), lambda c: c.get_level_display(), example="yerli"),
        Hidden("said_on", _("Promised on"), lambda c: c.said_on, date, "2026-01-20"),
        Column("due_on", _("Promised until"), lambda c: c.due_on, date, "2026-06-30"),
        Hidden("status", _("Status"), lambda c: c.stage, example="limited"),
        Column("status_name", _("Status"), lambda c: c.get_stage_display(),
               example="başlanıb, az iş görülüb"),
        Hidden("ogp_level", _("Level of the Open Government Partnership"), lambda c: OGP.get(c.stage, ""),
               example="Limited"),
        Hidden("rated_on", _("Seen on"), lambda c: c.rated_on, date, "2026-03-01"),
        Hidden("stands", _("How it stands"), lambda c: standing_of(c).state, example="running"),
        Column("stands_name", _("How it stands"), lambda c: str(standing_of(c).label), example="vaxtı çatmayıb",
               draw=standing_tag),
    ),
)  # fmt: skip


def raters(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """How far two people see the same promise alike: what the page shows below its list."""
    public = allowed(Commitment.objects.all(), STRANGER, "list", timezone.now())
    rows = Rating.objects.filter(commitment__in=public.values("pk")).only("status", "first", "commitment")
    found = promises.agreement(rows)
    kappa = "–" if found.kappa is None else num(found.kappa, 2)
    return {"raters": found, "kappa": kappa, "enough": found.n >= promises.LEAST, "least": promises.LEAST}


MOST = 10  # on the page of a body


def watched_of(body: Authority) -> list[Matter]:
    """A body's decisions and promises, the freshest first, each with how it stands: one query."""
    rows = allowed(
        Matter.objects.filter(authority=body, kind__in=OVERSIGHT), STRANGER, "list", timezone.now()
    )
    rows = rows.select_related("decision", "commitment").defer("text", "search_text")
    found = list(rows.order_by("-changed_at", "-id")[:MOST])
    for matter in found:
        promise = matter.kind == Matter.Kind.COMMITMENT
        matter.of = matter.commitment if promise else matter.decision
        matter.stands = standing_tag(matter.of) if promise else ""
    return found
