"""How reporting stands in the whole country: union, region, district, community, initiative, rolled up once."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from icma.core.day import legal_day
from icma.engines.rollup import Said, Tree
from icma.monitoring.models import Initiative, Period, Report, Reporter
from icma.monitoring.slots import NOT_OWED
from icma.people.models import Place

TOP = ("union", 0)
ONE = Said(Decimal(1))


@dataclass
class Branch:
    """A node with what is reported of what is owed below it; `late` counts what is past its last day."""

    title: str
    code: str = ""  # of an initiative
    reported: int = 0
    expected: int = 0
    late: int = 0
    below: list["Branch"] = field(default_factory=list)

    @property
    def way(self) -> list["Branch"]:
        """From here down to where it forks: an only child has the same numbers."""
        return [self, *(self.below[0].way if len(self.below) == 1 else ())]


def overview(at: datetime) -> Branch:
    """Initiatives that run. Five queries, whatever their number."""
    today = legal_day(at)
    running = Initiative.objects.filter(stage="running").select_related("organisation")
    found = {one.pk: one for one in running}
    periods = list(
        Period.objects.filter(
            indicator__initiative__in=found, indicator__gone_at=None, gone_at=None, last__lt=today
        ).select_related("indicator")
    )
    reporters: dict[int, list[Reporter]] = {}
    for one in Reporter.objects.filter(initiative__in=found):
        reporters.setdefault(one.initiative_id, []).append(one)
    sent: dict[tuple[int, int], str] = {}
    rows = Report.objects.filter(period__in=periods, state__in=("sent", "confirmed"), superseded_at=None)
    for period, who, reason in rows.values_list("period", "reporter", "reason"):
        sent[period, who] = reason
    leaves: dict[Hashable, tuple[int, bool, bool]] = {}
    for period in periods:
        home = found[period.indicator.initiative_id]
        for one in reporters.get(home.pk, ()):
            reason = sent.get((period.pk, one.pk))
            if one.owes(period) and reason not in NOT_OWED:
                gone = one.until is not None and one.until <= today
                is_late = reason is None and today >= period.late_from and not gone
                leaves[period.pk, one.pk] = (home.pk, reason == "", is_late)
    owing = {home for home, _told, _late in leaves.values()}
    return _drawn({pk: one for pk, one in found.items() if pk in owing}, leaves) if leaves else Branch("")


def _parents(found: dict[int, Initiative]) -> tuple[dict[Hashable, Hashable | None], dict[Hashable, str]]:
    """node → its parent, node → its name. Who has no place hangs below the union."""
    places = {one.pk: one for one in Place.objects.exclude(kind="village")}
    villages = dict(
        Place.objects.filter(
            kind="village", pk__in={i.organisation.place_id for i in found.values()}
        ).values_list("pk", "parent")
    )
    parents: dict[Hashable, Hashable | None] = {TOP: None}
    titles: dict[Hashable, str] = {}
    for one in found.values():
        home = one.organisation
        unit = places.get(villages.get(home.place_id, home.place_id) or 0)
        way: list[tuple[tuple[str, int], Any]] = [
            (("initiative", one.pk), one),
            (("community", home.pk), home),
        ]
        if unit is not None:
            way.append((("place", unit.pk), unit))
            if unit.parent_id in places:
                way.append((("place", unit.parent_id), places[unit.parent_id]))
        above: Hashable = TOP
        for node, thing in reversed(way):
            parents[node], titles[node], above = above, str(thing), node
    return parents, titles


def _drawn(found: dict[int, Initiative], leaves: dict[Hashable, tuple[int, bool, bool]]) -> Branch:
    parents, titles = _parents(found)
    parents |= {leaf: ("initiative", home) for leaf, (home, _told, _late) in leaves.items()}
    told, late = Tree(parents, 1), Tree(parents, 1)
    for leaf, (_home, has_said, is_late) in leaves.items():
        told.put(leaf, 0, ONE if has_said else None)
        late.put(leaf, 0, ONE if is_late else None)

    def branch(node: Hashable) -> Branch:
        total = told.total(node)
        below = [branch(child) for child in told.children[node] if child not in leaves]
        kind, pk = node if isinstance(node, tuple) else ("", 0)
        return Branch(
            titles.get(node, ""), found[pk].code if kind == "initiative" else "", total.reported, total.expected,
            late.total(node).reported, sorted(below, key=lambda one: (-one.late, one.title)),
        )  # fmt: skip

    return branch(TOP)
