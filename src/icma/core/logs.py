"""Log lines carry no address, agent, referer or body."""

import logging


class Bare(logging.Filter):
    """Drops what Django hangs on a record: the request with its headers and body."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.__dict__.pop("request", None)
        record.exc_text = None
        return True
