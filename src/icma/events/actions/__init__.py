"""What is done with meetings: planned and held, attended, told afterwards."""

from icma.events.actions.counting import MOST
from icma.events.actions.meetings import (
    MINUTES,
    READ,
    WORDS,
    NewTask,
    cancel_event,
    change_event,
    close_event,
    hold_event,
    invite,
    mark_of,
    open_event,
    open_request,
    plan_event,
    refused_with,
    release_minutes,
    undo_open,
)

__all__ = [
    "MINUTES",
    "MOST",
    "READ",
    "WORDS",
    "NewTask",
    "cancel_event",
    "change_event",
    "close_event",
    "hold_event",
    "invite",
    "mark_of",
    "open_event",
    "open_request",
    "plan_event",
    "refused_with",
    "release_minutes",
    "undo_open",
]
