"""Clocks on matters: their terms, the silence after them, objections against them."""

from icma.matters.actions.clocks.silence import (
    confirm_silence,
    decide_objection,
    object_to,
    object_without_term,
    objected,
)
from icma.matters.actions.clocks.terms import (
    NotExtended,
    close_clock,
    close_clocks,
    correct,
    extend,
    pause,
    rederive_many,
    resume,
    start_clock,
    stop_clock,
    stop_own,
    wait_again,
)

__all__ = [
    "NotExtended", "close_clock", "close_clocks", "confirm_silence", "correct", "decide_objection", "extend",
    "object_to", "object_without_term", "objected", "pause", "rederive_many", "resume", "start_clock", "stop_clock", "stop_own", "wait_again",
]  # fmt: skip
