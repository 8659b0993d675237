"""The verbs of the spine, one file a noun. Only here is anything about matters written."""
