"""An initiative is begun, written, shown; its tree grows; who reports comes and goes."""

from datetime import date, datetime
from hashlib import sha256

from django.utils.translation import gettext as _

from icma.core import search
from icma.core.action import Refused, action
from icma.core.codes import public_code
from icma.core.day import legal_day
from icma.core.flow import Stale
from icma.engines.aztext import clean_text
from icma.matters.models import Matter
from icma.matters.rules_of_moderation import RULES, Cited
from icma.monitoring.actions.indicators import PAGE, add_indicator, ask_for_page, renew_periods, reworded
from icma.monitoring.flow import INITIATIVE, SHOWN
from icma.monitoring.models import Initiative, Node, Reporter
from icma.monitoring.starts import Start
from icma.people.actions.review import decide_review
from icma.people.models import Organisation, Place, Review, User

MOST_NODES, MOST_REPORTERS, LONGEST_DAYS = 40, 60, 3660
BELOW = {"": ("impact", "outcome"), "impact": ("outcome",), "outcome": ("outcome", "output"),
         "output": ("output", "activity"), "activity": ("activity",)}  # fmt: skip


def one_line(text: str, most: int) -> str:
    """Words on one line. Refused when there are none or too many."""
    words = " ".join(clean_text(text).split())
    if not words or len(words) > most:
        raise Refused(_("Write it in at most %(n)s characters.") % {"n": most})
    return words


@action
def start_initiative(
    *,
    organisation: Organisation,
    title: str,
    starts_on: date,
    ends_on: date,
    at: datetime,
    by: User,
    text: str = "",
    matter: Matter | None = None,
    project_code: str = "",
    start: Start | None = None,
) -> Initiative:
    """A new initiative of a community, from a matter or by itself; `start` gives a small tree and its indicators.

    The community itself is the first who reports. It is seen by the team alone.
    """
    _check_days(starts_on, ends_on, legal_day(at))
    made = Initiative.objects.create(
        code=public_code(), organisation=organisation, matter=matter, title=one_line(title, 120),
        text=clean_text(text)[:2000], project_code=project_code.strip()[:24], starts_on=starts_on,
        ends_on=ends_on, search_text=search.words_of(title)[:400], made_at=at, made_by=by,
    )  # fmt: skip
    Reporter.objects.create(
        code=public_code(), initiative=made, name=organisation.name, organisation=organisation,
        place=organisation.place, since=starts_on, made_at=at,
    )  # fmt: skip
    if start is not None:
        _fill(made, start, at, by)
    return made


def _fill(initiative: Initiative, start: Start, at: datetime, by: User) -> None:
    nodes: dict[str, Node] = {}
    for key, parent, kind, title, assumptions in start.nodes:
        nodes[key] = add_node(
            initiative=initiative, parent=nodes.get(parent), kind=kind, title=str(title),
            assumptions=str(assumptions), at=at, by=by,
        )  # fmt: skip
    for key, values in start.indicators:
        given = values | {"title": str(values["title"]), "unit": str(values.get("unit", ""))}
        add_indicator(initiative=initiative, node=nodes[key], at=at, by=by, **given)


def _check_days(first: date, last: date, today: date) -> None:
    if last <= first:
        raise Refused(_("The last day must come after the first."))
    if (last - first).days > LONGEST_DAYS or (first - today).days > LONGEST_DAYS:
        raise Refused(_("Plan at most ten years."))


@action
def write_initiative(
    *,
    initiative: Initiative,
    title: str,
    text: str,
    project_code: str,
    starts_on: date,
    ends_on: date,
    at: datetime,
    by: User,
) -> None:
    """Other words or days. New words of a public page wait for a moderator; new days make periods anew."""
    _check_days(starts_on, ends_on, legal_day(at))
    values = {"title": one_line(title, 120), "text": clean_text(text)[:2000]}
    if any(getattr(initiative, name) != value for name, value in values.items()):
        reworded(initiative=initiative, at=at, by=by)
    days = {"starts_on": starts_on, "ends_on": ends_on}
    moved = any(getattr(initiative, name) != value for name, value in days.items())
    for name, value in (values | days | {"project_code": project_code.strip()[:24]}).items():
        setattr(initiative, name, value)
    initiative.search_text = search.words_of(initiative.title)[:400]
    initiative.save()
    if moved:
        for indicator in initiative.indicators.filter(gone_at=None):
            indicator.initiative = initiative
            renew_periods(indicator=indicator, at=at, by=by)


@action
def move_initiative(*, initiative: Initiative, step: str, at: datetime, by: User) -> None:
    """Begin, finish, go on. Refused to begin without something to measure."""
    if step == "start" and not initiative.indicators.filter(gone_at=None).exists():
        raise Refused(_("Say first what you will count: add an indicator."))
    INITIATIVE.take(initiative, step)


