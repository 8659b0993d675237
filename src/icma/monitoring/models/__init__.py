"""Nouns of monitoring: results (initiative, indicator, report) and what was learned (outcome, story, visit)."""

from icma.monitoring.models.month import Month, MonthCount, Omission, Paper, Visit
from icma.monitoring.models.outcomes import Choice, Collection, Outcome, Story, Substantiation
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
    "Choice",
    "Collection",
    "Definition",
    "Evidence",
    "Indicator",
    "Initiative",
    "Month",
    "MonthCount",
    "Node",
    "Omission",
    "Outcome",
    "Paper",
    "Period",
    "Report",
    "ReportCell",
    "Reporter",
    "Story",
    "Substantiation",
    "Target",
    "Visit",
    "Word",
]
