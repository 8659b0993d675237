"""What a report says: one tree of plain values, from which the page, the PDF, the DOCX and the XLSX are written.

Three marks are kept apart everywhere: a number (0 too), "no report", "withheld". Of people only totals stand in a
report that leaves the house; a breakdown is read by the community's own people alone, or comes from a release.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from icma.core.words import date_words, num
from icma.matters.bands import AgeBand, Sex
from icma.monitoring.models import Indicator, Initiative, Node, Outcome, Paper
from icma.monitoring.onpaper_parts import (
    Answer,
    Part,
    months_of,
    outcomes_of,
    stories_of,
    untranslated,
    visits_of,
)
from icma.monitoring.slots import MISSING, TEAM, WITHHELD
from icma.monitoring.standing import Goal, Row, Span, Standing, standing_of
from icma.monitoring.wording import group, no_figure, number, way
from icma.people.models import Organisation, Place

MOST = 60  # initiatives in one report


@dataclass(frozen=True)
class Cell:
    """A figure as it is shown, the value for a spreadsheet (None where there is no figure), and which mark it is:
    number, missing, withheld, reason, words."""

    shown: str
    value: Decimal | None = None
    mark: str = "number"


@dataclass(frozen=True)
class Line:
    """An indicator in one period, or over all of them (`period` "")."""

    period: str
    target: str
    target_value: Decimal | None
    changed: str
    actual: Cell
    done: Decimal | None  # of the way to the target
    told: int
    owed: int
    unseen: bool = False
    was: Cell | None = None  # before what was corrected

    @property
    def progress(self) -> str:
        return way(self.done) or "–"

    @property
    def reported(self) -> str:
        return f"{num(self.told)} / {num(self.owed)}"


@dataclass(frozen=True)
class Tracked:
    """One row of the tracking table."""

    title: str
    unit: str
    baseline: Cell
    direction: str
    node: str
    lines: tuple[Line, ...]
    groups: tuple[tuple[str, Cell], ...] = ()
    picture: str = ""  # how far it is from its baseline to its target, as SVG


@dataclass(frozen=True)
class Chain:
    """A step of the tree, how deep it lies, and what supports it."""

    depth: int
    kind: str
    title: str
    assumptions: str
    indicators: int
    outcomes: int

    @property
    def is_bare(self) -> bool:
        return not self.indicators and not self.outcomes


@dataclass(frozen=True)
class Plan:
    """One initiative."""

    title: str
    organisation: str
    days: str
    text: str
    tracked: tuple[Tracked, ...]
    chain: tuple[Chain, ...]
    reported: int
    expected: int


@dataclass(frozen=True)
class Whole:
    title: str
    scope: str
    days: str
    made: str
    union: str
    inside: bool
    narrative: Answer
    plans: tuple[Plan, ...]
    outcomes: tuple[Part, ...]
    counted: dict[str, int]
    loose: tuple[str, ...]
    stories: tuple[Part, ...]
    visits: tuple[Part, ...]
    months: tuple[Part, ...]
    silent: tuple[str, ...]
    untranslated: tuple[str, ...]
    notes: tuple[str, ...] = field(default_factory=tuple)

    @property
    def bare(self) -> list[str]:
        """Steps of the trees for which there is no evidence."""
        return [f"{plan.title}: {step.title}" for plan in self.plans for step in plan.chain if step.is_bare]


def missing() -> Cell:
    return Cell(_("no report"), None, "missing")


def withheld() -> Cell:
    return Cell(_("withheld"), None, "withheld")


def initiatives_of(paper: Paper) -> QuerySet[Initiative]:
    rows = Initiative.objects.filter(starts_on__lte=paper.last, ends_on__gte=paper.first).exclude(
        stage="plan"
    )
    if paper.project_code:
        rows = rows.filter(project_code=paper.project_code)
    if paper.organisation_id:
        rows = rows.filter(organisation=paper.organisation_id)
    return rows.select_related("organisation").order_by("organisation__sort_key", "code")


def communities_of(paper: Paper, plans: Iterable[Initiative]) -> list[Organisation]:
    """Whose outcomes, visits and months belong to it: the one, or those with an initiative of the project."""
    if paper.organisation:
        return [paper.organisation]
    return list({plan.organisation_id: plan.organisation for plan in plans}.values())


def outcomes_in(paper: Paper) -> list[Outcome]:
    """Every outcome that this report must speak of."""
    return outcomes_of(paper, communities_of(paper, initiatives_of(paper)))[2]


def whole_of(paper: Paper) -> Whole:
    """Everything, as it stood when the report was asked for; in the language that is active."""
    plans = list(initiatives_of(paper))
    groups = communities_of(paper, plans)
    outcomes, counted, rows = outcomes_of(paper, groups)
    days = (paper.first, paper.last)
    stand = [standing_of(plan, paper.at, TEAM, days, hides=not paper.inside) for plan in plans[:MOST]]
    stories, visits = stories_of(paper, groups), visits_of(paper, groups)
    months, silent = months_of(paper, groups)
    told = Answer(paper.narrative, paper.language, paper.english)
    parts = [*outcomes, *stories, *visits, *months]
    if paper.narrative:
        parts.insert(0, Part(_("Words of the report"), "", told))
    return Whole(
        title=_("Report on results"), scope=scope_of(paper), days=_span(paper.first, paper.last), made=date_words(paper.at),
        union=settings.UNION_NAME, inside=paper.inside, narrative=told,
        plans=tuple(_plan(one, paper, rows) for one in stand), outcomes=outcomes, counted=counted,
        loose=tuple(_loose(rows, stand)), stories=stories, visits=visits, months=months, silent=silent,
        untranslated=(*untranslated(parts), *_as_written(plans)), notes=tuple(_notes(paper, len(plans) - len(stand))),
    )  # fmt: skip


def _as_written(plans: list[Initiative]) -> list[str]:
    """An initiative's own words are kept in the language they were written in, and there is no other."""
    if get_language() != "en":
        return []
    return [
        _("%(title)s: its text, steps, indicators and what was reported in words") % {"title": one.title}
        for one in plans
    ]


