"""Pages: CPU time and queries for 200 and 50,000 matters on both databases, rates, memory, start."""

import os
import subprocess
import sys

from icma.cli.bench import ground

Figures = dict[str, tuple[float, str]]


def figures(long: bool = False) -> Figures:
    out: Figures = {}
    seconds = 15.0 if long else 5.0
    with ground.postgres() as database:
        for size in (200, 50000):
            out |= _one("sqlite", size, ground.sqlite_url(size), seconds, None)
            if database is not None:
                out |= _one("postgres", size, ground.postgres_url(database, size), seconds, database)
    return out | _start()


def _one(kind: str, size: int, url: str, seconds: float, database: ground.Postgres | None) -> Figures:
    out: Figures = {}
    about = ground.child("about", url)
    with ground.server(url) as (port, pid):
        for page, paths in about["paths"].items():
            ground.load(port, paths, threads=4, seconds=seconds)  # what a process keeps is kept from here on
            before = ground.tree_cpu(pid) + (database.cpu() if database else 0)
            seen = ground.load(port, paths, threads=2, seconds=seconds)
            used = ground.tree_cpu(pid) + (database.cpu() if database else 0) - before
            words = f"{size} matters, {kind}, Granian 2 workers, {seen.done} requests, {seen.errors} errors"
            if seen.errors == 0:
                out[f"pages.{page}.{size}.{kind}.cpu_ms"] = (used / max(seen.done, 1) * 1000, words)
        if kind == "sqlite" and size == 200:
            out |= _rates(port, pid, about, seconds)
    if size == 50000:
        for page, row in ground.child("queries", url)["pages"].items():
            base = f"pages.{page}.{size}.{kind}"
            out[f"{base}.queries"] = (row["queries"], "10 rows")
            out[f"{base}.queries_100_rows_more"] = (
                abs(row["queries_100"] - row["queries"]),
                "100 rows against 10",
            )
            out[f"{base}.scans"] = (len(row["scans"]), "; ".join(row["scans"]) or "every plan uses an index")
    return out


def _rates(port: int, pid: int, about: dict, seconds: float) -> Figures:
    words = "16 connections, uncached, generator on the same two cores"
    seen = ground.load(port, about["paths"]["list"], threads=16, seconds=seconds)
    cookie = {"Cookie": about["cookie"]}
    mine = ground.load(port, ["/is/"], threads=16, seconds=seconds, headers=cookie)
    workers = [one for one in ground.descendants(pid) if one != pid and ground.rss_mb(one) > 30]
    return {
        "pages.list.200.sqlite.rps": (
            0 if seen.errors else seen.done / seen.seconds,
            f"{words}, {seen.errors} errors",
        ),
        "pages.mine.200.sqlite.rps": (
            0 if mine.errors else mine.done / mine.seconds,
            f"signed in; {words}, {mine.errors} errors",
        ),
        "pages.worker.rss_mb": (max(map(ground.rss_mb, workers)), "largest of two workers after the load"),
    }


def _start() -> Figures:
    """CPU seconds until the application is loaded and its addresses are read; the least of three, after one that compiles."""
    code = (
        "from icma.wsgi import application; from django.urls import get_resolver; get_resolver().url_patterns"
    )
    env, times = ground.environment(ground.sqlite_url(200)), []
    for _turn in range(4):
        before = os.times()
        subprocess.run([sys.executable, "-c", code], env=env, check=True)
        after = os.times()
        used = after.children_user + after.children_system - before.children_user - before.children_system
        times.append(used)
    return {"pages.start.cpu_s": (min(times[1:]), "import of icma.wsgi and all urls, least of three")}
