"""Petitions under a crowd: CPU for each counted signature, what two cores hold, waiting, freshness, commits, gates.

The server, the mail worker and the batcher are processes of the product; the crowd with its mailboxes is another,
and its CPU is told apart; people come from thousands of networks, through a proxy that names them. Two runs a
database: twenty seconds with more arrivals than two cores can serve, whose counted voices a second are the highest
rate, and a run at 60 % of that rate, whose waiting times are told. `--long`: what is held is told of five minutes at
19/20 of the highest rate. A slow disk, and a short run in which each process is killed once, are on SQLite.
ICMA_BENCH_COMMIT_MS adds a slow disk's commit.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from icma.cli.bench import ground, reads

Figures = dict[str, tuple[float, str]]
PARTS = ("sqlite", "postgres", "slow", "killed", "reads", "millions")
PETITIONS = 100
THREADS = 64
FLOOD, FLOODED = 400, 20.0  # arrivals a second, more than two cores can serve; and for how many seconds
HELD = 0.95  # of the flood's rate, that has to be held for longer
SHARE = 0.72  # of arrivals that are new people who confirm


def figures(long: bool = False, parts: Sequence[str] = PARTS) -> Figures:
    """The parts that are asked for; of six million only in the long run or by name."""
    out: Figures = {}
    seconds = 300.0 if long else FLOODED
    calm: dict[str, dict] = {}
    if "sqlite" in parts:
        out |= _one("sqlite", seconds, None, calm)
    if "postgres" in parts:
        with ground.postgres() as database:
            out |= _one("postgres", seconds, database, calm) if database else {}
    out |= _waits(calm) if calm else {}
    out |= _slow_disk(seconds) if "slow" in parts else {}
    out |= _killed(20.0) if "killed" in parts else {}
    out |= reads.count_reads() if "reads" in parts else {}
    return out | (reads.millions() if "millions" in parts and (long or parts is not PARTS) else {})


def _one(kind: str, seconds: float, database: ground.Postgres | None, calm: dict[str, dict]) -> Figures:
    most = _most(kind, seconds, database)
    rate = most["counted"] / most["seconds"]
    calm[kind] = _run(kind, seconds, database, 0.6 * rate / SHARE)
    base = f"petition.{kind}"
    return {
        f"{base}.cpu_ms": (most["cpu"] / max(most["counted"], 1) * 1000, _words(most)),
        f"{base}.sustained_per_s": (rate, _words(most)),
    } | _gates(base, most, calm[kind])  # fmt: skip


def _most(kind: str, seconds: float, database: ground.Postgres | None, **more: str) -> dict:
    """What two cores hold."""
    flood = _run(kind, FLOODED, database, FLOOD, **more)
    if seconds <= FLOODED:
        return flood
    return _run(kind, seconds, database, HELD * flood["counted"] / flood["seconds"] / SHARE, **more)


def _waits(calm: dict[str, dict]) -> Figures:
    """Of both databases the worse."""

    def worse(name: str) -> tuple[float, str]:
        told = "; ".join(f"{kind} {seen[name]:.1f} at {_words(seen)}" for kind, seen in calm.items())
        return max(seen[name] for seen in calm.values()), told

    return {
        "petition.sign.p99_ms": worse("sign_p99_ms"),
        "petition.confirm.p99_ms": worse("confirm_p99_ms"),
        "petition.count_fresh.p99_s": worse("fresh_p99_s"),
    }


def _words(seen: dict) -> str:
    each = ((name, spent / max(seen["counted"], 1) * 1000) for name, spent in seen["parts"].items() if spent)
    return (
        f"{seen['rate']:.0f} arrivals/s for {seen['arrived']:.0f} s, all served after {seen['seconds']:.0f} s, "
        f"{seen['people']} people, {seen['counted']} counted, {seen['invalid']} taken out, {seen['refused']} refused, "
        f"{seen['failed']} failed{' ' + str(seen['odd']) if seen['odd'] else ''}; "
        f"CPU-ms {', '.join(f'{name} {spent:.2f}' for name, spent in each)}; crowd and mailboxes {seen['crowd_cpu']:.1f} CPU s apart"
    )


def _gates(base: str, *runs: dict) -> Figures:
    def worst(of) -> float:
        return max(of(seen) for seen in runs)

    return {
        f"{base}.double_counted": (worst(lambda s: max(0, s["counted"] - s["people"])), "signatures beyond the people who were thanked"),
        f"{base}.lost": (worst(lambda s: max(0, s["people"] - s["counted"], s["asked"] - s["asks"])), "people who were thanked, or forms that were answered, and are not in the database"),
        f"{base}.scanned": (worst(lambda s: max(0, s["done"] - s["presses"])), "confirmed without a press"),
        f"{base}.difference": (worst(lambda s: s["difference"]), "recount, log and page, one in a hundred taken out by a rule"),
    }  # fmt: skip


def _slow_disk(seconds: float) -> Figures:
    seen = _most("sqlite", seconds, None, ICMA_BENCH_COMMIT_MS="7")
    words = f"7 ms added to each durable commit; {_words(seen)}"
    base = "petition.sqlite.slow_disk"
    return {
        f"{base}.sustained_per_s": (seen["counted"] / seen["seconds"], words),
        f"{base}.commits_per_signature": (seen["commits"] / max(seen["counted"], 1), f"{seen['commits']} commits; {words}"),
    }  # fmt: skip


def _killed(seconds: float) -> Figures:
    """kill -9 once each of a web worker, the mail worker and the batcher, while a crowd signs."""
    return _gates("petition.killed", _run("sqlite", seconds, None, 60, kill=True))


def _run(
    kind: str, seconds: float, database: ground.Postgres | None, rate: float, kill: bool = False, **more: str
) -> dict:
    url, home = _ground(kind, database)
    smtp, codes = ground.free_port(), home / "codes.txt"
    ground.child("petitions", url, str(PETITIONS), str(codes), home=home)
    commits = home / "commits"
    with _product(url, home, smtp, ICMA_BENCH_COMMITS=str(commits), **more) as product:
        before = product.parts(database)
        at_start = commits.stat().st_size if commits.exists() else 0
        if kill:
            threading.Thread(target=product.kill_each, args=(seconds,), daemon=True).start()
        words = [str(product.port), str(smtp), str(rate), str(seconds), str(codes)]
        done = subprocess.run(
            [sys.executable, "-m", "icma.cli.bench.crowd", *words], capture_output=True, text=True, check=True
        )
        product.settle(20.0)  # the last leaves are logged and the last page is written
        ground.child("petitions_invalidate", url, home=home)
        product.settle(20.0)
        cpu = {name: now - before[name] for name, now in product.parts(database).items()}
    seen = ground.last_line_of(done.stdout)
    counted = ground.child("petitions_counted", url, home=home)
    return seen | counted | {
        "rate": rate, "cpu": sum(cpu.values()), "parts": cpu, "crowd_cpu": seen["cpu"],
        "commits": commits.stat().st_size - at_start,
    }  # fmt: skip


def _ground(kind: str, database: ground.Postgres | None) -> tuple[str, Path]:
    """A fresh database with the country in it, and a home of its own for keys and files."""
    home = ground.ROOT / f"petition-{kind}"
    subprocess.run(["rm", "-rf", str(home)], check=True)
    home.mkdir(parents=True)
    if database is None:
        return f"sqlite:///{home / 'icma.sqlite3'}", home
    return ground.fresh_postgres(database, "icma_petition"), home


class Product:
    """Server, mail worker and batcher as processes, started again when they die, as an init system does."""

    def __init__(self, port: int, pid: int, url: str, extra: dict[str, str]) -> None:
        self.port, self.pid, self.spent = port, pid, 0.0
        self.env = ground.environment(url) | extra | {"ICMA_BASE_URL": f"http://127.0.0.1:{port}"}
        self.workers = {only: self._start(only) for only in ("mail", "count")}

    def _start(self, only: str) -> subprocess.Popen:
        return subprocess.Popen([sys.executable, "-m", "icma", "worker", "--only", only], env=self.env)

    def pids(self) -> list[int]:
        return [self.pid, *(worker.pid for worker in self.workers.values())]

    def parts(self, database: ground.Postgres | None = None) -> dict[str, float]:
        """CPU seconds of each."""
        pids = zip(("web", *self.workers), self.pids(), strict=True)
        spent = {name: ground.tree_cpu(pid) for name, pid in pids} | {"killed": self.spent}
        return spent | {"database": database.cpu() if database else 0.0}

    def cpu(self) -> float:
        return sum(self.parts().values())

    def settle(self, longest: float) -> None:
        """Wait until nobody has anything to do: all is loaded, mailed, logged and written."""
        until, before = time.monotonic() + longest, self.cpu()
        while time.monotonic() < until:
            time.sleep(3)
            now = self.cpu()
            if now - before < 0.4:
                return
            before = now

    def kill_each(self, seconds: float) -> None:
        time.sleep(seconds / 4)
        web = max((one for one in ground.descendants(self.pid) if one != self.pid), key=ground.rss_mb)
        with contextlib.suppress(ProcessLookupError):
            os.kill(web, signal.SIGKILL)
        for only in self.workers:
            time.sleep(seconds / 4)
            self.spent += ground.tree_cpu(self.workers[only].pid)
            self.workers[only].kill()
            self.workers[only].wait()
            self.workers[only] = self._start(only)


@contextmanager
def _product(url: str, home: Path, smtp: int, **more: str) -> Iterator[Product]:
    extra = {"ICMA_HOME": str(home), "ICMA_MAIL_URL": f"smtp://127.0.0.1:{smtp}"} | more
    extra["ICMA_TRUSTED_PROXIES"] = "127.0.0.1"
    with ground.server(url, threads=THREADS, **extra) as (port, pid):
        product = Product(port, pid, url, extra)
        try:
            product.settle(40.0)
            yield product
        finally:
            for worker in product.workers.values():
                worker.terminate()
            for worker in product.workers.values():
                worker.wait(timeout=20)
