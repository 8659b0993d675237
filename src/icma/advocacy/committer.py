"""Group commit: many requests wait while one thread writes their rows in one durable transaction.

A disk makes some hundred durable commits a second; a petition at its peak wants more. So rows are collected for a
moment and committed together; a request is answered only after the commit that holds its row. When the queue is
full or the commit fails, whoever waits is told so (`Busy`) and nothing was promised.
"""

import logging
import os
import queue
import threading
import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, close_old_connections, connection

Item = TypeVar("Item")
log = logging.getLogger(__name__)
CALM, CROWDED = (
    0.1,
    0.2,
)  # seconds in which rows are collected; the longer while MANY a second come to a process
MANY = 200
MOST = 400  # rows a commit
QUEUE = 4_000
PATIENCE = 20.0  # seconds a request waits until its commit begins
LONGEST = 60.0  # and then until it ends: what is being written cannot be taken back


class Busy(Exception):
    """Nothing was written; try again in a moment."""


def slow_disk() -> None:
    """A bench may count the durable commits, and add the time that a slow disk takes. Never in production."""
    if settings.IS_PRODUCTION:
        return
    if extra := os.environ.get("ICMA_BENCH_COMMIT_MS"):
        time.sleep(float(extra) / 1000)
    if counted := os.environ.get("ICMA_BENCH_COMMITS"):
        with open(counted, "ab") as file:
            file.write(b".")


class _Ticket(Generic[Item]):
    __slots__ = ("done", "error", "item", "result", "taken")

    def __init__(self, item: Item) -> None:
        self.item, self.done = item, threading.Event()
        self.taken = threading.Lock()  # by the thread that writes it, or by the request that has given it up
        self.result: Any = None
        self.error: BaseException | None = None


class Group(Generic[Item]):
    """`write(items) -> results` in one transaction for all that arrive within the window, by one thread a process."""

    def __init__(self, write: Callable[[list[Item]], list[Any]]) -> None:
        self.write = write
        self.waiting: queue.Queue[_Ticket[Item]] = queue.Queue(QUEUE)
        self.starting = threading.Lock()
        self.pid = 0

    def submit(self, item: Item) -> Any:
        """The result for `item` once it is durable. Raises Busy, or what `write` raised.

        Inside a transaction (the demo's build, a test) it joins that one.
        """
        if connection.in_atomic_block:
            return self.write([item])[0]
        self._start()
        ticket = _Ticket(item)
        try:
            self.waiting.put_nowait(ticket)
        except queue.Full:
            raise Busy from None
        if not ticket.done.wait(PATIENCE) and (ticket.taken.acquire(False) or not ticket.done.wait(LONGEST)):
            raise Busy
        if isinstance(ticket.error, DatabaseError | OSError):
            raise Busy from ticket.error
        if ticket.error is not None:
            raise ticket.error
        return ticket.result

    def _start(self) -> None:
        """The thread belongs to this process: a forked worker starts its own."""
        with self.starting:
            if self.pid != os.getpid():
                self.pid = os.getpid()
                threading.Thread(target=self._run, name="group-commit", daemon=True).start()

    def _run(self) -> None:
        window, before = CALM, time.monotonic()
        while True:
            tickets = [ticket for ticket in self._collect(window) if ticket.taken.acquire(False)]
            now = time.monotonic()
            window = CROWDED if len(tickets) >= MANY * (now - before) else CALM
            before = now
            if not tickets:
                continue
            close_old_connections()
            try:
                self._write(tickets)
            except (OperationalError, InterfaceError, OSError) as error:
                log.warning("nothing was written, and nobody thanked: %s", str(error).partition("\n")[0])
                self._failed(tickets, error)  # the disk or the database, not a row
            except Exception as error:
                self._one_by_one(tickets, error)

    def _write(self, tickets: list[_Ticket[Item]]) -> None:
        results = self.write([ticket.item for ticket in tickets])
        slow_disk()
        for ticket, result in zip(tickets, results, strict=True):
            ticket.result = result
            ticket.done.set()

    def _one_by_one(self, tickets: list[_Ticket[Item]], error: Exception) -> None:
        """One row that cannot be written stops none of the others."""
        if len(tickets) == 1:
            self._failed(tickets, error)
            return
        for ticket in tickets:
            try:
                self._write([ticket])
            except Exception as its_own:
                self._failed([ticket], its_own)

    def _collect(self, window: float) -> list[_Ticket[Item]]:
        """All that come within the window; the thread sleeps meanwhile, where each of them would wake it."""
        tickets = [self.waiting.get()]
        if self.waiting.qsize() < MOST:
            time.sleep(window)
        while len(tickets) < MOST:
            try:
                tickets.append(self.waiting.get_nowait())
            except queue.Empty:
                break
        return tickets

    def _failed(self, tickets: list[_Ticket[Item]], error: BaseException) -> None:
        connection.close()
        for ticket in tickets:
            ticket.error = error
            ticket.done.set()
