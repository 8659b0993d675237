"""Log lines carry no address, agent, referer, body or secret, and of an error where it happened, not what it held."""

import logging
import re
import traceback

# Codes of feeds, tokens of links and opaque persons stand in addresses; matters' eight signs are public. Of legal
# aid not even the page is told: when somebody came for help, or which case was open at midnight.
SECRET = re.compile(r"(?<=/)[^/\s]{16,}|(?<=/(?:huquq|komek)/)[^\s?]+")


class Bare(logging.Filter):
    """Drops what Django hangs on a record (the request with its headers and body), shortens addresses, and
    of an exception keeps the place and its kind: its words may quote what somebody typed.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        record.__dict__.pop("request", None)
        if record.exc_info and record.exc_info[0]:
            kind, _error, where = record.exc_info
            record.exc_text = "".join(traceback.format_tb(where)) + kind.__name__
            record.exc_info = None
        if record.name.startswith("django.") and isinstance(record.args, tuple):
            record.args = tuple(SECRET.sub("…", arg) if isinstance(arg, str) else arg for arg in record.args)
        return True
