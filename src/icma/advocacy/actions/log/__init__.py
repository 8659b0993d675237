"""The log that anyone can check: leaves and checkpoints, the batcher's round, sums, invalidation, sheets, witnesses."""

from icma.advocacy.actions.log.leaves import STEP, TO_LOG, log_petition, recount, root_of, to_log
from icma.advocacy.actions.log.sums import count_acts, drop_acts

__all__ = ["STEP", "TO_LOG", "count_acts", "drop_acts", "log_petition", "recount", "root_of", "to_log"]
