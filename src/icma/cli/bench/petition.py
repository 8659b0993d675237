"""Petitions under a crowd: CPU for each counted signature, what two cores hold, commits, freshness, gates.

The server, the mail worker and the batcher are processes of the product; the crowd with its mailboxes is another,
and its CPU is told apart. ICMA_BENCH_COMMIT_MS adds a slow disk's commit (docs/settings.md).
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from icma.cli.bench import ground

Figures = dict[str, tuple[float, str]]
PETITIONS = 100
THREADS = 24


def figures(long: bool = False) -> Figures:
    out: Figures = {}
    seconds = 300.0 if long else 20.0
    out |= _one("sqlite", seconds, None, 150)
    with ground.postgres() as database:
        if database is not None:
            out |= _one("postgres", seconds, database, 150)
    out |= _slow_disk(20.0)
    return out


def _one(kind: str, seconds: float, database: ground.Postgres | None, rate: float) -> Figures:
    seen = _run(kind, seconds, database, rate)
    words = (
        f"{rate:g} arrivals/s for {seconds:g} s, {seen['people']} people, {seen['counted']} counted, "
        f"{seen['refused']} refused, {seen['failed']} failed; crowd and mailboxes {seen['crowd_cpu']:.1f} CPU s apart"
    )
    base = f"petition.{kind}"
    return {
        f"{base}.cpu_ms": (seen["cpu"] / max(seen["counted"], 1) * 1000, words),
        f"{base}.sustained_per_s": (seen["counted"] / seen["seconds"], words),
        f"{base}.sign_p99_ms": (seen["sign_p99_ms"], words), f"{base}.confirm_p99_ms": (seen["confirm_p99_ms"], words),
        f"{base}.double_counted": (max(0, seen["counted"] - seen["people"]), "signatures beyond the people of the crowd"),
        f"{base}.lost": (seen["lost"], "presses that were thanked and are not confirmed in the database"),
        f"{base}.difference": (seen["difference"], "recount, log and page"),
    }  # fmt: skip


def _slow_disk(seconds: float) -> Figures:
    seen = _run("sqlite", seconds, None, 150, ICMA_BENCH_COMMIT_MS="7")
    words = f"150 arrivals/s for {seconds:g} s, 7 ms added to each durable commit, {seen['counted']} counted"
    return {"petition.sqlite.slow_disk.sustained_per_s": (seen["counted"] / seen["seconds"], words)}


def _run(kind: str, seconds: float, database: ground.Postgres | None, rate: float, **more: str) -> dict:
    url, home = _ground(kind, database)
    smtp, codes = ground.free_port(), home / "codes.txt"
    made = ground.child("petitions", url, str(PETITIONS), str(codes), home=home)
    with _product(url, home, smtp, **more) as (port, pids):
        before = sum(map(ground.tree_cpu, pids)) + (database.cpu() if database else 0.0)
        done = subprocess.run(
            [sys.executable, "-m", "icma.cli.bench.crowd", str(port), str(smtp), str(rate), str(seconds), str(codes)],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        time.sleep(12)  # the last leaves are logged and the last page is written
        cpu = sum(map(ground.tree_cpu, pids)) + (database.cpu() if database else 0.0) - before
    seen = ground.last_line_of(done.stdout)
    counted = ground.child("petitions_counted", url, home=home)
    return seen | counted | made | {
        "cpu": cpu, "crowd_cpu": seen["cpu"], "lost": max(0, seen["confirmed"] - counted["done"]),
    }  # fmt: skip


def _ground(kind: str, database: ground.Postgres | None) -> tuple[str, Path]:
    """A fresh database with the country in it, and a home of its own for keys and files."""
    home = ground.ROOT / f"petition-{kind}"
    subprocess.run(["rm", "-rf", str(home)], check=True)
    home.mkdir(parents=True)
    if database is None:
        return f"sqlite:///{home / 'icma.sqlite3'}", home
    return ground.fresh_postgres(database, "icma_petition"), home


@contextmanager
def _product(url: str, home: Path, smtp: int, **more: str) -> Iterator[tuple[int, list[int]]]:
    """Server, mail worker and batcher; yields (port, pids)."""
    extra = {"ICMA_HOME": str(home), "ICMA_MAIL_URL": f"smtp://127.0.0.1:{smtp}"} | more
    workers: list[subprocess.Popen] = []
    with ground.server(url, threads=THREADS, **extra) as (port, pid):
        try:
            for only in ("mail", "count"):
                words = [sys.executable, "-m", "icma", "worker", "--only", only]
                env = ground.environment(url) | extra | {"ICMA_BASE_URL": f"http://127.0.0.1:{port}"}
                workers.append(subprocess.Popen(words, env=env))
            pids = [pid, *(worker.pid for worker in workers)]
            _settled(pids)
            yield port, pids
        finally:
            for worker in workers:
                worker.terminate()
            for worker in workers:
                worker.wait(timeout=20)


def _settled(pids: list[int], longest: float = 40.0) -> None:
    """Wait until everything is loaded, and the first page of each petition is written."""
    until = time.monotonic() + longest
    before = sum(map(ground.tree_cpu, pids))
    while time.monotonic() < until:
        time.sleep(2)
        now = sum(map(ground.tree_cpu, pids))
        if now - before < 0.3:
            return
        before = now
