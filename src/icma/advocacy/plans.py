"""What a campaign of each kind begins with: `data/campaigns.json`, every text in az, ru and en.

A text that names what only the community knows has gaps in square brackets; a gate asks for them (gates.py).
"""

import functools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "data" / "campaigns.json"
FIRST = "az"


@dataclass(frozen=True)
class Plan:
    """One template in one language. `tactics`: (kind, days from today, title); `reaches`: (source, target, kind)
    by place in `stakeholders`: (kind, influence, support, post)."""

    topic: str
    evidence: str
    demand: str
    fallback: str
    stakeholders: tuple[tuple[str, int, int, str], ...]
    reaches: tuple[tuple[int, int, str], ...]
    tactics: tuple[tuple[str, int, str], ...]
    messages: dict[str, str]
    indicators: tuple[str, ...]
    risks: tuple[tuple[str, str, str], ...]


@functools.cache
def raw() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
    return data


def plan(template: str, language: str) -> Plan:
    """The template in `language`, or in Azerbaijani when it is not one of ours. KeyError for an unknown template."""
    one = raw()[template]

    def said(text: dict[str, str]) -> str:
        return text.get(language, text[FIRST])

    return Plan(
        topic=one["topic"], evidence=said(one["evidence"]), demand=said(one["demand"]), fallback=said(one["fallback"]),
        stakeholders=tuple((s["kind"], s["influence"], s["support"], said(s["post"])) for s in one["stakeholders"]),
        reaches=tuple((a, b, kind) for a, b, kind in one["reaches"]),
        tactics=tuple((t["kind"], t["day"], said(t["title"])) for t in one["tactics"]),
        messages={audience: said(text) for audience, text in one["messages"].items()},
        indicators=tuple(said(text) for text in one["indicators"]),
        risks=tuple((r["kind"], said(r["text"]), said(r["answer"])) for r in one["risks"]),
    )  # fmt: skip
