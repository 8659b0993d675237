"""Figures about people: only what was released. Where nothing was, the figure says so and is never zero."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from icma.core.words import WITHHELD
from icma.front.achieved.figure import Figure
from icma.legalaid.figures import totals
from icma.research.inclusion.levels import WOMEN, YOUNG
from icma.research.inclusion.panel import ALL, portion
from icma.research.inclusion.panel import WITHHELD as HIDDEN
from icma.research.inclusion.released import BY_LEVEL, released
from icma.research.quarters import by_name


def helped() -> list[Figure]:
    """Sums of legal aid's publications: at least so many, since what is below five is not in them."""
    found, data = totals(), ((_("tables of the quarters"), reverse("legalaid_figures")),)
    there = bool(found.through)
    values = {
        "helped_persons": found.persons,
        "helped_initiatives": found.initiatives,
        "services": found.services,
    }
    return [
        Figure(name, n if there else None, quarter_end(found.through), data, is_least=there)
        for name, n in values.items()
    ]


def quarter_end(quarter: str) -> date | None:
    """The last day of "2026Q2"; None for no quarter."""
    found = by_name(quarter.replace("Q", "-Q"))
    return found[1] if found else None


def took_part() -> list[Figure]:
    """Shares of women and of the young in everything that people did, over the closed quarters that are out."""
    found, made = released(BY_LEVEL), []
    data = ((_("by level and region"), reverse("inclusion")), (_("published tables"), reverse("releases")))
    for name, group in (("women", WOMEN), ("youth", YOUNG)):
        part = portion(found.quarters, ALL, group)
        value = WITHHELD if part.what == HIDDEN else part.share.value if part.share else None
        made.append(
            Figure(
                name, value, found.last, data, share=part.share, unknown=part.share_unknown, more={"what": part.what}
            )
        )  # fmt: skip
    return made