def scope_of(paper: Paper) -> str:
    """Code of the project and community; never who pays for it."""
    names = [_("project %(code)s") % {"code": paper.project_code} if paper.project_code else ""]
    names.append(paper.organisation.name if paper.organisation else "")
    return " · ".join(name for name in names if name)


def _span(first: date, last: date) -> str:
    return f"{date_words(first)} – {date_words(last)}"


def _notes(paper: Paper, beyond: int) -> list[str]:
    own = _("It holds the community's own head-counts, for its own people alone: do not publish them. Published figures over people come only from a release of checked figures.")  # fmt: skip
    out = _("Breakdowns by sex and age are withheld here: figures over people are published only in a release of checked figures.")  # fmt: skip
    more = [_("Further initiatives whose figures are not shown here: %(n)s. Ask for a report of one community.") % {"n": num(beyond)}]  # fmt: skip
    return [
        *(more if beyond else ()),
        own if paper.inside else out,
        _("0 means that nought was reported. “No report” means that nobody has said anything. “Withheld” means that there is a figure which is not shown."),
        _("Figures that a second person has not yet confirmed are marked."),
        _("“In all” joins the periods that have a day in this report, and no others."),
    ]  # fmt: skip


# --- initiatives -----------------------------------------------------------------------------------
def _plan(stand: Standing, paper: Paper, outcomes: list[Outcome]) -> Plan:
    plan, rows = stand.initiative, stand.rows
    nodes = list(Node.objects.filter(initiative=plan))
    steps = {node.pk: node.title for node in nodes}
    return Plan(
        plan.title, plan.organisation.name, _span(plan.starts_on, plan.ends_on), plan.text,
        tuple(_tracked(row, plan, paper, steps.get(row.indicator.node_id or 0, "")) for row in rows),
        tuple(chain_of(nodes, rows, outcomes)), stand.reported, stand.expected,
    )  # fmt: skip


def _tracked(row: Row, plan: Initiative, paper: Paper, step: str) -> Tracked:
    one = row.indicator
    baseline = figure(row.baseline, one) if row.baseline is not None else Cell(
        _("none: %(why)s") % {"why": one.baseline_none_reason} if one.baseline_none_reason else _("not known"), None, "reason"
    )  # fmt: skip
    lines = [_line(span, row) for span in row.spans]
    # A sum that leaves out earlier periods says nothing of the way to a target at the end.
    is_part = row.how["across_periods"] == Indicator.Periods.SUM and (not row.spans or row.spans[0].period.first > plan.starts_on)  # fmt: skip
    done = None if is_part else row.progress
    total = Line(
        "", *target(row.goal, one), actual(row.said, row.status, one, ""), done,
        row.reported, row.expected, row.unseen > 0, before(row, one),
    )  # fmt: skip
    return Tracked(
        one.title, one.unit, baseline, one.get_direction_display(), step, (*lines, total), tuple(_groups(row, paper)),
        bar(float(done)) if done is not None else "",
    )  # fmt: skip


