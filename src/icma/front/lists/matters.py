"""The list of matters, and the log of what moderators decided."""

from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from icma.core.day import legal_day
from icma.core.listing import Column, Filter, Listing
from icma.core.search import narrowed
from icma.front.cards import card_rows, matter_card, matter_url, share_clocks
from icma.front.lists.asking import (
    Hidden,
    asked_authorities,
    authority_named,
    community_named,
    shown_community,
    stages,
    topics,
    units,
)
from icma.matters.access import MODERATION_LOG
from icma.matters.models import Entry, Matter
from icma.matters.rules_of_moderation import RULES
from icma.matters.verbs import SENTENCES

# What the figure of solved matters counts.
ACHIEVED, IS_SOLVED = "achieved", Q(outcome__in=("solved", "partly"))


def outcomes() -> list[tuple[str, Any]]:
    return [(ACHIEVED, _("solved, also in part")), *Matter.Outcome.choices]


def matter_rows() -> QuerySet[Matter]:
    return Matter.objects.select_related("place", "authority", "community").defer("text", "search_text")


MATTERS = Listing(
    name="matters",
    title=_("Matters"),
    about=_("What people have raised, and what has become of it."),
    rows=matter_rows,
    card_rows=card_rows,
    share=share_clocks,
    order="-changed_at",
    link=lambda m: matter_url(m.code),
    stamp=lambda m: m.changed_at,
    card=matter_card,
    find=narrowed,
    empty=(_("No matter has been published yet"), _("The first one may be yours: raise it.")),
    filters=(
        Filter("place", _("District"), lambda v: Q(place__code=v), choices=units),
        Filter("topic", _("Topic"), lambda v: Q(topic=v), choices=topics),
        Filter("stage", _("Stage"), lambda v: Q(stage=v), choices=stages),
        Filter("outcome", _("Outcome"), lambda v: IS_SOLVED if v == ACHIEVED else Q(outcome=v), choices=outcomes),
        Filter("authority", _("Authority"), lambda v: Q(authority__code=v), choices=asked_authorities,
               named=authority_named),
        Filter("community", _("Community"), lambda v: Q(community__code=v), named=community_named),
    ),
    columns=(
        Column("code", _("Code"), lambda m: m.code, example="7Q4FM2KD"),
        Column("title", _("Title"), lambda m: m.title, example="Bazar küçəsində içməli su yoxdur"),
        Column("place", _("District"), lambda m: m.place.code, example="AZ-GOY"),
        Column("topic", _("Topic"), lambda m: m.topic, example="infrastructure"),
        Column("stage", _("Stage"), lambda m: m.stage, example="pressing"),
        Column("outcome", _("Outcome"), lambda m: m.outcome, example=""),
        Column("authority", _("Authority"), lambda m: m.authority.code if m.authority else "",
               example="WATER001"),
        Column("community", _("Community"), shown_community, example="GOYCAY01"),
        Column("supports", _("Supports"), lambda m: m.support_count, int, 187),
        Column("published_on", _("Published"), lambda m: legal_day(m.published_at), date, "2026-03-13"),
        Hidden("changed_at", _("Last change"), lambda m: m.changed_at, datetime,
               "2026-03-13T06:00:00Z"),
    ),
)  # fmt: skip


def rule_words(entry: Entry) -> str:
    """The rule that the decision cites; some decisions cite none."""
    cited = RULES.get(str(entry.data.get("rule", "")))
    return str(cited.label) if cited else ""


def seen(matter: Matter) -> bool:
    """Whether the public sees the matter itself: the same rule, read from the row in hand."""
    return (
        matter.published_at is not None
        and matter.hidden_at is None
        and matter.stage not in {"planned", "raised", "rejected"}
    )


MODERATION = Listing(
    name="moderation_log",
    title=_("Moderation log"),
    about=_("What was not published, hidden, joined or corrected, and by which rule. No names."),
    rows=lambda: Entry.objects.filter(verb__in=MODERATION_LOG).select_related("matter", "matter__place"),
    order="-at",
    verb="log",
    heading=lambda e: str(SENTENCES[e.verb]),
    link=lambda e: matter_url(e.matter.code) if seen(e.matter) else reverse("moderation_log"),
    stamp=lambda e: e.at,
    empty=(_("No such decision yet"), _("Each decision against publishing stands here with its rule.")),
    columns=(
        Column("on", _("Date"), lambda e: e.on, date, "2026-03-13"),
        Column("decision", _("Decision"), lambda e: str(SENTENCES[e.verb]), example="Dərc olunmayıb"),
        Column("rule", _("Rule"), rule_words, example="personal"),
        Column("district", _("District"), lambda e: str(e.matter.place), example="Göyçay"),
        Column("matter", _("Matter"), lambda e: e.matter.code if seen(e.matter) else "", example="7Q4FM2KD"),
    ),
)  # fmt: skip
