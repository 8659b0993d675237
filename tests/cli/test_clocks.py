"""`icma clocks compute` as a user runs it: a process, a file, an exit status."""

import csv
import io
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def run(*words: str, text: str = "") -> subprocess.CompletedProcess:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("ICMA_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "-m", "icma", "clocks", "compute", *words],
        env=env | {"PYTHONPATH": str(ROOT / "src")}, input=text, capture_output=True, text=True, cwd="/",
    )  # fmt: skip


def test_without_a_database_the_shipped_rules_and_calendar_serve(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("rule,event\nappeal.general,2026-03-13\ninfo.danger,2026-03-19T15:00\n", encoding="utf-8")
    done = run(str(path))
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert done.returncode == 0
    assert done.stderr == ""
    assert [row["due"] for row in rows] == ["2026-04-14", "2026-04-01T15:00"]
    assert rows[0]["provisional"] == "false"
    assert rows[0]["explanation"] == (
        "13.03 sayılmır. 16–19 mart: 4 iş günü. 20–30 mart: qeyri-iş günləri. 31 mart – 14 aprel: 11. Cəmi 15."
    )


def test_a_failed_line_stays_and_says_why(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text(
        "rule,event\nno.such,2026-03-13\nappeal.general,yesterday\nadm.decision,2026-02-23\n", "utf-8"
    )
    done = run(str(path))
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert done.returncode == 0
    assert [row["due"] for row in rows] == ["", "", "2026-03-31"]
    assert [line.split(":")[0] for line in done.stderr.splitlines()] == ["line 2", "line 3"]


def test_only_an_unreadable_file_ends_with_2(tmp_path: Path) -> None:
    assert run(str(tmp_path / "nowhere.csv")).returncode == 2
    broken = tmp_path / "broken.csv"
    broken.write_bytes(b"rule,event\n\xff\xfe\x00")
    assert run(str(broken)).returncode == 2
    assert run("-", text="rule,event\n").returncode == 0
