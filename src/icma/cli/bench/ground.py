"""What a measurement stands on: databases, a server of two workers, CPU time from /proc, a load generator."""

import contextlib
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from icma.cli.serve import ARENAS, server_words

ROOT = Path(os.environ.get("ICMA_HOME", "var")).resolve() / "bench"
TICK = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(url: str, full: bool = True) -> dict[str, str]:
    """The variables of a bench process: demo mode (no TLS), its own database and home."""
    home = ROOT / "home"
    home.mkdir(parents=True, exist_ok=True)
    return os.environ | {
        "ICMA_MODE": "demo", "ICMA_HOME": str(home), "ICMA_DATABASE_URL": url,
        "ICMA_SYNCHRONOUS_FULL": "1" if full else "0", "ICMA_LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "icma.settings", "PYTHONDONTWRITEBYTECODE": "",  # as an installed package has it
    }  # fmt: skip


def child(verb: str, url: str, *words: str, full: bool = True, home: Path | None = None) -> dict:
    """Run one verb of child.py on a database; its last line of output is the JSON result."""
    done = subprocess.run(
        [sys.executable, "-m", "icma.cli.bench.child", verb, *words],
        env=environment(url, full) | ({"ICMA_HOME": str(home)} if home else {}), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"bench child {verb} failed:\n{done.stderr[-3000:]}")
    return last_line_of(done.stdout)


def last_line_of(text: str) -> dict:
    return json.loads(text.strip().splitlines()[-1])


def last_line(process: subprocess.Popen) -> dict:
    """The JSON that a child prints last."""
    return last_line_of(process.communicate()[0])


def sqlite_url(size: int) -> str:
    """A database of `size` matters, built once and kept."""
    ROOT.mkdir(parents=True, exist_ok=True)
    path = ROOT / f"{size}.sqlite3"
    url = f"sqlite:///{path}"
    if not path.exists():
        draft = ROOT / f"{size}.draft.sqlite3"
        draft.unlink(missing_ok=True)
        child("build", f"sqlite:///{draft}", str(size), full=False)
        draft.rename(path)
    return url


@dataclass
class Postgres:
    """A PostgreSQL of the bench's own, with the data folder kept between runs."""

    port: int
    pid: int

    def url(self, name: str) -> str:
        return f"postgresql://icma@127.0.0.1:{self.port}/{name}"

    def cpu(self) -> float:
        return tree_cpu(self.pid)


def postgres_bin() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if found:
        return found[-1].parent
    which = shutil.which("postgres")
    return Path(which).resolve().parent if which else None


