"""Questionnaires: versioned questions and their anonymous answers."""