def words_of(initiative: Initiative) -> str:
    """A mark of everything in words that the public page and those of its indicators show."""
    nodes = initiative.nodes.order_by("pk").values_list("pk", "parent", "title", "assumptions")
    counted = initiative.indicators.filter(gone_at=None).order_by("pk")
    counted = counted.values_list("pk", "node", "title", "unit", "baseline_none_reason", "sheet")
    own = Initiative.objects.values_list("title", "text").get(pk=initiative.pk)
    words = (own, list(nodes), [(*row[:5], sorted(row[5].items())) for row in counted])
    return sha256(repr(words).encode()).hexdigest()[:32]


@action
def show_initiative(
    *, initiative: Initiative, step: str, at: datetime, by: User, read: str | None = None, rule: str = ""
) -> None:  # fmt: skip
    """Ask for the public page, take it off, publish it or not. Who asked does not publish.

    `read`: `words_of` what the moderator has read; Stale if other words stand there by now. `rule`: why it is not
    published; the community reads it.
    """
    if step == "reword":
        raise ValueError(step)
    if step == "refuse" and rule not in RULES:
        raise Refused(_("Choose the rule that it does not keep."))
    SHOWN.take(initiative, step)
    if step == "show" and read is not None and read != words_of(initiative):
        raise Stale(_("Somebody has already changed this. Look at the page again before you go on."))
    if step == "ask":
        ask_for_page(initiative=initiative, at=at, by=by)
        return
    for review in Review.objects.filter(kind=PAGE, subject=initiative.code, verdict=""):
        if step == "hide":
            review.delete()
            continue
        decide_review(review=review, verdict="agreed" if step == "show" else "refused", by=by, at=at)
        if step == "refuse":
            Review.objects.filter(pk=review.pk).update(data=review.data | {"rule": rule})


def not_published(initiative: Initiative) -> Cited | None:
    """The rule by which a moderator did not publish its words; None where they are public, wait or were not sent."""
    if initiative.shown != "team":
        return None
    last = Review.objects.filter(kind=PAGE, subject=initiative.code).order_by("-asked_at", "-pk").first()
    return RULES.get(last.data.get("rule", "")) if last is not None else None


@action
def add_node(
    *,
    initiative: Initiative,
    parent: Node | None,
    kind: str,
    title: str,
    at: datetime,
    by: User,
    assumptions: str = "",
) -> Node:
    """A box of the tree, below `parent` or at the top."""
    if kind not in BELOW[parent.kind if parent else ""]:
        raise Refused(_("Such a step cannot stand there."))
    if initiative.nodes.count() >= MOST_NODES:
        raise Refused(_("The tree is large enough."))
    reworded(initiative=initiative, at=at, by=by)
    return Node.objects.create(
        code=public_code(), initiative=initiative, parent=parent, kind=kind, title=one_line(title, 200),
        assumptions=clean_text(assumptions)[:1000], order=initiative.nodes.count(),
    )  # fmt: skip


@action
def write_node(*, node: Node, title: str, assumptions: str, at: datetime, by: User) -> None:
    """Other words in a box. The same words again change nothing."""
    words = (one_line(title, 200), clean_text(assumptions)[:1000])
    if words == (node.title, node.assumptions):
        return
    node.title, node.assumptions = words
    node.save(update_fields=["title", "assumptions"])
    reworded(initiative=node.initiative, at=at, by=by)


@action
def drop_node(*, node: Node, at: datetime, by: User) -> None:
    """Take a box away. Refused while something hangs on it."""
    if (
        node.children.exists()
        or node.indicators.filter(gone_at=None).exists()
        or node.outcomes.exclude(stage="withdrawn").exists()
    ):
        raise Refused(_("Something hangs on this step: move or remove that first."))
    reworded(initiative=node.initiative, at=at, by=by)
    node.delete()


@action
def add_reporter(
    *,
    initiative: Initiative,
    name: str,
    since: date,
    at: datetime,
    by: User,
    place: Place | None = None,
    organisation: Organisation | None = None,
) -> Reporter:
    """Somebody more who reports: a street, a school, a partner. Never counted before `since`, nor as it stood before now."""
    if initiative.reporters.count() >= MOST_REPORTERS:
        raise Refused(_("No more can be added."))
    if since < initiative.starts_on or since > initiative.ends_on:
        raise Refused(_("The day must lie within the initiative."))
    return Reporter.objects.create(
        code=public_code(), initiative=initiative, name=one_line(name, 120), place=place,
        organisation=organisation, since=since, made_at=at,
    )  # fmt: skip


@action
def end_reporter(*, reporter: Reporter, until: date, at: datetime, by: User) -> None:
    """The first day without it: not in the past, so that no figure of the past changes."""
    if until < legal_day(at):
        raise Refused(_("This day has passed: what was shown until now must not change."))
    if reporter.until is not None:
        raise Refused(_("This one has ended already."))
    Reporter.objects.filter(pk=reporter.pk, until=None).update(until=until)
    reporter.until = until


@action
def rename_reporter(*, reporter: Reporter, name: str, at: datetime, by: User) -> None:
    """Another name; what was reported stays under it."""
    reporter.name = one_line(name, 120)
    reporter.save(update_fields=["name"])
