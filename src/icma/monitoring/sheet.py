"""The reference sheet of an indicator: what must be known so that two people measure the same.

The list is that of Mercy Corps' TolaData indicator form; "how it is used" is the one nobody should leave out.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

MOST = 600
# name → (label, what to write)
FIELDS: dict[str, tuple[Any, Any]] = {
    "use": (_("What you decide with it"), _("If nothing is decided with this figure, do not collect it.")),
    "definition": (_("What exactly is counted"), _("Who or what counts, and what does not.")),
    "why": (_("Why this figure"), _("How it shows that the change has come.")),
    "source": (_("Where it is read"), _("Sign-in list, meter, letter, photo.")),
    "method": (_("How it is measured"), _("Step by step, so that somebody else gets the same.")),
    "frequency": (_("When it is collected"), ""),
    "responsible": (_("Who collects it"), _("A role, not a name.")),
    "quality": (_("How it is checked"), _("For instance: two people count; totals are compared.")),
    "limits": (_("What it does not show"), _("Known gaps and doubts.")),
}


def clean(given: dict[str, str]) -> dict[str, str]:
    """Known fields with words in them, cut to what a sheet takes."""
    return {name: given[name].strip()[:MOST] for name in FIELDS if given.get(name, "").strip()}


def rows(kept: dict[str, str]) -> list[tuple[Any, str]]:
    return [(label, kept[name]) for name, (label, _help) in FIELDS.items() if kept.get(name)]
