"""Forms of meetings and of those who come."""
