"""`icma bench NAME`: every figure of the house against its target, in one run.

The orchestrator starts real servers and databases; whatever needs Django with a certain database runs in
a child process (`child.py`). Bulk data is built once and kept under `var/bench`.
"""