@contextlib.contextmanager
def postgres() -> Iterator[Postgres | None]:
    """Yields None where PostgreSQL is not installed: its figures are then misses."""
    binaries = postgres_bin()
    if binaries is None:
        yield None
        return
    as_user: list[str] = []
    folder = ROOT / "postgres"
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        folder = Path(tempfile.gettempdir()) / "icma-bench-postgres"
        as_user = ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups"]
    folder.mkdir(parents=True, exist_ok=True)
    if as_user:
        shutil.chown(folder, "postgres", "postgres")
    data, port = folder / "data", free_port()
    if not (data / "PG_VERSION").exists():
        _quiet(
            [
                *as_user,
                binaries / "initdb",
                "-D",
                data,
                "-U",
                "icma",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
            ]
        )
    options = (
        f"-k {folder} -p {port} -c listen_addresses=127.0.0.1 -c shared_buffers=512MB -c max_connections=200"
    )
    _quiet([*as_user, binaries / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start"])
    try:
        pid = int((data / "postmaster.pid").read_text().split()[0])
        yield Postgres(port, pid)
    finally:
        _quiet([*as_user, binaries / "pg_ctl", "-D", data, "-m", "fast", "stop"])


def _quiet(words: list) -> None:
    subprocess.run([str(word) for word in words], check=True, stdout=subprocess.DEVNULL, cwd="/")


def postgres_url(server: Postgres, size: int) -> str:
    name = f"icma_{size}"
    binaries = postgres_bin()
    base = ["-h", "127.0.0.1", "-p", str(server.port), "-U", "icma"]
    listed = subprocess.run(
        [f"{binaries}/psql", *base, "-Atc", "select datname from pg_database", "postgres"],
        check=True, capture_output=True, text=True,
    ).stdout.split()  # fmt: skip
    if name not in listed:
        subprocess.run([f"{binaries}/dropdb", "--if-exists", *base, f"{name}_draft"], check=True)
        subprocess.run([f"{binaries}/createdb", *base, f"{name}_draft"], check=True)
        child("build", server.url(f"{name}_draft"), str(size))
        rename = f"alter database {name}_draft rename to {name}"
        subprocess.run([f"{binaries}/psql", *base, "-qc", rename, "postgres"], check=True)
    return server.url(name)


def fresh_postgres(server: Postgres, name: str) -> str:
    """An empty database of that name."""
    binaries, base = postgres_bin(), ["-h", "127.0.0.1", "-p", str(server.port), "-U", "icma"]
    subprocess.run(
        [f"{binaries}/dropdb", "--if-exists", "--force", *base, name], check=True, capture_output=True
    )
    subprocess.run([f"{binaries}/createdb", *base, name], check=True)
    return server.url(name)


def descendants(pid: int) -> list[int]:
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for one in task.read_text().split():
                found += descendants(int(one))
    return found


def tree_cpu(pid: int) -> float:
    """CPU seconds (user and system) of a process, its living children, and those it has reaped."""
    total = 0
    for one in descendants(pid):
        with contextlib.suppress(OSError):
            parts = Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
            total += int(parts[11]) + int(parts[12]) + (int(parts[13]) + int(parts[14]) if one == pid else 0)
    return total / TICK


def rss_mb(pid: int) -> float:
    text = Path(f"/proc/{pid}/status").read_text()
    return int(text.split("VmRSS:")[1].split()[0]) / 1024


@contextlib.contextmanager
def server(url: str, full: bool = True, threads: int = 3, **more: str) -> Iterator[tuple[int, int]]:
    """Granian with two workers on a free port; yields (port, pid of the master)."""
    port = free_port()
    words = server_words("127.0.0.1", port, 2, threads)
    here = {"ICMA_BASE_URL": f"http://127.0.0.1:{port}"}
    process = subprocess.Popen(words, env=environment(url, full) | ARENAS | here | more)
    try:
        _wait(port)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(port: int) -> None:
    for _ in range(200):
        with contextlib.suppress(OSError):
            link = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            link.request("GET", "/healthz")
            if link.getresponse().status == 200:
                return
        time.sleep(0.1)
    raise RuntimeError("the server did not start")


@dataclass
class Load:
    """What a run of the generator saw."""

    seconds: float = 0.0
    done: int = 0
    errors: int = 0
    times: list[float] = field(default_factory=list)

    def p95_ms(self) -> float:
        return sorted(self.times)[int(len(self.times) * 0.95)] * 1000 if self.times else 0.0


def load(
    port: int, paths: list[str], threads: int, seconds: float, headers: dict[str, str] | None = None
) -> Load:
    """Closed loop: each of `threads` connections asks for the paths in turn until the time is over."""
    result, lock = Load(), threading.Lock()
    until = time.perf_counter() + seconds

    def ask(offset: int) -> None:
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        number, times, errors = offset, [], 0
        while time.perf_counter() < until:
            began = time.perf_counter()
            link.request(
                "GET", paths[number % len(paths)], headers={"Accept-Encoding": "gzip", **(headers or {})}
            )
            answer = link.getresponse()
            answer.read()
            errors += answer.status != 200
            times.append(time.perf_counter() - began)
            number += 1
        with lock:
            result.times += times
            result.errors += errors

    began = time.perf_counter()
    runners = [threading.Thread(target=ask, args=(n * 7,)) for n in range(threads)]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join()
    result.seconds = time.perf_counter() - began
    result.done = len(result.times)
    return result
