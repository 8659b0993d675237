"""`icma clocks compute` as a user runs it: a process, a file, an exit status."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run(*words: str, text: str = "", **more: str) -> subprocess.CompletedProcess:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("ICMA_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "-m", "icma", "clocks", "compute", *words],
        env=env | {"PYTHONPATH": str(ROOT / "src"), **more}, input=text, capture_output=True, encoding="utf-8",
        cwd="/",
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


def test_every_shipped_rule_has_a_date_or_a_reason() -> None:
    ids = [
        rule["id"] for rule in json.loads((ROOT / "src/icma/law/data/rules.json").read_text("utf-8"))["rules"]
    ]
    done = run("-", text="rule,event\n" + "".join(f"{name},2026-03-13\n" for name in ids))
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["rule"] for row in rows] == ids
    assert {row["rule"] for row in rows if not row["due"]} == {"appeal.repeat", "court.count"}
    assert all(row["explanation"] for row in rows if row["due"])
    assert len(done.stderr.splitlines()) == 2


def test_what_is_read_and_written_is_utf_8_whatever_the_terminal_says() -> None:
    done = run(
        "-", text="\ufeffrule,event\r\nappeal.general,2026-03-13\r\n\r\nmüraciət,2026-03-13\r\n",
        LC_ALL="POSIX", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0", PYTHONIOENCODING="ascii",
    )  # fmt: skip
    assert done.returncode == 0
    assert "sayılmır" in done.stdout
    assert done.stderr == "line 4: there is no rule 'müraciət'\n"


def test_a_line_ends_with_cr_or_lf_alone() -> None:
    """Other signs that Unicode calls line ends would shift the numbers of every later line."""
    done = run("-", text="rule,event,note\nappeal.general,2026-03-13,a\u2028b\x85c\x0cd\nx,2026-03-13,\n")
    assert done.stderr == "line 3: there is no rule 'x'\n"


@pytest.mark.xdist_group("cli")
def test_an_installation_computes_with_the_law_as_its_staff_edited_it(
    ready_home: Path, tmp_path: Path
) -> None:
    home = {"ICMA_MODE": "demo", "ICMA_HOME": str(ready_home)}
    line = "rule,event\nappeal.general,2026-03-13\n"
    nothing = run("-", text=line, **home | {"ICMA_HOME": str(tmp_path / "empty")})
    assert "2026-04-14" in nothing.stdout  # no database yet: the shipped law, quietly
    script = (
        "import django; django.setup()\n"
        "from datetime import date, datetime, UTC\n"
        "from icma.law import actions\n"
        "at = datetime(2026, 1, 5, tzinfo=UTC); actions.load_shipped(at=at)\n"
        "actions.change_day(day=date(2026, 4, 6), working=False, name='Yas günü', source='Sərəncam', "
        "why='Nazirlər Kabinetinin qərarı', by=None, at=at)\n"
    )
    plain = {name: value for name, value in os.environ.items() if not name.startswith("ICMA_")}
    env = plain | home | {"PYTHONPATH": str(ROOT / "src"), "DJANGO_SETTINGS_MODULE": "icma.settings"}
    subprocess.run([sys.executable, "-c", script], env=env, check=True, capture_output=True)
    done = run("-", text=line, **home)
    assert next(csv.DictReader(io.StringIO(done.stdout)))["due"] == "2026-04-15"
    assert done.stderr == ""
