"""Everything that asks writes."""
