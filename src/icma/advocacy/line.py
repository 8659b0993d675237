"""How long a press has waited before a thread takes it up: found by standing in the same line, once a second.

The server hands requests to its threads in the order in which they came, and tells nobody how long each has waited.
So while people press, a request of our own goes to the same address, and its time is the answer. When the line is
longer than LOW seconds some are told to come again, all of them at HIGH: who is let in waits little longer than that,
and who is not hears it soon. A confirmation is turned away last: its mail is sent, and one voice is one of them.
What cannot be measured turns nobody away; while nobody presses nothing is asked.
"""

import http.client
import random
import threading
import time
from collections.abc import Callable

PROBE = "/d/-/"
EVERY, STALE, PATIENCE = 1.0, 10.0, 30.0  # seconds
ASK, CONFIRM = (5.0, 15.0), (15.0, 25.0)  # LOW and HIGH
_DICE = random.SystemRandom()


def stand(host: str, port: int) -> None:
    """Wait for an answer as everybody does."""
    link = http.client.HTTPConnection(host, port, timeout=PATIENCE)
    try:
        link.request("HEAD", PROBE)
        link.getresponse().read()
    finally:
        link.close()


class Line:
    def __init__(self, stand: Callable[[str, int], None] = stand) -> None:
        self.stand, self.free = stand, threading.Lock()
        self.began = self.told = float("-inf")
        self.last = 0.0

    def turns_away(self, host: str, port: str, bounds: tuple[float, float]) -> bool:
        """Whether this press is told to come again. `host`, `port`: where this server listens."""
        self._look(host, port)
        low, high = bounds
        waits = self.seconds()
        return waits > low and _DICE.random() * (high - low) < waits - low

    def seconds(self) -> float:
        """What the last who stood in line has waited, or the one who stands there now has already."""
        now = time.monotonic()
        known = self.last if now - self.told < STALE else 0.0
        return max(known, now - self.began) if self.free.locked() else known

    def _look(self, host: str, port: str) -> None:
        now = time.monotonic()
        if now - self.began < EVERY or not self.free.acquire(False):
            return
        self.began = now
        try:
            threading.Thread(target=self._stand, args=(host, port), daemon=True).start()
        except RuntimeError:
            self.free.release()

    def _stand(self, host: str, port: str) -> None:
        try:
            self.stand(host, int(port))
        except TimeoutError:
            pass  # that long it was at least
        except (OSError, ValueError, http.client.HTTPException):
            self.began = time.monotonic()
        finally:
            self.told = time.monotonic()
            self.last = self.told - self.began
            self.free.release()
