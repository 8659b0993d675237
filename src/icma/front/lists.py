"""Every public list, declared once: page, CSV, Atom and API come from the same words and rules."""

from collections.abc import Iterator
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

import icma.people.access  # noqa: F401  (its rules)
from icma.core.day import legal_day, moment
from icma.core.listing import Column, Filter, Listing
from icma.core.search import find
from icma.front.cards import card_rows, matter_card, matter_url
from icma.front.figures import kept
from icma.matters.access import MODERATION_LOG
from icma.matters.bands import Topic
from icma.matters.flow import MATTER
from icma.matters.lateness import standing
from icma.matters.models import Clock, Entry, Letter, Matter
from icma.matters.rules_of_moderation import RULES
from icma.matters.verbs import SENTENCES
from icma.people.models import Authority, Organisation, Place

Hidden = partial(Column, in_table=False)
STANDING = moment(date(2024, 1, 1))  # stamp of things that have no date of their own


# --- what filters offer ----------------------------------------------------------------------------
def units() -> list[tuple[str, Any]]:
    """Districts in the reader's language; they change once in years."""

    def make() -> list[tuple[str, Any]]:
        rows = Place.objects.filter(kind="unit").only("code", "name_az", "name_en", "name_ru")
        return [(unit.code, str(unit)) for unit in rows]

    return kept(("units", get_language()), make)


def topics() -> Iterator[tuple[str, Any]]:
    yield from Topic.choices


def stages() -> Iterator[tuple[str, Any]]:
    """Stages that the public can see."""
    shown = ("open", "untaken", "taken", "doing", "pressing", "answered", "closed")
    yield from ((name, MATTER.stages[name].label) for name in shown)


def authority_named(code: str) -> Any:
    return Authority.objects.filter(code=code).first()


def community_named(code: str) -> Any:
    """Only a community that shows itself in full can be asked for by name."""
    return Organisation.objects.filter(code=code, kind="community", seen="full").first()


def shown_community(matter: Matter) -> str:
    """Code of the community, if it shows itself in full."""
    community = matter.community
    return community.code if community and community.seen == "full" else ""


# --- matters ---------------------------------------------------------------------------------------
def matter_rows() -> QuerySet[Matter]:
    return Matter.objects.select_related("place", "authority", "community").defer("text", "search_text")


