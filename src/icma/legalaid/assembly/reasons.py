"""Why a document cannot be made. No Django here: the assembling process imports it too."""

REASONS = (
    "undefined",  # a variable of the template has no value: its name
    "syntax",  # a tag of the template is wrong
    "forbidden",  # a template asked for more than values
    "macros",  # programs inside the file
    "external",  # the file points outside itself
    "broken",  # unreadable, cut off
    "too_large",
    "too_slow",
    "encrypted",
    "unsafe",  # what is active could not be taken out
    "no_sandbox",  # this computer offers no walls, or lacks a library
    "changes",  # comments or tracked changes, which show who wrote and what was taken out
    "kind",  # not a file of the kind that it claims to be
)


class Stopped(Exception):
    """Inside the assembling process: a reason of REASONS and what it is about (a name, never content)."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail[:80]
