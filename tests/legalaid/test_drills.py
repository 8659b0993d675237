"""Drills of docs/vault.md, on machines of their own: each is a home, keys and a database, driven by the console."""

import json
import re
import secrets
from datetime import date, timedelta
from pathlib import Path

import pytest

from icma.cli import wraps
from icma.engines import vault
from icma.legalaid import recovery
from tests.cli.test_backup import ROOT, Machine

pytestmark = [pytest.mark.xdist_group("cli"), pytest.mark.one_engine]
BEGIN = f"""
import django, sys; django.setup()
sys.path.insert(0, {str(ROOT)!r})
from django.utils import timezone
from icma.legalaid.models import *
from icma.legalaid.words import Compartment
from tests.legalaid import rings
"""
WORK = (
    BEGIN
    + """
from icma.legalaid.sealing import put, set_card
user, ring = rings.lawyer("birinci")
case = rings.a_case(ring)
set_card(ring=ring, case=case, value={{"kind": "card", "title": {canary!r}}})
put(ring=ring, case=case, compartment="file", value={{"kind": "note", "text": {canary!r}}}, on=rings.ON)
print(case.code)
"""
)
NEWCOMER = (
    BEGIN
    + """
user, ring = rings.lawyer("ikinci")
print(user.email, ring._seed.hex(), ring.fingerprint().replace(" ", ""))
"""
)
READ = (
    BEGIN
    + """
from icma.engines.vault import Unopened
from icma.legalaid.sealing import card_of, opened
from icma.legalaid.ring import Ring
pair = KeyPair.objects.get(owner__email="ikinci@numune.invalid", retired_on=None)
ring = Ring(seed=bytes.fromhex({seed!r}), pair=pair, user=pair.owner, at=timezone.now())
case = Case.objects.get(code={code!r})
try:
    print(card_of(ring, case)["title"], *[opened(ring, row)["text"] for row in case.rows.all()])
except Unopened:
    print("closed")
"""
)


def papers_of(machine: Machine) -> tuple[list[str], str]:
    """Three papers and the public half, read from what the console prints."""
    out = machine.icma("recover", "make").stdout
    parts = [part.partition("---\n")[2].partition("\n\n")[0] for part in out.split("--- Paper ")[1:]]
    papers = [" ".join(re.findall(r"\d+ ([a-z]+)", part)) for part in parts]
    assert [len(paper.split()) for paper in papers] == [33, 33, 33]
    return papers, re.search(r"install ([0-9a-f]+)", out).group(1)


def reopened(machine: Machine, tmp_path: Path, papers: list[str], newcomer: str, *which: str) -> int:
    """Export, open on the offline laptop with these papers, import; the status of `open`."""
    mail, _seed, fingerprint = newcomer.split()
    export, opened = tmp_path / f"export{secrets.token_hex(3)}", tmp_path / f"opened{secrets.token_hex(3)}"
    done = machine.icma("recover", "export", str(export), "--to", mail, *which)
    assert done.returncode == 0, done.stderr
    laptop = Machine(tmp_path / "laptop")  # no keys, no database
    words = laptop.icma(
        "recover",
        "open",
        str(export),
        str(opened),
        "--fingerprint",
        fingerprint,
        typed="\n".join([*papers, ""]),
    )
    assert not (tmp_path / "laptop" / "icma.sqlite3").exists()
    assert opened.exists() is (words.returncode == 0)
    if words.returncode == 0:
        assert machine.icma("recover", "import", str(opened)).returncode == 0
    return words.returncode


@pytest.fixture(scope="module")
def drill(tmp_path_factory):
    """A server with a case, its papers, and a backup of it."""
    home = tmp_path_factory.mktemp("vault")
    server = Machine(home / "server")
    assert server.icma("manage", "migrate", "-v", "0").returncode == 0
    papers, public = papers_of(server)
    assert server.icma("recover", "install", public).returncode == 0
    canary = f"kanar{secrets.token_hex(6)}"
    code = server.python(WORK.format(canary=canary))
    done = server.icma("backup", str(home / "backup"))
    assert done.returncode == 0, done.stderr
    return home, papers, code, canary


