"""The founding path of a community in eight steps: what the data shows by itself, what somebody ticks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from icma.core.day import legal_day
from icma.events.models import Event
from icma.matters.models import Letter, Matter
from icma.people.models import Organisation

CORE = 3  # an initiative group begins with three


@dataclass(frozen=True)
class Step:
    """A step and its guide; `seen` finds in the data since when it is done, or None."""

    name: str
    title: Any
    guide: Any
    seen: Callable[[Organisation], date | None] | None = None


@dataclass(frozen=True)
class Stand:
    """A step as it stands: done on a day, by data (`derived`) or by a tick; `next` is the one in sight."""

    step: Step
    on: date | None
    derived: bool
    next: bool


def _group(organisation: Organisation) -> date | None:
    """The day on which the third person took a seat."""
    days = organisation.memberships.filter(until=None, role__in=("coordinator", "member")).order_by("since")
    since = list(days.values_list("since", flat=True)[:CORE])
    return since[-1] if len(since) == CORE else None


def _meeting(organisation: Organisation) -> date | None:
    held = Event.objects.filter(organisation=organisation, state="held").exclude(minutes="", decisions="")
    first = held.order_by("starts_at").values_list("starts_at", flat=True).first()
    return legal_day(first) if first else None


def _matter(organisation: Organisation) -> date | None:
    rows = Matter.objects.filter(community=organisation).exclude(stage__in=("planned", "raised", "rejected"))
    first = rows.order_by("raised_at").values_list("raised_at", flat=True).first()
    return legal_day(first) if first else None


def _answer(organisation: Organisation) -> date | None:
    rows = Letter.objects.filter(matter__community=organisation, direction="in")
    rows = rows.exclude(answer__in=("", "extension", "registration", "forwarded"))
    first = rows.order_by("created_at").values_list("received_on", "dated_on", "created_at").first()
    return (first[0] or first[1] or legal_day(first[2])) if first else None


def _result(organisation: Organisation) -> date | None:
    rows = Matter.objects.filter(community=organisation, stage="closed", outcome__in=("solved", "partly"))
    first = rows.order_by("changed_at").values_list("changed_at", flat=True).first()
    return legal_day(first) if first else None


STEPS = (
    Step(
        "place", _("Know your place"),
        _(
            "Walk through it with two neighbours. Write down what people speak of: water, road, "
            "school, work. Note who decides: the municipality, the executive authority, which "
            "utility."
        ),
    ),
    Step(
        "talks", _("First talks"),
        _(
            "Talk to ten people, at least half of them women and three of them young. Ask what "
            "worries them and what they would do themselves. Promise nothing."
        ),
    ),
    Step(
        "group", _("Initiative group"),
        _(
            "Find at least three people who will stay. Agree when you meet and how you reach each "
            "other safely."
        ),
        _group,
    ),
    Step(
        "meeting", _("First meeting with minutes"),
        _(
            "Meet in a room, at an hour that suits women too. Write down what was said and decided, "
            "who does what and until when."
        ),
        _meeting,
    ),
    Step(
        "aims", _("Aims and roles"),
        _(
            "Write your aims in three sentences: for whom, what, by when. Say who coordinates, who "
            "keeps the papers, who speaks with people. Enter the aims here, then tick this step."
        ),
    ),
    Step(
        "matter", _("First matter"),
        _(
            "Take up something small that many people share and that can be solved within months."
        ),
        _matter,
    ),
    Step(
        "answer", _("First answer"),
        _(
            "Send the letter, see to its registration number, wait for the term. If you solve it "
            "yourselves, tick this step when the work is done."
        ),
        _answer,
    ),
    Step(
        "result", _("First result"),
        _(
            "Record what changed and for whom, and ask the residents to confirm it. Thank those who "
            "helped."
        ),
        _result,
    ),
)  # fmt: skip


def path_of(organisation: Organisation) -> list[Stand]:
    """The eight steps as they stand. The first open one is the next, whatever came before its turn.

    What was ticked may be older than the data: a community had met before it came here.
    """
    ticked = dict(organisation.milestones.values_list("step", "on"))
    found, is_ahead = [], True
    for step in STEPS:
        derived = step.seen(organisation) if step.seen else None
        on = min((day for day in (derived, ticked.get(step.name)) if day), default=None)
        found.append(Stand(step, on, derived is not None, on is None and is_ahead))
        is_ahead = is_ahead and on is not None
    return found
