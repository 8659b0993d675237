"""A drill: back up, lose the machine, restore on another one; with and without the keys."""

import json
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.xdist_group("cli")  # one worker makes the tables
ROOT = Path(__file__).resolve().parents[2]
SETUP = """
import django; django.setup()
from django.core.management import call_command
from django.utils import timezone
call_command("migrate", verbosity=0)
from icma.people.actions.contacts import keep_contact
from icma.core.files import keep_file
import base64
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
keep_contact(person="p1", purpose="callback", scope="matter:A", values={"phone": "0501234567"}, at=timezone.now())
keep_file(PNG, at=timezone.now())
"""
LOOK = """
import django; django.setup()
from icma.core.models import File
from icma.core.seal import Unreadable, unseal
from icma.people.models import Contact
try:
    print(unseal(Contact.objects.get(person="p1").sealed)["phone"], File.objects.count())
except Unreadable:
    print("sealed", File.objects.count())
"""


SESSION = """
import django; django.setup()
from django.contrib.sessions.backends.db import SessionStore
session = SessionStore(); session["strong"] = True; session.create(); print(session.session_key)
"""
COUNT = """
import django; django.setup()
from django.contrib.sessions.models import Session
print(Session.objects.count())
"""


class Machine:
    """One machine: its own home, keys and SQLite database."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("ICMA_")}
        self.env |= {"ICMA_MODE": "test", "ICMA_HOME": str(home), "PYTHONPATH": str(ROOT / "src"),
                     "DJANGO_SETTINGS_MODULE": "icma.settings"}  # fmt: skip

    def python(self, code: str) -> str:
        done = subprocess.run([sys.executable, "-c", code], env=self.env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def icma(self, *words: str, most: int | None = None, typed: str = "") -> subprocess.CompletedProcess:
        """`most`: no file may grow beyond so many bytes, as on a disk that is full. `typed`: standard input."""

        def limit() -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

        return subprocess.run(
            [sys.executable, "-m", "icma", *words], env=self.env, capture_output=True, text=True, input=typed,
            preexec_fn=limit if most else None,
        )  # fmt: skip


@pytest.fixture(scope="module")
def settled(tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a machine with its tables, a contact and a file."""
    home = tmp_path_factory.mktemp("machine")
    shutil.copyfile(tables, home / tables.name)
    Machine(home).python(SETUP)
    return home


@pytest.fixture
def first(settled: Path, tmp_path: Path) -> Machine:
    """A copy of it for this test."""
    return Machine(shutil.copytree(settled, tmp_path / "first"))


def test_a_backup_restores_on_another_machine_and_contacts_open_only_with_the_keys(
    first: Machine, tmp_path: Path
) -> None:
    folder, second = tmp_path / "backup", Machine(tmp_path / "second")
    assert first.icma("backup", str(folder)).returncode == 0
    assert not list(folder.rglob("contacts"))
    done = second.icma("restore", str(folder))
    assert done.returncode == 0, done.stderr
    assert "contacts" in done.stdout
    assert second.python(LOOK) == "sealed 1"
    shutil.rmtree(second.home / "keys", ignore_errors=True)
    shutil.copytree(first.home / "keys", second.home / "keys")
    assert second.python(LOOK) == "0501234567 1"


def test_no_contact_stands_in_clear_in_a_backup(first: Machine, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    first.icma("backup", str(folder))
    assert all(b"0501234567" not in path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_nobody_is_signed_in_by_a_backup(first: Machine, tmp_path: Path) -> None:
    """A copy of a minute ago holds no session, not even in the free pages of its file."""
    key = first.python(SESSION)
    folder = tmp_path / "backup"
    assert first.icma("backup", str(folder)).returncode == 0
    assert all(key.encode() not in path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert first.python(COUNT) == "1"


def test_a_changed_backup_is_refused_before_anything_is_touched(first: Machine, tmp_path: Path) -> None:
    folder, second = tmp_path / "backup", Machine(tmp_path / "second")
    first.icma("backup", str(folder))
    with (folder / "icma.sqlite3").open("ab") as out:
        out.write(b"x")
    done = second.icma("restore", str(folder))
    assert done.returncode == 1
    assert "changed since the backup" in done.stderr
    assert not (second.home / "icma.sqlite3").exists() or (second.home / "icma.sqlite3").stat().st_size == 0


def test_a_full_database_is_not_overwritten_by_mistake(first: Machine, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    first.icma("backup", str(folder))
    assert first.icma("restore", str(folder)).returncode == 1
    assert first.icma("restore", str(folder), "--force").returncode == 0
    assert first.python(LOOK) == "0501234567 1"


def test_a_demo_never_becomes_real_by_a_restore(first: Machine, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    first.icma("backup", str(folder))
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"mode": "demo"}))
    assert first.icma("restore", str(folder), "--force").returncode == 1


def test_a_backup_that_found_no_room_says_so_and_is_never_restored(first: Machine, tmp_path: Path) -> None:
    folder, second = tmp_path / "backup", Machine(tmp_path / "second")
    done = first.icma("backup", str(folder), most=300_000)
    assert done.returncode == 1 and done.stderr.startswith("Not done") and "Traceback" not in done.stderr
    done = second.icma("restore", str(folder))
    assert done.returncode == 1 and "no readable backup" in done.stderr
    assert first.python(LOOK) == "0501234567 1"


def test_a_restore_that_found_no_room_leaves_the_old_database_whole(first: Machine, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    assert first.icma("backup", str(folder)).returncode == 0
    done = first.icma("restore", str(folder), "--force", most=300_000)
    assert done.returncode == 1 and done.stderr.startswith("Not done")
    assert first.python(LOOK) == "0501234567 1"
    assert not list(first.home.glob("*.part"))


def test_a_backup_is_for_the_account_alone_that_made_it(first: Machine, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    first.icma("backup", str(folder))
    assert {path.stat().st_mode & 0o077 for path in [folder, *folder.rglob("*")]} == {0}


URL = os.environ.get("ICMA_DATABASE_URL", "")


@pytest.mark.postgresql
@pytest.mark.skipif(not URL.startswith("postgres"), reason="the suite runs on SQLite")
def test_the_drill_on_postgresql(tmp_path: Path) -> None:
    """Two databases of one server stand for two machines."""
    import psycopg

    folder, machines = tmp_path / "backup", []
    server, _, _name = URL.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as link:
        for name in ("icma_drill_first", "icma_drill_second"):
            link.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            link.execute(f"CREATE DATABASE {name}")
            machines.append(Machine(tmp_path / name))
            machines[-1].env["ICMA_DATABASE_URL"] = f"{server}/{name}"
        first, second = machines
        first.python(SETUP)
        key = first.python(SESSION)
        assert first.icma("backup", str(folder)).returncode == 0
        assert all(key.encode() not in path.read_bytes() for path in folder.rglob("*") if path.is_file())
        done = second.icma("restore", str(folder))
        assert done.returncode == 0, done.stderr
        assert second.python(LOOK) == "sealed 1" and second.python(COUNT) == "0"
        shutil.rmtree(second.home / "keys", ignore_errors=True)
        shutil.copytree(first.home / "keys", second.home / "keys")
        assert second.python(LOOK) == "0501234567 1"
        assert second.icma("restore", str(folder)).returncode == 1  # it is not empty any more
        assert second.icma("restore", str(folder), "--force").returncode == 0
        for name in ("icma_drill_first", "icma_drill_second"):
            link.execute(f"DROP DATABASE {name} WITH (FORCE)")
