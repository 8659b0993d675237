"""Letters, answers, and the terms that run or ran on them."""

from collections.abc import Callable
from datetime import date

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from icma.core.day import legal_day, moment
from icma.core.listing import Column, Filter, Listing
from icma.core.parts import tag
from icma.core.words import day
from icma.front.cards import matter_url
from icma.front.figures import IS_ANSWER
from icma.front.lists.asking import (
    Hidden,
    asked_authorities,
    authority_named,
    units,
)
from icma.matters.grounds import with_ground
from icma.matters.lateness import Standing, clock_of, is_silent, mark_of, may_leave_the_page, standing
from icma.matters.models import Clock, Letter


def standing_of(thing: Clock | Letter) -> Standing:
    """How a running term, or a letter, stands today; a disputed one is not called late by anybody."""
    return standing(thing, legal_day(timezone.now()))


def standing_words(thing: Clock | Letter) -> str:
    return str(standing_of(thing).label)


def standing_tag(thing: Clock | Letter) -> SafeString:
    """What is late bears its hourglass; the rest is plain text."""
    stands = standing_of(thing)
    return tag(str(stands.label), stands.tone) if stands.sign else format_html("{}", stands.label)


def due_marked(clock: Clock) -> SafeString:
    """Never a date of law without how sure it is."""
    return format_html("<span>{}<br><small>{}</small></span>", day(clock.due_on), mark_of(clock))


def told_silent(clock: Clock | None) -> bool:
    """Silent for everybody: asked after the latest date that the law could allow, and the authority does not object."""
    return clock is not None and clock.disputed_at is None and is_silent(clock)


def told_stage(letter: Letter) -> str:
    """Its stage, and "registered" while the silence that was recorded may still be a lawful one."""
    return "registered" if letter.stage == "silent" and not told_silent(clock_of(letter)) else letter.stage


LETTERS = Listing(
    name="letters",
    title=_("Letters"),
    about=_("What was sent to authorities: number, date, and whether an answer has come."),
    rows=lambda: Letter.objects.filter(direction="out", sent_on__isnull=False)
    .select_related("matter", "authority")
    .prefetch_related(Prefetch("clocks", Clock.objects.select_related("edition")))
    .defer("body", "matter__text", "matter__search_text"),
    order="-sent_on",
    heading=lambda letter: f"{letter.matter.title} · {letter.authority}",
    link=lambda letter: matter_url(letter.matter.code) + f"#l-{letter.code}",
    stamp=lambda letter: moment(letter.registered_on or letter.sent_on),
    empty=(_("No letter has been sent yet"), _("Letters appear here on the day they are sent.")),
    filters=(
        Filter("authority", _("Authority"), lambda v: Q(authority__code=v),
               choices=asked_authorities, named=authority_named),
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
        Hidden("stage", _("Stage"), told_stage, example="registered"),
        Column("standing", _("How it stands"), standing_words, example="müddət davam edir", draw=standing_tag),
    ),
)  # fmt: skip


def clock_rows(rows: QuerySet[Clock]) -> QuerySet[Clock]:
    rows = rows.select_related("matter", "letter", "authority", "matter__place", "edition")
    return rows.defer("matter__text", "matter__search_text", "letter__body")


def clock_link(clock: Clock) -> str:
    return matter_url(clock.matter.code) + (f"#l-{clock.letter.code}" if clock.letter else "")


def told(name: str) -> Callable[[Clock], date | None]:
    """A date of a term for data: none by a rule that nobody has read in the act; the page alone shows that, marked."""

    def value(clock: Clock) -> date | None:
        return getattr(clock, name) if may_leave_the_page(clock) else None

    return value


TERM = (
    Column("matter_title", _("Matter"), lambda c: c.matter.title, example="Bazar küçəsində su yoxdur"),
    Hidden("matter", _("Code of the matter"), lambda c: c.matter.code, example="7Q4FM2KD"),
    Hidden("letter", _("Letter"), lambda c: c.letter.code if c.letter else "", example="L7Q4FM2K"),
    Hidden("authority", _("Authority"), lambda c: c.authority.code if c.authority else "",
           example="WATER001"),
    Column("authority_name", _("Authority"), lambda c: str(c.authority or ""),
           example="Nümunə Su İdarəsi"),
    Hidden("rule", _("Rule"), lambda c: c.rule, example="appeal.general"),
    Column("due_on", _("Due"), told("due_on"), date, "2026-04-14", draw=due_marked),
    Hidden("certainty", _("How sure the date is"), mark_of, example="vəkil təsdiqləyib"),
    Hidden("earliest_on", _("Earliest reading"), told("earliest_on"), date, "2026-04-13"),
    Hidden("latest_on", _("Latest that the law could allow"), told("latest_on"), date, "2026-06-22"),
    Hidden("provisional", _("Provisional"), lambda c: c.provisional, bool, False),
    Hidden("silence_confirmed_on", _("Silence confirmed"), lambda c: c.asked_on if told_silent(c) else None, date, None),
    Column("standing", _("How it stands"), standing_words, example="gedir", draw=standing_tag),
)  # fmt: skip


