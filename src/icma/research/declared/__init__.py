"""Figures from before İcma: declared by somebody, agreed to by a second person, kept apart from what is computed."""
