"""Forms of asks: answering, and writing questionnaires."""