def bar(done: float) -> str:
    """How far it is; with its colours inside, for the maker of the PDF reads no style sheet within a picture."""
    return format_html(
        '<svg class="track" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        '<path fill="#eadfcb" d="M0 0h100v10H0z"/><rect fill="#1f3350" width="{}" height="10"/></svg>',
        f"{min(max(done, 0), 1) * 100:.4g}",
    )


def _line(span: Span, row: Row) -> Line:
    words = next((slot.report.said for slot in span.slots if slot.report and slot.report.said), "")
    return Line(
        _span(span.period.first, span.period.last), *target(span.goal, row.indicator),
        actual(span.said, span.status, row.indicator, words), span.progress,
        span.reported, span.expected, any(slot.is_unseen for slot in span.slots), before(span, row.indicator),
    )  # fmt: skip


def before(of: Row | Span, one: Indicator) -> Cell | None:
    """The figure before what was corrected in it."""
    return figure(of.was.value, one) if of.was else None


def target(goal: Goal, one: Indicator) -> tuple[str, Decimal | None, str]:
    """Words, number, and the mark that it was changed after the start."""
    if goal.value is None:
        return "–", None, ""
    changed = ""
    if goal.changed_on:
        was = figure(goal.was, one).shown if goal.was is not None else _("none")
        changed = _("changed after the start, on %(day)s; before: %(was)s") % {"day": date_words(goal.changed_on), "was": was}  # fmt: skip
    return figure(goal.value, one).shown, goal.value, changed


def figure(value: Decimal, one: Indicator) -> Cell:
    return Cell(number(value, "%" if one.kind == Indicator.Kind.RATIO else ""), value)


def actual(said: Any, status: str, one: Indicator, words: str) -> Cell:
    if said is not None:
        return figure(said.value, one)
    if words:
        return Cell(words, None, "words")
    marks = {MISSING: missing(), WITHHELD: withheld()}
    return marks[status] if status in marks else Cell(no_figure(status), None, "reason")


def _groups(row: Row, paper: Paper) -> Iterable[tuple[str, Cell]]:
    """Sex × age, and targets of groups: for the community's own people; else withheld, and said to be."""
    if paper.inside:
        yield from _aims(row)
    if not row.cells:
        return
    found = row.broken_down((0, 1))
    for sex in Sex:
        for band in AgeBand:
            value = found.get((sex.value, band.value))
            name = f"{sex.label}, {band.label}"
            if not paper.inside:
                yield name, withheld()
            elif value is not None:
                yield name, figure(value, row.indicator)


def _aims(row: Row) -> Iterable[tuple[str, Cell]]:
    for (sex, band, place), goal in row.groups.items():
        shown, _value, changed = target(goal, row.indicator)
        who = [*group(sex, band), *([str(Place.objects.get(pk=place))] if place else [])]
        aim = ": ".join((_("Target"), shown)) + (f" ({changed})" if changed else "")
        value = row.in_group((sex, band, place)) if row.cells else None  # else nobody has broken it down
        yield f"{' · '.join(who)}. {aim}", figure(value, row.indicator) if value is not None else missing()


# --- the tree and what supports it -------------------------------------------------------------------
def chain_of(nodes: list[Node], rows: Iterable[Row], outcomes: list[Outcome]) -> Iterable[Chain]:
    """Steps from the top; with how many indicators that were reported in these days and outcomes each is supported."""
    seen = [row.indicator.node_id for row in rows if row.reported]
    yield from _below(nodes, None, 0, seen, [o.node_id for o in outcomes if o.stage != "withdrawn"])


def _below(
    nodes: list[Node], parent: int | None, depth: int, seen: list[int | None], shown: list[int | None]
) -> Iterable[Chain]:
    for node in nodes:
        if node.parent_id == parent:
            counts = (seen.count(node.pk), shown.count(node.pk))
            yield Chain(depth, node.get_kind_display(), node.title, node.assumptions, *counts)
            yield from _below(nodes, node.pk, depth + 1, seen, shown)


def _loose(outcomes: list[Outcome], stand: Iterable[Standing]) -> Iterable[str]:
    """Evidence without a step of a tree: outcomes, and indicators that were reported."""
    for one in outcomes:
        if one.node_id is None and one.stage != "withdrawn":
            yield _("outcome %(code)s: %(who)s") % {"code": one.code, "who": one.who}
    for row in (row for one in stand for row in one.rows):
        if row.indicator.node_id is None and row.reported:
            yield _("indicator: %(title)s") % {"title": row.indicator.title}
