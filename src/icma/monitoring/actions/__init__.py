"""Verbs of monitoring: the only code that writes."""
