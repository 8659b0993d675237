"""Forms of the spine, one file a noun."""
