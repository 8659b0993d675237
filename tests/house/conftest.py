"""Fixtures of the house rules."""

from tests.undefined import marked

__all__ = ["marked"]
