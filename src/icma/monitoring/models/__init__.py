"""Nouns of monitoring: results (initiative, indicator, report) and what was learned (outcome, story, visit)."""

from icma.monitoring.models.results import (
    Definition,
    Evidence,
    Indicator,
    Initiative,
    Node,
    Period,
    Report,
    ReportCell,
    Reporter,
    Target,
    Word,
)

__all__ = [
    "Definition",
    "Evidence",
    "Indicator",
    "Initiative",
    "Node",
    "Period",
    "Report",
    "ReportCell",
    "Reporter",
    "Target",
    "Word",
]
