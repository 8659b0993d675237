"""Watching decisions while they are made, and promises afterwards."""
