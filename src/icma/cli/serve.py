"""`icma serve`, `icma worker`, `icma tick`: the web server, the loop of jobs, one round of jobs."""

import argparse
import errno
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

# Waiting requests a worker: a fourth costs three megabytes and serves nobody sooner.
THREADS = 3
# glibc keeps a heap for each thread, and what was freed for later: three megabytes a worker that nobody needs.
ARENAS = {"MALLOC_ARENA_MAX": "1", "MALLOC_TRIM_THRESHOLD_": "131072", "MALLOC_MMAP_THRESHOLD_": "65536"}
ROUND = 30  # seconds between two rounds of jobs
QUICK = 1.0  # and between two rounds of those for which somebody waits


def add_to(words: argparse._SubParsersAction) -> None:
    serve = words.add_parser("serve", help="start the web server (Granian)")
    serve.add_argument("--host", default=os.environ.get("ICMA_HOST", "127.0.0.1"))
    serve.add_argument("--port", type=int, default=int(os.environ.get("ICMA_PORT", "8000")))
    serve.add_argument("--workers", type=int, default=int(os.environ.get("ICMA_WORKERS", "2")))
    serve.add_argument(
        "--threads", type=int, default=THREADS, help="waiting requests a worker; a great petition wants 64"
    )
    serve.set_defaults(run=run_serve)
    worker = words.add_parser("worker", help="run the jobs every 30 seconds until stopped")
    worker.add_argument("--every", type=float, default=ROUND, metavar="SECONDS")
    worker.add_argument(
        "--only",
        default="",
        choices=("mail", "count"),
        help="of a great petition: its mail or its count, alone",
    )
    worker.set_defaults(run=run_worker)
    tick = words.add_parser("tick", help="run every job once (for a timer)")
    tick.set_defaults(run=run_tick)


def server_words(host: str, port: int, workers: int, threads: int = THREADS) -> list[str]:
    """Granian's command line: WSGI, a few blocking threads a worker, no access log (it holds addresses)."""
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(workers), "--blocking-threads", str(threads), "--backlog", "1024", "--no-ws",
        "--log-level", "warning", "--respawn-failed-workers", "icma.wsgi:application",
    ]  # fmt: skip


def ready() -> None:
    """Settings and database are what they have to be; raises ImproperlyConfigured in words."""
    import django

    django.setup()
    from icma.people.actions.init import refuse_other_kind

    refuse_other_kind()


def refuse_taken(host: str, port: int) -> None:
    """The server would share a port with another, each answering some of what comes; raises ImproperlyConfigured."""
    from django.core.exceptions import ImproperlyConfigured

    try:
        socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise ImproperlyConfigured(
                f"Port {port} of {host} is in use. Name another with --port."
            ) from error


def run_serve(arguments: argparse.Namespace) -> int:
    """A database that is away stops no real country: pages that are files are served until it is back."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.db import OperationalError

    try:
        ready()
    except OperationalError as error:
        if not settings.IS_PRODUCTION:
            raise ImproperlyConfigured(
                f"The database cannot be reached: {str(error).splitlines()[0]}"
            ) from error
        print(
            "The database cannot be reached; petitions that are files are served.",
            file=sys.stderr,
            flush=True,
        )
    refuse_taken(arguments.host, arguments.port)
    if settings.IS_PRODUCTION and not settings.TRUSTED_PROXIES:
        print(
            "ICMA_TRUSTED_PROXIES is empty: behind a proxy every page would send to https:// for ever. "
            "Name its address, 127.0.0.1 for one on this machine.", file=sys.stderr, flush=True,
        )  # fmt: skip
    words = server_words(arguments.host, arguments.port, arguments.workers, arguments.threads)
    os.execve(sys.executable, words, ARENAS | os.environ)


def run_tick(arguments: argparse.Namespace) -> int:
    """Exit 1 when a job failed; the others have run all the same."""
    ready()
    from icma.front.jobs import run_all

    return 0 if _told(run_all, loud=True) else 1


def run_worker(arguments: argparse.Namespace) -> int:
    ready()
    stopping = []
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopping.append(True))
    from icma.front.jobs import run_all, run_quick

    whole = 0.0
    while not stopping:
        began = time.monotonic()
        if not arguments.only and began >= whole:
            _told(run_all, loud=False)
            whole = time.monotonic() + arguments.every
        else:
            _told(lambda at: run_quick(at, arguments.only), loud=False)
        while not stopping and time.monotonic() < began + QUICK:
            time.sleep(0.05)
    return 0


def _told(jobs: Callable[[datetime], dict[str, Any]], loud: bool) -> bool:
    """Run some jobs; what failed is said, all of it when `loud`. False when one has failed."""
    from django.db import close_old_connections
    from django.utils import timezone

    close_old_connections()
    done = jobs(timezone.now())
    failed = [name for name, result in done.items() if isinstance(result, Exception)]
    for name, result in done.items():
        if loud or name in failed:
            print(f"{name}: {result}", file=sys.stderr if name in failed else sys.stdout, flush=True)
    return not failed


def together(host: str, port: int, workers: int) -> int:
    """Server and worker side by side until Ctrl-C, or until the terminal is closed; used by `icma demo`."""
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, lambda *_: sys.exit(0))
    server = subprocess.Popen(server_words(host, port, workers), env=ARENAS | os.environ)
    jobs = subprocess.Popen([sys.executable, "-m", "icma", "worker"])
    try:
        return server.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        for process in (server, jobs):
            process.terminate()
        for process in (server, jobs):
            process.wait(timeout=20)
