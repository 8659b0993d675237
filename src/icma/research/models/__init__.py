"""Nouns of research: releases; what inclusion and achievements need stands beside them."""

from icma.research.models.achieved import Declared, Imported
from icma.research.models.inclusion import (
    ActQuarter,
    ActSum,
    Goal,
    Marker,
    PopulationCell,
    PopulationTable,
)
from icma.research.models.release import Release

__all__ = [
    "ActQuarter",
    "ActSum",
    "Declared",
    "Goal",
    "Imported",
    "Marker",
    "PopulationCell",
    "PopulationTable",
    "Release",
]
