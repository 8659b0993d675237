"""Loaded before Django's settings are read: tests never start as production, nor in anybody's home."""

import gc
import os
import tempfile

os.environ["ICMA_MODE"] = "test"
os.environ.setdefault("ICMA_HOME", tempfile.mkdtemp(prefix="icma-test-"))
# No test pulls the plug: what is committed need not have reached the disk.
os.environ.setdefault("ICMA_SYNCHRONOUS_FULL", "0")
# A test leaves little behind it but a large heap to look through; looking seldom saves a sixth of the whole run.
gc.set_threshold(50_000, 20, 100)
