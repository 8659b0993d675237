"""How often public pages are opened, counted without anybody: a number a page in the memory of the process.

It is added to the day's row at most once a minute, by a thread of its own: whoever opens a page waits for no lock,
and no address, cookie or agent is kept or looked up. A process that is killed loses its last minute.
"""

import atexit
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, connections
from django.http import HttpRequest
from django.utils import timezone

from icma.advocacy.actions.reach import add_views
from icma.core.day import legal_day

SECONDS = 60.0
log = logging.getLogger(__name__)


class Tally:
    """Openings by (code, day); `write` is called with what has gathered."""

    def __init__(self, write: Callable[[dict[tuple[str, str], int]], None], seconds: float = SECONDS) -> None:
        self.write, self.seconds = write, seconds
        self.lock, self.seen, self.last = threading.Lock(), Counter[tuple[str, str]](), time.monotonic()

    def add(self, code: str, day: str) -> None:
        """One opening more; once a minute the sum goes to the database in a thread."""
        with self.lock:
            self.seen[code, day] += 1
            due = time.monotonic() - self.last >= self.seconds
            if due:
                self.last = time.monotonic()
        if due:
            threading.Thread(target=self._in_thread, name="reach", daemon=True).start()

    def _in_thread(self) -> None:
        try:
            self.flush()
        finally:
            connections.close_all()

    def flush(self) -> None:
        """What has gathered is written; where that fails it is counted again with the next."""
        with self.lock:
            seen, self.seen = self.seen, Counter()
        if not seen:
            return
        try:
            self.write(dict(seen))
        except DatabaseError as error:
            log.warning("openings are written later: %s", type(error).__name__)
            with self.lock:
                self.seen.update(seen)


def _write(seen: dict[tuple[str, str], int]) -> None:
    add_views(seen=seen)


TALLY = Tally(_write, float("inf") if settings.IS_TEST else SECONDS)
if not settings.IS_TEST:
    atexit.register(TALLY.flush)


def opened(request: HttpRequest, code: str) -> None:
    """Count one opening of a public page. Not counted: who is signed in, who only asks ahead, and programs that say what they
    are."""
    if request.method != "GET" or settings.SESSION_COOKIE_NAME in request.COOKIES:
        return
    ahead = request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))
    agent = request.headers.get("User-Agent", "").lower()
    if "prefetch" in ahead or any(word in agent for word in ("bot", "crawl", "spider")):
        return
    TALLY.add(code, legal_day(timezone.now()).isoformat())
