"""Nouns of research: releases; what inclusion and achievements need stands beside them."""

from icma.research.models.achieved import Declared, Imported
from icma.research.models.release import Release

__all__ = ["Declared", "Imported", "Release"]
