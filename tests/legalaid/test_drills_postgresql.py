"""The drill of wrapped keys on PostgreSQL: two databases of one server stand for two machines."""

import gzip
import os
import secrets
from pathlib import Path

import pytest

from icma.cli import wraps
from icma.cli.backup import PLAIN
from tests.cli.test_backup import Machine
from tests.legalaid.test_drills import NEWCOMER, READ, WORK, papers_of, reopened

URL = os.environ.get("ICMA_DATABASE_URL", "")
pytestmark = [
    pytest.mark.xdist_group("cli"), pytest.mark.postgresql,
    pytest.mark.skipif(not URL.startswith("postgres"), reason="the suite runs on SQLite"),
]  # fmt: skip
NAMES = ("icma_vault_first", "icma_vault_second")


@pytest.fixture
def machines(tmp_path: Path):
    import psycopg

    server, _, _name = URL.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as link:
        found = []
        for name in NAMES:
            link.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            link.execute(f"CREATE DATABASE {name}")
            found.append(Machine(tmp_path / name))
            found[-1].env["ICMA_DATABASE_URL"] = f"{server}/{name}"
        yield found
        for name in NAMES:
            link.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def unpacked(folder: Path) -> bytes:
    """The dump of a backup as text."""
    return gzip.decompress((folder / PLAIN).read_bytes())


def test_a_backup_with_its_wraps_and_two_papers_opens_every_case_and_the_dump_holds_no_wrap(
    machines, tmp_path
) -> None:
    first, second = machines
    assert first.icma("manage", "migrate", "-v", "0").returncode == 0
    papers, public = papers_of(first)
    assert first.icma("recover", "install", public).returncode == 0
    canary = f"kanar{secrets.token_hex(6)}"
    code = first.python(WORK.format(canary=canary))
    folder = tmp_path / "backup"
    assert first.icma("backup", str(folder)).returncode == 0
    dump = unpacked(folder)
    assert code.encode() in dump and canary.encode() not in dump
    lines = (folder.with_name("backup.wraps") / wraps.ROWS).read_bytes().splitlines()
    assert len(lines) >= 4
    for table in wraps.TABLES:  # there in the dump, without a row
        assert f"CREATE TABLE public.{table} ".encode() in dump, table
        assert f"COPY public.{table} ".encode() not in dump, table
    assert b"COPY public.legalaid_sealed " in dump
    done = second.icma("restore", str(folder))
    assert done.returncode == 0 and "wrapped keys of the vault are back" in done.stdout, done.stderr
    newcomer = second.python(NEWCOMER)
    look = READ.format(seed=newcomer.split()[1], code=code)
    assert second.python(look) == "closed"
    assert reopened(second, tmp_path, papers[:1], newcomer, "--all") == 1
    assert reopened(second, tmp_path, papers[:2], newcomer, "--all") == 0
    assert second.python(look) == f"{canary} {canary}"
