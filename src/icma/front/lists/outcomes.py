"""What changed, as communities tell it and a moderator has read it: outcomes and stories, the newest first."""

from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

import icma.monitoring.access_outcomes  # noqa: F401  (its rules)
from icma.core.listing import Asked, Column, Filter, Listing
from icma.core.parts import tag
from icma.front.lists.asking import Hidden, community_named, units
from icma.monitoring.models import Initiative, Outcome, Story
from icma.people.models import Organisation


def _shown(row: Outcome | Story) -> Organisation | None:
    return row.organisation if row.organisation.seen == "full" else None


def _name(row: Outcome | Story) -> str:
    group = _shown(row)
    return group.name if group else ""


def _code(row: Outcome | Story) -> str:
    group = _shown(row)
    return group.code if group else ""


def _sign(row: Outcome) -> SafeString:
    return tag(row.get_sign_display(), "now" if row.sign == "negative" else "done")


def _initiative_named(code: str) -> Any:
    """Only a public initiative can be asked for by name."""
    return Initiative.objects.filter(code=code, shown="public").first()


BY_GROUP = Filter(
    "community",
    _("Community"),
    lambda v: Q(organisation__code=v, organisation__seen="full"),
    named=community_named,
)
OUTCOMES = Listing(
    name="outcomes",
    title=_("Outcomes"),
    about=_("What somebody does, decides or says differently since communities asked for it. For the worse too."),
    rows=lambda: Outcome.objects.select_related("organisation", "place"),
    order="-id",
    heading=lambda o: o.who,
    link=lambda o: reverse("outcome_page", args=[o.code]),
    stamp=lambda o: o.public_at,
    empty=(_("No outcome is public yet"), _("A community writes it down; a moderator reads it first.")),
    filters=(
        Filter("place", _("District"), lambda v: Q(place__code=v), choices=units),
        Filter("sign", _("For the better or the worse"), lambda v: Q(sign=v), choices=lambda: Outcome.Sign.choices),
        BY_GROUP,
        Filter("initiative", _("Initiative"), lambda v: Q(initiative__code=v), named=_initiative_named),
    ),
    columns=(
        Column("who", _("Who changed"), lambda o: o.who, example="Su idarəsi"),
        Hidden("code", _("Code"), lambda o: o.code, example="7Q4FM2KD"),
        Column("what", _("What changed"), lambda o: o.what, example="Su cədvəli məktəbin divarında asılıb."),
        Column("on", _("When"), lambda o: o.on, date, "2026-03-12"),
        Column("place", _("Where"), lambda o: str(o.place or o.where), example="Göyçay"),
        Hidden("sign", _("For the better or the worse"), lambda o: o.sign, example="positive"),
        Column("sign_name", _("For the better or the worse"), lambda o: o.get_sign_display(), example="yaxşıya doğru", draw=_sign),
        Hidden("planned", _("Planned"), lambda o: o.planned, example="planned"),
        Column("community_name", _("Community"), _name, example="Nümunə icması"),
        Hidden("community", _("Community"), _code, example="GOYCAY01"),
        Hidden("language", _("Language"), lambda o: o.language, example="az"),
        Hidden("english", _("In English"), lambda o: o.english, example="A water timetable hangs out."),
    ),
)  # fmt: skip

STORIES = Listing(
    name="stories",
    title=_("Stories of most significant change"),
    about=_("What changed most, told by residents; which stories were chosen, and why."),
    rows=lambda: Story.objects.select_related("organisation"),
    order="-id",
    heading=lambda s: s.title,
    link=lambda s: reverse("story", args=[s.code]),
    stamp=lambda s: s.public_at,
    empty=(_("No story is public yet"), _("Who told it has to agree, and a moderator reads it first.")),
    filters=(Filter("domain", _("What it is about"), lambda v: Q(domain=v), choices=lambda: Story.Domain.choices), BY_GROUP),
    columns=(
        Column("title", _("Title"), lambda s: s.title, example="İlk məktub"),
        Hidden("code", _("Code"), lambda s: s.code, example="7Q4FM2KD"),
        Hidden("domain", _("What it is about"), lambda s: s.domain, example="voice"),
        Column("domain_name", _("What it is about"), lambda s: s.get_domain_display(), example="iştirak"),
        Column("on", _("Told on"), lambda s: s.on, date, "2026-03-12"),
        Column("community_name", _("Community"), _name, example="Nümunə icması"),
        Hidden("community", _("Community"), _code, example="GOYCAY01"),
        Hidden("language", _("Language"), lambda s: s.language, example="az"),
    ),
)  # fmt: skip


def unseen(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """How many outcomes were sent and are not read here, and how many of those were for the worse: none vanishes."""
    rows = Outcome.objects.exclude(stage__in=("draft", "public")).exclude(organisation__seen="unlisted")
    negative = Q(sign="negative") | Q(was_negative=True)
    found = rows.order_by().aggregate(n=Count("pk"), negative=Count("pk", filter=negative))
    return {"unseen": found["n"], "negative": found["negative"]}
