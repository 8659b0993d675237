"""The OECD-DAC gender equality policy marker with its minimum criteria, and a youth marker of the same shape.

Source: OECD-DAC Network on Gender Equality (GENDERNET), Handbook on the OECD-DAC Gender Equality Policy Marker,
December 2016, "minimum recommended criteria" of the scores 0, 1 and 2; in our words. The youth marker is our own.
A score of 2 is not better than 1: it says what the work is for.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

GENDER, YOUTH = "gender", "youth"
CHECKLISTS: Mapping[str, Mapping[str, Any]] = {
    GENDER: {
        "analysis": _("We have looked at how women and men live with this problem and what each can decide."),
        "design": _(
            "What we found has shaped the plan, and the plan harms nobody and deepens no inequality."
        ),
        "objective": _(
            "At least one goal names equality or women, and an indicator shows whether it is reached."
        ),
        "ambition": _("Equality or the standing of women is the main goal: without it we would not do this."),
        "indicators": _("Indicators of our own show what changes for women and men."),
        "by_group": _("We count women and men apart wherever people are counted."),
        "report": _("At the end we say in public what came of it for women and men."),
    },
    YOUTH: {
        "analysis": _(
            "We have looked at how people of 14–29 live with this problem and what they can decide."
        ),
        "design": _("What we found has shaped the plan, and the plan puts no young person at risk."),
        "objective": _("At least one goal names young people, and an indicator shows whether it is reached."),
        "ambition": _("Young people are the main goal: without them we would not do this."),
        "indicators": _("Indicators of our own show what changes for young people."),
        "by_group": _("We count the ages 14–17 and 18–29 apart wherever people are counted."),
        "report": _("At the end we say in public what came of it for young people."),
    },
}
NEEDED: Mapping[int, tuple[str, ...]] = {
    0: (),
    1: ("analysis", "design", "objective", "by_group", "report"),
    2: ("analysis", "design", "ambition", "indicators", "by_group", "report"),
}
SCORES: Mapping[int, Any] = {
    0: _("0: looked at; this is not aimed at"),
    1: _("1: an important goal beside others"),
    2: _("2: the main goal"),
}
TITLES: Mapping[str, Any] = {
    GENDER: _("Gender marker (OECD-DAC)"),
    YOUTH: _("Youth marker (the union's own)"),
}


def lacking(which: str, score: int, ticked: Iterable[str]) -> list[Any]:
    """The words of those minimum criteria of the score that are not ticked."""
    known = set(ticked)
    return [CHECKLISTS[which][key] for key in NEEDED[score] if key not in known]
