"""Bench verbs that run inside Django on the database of ICMA_DATABASE_URL; the last line printed is JSON."""

import json
import re
import statistics
import sys
import time
from collections.abc import Callable

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections, reset_queries
from django.test import Client
from django.utils import timezone

import icma.wsgi  # noqa: F401  (first, and as a server begins: apps, addresses, its garbage collector)
from icma.cli.bench import acts, bulk, casefiles, petitions, releases, rollup, vault
from icma.core.kept import KEPT
from icma.matters.models import Entry, Matter
from icma.matters.similar import similar
from icma.people.models import User
from icma.people.who import STRONG


def build(size: str) -> dict:
    """Migrate and fill with `size` matters of ten entries each, in bulk."""
    call_command("migrate", verbosity=0)
    return bulk.fill(int(size), timezone.now())


def about() -> dict:
    """Paths to ask for, and a session cookie of a coordinator."""
    codes = list(
        Matter.objects.filter(published_at__isnull=False).order_by("id").values_list("code", flat=True)[:200]
    )
    client = Client()
    client.force_login(User.objects.get(email="coordinator@numune.invalid"))
    session = client.session
    session[STRONG] = True
    session.save()
    return {
        "paths": {
            "list": [
                "/meseleler/",
                *(f"/meseleler/?topic={t}" for t in ("social", "ecology", "infrastructure")),
            ],
            "search": [f"/meseleler/?q={word}" for word in ("su", "yol", "gence", "mekteb+isiq", "tullanti")],
            "detail": [f"/m/{code}/" for code in codes],
        },
        "cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key}",
    }


def queries() -> dict:
    """Queries of each page for 10 and for 100 rows, and plans that walk through matters or entries."""
    pages = {}
    for name, paths in about()["paths"].items():
        path = paths[-1] if name == "search" else paths[0]
        join = "&" if "?" in path else "?"
        ten, plans = _asked(f"{path}{join}n=10")
        hundred, more = _asked(f"{path}{join}n=100")
        pages[name] = {"queries": ten, "queries_100": hundred, "scans": sorted({*plans, *more})}
    return {"pages": pages}


def _asked(path: str) -> tuple[int, list[str]]:
    client = Client()
    KEPT.clear()
    asked = _sql(client, path)  # all of it, also what is then kept for a minute
    return len(_sql(client, path)), [scan for sql in asked for scan in _scans(sql)]


def _sql(client: Client, path: str) -> list[str]:
    connection.force_debug_cursor = True
    reset_queries()
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    connection.force_debug_cursor = False
    return [row["sql"] for row in connection.queries]


def _scans(sql: str) -> list[str]:
    """Table names that the plan of `sql` reads from end to end, of matters and entries."""
    if not sql.startswith("SELECT"):
        return []
    tables = {Matter._meta.db_table, Entry._meta.db_table}
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("EXPLAIN QUERY PLAN " + sql.replace("%", "%%"))
            plan = [row[3] for row in cursor.fetchall()]
            # In a plan a table goes by its alias, where the query has given it one.
            names = {t: "|".join([t, *re.findall(rf'"{t}" ([A-Z]+\d+)\b', sql)]) for t in tables}
            return [
                f"{line} ({t})" for line in plan for t in tables if re.fullmatch(rf"SCAN ({names[t]})", line)
            ]
        cursor.execute("EXPLAIN " + sql.replace("%", "%%"))
        plan = [row[0] for row in cursor.fetchall()]
        return [line.strip() for line in plan for t in tables if f"Seq Scan on {t}" in line]


def similar_texts() -> dict:
    """95th percentile of the suggestions that a person sees before sending."""
    texts, places = bulk.questions()
    times = []
    for number in range(200):
        began = time.perf_counter()
        similar(texts[number % len(texts)], places[number % len(places)], "infrastructure")
        times.append((time.perf_counter() - began) * 1000)
    times.sort()
    return {"p95_ms": times[int(len(times) * 0.95)], "median_ms": statistics.median(times), "n": len(times)}


VERBS: dict[str, Callable[..., dict]] = {
    "build": build, "about": about, "queries": queries, "similar": similar_texts,
    "support": bulk.support_run, "raised": bulk.raised, "rederive": bulk.rederived,
    "acts": acts.build, "panel": acts.measured, "release": releases.measured, "rollup": rollup.measured,
    "cases": casefiles.measured, "vault": vault.figures, "petitions": petitions.build, "petitions_counted": petitions.counted, "petitions_invalidate": petitions.invalidate, "petitions_millions": petitions.millions,
}  # fmt: skip

if __name__ == "__main__":
    told = json.dumps(VERBS[sys.argv[1]](*sys.argv[2:]))
    connections.close_all()  # what SQLite still holds in its log goes into the file, which is renamed next
    print(told)
