"""Figures about people: measures go in, checked releases come out."""