MATTERS = Listing(
    name="matters",
    title=_("Matters"),
    about=_("What people have raised, and what has become of it."),
    rows=matter_rows,
    card_rows=card_rows,
    order="-changed_at",
    link=lambda m: matter_url(m.code),
    stamp=lambda m: m.changed_at,
    card=matter_card,
    find=find,
    empty=(_("No matter has been published yet"), _("The first one may be yours: raise it.")),
    filters=(
        Filter("place", _("District"), lambda v: Q(place__code=v), choices=units),
        Filter("topic", _("Topic"), lambda v: Q(topic=v), choices=topics),
        Filter("stage", _("Stage"), lambda v: Q(stage=v), choices=stages),
        Filter("authority", _("Authority"), lambda v: Q(authority__code=v), named=authority_named),
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


# --- letters and terms -------------------------------------------------------------------------------
LETTERS = Listing(
    name="letters",
    title=_("Letters"),
    about=_("What was sent to authorities: number, date, and whether an answer has come."),
    rows=lambda: Letter.objects.filter(direction="out", sent_on__isnull=False)
    .select_related("matter", "authority").defer("body", "matter__text", "matter__search_text"),
    order="-sent_on",
    heading=lambda letter: f"{letter.matter.title} · {letter.authority}",
    link=lambda letter: matter_url(letter.matter.code) + f"#l-{letter.code}",
    stamp=lambda letter: moment(letter.registered_on or letter.sent_on),
    empty=(_("No letter has been sent yet"), _("Letters appear here on the day they are sent.")),
    filters=(
        Filter("authority", _("Authority"), lambda v: Q(authority__code=v), named=authority_named),
        Filter("place", _("District"), lambda v: Q(matter__place__code=v), choices=units),
    ),
    columns=(
        Column("matter_title", _("Matter"), lambda x: x.matter.title, example="Bazar küçəsində su yoxdur"),
        Hidden("code", _("Code"), lambda x: x.code, example="L7Q4FM2K"),
        Hidden("matter", _("Code of the matter"), lambda x: x.matter.code, example="7Q4FM2KD"),
        Hidden("authority", _("Authority"), lambda x: x.authority.code, example="WATER001"),
        Column("authority_name", _("Authority"), lambda x: str(x.authority), example="Nümunə Su İdarəsi"),
        Hidden("kind", _("Kind"), lambda x: x.kind, example="application"),
        Column("kind_name", _("Kind"), lambda x: x.get_kind_display(), example="ərizə"),
        Column("sent_on", _("Sent"), lambda x: x.sent_on, date, "2026-03-12"),
        Column("number", _("Registration number"), lambda x: x.number, example="118/26"),
        Hidden("registered_on", _("Registered"), lambda x: x.registered_on, date, "2026-03-13"),
        Hidden("stage", _("Stage"), lambda x: x.stage, example="registered"),
        Column("stage_name", _("Stage"), lambda x: x.get_stage_display(), example="qeydiyyatdadır"),
    ),
)  # fmt: skip


def standing_words(clock: Clock) -> str:
    """How a running term stands today; a disputed one is not called late by anybody."""
    return str(standing(clock, legal_day(timezone.now())).label)


def clock_rows(rows: QuerySet[Clock]) -> QuerySet[Clock]:
    rows = rows.select_related("matter", "letter", "authority", "matter__place")
    return rows.defer("matter__text", "matter__search_text", "letter__body")


def clock_link(clock: Clock) -> str:
    return matter_url(clock.matter.code) + (f"#l-{clock.letter.code}" if clock.letter else "")


TERM = (
    Column("matter_title", _("Matter"), lambda c: c.matter.title, example="Bazar küçəsində su yoxdur"),
    Hidden("matter", _("Code of the matter"), lambda c: c.matter.code, example="7Q4FM2KD"),
    Hidden("letter", _("Letter"), lambda c: c.letter.code if c.letter else "", example="L7Q4FM2K"),
    Hidden("authority", _("Authority"), lambda c: c.authority.code if c.authority else "",
           example="WATER001"),
    Column("authority_name", _("Authority"), lambda c: str(c.authority or ""),
           example="Nümunə Su İdarəsi"),
    Hidden("rule", _("Rule"), lambda c: c.rule, example="appeal.general"),
    Column("due_on", _("Due"), lambda c: c.due_on, date, "2026-04-14"),
    Hidden("earliest_on", _("Earliest reading"), lambda c: c.earliest_on, date, "2026-04-13"),
    Hidden("latest_on", _("Latest that the law could allow"), lambda c: c.latest_on, date, "2026-06-22"),
    Hidden("provisional", _("Provisional"), lambda c: c.provisional, bool, False),
    Hidden("silence_confirmed_on", _("Silence confirmed"), lambda c: c.asked_on, date, None),
    Column("standing", _("How it stands"), standing_words, example="gedir"),
)  # fmt: skip

TERMS = Listing(
    name="terms",
    title=_("Terms that run"),
    about=_("By when an authority is to answer, the nearest date first."),
    rows=lambda: Clock.objects.filter(owner="authority", state="running")
    .select_related("matter", "letter", "authority", "matter__place").defer("matter__text",
           "matter__search_text"),
    order="due_on",
    heading=lambda c: c.matter.title,
    link=clock_link,
    stamp=lambda c: c.started_at,
    empty=(_("No term runs now"), _("A term begins when an authority registers a letter.")),
    filters=(
        Filter("authority", _("Authority"), lambda v: Q(authority__code=v), named=authority_named),
        Filter("place", _("District"), lambda v: Q(matter__place__code=v), choices=units),
    ),
    columns=TERM,
)  # fmt: skip


CLOCKS = Listing(
    name="record",
    title=_("Terms on record"),
    about=_("Every term that ran on a letter to an authority, also those that have ended: figures are made from these."),
    rows=lambda: clock_rows(Clock.objects.filter(owner="authority")),
    order="-id",
    heading=lambda c: c.matter.title,
    link=clock_link,
    stamp=lambda c: moment(c.ended_on) if c.ended_on else c.started_at,
    empty=(_("No term is on record"), _("A term begins when an authority registers a letter.")),
    filters=(
        Filter("state", _("State"), lambda v: Q(state=v), choices=lambda: Clock.State.choices),
        Filter("authority", _("Authority"), lambda v: Q(authority__code=v), named=authority_named),
        Filter("place", _("District"), lambda v: Q(matter__place__code=v), choices=units),
    ),
    columns=(
        *TERM[:-1],
        Hidden("state", _("State"), lambda c: c.state, example="answered"),
        Hidden("started_on", _("Began"), lambda c: legal_day(c.started_at), date, "2026-03-13"),
        Column("ended_on", _("Ended"), lambda c: c.ended_on, date, "2026-04-10"),
        TERM[-1],
    ),
)  # fmt: skip


ANSWERS = Listing(
    name="answers",
    title=_("Answers"),
    about=_("What authorities wrote back: kind, dates, and a summary."),
    rows=lambda: Letter.objects.filter(direction="in").exclude(answer="")
    .select_related("matter", "authority", "answers").defer("body", "matter__text", "matter__search_text"),
    order="-id",
    heading=lambda x: f"{x.matter.title} · {x.authority}",
    link=lambda x: matter_url(x.matter.code) + f"#l-{x.code}",
    stamp=lambda x: moment(x.received_on or x.dated_on) if x.received_on or x.dated_on else x.created_at,
    empty=(_("No answer is on record"), _("An answer appears here when the sender or the authority enters it.")),
    filters=(
        Filter("kind", _("Kind"), lambda v: Q(answer=v), choices=lambda: Letter.Answer.choices),
        Filter("authority", _("Authority"), lambda v: Q(authority__code=v), named=authority_named),
    ),
    columns=(
        Column("matter_title", _("Matter"), lambda x: x.matter.title, example="Bazar küçəsində su yoxdur"),
        Hidden("code", _("Code"), lambda x: x.code, example="R7Q4FM2K"),
        Hidden("matter", _("Code of the matter"), lambda x: x.matter.code, example="7Q4FM2KD"),
        Hidden("letter", _("Letter"), lambda x: x.answers.code if x.answers else "", example="L7Q4FM2K"),
        Hidden("authority", _("Authority"), lambda x: x.authority.code, example="WATER001"),
        Column("authority_name", _("Authority"), lambda x: str(x.authority), example="Nümunə Su İdarəsi"),
        Hidden("kind", _("Kind"), lambda x: x.answer, example="formal"),
        Column("kind_name", _("Kind"), lambda x: x.get_answer_display(), example="formal cavab"),
        Hidden("number", _("Number"), lambda x: x.number, example="77"),
        Column("dated_on", _("Date"), lambda x: x.dated_on, date, "2026-04-10"),
        Hidden("received_on", _("Received"), lambda x: x.received_on, date, "2026-04-13"),
        Hidden("summary", _("Summary"), lambda x: x.summary, example="Xətt təmir olunacaq."),
        Hidden("confirmed", _("Confirmed by the authority or the sender"), lambda x: x.confirmed, bool, True),
    ),
)  # fmt: skip


# --- who answers, who acts, where ----------------------------------------------------------------------
AUTHORITIES = Listing(
    name="authorities",
    title=_("Authorities"),
    about=_("Bodies that must answer, how they are reached, and what is on record."),
    rows=lambda: Authority.objects.select_related("place", "superior"),
    order="sort_key",
    link=lambda a: reverse("authority", args=[a.code]),
    stamp=lambda a: moment(a.since) if a.since else STANDING,
    find=find,
    empty=(_("The directory is empty"), _("An officer of the union enters authorities with their source.")),
    filters=(
        Filter("kind", _("Kind"), lambda v: Q(kind=v), choices=lambda: Authority.Kind.choices),
        Filter("place", _("District"), lambda v: Q(place__code=v), choices=units),
    ),
    columns=(
        Column("name", _("Name"), str, example="Nümunə Su İdarəsi"),
        Hidden("code", _("Code"), lambda a: a.code, example="WATER001"),
        Hidden("kind", _("Kind"), lambda a: a.kind, example="utility"),
        Column("kind_name", _("Kind"), lambda a: a.get_kind_display(), example="kommunal xidmət"),
        Hidden("place", _("District"), lambda a: a.place.code if a.place else "", example="AZ-GOY"),
        Column("place_name", _("District"), lambda a: str(a.place or ""), example="Göyçay"),
        Hidden("superior", _("Hears complaints"), lambda a: a.superior.code if a.superior else "",
               example="MNSTRY01"),
        Hidden("until", _("Closed"), lambda a: a.until, date, None),
        Hidden("source", _("Source"), lambda a: a.source, example="nümunə"),
    ),
)  # fmt: skip


def region_of(place: Place | None) -> str:
    """The economic region: as near as a community that does not show itself may be placed."""
    if place is None:
        return ""
    return str(place if place.kind == "region" else place.parent or "")


def community_title(group: Organisation) -> str:
    return group.name if group.seen == "full" else gettext("Initiative group")


def full_only(found: QuerySet, text: str) -> QuerySet:
    """A search must not find by name what does not show its name."""
    return find(found.filter(seen="full"), text)


COMMUNITIES = Listing(
    name="communities",
    title=_("Communities"),
    about=_("Groups of residents that take matters up. Each chooses how much of itself is seen."),
    rows=lambda: Organisation.objects.filter(kind="community", until=None).select_related("place",
           "place__parent"),
    order="id",  # by name would tell the names of those that do not show them
    heading=community_title,
    link=lambda g: reverse("community", args=[g.code]) if g.seen == "full" else reverse("communities"),
    stamp=lambda g: moment(g.since) if g.seen == "full" else STANDING,
    find=full_only,
    empty=(_("No community is listed yet"), _("A new community is seen only when it wishes to be.")),
    columns=(
        Column("name", _("Name"), community_title, example="Nümunə Göyçay icması"),
        Hidden("code", _("Code"), lambda g: g.code if g.seen == "full" else "", example="GOYCAY01"),
        Column("region", _("Region"), lambda g: region_of(g.place), example="Mərkəzi Aran"),
        Column("place", _("District"), lambda g: str(g.place or "") if g.seen == "full" else "",
               example="Göyçay"),
        Column("topics", _("Topics"), lambda g: ", ".join(str(dict(Topic.choices).get(t,
               t)) for t in g.topics),
               example="infrastruktur"),
    ),
)  # fmt: skip

PLACES = Listing(
    name="places",
    title=_("Districts and cities"),
    about=_("Where matters are raised, by district."),
    rows=lambda: Place.objects.filter(kind="unit").select_related("parent"),
    order="sort_key",
    link=lambda p: reverse("place", args=[p.code]),
    stamp=lambda p: STANDING,
    find=find,
    empty=(_("No district is entered"), _("Districts are entered when the platform is set up.")),
    columns=(
        Column("name", _("Name"), str, example="Göyçay"),
        Hidden("code", _("Code"), lambda p: p.code, example="AZ-GOY"),
        Hidden("name_az", _("Name (az)"), lambda p: p.name_az, example="Göyçay"),
        Hidden("name_en", _("Name (en)"), lambda p: p.name_en, example="Goychay"),
        Hidden("name_ru", _("Name (ru)"), lambda p: p.name_ru, example="Гёйчай"),
        Column("region", _("Region"), lambda p: str(p.parent or ""), example="Mərkəzi Aran"),
        Column("population", _("Inhabitants (2020)"), lambda p: p.population, int, 118400),
    ),
)  # fmt: skip


# --- what moderators decided -------------------------------------------------------------------------------
def rule_words(entry: Entry) -> str:
    """The rule that the decision cites; some decisions cite none."""
    cited = RULES.get(str(entry.data.get("rule", "")))
    return str(cited.label) if cited else ""


def seen(matter: Matter) -> bool:
    """Whether the public sees the matter itself: the same rule, read from the row in hand."""
    return (
        matter.published_at is not None
        and matter.hidden_at is None
        and matter.stage not in {"raised", "rejected"}
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


PUBLIC = (MATTERS, LETTERS, ANSWERS, TERMS, CLOCKS, AUTHORITIES, COMMUNITIES, PLACES, MODERATION)
