"""Declared figures as everybody reads them: apart, each with its period, definition and source. Nothing is summed here."""

from icma.research.models import Declared


def public_declared() -> list[Declared]:
    """The public ones, by theme and the newest period first; one query."""
    order = list(Declared.Theme.values)
    rows = Declared.objects.filter(state=Declared.State.PUBLIC).order_by("-last", "pk")
    return sorted(rows, key=lambda row: order.index(row.theme))
