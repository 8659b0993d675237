"""The command itself: a real, empty country is founded once, and nothing is served that is not what it says."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from icma.cli import serve

pytestmark = pytest.mark.xdist_group("cli")  # one worker founds the country
ROOT = Path(__file__).resolve().parents[2]
GOOD = {
    "ICMA_SECRET_KEY": "pkV7x-2nQ0sT5bYw8zR1mC4dF6gH9jKqLaEuIoXvNtBr3ySiW7e",
    "ICMA_BASE_URL": "https://icma.example",
}


def icma(home: Path, *words: str, **more: str) -> subprocess.CompletedProcess:
    env = {k: v for k, v in os.environ.items() if not k.startswith(("ICMA_", "DJANGO_"))}
    env |= GOOD | {"ICMA_HOME": str(home), "PYTHONPATH": f"{ROOT / 'src'}:{home.parent}"} | more
    return subprocess.run(
        [sys.executable, "-m", "icma", *words], env=env, capture_output=True, text=True, timeout=60
    )


@pytest.fixture(scope="module")
def real(tmp_path_factory) -> tuple[Path, str]:
    """A real country, founded by the command in production, and what the command said."""
    home = tmp_path_factory.mktemp("real") / "home"
    done = icma(home, "init", "--email", "birinci@numune.invalid", "--union", "Nümunə Birliyi")
    assert done.returncode == 0, done.stderr
    return home, done.stdout


def refused(done: subprocess.CompletedProcess, word: str) -> bool:
    """One line says why; no traceback, whatever command it was."""
    return done.returncode == 1 and word in done.stderr and len(done.stderr.splitlines()) == 1


WEAK = "from icma.settings import *\nPASSWORD_HASHERS = ['django.contrib.auth.hashers.MD5PasswordHasher']\n"
LOUD = "from icma.settings import *\nDEBUG = True\n"


@pytest.mark.parametrize(("more", "word"), [
    ({"ICMA_SECRET_KEY": ""}, "secrets.token_urlsafe"), ({"ICMA_DEBUG": "1"}, "ICMA_DEBUG"),
    ({"ICMA_BASE_URL": "http://icma.example"}, "https://"), ({"ICMA_HOSTS": "*"}, "ICMA_HOSTS"),
    ({"DJANGO_SETTINGS_MODULE": "weak"}, "PASSWORD_HASHERS"), ({"DJANGO_SETTINGS_MODULE": "loud"}, "DEBUG"),
])  # fmt: skip
def test_an_unsafe_start_is_refused_in_one_line(more: dict, word: str, real: tuple[Path, str]) -> None:
    home, _said = real
    (home.parent / "weak.py").write_text(WEAK)
    (home.parent / "loud.py").write_text(LOUD)
    assert refused(icma(home, "serve", "--port", "1", **more), word)


def test_a_first_officer_gets_ten_paper_codes_and_a_second_founding_none(real: tuple[Path, str]) -> None:
    home, said = real
    assert len(set(re.findall(r"^    (\d{8})$", said, re.M))) == 10
    again = icma(home, "init", "--email", "basqa@numune.invalid", "--union", "Başqa")
    assert refused(again, "stands already") and not re.search(r"\d{8}", again.stdout + again.stderr)


def test_an_officer_who_lost_everything_gets_new_codes_at_the_console(real: tuple[Path, str]) -> None:
    """Nobody else is left to help a first officer."""
    home, said = real
    again = icma(home, "init", "--email", "birinci@numune.invalid")
    new = set(re.findall(r"^    (\d{8})$", again.stdout, re.M))
    assert again.returncode == 0 and len(new) == 10 and not new & set(re.findall(r"\d{8}", said))


def test_what_the_command_writes_is_for_its_account_alone(real: tuple[Path, str]) -> None:
    home, _said = real
    assert {path.stat().st_mode & 0o077 for path in [home, *home.rglob("*")]} == {0}


def test_a_founding_that_breaks_leaves_nothing_behind(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert refused(icma(home, "init", "--email", "ünvan deyil", "--union", "Birlik"), "mail address")
    assert not (home / "keys").exists()
    assert icma(home, "init", "--email", "birinci@numune.invalid", "--union", "Birlik").returncode == 0


def test_a_port_that_another_server_holds_is_refused_also_where_it_would_be_shared(
    real: tuple[Path, str],
) -> None:
    home, _said = real
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        assert refused(icma(home, "serve", "--port", str(other.getsockname()[1])), "is in use")


@pytest.mark.parametrize("word", ["serve", "worker", "tick"])
def test_a_real_country_is_not_opened_by_the_doors_of_the_demo_nor_by_the_known_key_of_tests(
    word: str, real: tuple[Path, str]
) -> None:
    home, _said = real
    assert refused(icma(home, word, ICMA_MODE="demo"), "real country")
    assert refused(icma(home, word, ICMA_MODE="test"), "real country")
    assert icma(home, "init", "--email", "a@numune.invalid", ICMA_MODE="demo").returncode == 1


def test_a_demo_is_not_served_as_real_nor_made_real(ready_home: Path) -> None:
    home = ready_home
    mark = (
        "import django; django.setup()\n"
        "from django.utils import timezone\nfrom icma.people.actions.init import DEMO, mark_database\n"
        "mark_database(kind=DEMO, at=timezone.now())"
    )
    env = {k: v for k, v in os.environ.items() if not k.startswith("ICMA_")}
    env |= {"ICMA_HOME": str(home), "ICMA_MODE": "demo", "PYTHONPATH": str(ROOT / "src"),
            "DJANGO_SETTINGS_MODULE": "icma.settings"}  # fmt: skip
    subprocess.run([sys.executable, "-c", mark], env=env, check=True)
    assert refused(icma(home, "serve", "--port", "1"), "can never become real")
    assert refused(
        icma(home, "init", "--email", "a@numune.invalid", "--union", "Birlik"), "never become a real one"
    )


def test_without_tables_or_keys_nothing_is_served(tmp_path: Path, real: tuple[Path, str]) -> None:
    home, _said = real
    assert refused(icma(tmp_path / "none", "serve", "--port", "1"), "icma init")
    (home / "keys").rename(home / "safe")
    try:
        assert refused(icma(home, "serve", "--port", "1"), "Keys are missing")
    finally:
        (home / "safe").rename(home / "keys")


def test_a_database_that_is_away_stops_no_real_country_and_is_said(
    tmp_path: Path, real: tuple[Path, str]
) -> None:
    """Petitions that are files are served until it is back. The address is nobody's: the server itself ends at once."""
    home, _said = real
    away = {"ICMA_DATABASE_URL": "postgres://icma@127.0.0.1:1/icma"}
    nowhere = ("serve", "--host", "203.0.113.1", "--port", "8000")
    assert "petitions that are files are served" in icma(home, *nowhere, **away).stderr
    demo = icma(tmp_path / "demo", *nowhere, ICMA_MODE="demo", **away)
    assert refused(demo, "The database cannot be reached")


def test_a_demo_whose_terminal_is_closed_leaves_no_server_behind(monkeypatch):
    """Granian takes the hangup for a reload: the server went on alone and kept its port."""
    ended = []

    class Process:
        def __init__(self, words, **_more):
            self.words = words

        def wait(self, timeout=None):
            if timeout is None:
                signal.raise_signal(signal.SIGHUP)

        def terminate(self):
            ended.append(self.words[2])

    monkeypatch.setattr(serve.subprocess, "Popen", Process)
    before = {name: signal.getsignal(name) for name in (signal.SIGTERM, signal.SIGHUP)}
    try:
        with pytest.raises(SystemExit):
            serve.together("127.0.0.1", 8000, 1)
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
    assert ended == ["granian", "icma"]
