"""The told parts of a report: outcomes, stories, visits, months; each with its language and its English summary."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from icma.core.words import date_words, num
from icma.matters.access import PUBLIC
from icma.matters.models import Matter, Task
from icma.monitoring.models import Month, Omission, Outcome, Paper, Story, Substantiation, Visit
from icma.monitoring.months import last_day, month_of, next_month
from icma.people.models import Organisation

NAMES = dict(settings.LANGUAGES)


@dataclass(frozen=True)
class Answer:
    """Words in their own language, and what they say in English."""

    text: str
    language: str
    english: str = ""


@dataclass(frozen=True)
class Part:
    """One told thing: its heading, what stands under it, its words, facts by name, and marks that must be seen."""

    title: str
    under: str
    told: Answer
    facts: tuple[tuple[str, str], ...] = ()
    marks: tuple[str, ...] = ()
    negative: bool = False
    code: str = ""


def untranslated(parts: Iterable[Part]) -> tuple[str, ...]:
    """What has words in another language and no English summary."""
    return tuple(
        f"{part.title} ({NAMES.get(part.told.language, part.told.language)})"
        for part in parts
        if part.told.text and part.told.language != "en" and not part.told.english
    )


def _of(paper: Paper, groups: Sequence[Organisation]) -> Q:
    """What belongs to the project, in whatever stage its initiative is; and what its communities told without naming an
    initiative: it cannot be hidden so."""
    if not paper.project_code:
        return Q(organisation__in=groups)
    project = Q(initiative__project_code=paper.project_code)
    if paper.organisation_id:
        project &= Q(organisation=paper.organisation_id)
    return project | Q(organisation__in=groups, initiative=None)


# --- outcomes --------------------------------------------------------------------------------------
def outcomes_of(
    paper: Paper, groups: Sequence[Organisation]
) -> tuple[tuple[Part, ...], dict[str, int], list[Outcome]]:
    """Every outcome that was ever sent and falls into the period; what is left out is counted and says why."""
    rows = Outcome.objects.filter(on__range=(paper.first, paper.last)).exclude(stage="draft")
    public = Matter.objects.filter(PUBLIC, pk=OuterRef("matter"))
    rows = rows.filter(_of(paper, groups)).annotate(is_matter_public=Exists(public))
    rows = list(rows.select_related("organisation", "place", "node", "indicator", "matter", "letter__authority").order_by("on", "id"))  # fmt: skip
    omitted = {one.outcome_id: one.reason for one in Omission.objects.filter(paper=paper)}
    words: dict[int, list[Substantiation]] = {}
    for said in Substantiation.objects.filter(outcome__in=rows).order_by("at"):
        words.setdefault(said.outcome_id, []).append(said)
    parts = tuple(outcome_part(row, words.get(row.pk, []), omitted.get(row.pk, "")) for row in rows)
    gone = [row for row in rows if row.pk in omitted or row.stage == "withdrawn"]
    counted = {
        "all": len(rows), "negative": sum(_is_negative(row) for row in rows), "gone": len(gone),
        "gone_negative": sum(_is_negative(row) for row in gone),
    }  # fmt: skip
    return parts, counted, rows


def _is_negative(row: Outcome) -> bool:
    return row.sign == Outcome.Sign.NEGATIVE or row.was_negative


def outcome_part(row: Outcome, words: list[Substantiation], omitted: str) -> Part:
    """The whole outcome; of one that was withdrawn or left out only that it was there, of which sign, and why not."""
    sign = row.get_sign_display()
    marks = [str(sign), str(row.get_planned_display())]
    if row.was_negative and row.sign != Outcome.Sign.NEGATIVE:
        marks.append(_("was told as a change for the worse before"))
    if row.stage == "withdrawn" or omitted:
        why = _("withdrawn: %(why)s") % {"why": row.why} if row.stage == "withdrawn" else _("left out of this report: %(why)s") % {"why": omitted}  # fmt: skip
        return Part(_("Outcome %(code)s") % {"code": row.code}, date_words(row.on), Answer("", row.language), (), (*marks, why), _is_negative(row), row.code)  # fmt: skip
    if row.stage == "sent":
        marks.append(_("a moderator has not read it yet"))
    if row.stage == "kept":
        marks.append(_("not public"))
    where = ", ".join(part for part in (str(row.place or ""), row.where) if part)
    told = Answer(row.what, row.language, row.english)
    return Part(row.who, f"{date_words(row.on)} · {where}", told, tuple(_facts(row, words)), tuple(marks), _is_negative(row), row.code)  # fmt: skip


def _facts(row: Outcome, words: list[Substantiation]) -> Iterable[tuple[str, str]]:
    matter = getattr(row, "is_matter_public", False)
    linked = (
        (_("Community"), row.organisation.name if row.organisation.seen != "unlisted" else ""),
        (_("Why it matters"), row.significance), (_("What the community did for it"), row.contribution),
        (_("Step of the plan"), row.node.title if row.node else ""),
        (_("Indicator"), row.indicator.title if row.indicator else ""),
        (_("Matter"), row.matter.title if matter else ""),
        (_("Answer of the authority"), f"{row.letter.authority}, {row.letter.number or row.letter.code}" if matter and row.letter else ""),
        (_("Where it can be seen"), row.sources),
    )  # fmt: skip
    yield from ((name, text) for name, text in linked if text)
    outside = _("somebody from outside")
    said = [f"{one.get_verdict_display()} ({one.says or outside}, {date_words(one.at)})" for one in words]
    yield _("What others say"), "; ".join(said) or _("nobody from outside has been asked yet")


# --- stories, visits, months -------------------------------------------------------------------------
def stories_of(paper: Paper, groups: Sequence[Organisation]) -> tuple[Part, ...]:
    """Stories that were chosen somewhere, with every reason."""
    rows = Story.objects.filter(
        organisation__in=groups, on__range=(paper.first, paper.last), choices__isnull=False
    )
    rows = rows.select_related("organisation").prefetch_related("choices").distinct().order_by("on", "id")
    return tuple(_story(row, paper.inside) for row in rows)


def _story(row: Story, inside: bool) -> Part:
    """What its teller left to the community goes into no paper that leaves it: only that it was chosen."""
    under = f"{row.get_domain_display()} · {date_words(row.on)}"
    if row.text and not row.agreed and not inside:
        left = _("Its teller has not agreed that others read it.")
        return Part(_("Story %(code)s") % {"code": row.code}, under, Answer("", row.language), (), (left,))
    facts = [
        (f"{choice.get_level_display()}, {date_words(choice.on)} ({choice.deciders})", choice.reasons)
        for choice in row.choices.all()
    ]
    back = date_words(row.told_on) if row.told_on else _("not yet")
    return Part(
        row.title, under, Answer(row.text, row.language, row.english), (*facts, (_("Told back to the teller"), back)),
        () if row.stage == "public" else (_("not public"),),
    )  # fmt: skip


def visits_of(paper: Paper, groups: Sequence[Organisation]) -> tuple[Part, ...]:
    rows = Visit.objects.filter(on__range=(paper.first, paper.last))
    rows = rows.filter(_of(paper, groups))
    rows = list(rows.select_related("place").order_by("on", "id"))
    tasks: dict[str, list[Task]] = {}
    for task in Task.objects.filter(event__in=[row.code for row in rows]).order_by("until"):
        tasks.setdefault(task.event, []).append(task)
    return tuple(_visit(row, tasks.get(row.code, [])) for row in rows)


def _visit(row: Visit, tasks: list[Task]) -> Part:
    facts = [
        (_("To be done until %(day)s") % {"day": date_words(task.until)}, _state(task)) for task in tasks
    ]
    return Part(
        f"{row.place}, {date_words(row.on)}",
        row.who,
        Answer(row.findings, row.language, row.english),
        tuple(facts),
    )


def _state(task: Task) -> str:
    done = _("done on %(day)s") % {"day": date_words(task.done_on)} if task.done_on else _("not done yet")
    return f"{task.title}: {done}"


def months_of(paper: Paper, groups: Sequence[Organisation]) -> tuple[tuple[Part, ...], tuple[str, ...]]:
    """The sent months, and the names of those for which there is no report."""
    firsts = list(_firsts(paper))
    rows = Month.objects.filter(organisation__in=groups, first__in=firsts, stage="sent")
    found = {(row.organisation_id, row.first): row for row in rows.prefetch_related("counts")}
    parts, silent = [], []
    for group in groups:
        for first in firsts:
            title = f"{group.name}, {date_words(first, 'month')}"
            row = found.get((group.pk, first))
            if row is not None:
                parts.append(_month(title, row))
            elif group.since <= first:
                silent.append(title)
    return tuple(parts), tuple(silent)


def _firsts(paper: Paper) -> Iterable[date]:
    first = month_of(paper.first)
    if first < paper.first:
        first = next_month(first)
    while last_day(first) <= paper.last:
        yield first
        first = next_month(first)


def _month(title: str, row: Month) -> Part:
    people = sum(count.n for count in row.counts.all())
    counted = num(people) if people or row.quiet else _("was not counted")
    facts = [(_("How many took part"), counted), (_("What changed"), row.changed), (_("What hindered"), row.hindered)]  # fmt: skip
    text = row.did or (_("Nothing was done this month.") if row.quiet else "")
    return Part(title, "", Answer(text, row.language, row.english), tuple(f for f in facts if f[1]))
