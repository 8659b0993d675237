"""The levels of taking part, from putting oneself down to deciding, and the groups that are looked at.

A level is a set of verbs of Act. Levels after `monitoring.md` §6: presence, speaking and agenda, decision, office.
"Decided for" is no act: it is read from outcomes and markers (see `views.py`).
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from icma.matters.bands import AgeBand, Doing, Sex

VERBS: Mapping[str, tuple[str, ...]] = {
    "registered": (Doing.SUPPORT, Doing.SIGN),
    "present": (Doing.ATTEND,),
    "speaks": (Doing.SPEAK, Doing.COMMENT, Doing.ANSWER),
    "proposes": (Doing.RAISE, Doing.PROPOSE),
    "decides": (Doing.VOTE,),
    "leads": (Doing.LEAD,),
}
LEVELS: Mapping[str, Any] = {
    "registered": _("supports or signs"),
    "present": _("comes to meetings"),
    "speaks": _("speaks, makes remarks, answers"),
    "proposes": _("raises matters, proposes"),
    "decides": _("votes"),
    "leads": _("leads"),
}
OTHER = "unknown"  # a verb that no level knows is counted too
_LEVEL_OF = {verb: level for level, verbs in VERBS.items() for verb in verbs}

YOUTH = (AgeBand.B14, AgeBand.B18)  # 14–29 by the Law on Youth Policy, 1.0.2: exactly these two bands
WOMEN, YOUNG, YOUNG_WOMEN = "women", "youth", "young_women"
GROUPS: Mapping[str, Any] = {
    WOMEN: _("women"),
    YOUNG: _("young people (14–29)"),
    YOUNG_WOMEN: _("young women (14–29)"),
}


def level_of(verb: str) -> str:
    return _LEVEL_OF.get(verb, OTHER)


def categories() -> dict[str, Any]:
    """Of the dimension `level`."""
    return dict(LEVELS) | {OTHER: _("something else")}


def belongs(group: str, sex: str, band: str) -> bool | None:
    """Is somebody of this sex and band in the group? None where what was said does not tell."""
    woman = None if sex == Sex.UNKNOWN else sex == Sex.FEMALE
    young = None if band == AgeBand.UNKNOWN else band in YOUTH
    if group == WOMEN:
        return woman
    if group == YOUNG:
        return young
    if (
        woman is None or young is None
    ):  # one certain "no" is not enough: it would count who is out more often than who is in
        return None
    return woman and young
