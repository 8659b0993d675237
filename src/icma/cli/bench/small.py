"""Similar matters at 100,000 and ten thousand clocks."""

import csv
import os
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

from icma.cli.bench import ground


def figures(long: bool = False) -> dict[str, tuple[float, str]]:
    similar = ground.child("similar", ground.sqlite_url(100000))
    return {
        "similar.100000.p95_ms": (
            similar["p95_ms"],
            f"SQLite, {similar['n']} texts, median {similar['median_ms']:.1f} ms",
        ),
        "clocks.10000.s": (_clocks(), "`icma clocks compute`, whole process, CPU seconds, nine rules"),
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
