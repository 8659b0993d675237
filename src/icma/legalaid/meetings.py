"""Words for what a client has asked for: a call, an hour."""

from datetime import datetime
from typing import Any

from icma.legalaid.actions.meeting import asked
from icma.legalaid.models import Case
from icma.legalaid.reach import ANSWERS
from icma.legalaid.ring import Ring


def open_wishes(ring: Ring, case: Case) -> list[dict[str, Any]]:
    """Lines for a page, the call first."""
    found = asked(ring, case)
    return [as_shown(*found[kind]) for kind in ("callback", "visit") if kind in found]


def as_shown(row: Any, value: dict[str, Any]) -> dict[str, Any]:
    """With `code` and `due` of the row, the words of its closed list, and moments as such."""
    shown = {**value, "code": row.code, "due": row.due_on}
    if value["kind"] == "callback":
        return shown | {"answers": ANSWERS.get(value["answers"], ""), "missed": len(value["tries"])}
    return shown | {"starts": datetime.fromisoformat(value["starts"])}
