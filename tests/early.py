"""Loaded before Django's settings are read: tests never start as production, nor in anybody's home."""

import os
import tempfile

os.environ["ICMA_MODE"] = "test"
os.environ.setdefault("ICMA_HOME", tempfile.mkdtemp(prefix="icma-test-"))
