"""Small sensible beginnings of an initiative, so that nobody sits before an empty page."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

UNKNOWN = _("not measured yet")
PEOPLE = {
    "title": _("People who took part"), "unit": _("persons"), "kind": "count", "direction": "up", "counts_people": True,
    "baseline": Decimal(0), "across_periods": "sum", "frequency": "quarter",
}  # fmt: skip


@dataclass(frozen=True)
class Start:
    """`nodes`: (key, key of its parent, kind, title, assumptions); `indicators`: (key of its node, values)."""

    label: Any
    about: Any
    nodes: tuple[tuple[str, str, str, Any, Any], ...]
    indicators: tuple[tuple[str, dict[str, Any]], ...]


STARTS: dict[str, Start] = {
    "demand": Start(
        _("An authority does what residents ask for"),
        _("Letters, meetings, a campaign: until a service is better."),
        (
            ("goal", "", "outcome", _("The service is better for residents"), ""),
            ("heard", "goal", "output", _("The authority has heard us and has answered"),
             _("It has the money and the right to do it.")),
            ("act", "heard", "activity", _("We gather voices, write letters and meet the authority"),
             _("Residents have time and do not fear to take part.")),
        ),
        (
            ("goal", {"title": _("Households without the service"), "unit": _("households"), "kind": "count",
                      "direction": "down", "baseline_none_reason": UNKNOWN, "across_periods": "latest"}),
            ("heard", {"title": _("Letters that were answered in substance"), "kind": "ratio", "direction": "up",
                       "baseline_none_reason": UNKNOWN}),
            ("act", PEOPLE),
        ),
    ),
    "doing": Start(
        _("Residents do it themselves"),
        _("A clean-up, a playground, a repair with their own hands."),
        (
            ("goal", "", "outcome", _("People use what was made and look after it"), ""),
            ("made", "goal", "output", _("It is made and works"), _("The place may be used; nobody takes it down.")),
            ("act", "made", "activity", _("We plan, gather hands and do it"), _("Enough people come.")),
        ),
        (
            ("goal", {"title": _("How well it is kept (0–5)"), "kind": "score", "top": Decimal(5), "direction": "up",
                      "baseline_none_reason": UNKNOWN}),
            ("made", {"title": _("Places made or repaired"), "unit": _("places"), "kind": "count", "direction": "up",
                      "baseline": Decimal(0)}),
            ("act", PEOPLE),
        ),
    ),
    "learning": Start(
        _("People learn and speak up"),
        _("Trainings, a women's or youth group, help with rights."),
        (
            ("goal", "", "outcome", _("People use what they have learned and speak where decisions are made"), ""),
            ("able", "goal", "output", _("They know their rights and how to use them"),
             _("They are let in where decisions are made.")),
            ("act", "able", "activity", _("We hold meetings and trainings"),
             _("Hour, place and child care let women and the young come.")),
        ),
        (
            ("goal", {"title": _("What changed, in words"), "kind": "text"}),
            ("able", {"title": _("Took part to the end, of those who began"), "kind": "ratio", "direction": "up",
                      "counts_people": True, "baseline_none_reason": UNKNOWN}),
            ("act", PEOPLE),
        ),
    ),
}  # fmt: skip
