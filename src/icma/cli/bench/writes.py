"""Writes: eight writers through the support action, and forms that are posted four times at once."""

import contextlib
import http.client
import re
import sqlite3
import subprocess
import sys
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

from icma.cli.bench import ground

WRITERS = 8


def figures(long: bool = False) -> dict[str, tuple[float, str]]:
    count = 500 if long else 150
    out = {}
    for name, full in (("sqlite_normal", False), ("sqlite_full", True)):
        out |= _support(name, _copy(200), full, count, None)
    with ground.postgres() as database:
        if database is not None:
            out |= _support("postgres", ground.postgres_url(database, 200), True, count, database)
    return out | _posts(60 if long else 25)


def _copy(size: int) -> str:
    """A throw-away copy, so that the kept database stays what it was."""
    source = ground.sqlite_url(size).removeprefix("sqlite:///")
    target = ground.ROOT / "scratch.sqlite3"
    for tail in ("", "-wal", "-shm"):
        Path(f"{target}{tail}").unlink(missing_ok=True)
    with (
        contextlib.closing(sqlite3.connect(source)) as kept,
        contextlib.closing(sqlite3.connect(target)) as made,
    ):
        kept.backup(made)  # with what still stands in its write-ahead log
    return f"sqlite:///{target}"


def _support(name: str, url: str, full: bool, count: int, database: ground.Postgres | None) -> dict:
    before = database.cpu() if database else 0.0
    began = time.perf_counter()
    writers = [
        subprocess.Popen(
            [sys.executable, "-m", "icma.cli.bench.child", "support", str(number), str(count)],
            env=ground.environment(url, full), stdout=subprocess.PIPE, text=True,
        )
        for number in range(WRITERS)
    ]  # fmt: skip
    results = [ground.last_line(writer) for writer in writers]
    wall = max(result["seconds"] for result in results)
    cpu = sum(result["cpu"] for result in results) + ((database.cpu() - before) if database else 0.0)
    done = WRITERS * count
    words = f"{WRITERS} processes, {done} supports through the action, {time.perf_counter() - began:.0f} s with start"
    return {
        f"writes.support.{name}.cpu_ms": (cpu / done * 1000, words),
        f"writes.support.{name}.per_s": (done / wall, words),
    }


def _posts(rounds: int) -> dict[str, tuple[float, str]]:
    """Each form is posted four times at the same moment with one key; it must become one matter."""
    url = _copy(200)
    with ground.server(url) as (port, _pid):
        forms = [_form(port, number) for number in range(8)]
        jobs = [(forms[n % 8], f"Ölçmə {n} {uuid.uuid4().hex[:8]}") for n in range(rounds * 8)]
        statuses: list[int] = []
        began = time.perf_counter()
        with ThreadPoolExecutor(16) as pool:
            for status in pool.map(lambda job: _four(port, *job), jobs):
                statuses += status
        seconds = time.perf_counter() - began
    found = ground.child("raised", url)
    words = f"{len(jobs)} forms, four posts each, 16 at a time, Granian 2 workers, SQLite synchronous FULL"
    return {
        "writes.http.per_s": (len(statuses) / seconds, words),
        "writes.http.errors": (sum(status >= 400 for status in statuses), words),
        "writes.http.duplicates": (
            found["matters"] - found["titles"] + len(jobs) - found["titles"],
            "stored twice or lost",
        ),
    }


def _form(port: int, number: int) -> tuple[str, str, str]:
    """(cookie, token, a place's value) of a fresh visitor."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    link.request("GET", "/qaldirin/yeni/")
    answer = link.getresponse()
    page = answer.read().decode()
    cookie = answer.getheader("Set-Cookie", "").split(";")[0]
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    place = re.search(r'<option value="([^"]+)"[^>]*>\s*Göyçay', page)
    if not token or not place:
        raise RuntimeError("the form to raise a matter has no token or no list of places")
    return cookie, token[1], place[1]


def _four(port: int, form: tuple[str, str, str], title: str) -> list[int]:
    cookie, token, place = form
    body = urlencode({
        "csrfmiddlewaretoken": token, "once": uuid.uuid4().hex, "title": title, "text": f"{title}. Küçədə işıq yoxdur.",
        "place": place, "topic": "infrastructure", "sure": "1",
    })  # fmt: skip
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    statuses: list[int] = []

    def post() -> None:
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        link.request("POST", "/qaldirin/yeni/", body=body, headers=headers)
        answer = link.getresponse()
        answer.read()
        statuses.append(answer.status)

    posts = [threading.Thread(target=post) for _ in range(4)]
    for one in posts:
        one.start()
    for one in posts:
        one.join()
    return statuses