TERMS = Listing(
    name="terms",
    title=_("Terms that run"),
    about=_("By when an authority is to answer, the nearest date first."),
    rows=lambda: clock_rows(Clock.objects.filter(owner="authority", state="running")),
    order="due_on",
    heading=lambda c: c.matter.title,
    link=clock_link,
    stamp=lambda c: c.started_at,
    empty=(_("No term runs now"), _("A term begins when an authority registers a letter.")),
    filters=(
        Filter("authority", _("Authority"), lambda v: Q(authority__code=v),
               choices=asked_authorities, named=authority_named),
        Filter("place", _("District"), lambda v: Q(matter__place__code=v), choices=units),
    ),
    columns=TERM,
)  # fmt: skip


CLOCKS = Listing(
    name="record",
    api="clocks",
    title=_("Terms on record"),
    about=_("Every term that ran for an authority, also those that have ended: figures are made from these."),
    rows=lambda: clock_rows(Clock.objects.filter(owner="authority")),
    order="-id",
    heading=lambda c: c.matter.title,
    link=clock_link,
    stamp=lambda c: moment(c.ended_on) if c.ended_on else c.started_at,
    empty=(_("No term is on record"), _("A term begins when an authority registers a letter.")),
    filters=(
        Filter("state", _("State"), lambda v: Q(state=v), choices=lambda: Clock.State.choices),
        Filter("authority", _("Authority"), lambda v: Q(authority__code=v),
               choices=asked_authorities, named=authority_named),
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


UNSAID, NOT_SAID = "unclassified", _("not yet classified")  # its readers have not said what kind it is
SAID = "said"  # what the figure of answers counts


ANSWERS = Listing(
    name="answers",
    title=_("Answers of authorities"),
    about=_("What authorities wrote back: kind, dates, and a summary."),
    rows=lambda: with_ground(Letter.objects.filter(direction="in").exclude(answer="", confirmed=False))
    .select_related("matter", "authority", "answers").defer("body", "matter__text", "matter__search_text"),
    order="-id",
    heading=lambda x: f"{x.matter.title} · {x.authority}",
    link=lambda x: matter_url(x.matter.code) + f"#l-{x.code}",
    stamp=lambda x: moment(x.received_on or x.dated_on) if x.received_on or x.dated_on else x.created_at,
    empty=(_("No answer is on record"), _("An answer appears here when the sender or the authority enters it.")),
    filters=(
        Filter("kind", _("Kind"), lambda v: IS_ANSWER if v == SAID else Q(answer="" if v == UNSAID else v),
               choices=lambda: [(SAID, _("all but notices and extensions")), *Letter.Answer.choices, (UNSAID, NOT_SAID)]),
        Filter("authority", _("Authority"), lambda v: Q(authority__code=v),
               choices=asked_authorities, named=authority_named),
    ),
    columns=(
        Column("matter_title", _("Matter"), lambda x: x.matter.title, example="Bazar küçəsində su yoxdur"),
        Hidden("code", _("Code"), lambda x: x.code, example="R7Q4FM2K"),
        Hidden("matter", _("Code of the matter"), lambda x: x.matter.code, example="7Q4FM2KD"),
        Hidden("letter", _("Letter"), lambda x: x.answers.code if x.answers else "", example="L7Q4FM2K"),
        Hidden("authority", _("Authority"), lambda x: x.authority.code, example="WATER001"),
        Column("authority_name", _("Authority"), lambda x: str(x.authority), example="Nümunə Su İdarəsi"),
        Hidden("kind", _("Kind"), lambda x: x.answer, example="formal"),
        Column("kind_name", _("Kind"), lambda x: x.get_answer_display() or str(NOT_SAID), example="formal cavab"),
        Hidden("ground", _("What a refusal is based on"), lambda x: x.ground or "", example="means"),
        Hidden("number", _("Number"), lambda x: x.number, example="77"),
        Column("dated_on", _("Date"), lambda x: x.dated_on, date, "2026-04-10"),
        Hidden("received_on", _("Received"), lambda x: x.received_on, date, "2026-04-13"),
        Hidden("summary", _("Summary"), lambda x: x.summary, example="Xətt təmir olunacaq."),
        Hidden("confirmed", _("Confirmed by the authority or the sender"), lambda x: x.confirmed, bool, True),
    ),
)  # fmt: skip