def test_a_fresh_machine_a_backup_and_two_papers_open_every_case_one_paper_none(drill, tmp_path) -> None:
    home, papers, code, canary = drill
    fresh = Machine(tmp_path / "fresh")
    restored = fresh.icma("restore", str(home / "backup"))
    assert restored.returncode == 0 and "wrapped keys of the vault are back" in restored.stdout, (
        restored.stderr
    )
    newcomer = fresh.python(NEWCOMER)
    look = READ.format(seed=newcomer.split()[1], code=code)
    assert fresh.python(look) == "closed"
    assert reopened(fresh, tmp_path, papers[:1], newcomer, "--all") == 1
    assert fresh.python(look) == "closed"
    assert reopened(fresh, tmp_path, papers[1:], newcomer, "--all") == 0
    assert fresh.python(look) == f"{canary} {canary}"


def test_any_two_papers_open_and_one_twice_of_another_set_or_mistyped_does_not() -> None:
    (one, two, three), public = recovery.made()
    for pair in ((one, two), (two, three), (f"1 {three.title()}", one)):
        assert vault.public_of(recovery.opened(pair)) == public
    other = recovery.made()[0]
    for wrong in ((one,), (), (one, one), (one, other[1]), (one, two.rsplit(" ", 1)[0] + " academic")):
        with pytest.raises(recovery.NotRecovered):
            recovery.opened(wrong)


def test_nothing_of_a_case_stands_in_a_backup_and_no_wrap_in_its_main_part(drill) -> None:
    home, _papers, code, canary = drill
    for file in [f for f in home.rglob("*") if f.is_file()]:
        assert canary.encode() not in file.read_bytes(), file
    rows = [json.loads(line) for line in (home / "backup.wraps" / wraps.ROWS).read_text().splitlines()]
    assert {row["model"] for row in rows} >= {"Grant"}
    main = (home / "backup" / "icma.sqlite3").read_bytes()
    assert not any(bytes.fromhex(row["blob"]["hex"])[:64] in main for row in rows if "blob" in row)


def test_without_the_stream_of_wrapped_keys_a_backup_stays_closed_to_the_papers_too(drill, tmp_path) -> None:
    """What is erased is gone everywhere when the stream is: 14 days later."""
    home, papers, code, _canary = drill
    old = tmp_path / "backup"
    old.mkdir()
    for file in (home / "backup").rglob("*"):
        if file.is_file():
            target = old / file.relative_to(home / "backup")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())
    fresh = Machine(tmp_path / "fresh")
    assert "cases stay closed" in fresh.icma("restore", str(old)).stdout
    newcomer = fresh.python(NEWCOMER)
    assert reopened(fresh, tmp_path, papers[:2], newcomer, "--all") == 0
    assert fresh.python(READ.format(seed=newcomer.split()[1], code=code)) == "closed"


def test_streams_are_thrown_away_after_fourteen_days(tmp_path) -> None:
    today = date(2026, 3, 31)
    for days in (0, 13, 14, 40):
        folder = tmp_path / f"b{days}.wraps"
        folder.mkdir()
        (folder / wraps.MANIFEST).write_text(
            json.dumps({"made_on": (today - timedelta(days=days)).isoformat()})
        )
    (tmp_path / "b40").mkdir()
    wraps.forget(tmp_path, today)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b0.wraps", "b13.wraps", "b40"]


def test_an_export_for_somebody_else_or_a_mixed_one_is_refused(drill, tmp_path) -> None:
    """A fingerprint that was not compared, a grant moved to another case: the laptop writes nothing."""
    home, papers, _code, _canary = drill
    server = Machine(tmp_path / "second")
    server.icma("restore", str(home / "backup"))
    mail, _seed, fingerprint = server.python(NEWCOMER).split()
    export, out = tmp_path / "export", tmp_path / "out"
    server.icma("recover", "export", str(export), "--to", mail, "--all")
    words = "\n".join([*papers[:2], ""])
    wrong = server.icma("recover", "open", str(export), str(out), "--fingerprint", "0" * 32, typed=words)
    early = server.icma("recover", "import", str(export))  # the laptop was left out
    assert early.returncode == 1 and "icma recover open" in early.stderr
    value = json.loads(export.read_text())
    value["grants"][0]["case"] = "AAAA2222"
    export.write_text(json.dumps(value))
    mixed = server.icma("recover", "open", str(export), str(out), "--fingerprint", fingerprint, typed=words)
    assert wrong.returncode == mixed.returncode == 1 and not out.exists()
    assert "fingerprint" in wrong.stderr and "does not open" in mixed.stderr
