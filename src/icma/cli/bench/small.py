"""Similar matters at 100,000, ten thousand clocks by lines and after a change of the law, and the demo's building."""

import csv
import os
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from icma.cli.bench import ground


def figures(long: bool = False) -> dict[str, tuple[float, str]]:
    similar = ground.child("similar", ground.sqlite_url(100000))
    moved = ground.child("rederive", ground.sqlite_url(50000))
    return {
        "similar.100000.p95_ms": (
            similar["p95_ms"],
            f"SQLite, {similar['n']} texts, median {similar['median_ms']:.1f} ms",
        ),
        "clocks.10000.s": (_clocks(), "`icma clocks compute`, whole process, CPU seconds, nine rules"),
        "clocks.rederive10000.s": (
            moved["cpu_s"],
            f"SQLite, CPU seconds of the job; {moved['moved']} dates moved and told",
        ),
        "demo.build_s": (_demo(), "`icma demo --build-only` in an empty home, whole process, wall seconds"),
    }


def _clocks() -> float:
    rules = ["appeal.general", "appeal.study", "info.general", "info.danger", "adm.decision", "adm.complaint",
             "apc.claim.silence.earliest", "cpc.appeal", "ecthr.lodge"]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "in.csv"
        with path.open("w", encoding="utf-8", newline="") as out:
            rows = csv.writer(out)
            rows.writerow(["rule", "event"])
            for number in range(10_000):
                rows.writerow([rules[number % len(rules)], date(2024, 1, 1) + timedelta(days=number % 1400)])
        env = {name: value for name, value in os.environ.items() if not name.startswith("ICMA_")}
        before = os.times()
        subprocess.run(
            [sys.executable, "-m", "icma", "clocks", "compute", str(path)],
            check=True, stdout=subprocess.DEVNULL, env=env,
        )  # fmt: skip
        after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def _demo() -> float:
    """From an empty folder to a country that can be looked at: what somebody waits for after the installation."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("ICMA_")}
    with tempfile.TemporaryDirectory() as home:
        began = time.monotonic()
        subprocess.run(
            [sys.executable, "-m", "icma", "demo", "--build-only"],
            check=True, stdout=subprocess.DEVNULL, env=plain | {"ICMA_HOME": home},
        )  # fmt: skip
        return time.monotonic() - began
