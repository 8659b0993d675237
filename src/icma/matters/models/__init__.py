from icma.matters.models.doing import Act, Document, Notice, Support, Task
from icma.matters.models.letter import InMail, Letter
from icma.matters.models.matter import Link, Matter, Part, Window
from icma.matters.models.thread import Clock, ClockEvent, Entry, Words

__all__ = [
    "Act", "Clock", "ClockEvent", "Document", "Entry", "InMail", "Letter", "Link", "Matter", "Notice", "Part",
    "Support", "Task", "Window", "Words",
]  # fmt: skip
