"""A real Chromium before the real demo (`icma demo`, then `icma serve`), built once for all tests of this folder.

Left out, and said so, where no Chromium is installed.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.post import free_port

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
ICMA = Path(sys.executable).with_name("icma")
PHONE, DESK = 360, 1280


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))  # one demo, one server
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium: apt install chromium, or set CHROMIUM"))


@dataclass(frozen=True)
class Site:
    """The demo that runs: its address, its home, and the codes that it left for visitors to try."""

    url: str
    home: Path
    matter: str
    code: str


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("demo")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    env = {name: value for name, value in os.environ.items() if not name.startswith(("ICMA_", "DJANGO_"))}
    env |= {"ICMA_MODE": "demo", "ICMA_HOME": str(home), "ICMA_BASE_URL": url}
    built = subprocess.run([ICMA, "demo", "--build-only"], env=env, capture_output=True, text=True)
    assert built.returncode == 0, built.stdout + built.stderr
    log = home / "server.log"
    with log.open("wb") as out:
        words = [ICMA, "serve", "--port", str(port), "--workers", "1"]
        server = subprocess.Popen(words, env=env, stdout=out, stderr=subprocess.STDOUT)
    try:
        _wait(url, server, log)
        left = json.loads((home / "numune.json").read_text("utf-8"))
        yield Site(url, home, left["matter"], left["code"])
    finally:
        server.terminate()
        server.wait(15)


def _wait(url: str, server: subprocess.Popen, log: Path) -> None:
    for _try in range(150):
        try:
            with urlopen(f"{url}/healthz"):
                return
        except (URLError, ConnectionError):
            assert server.poll() is None, log.read_text("utf-8")
            time.sleep(0.2)
    pytest.fail(f"the server does not answer: {log.read_text('utf-8')}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as tools:
        made = tools.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield made
        made.close()


@pytest.fixture(scope="session")
def signed_in(site: Site, chromium) -> Callable[[str], dict]:
    """Cookies of each role, signed in once through the demo's own page."""
    kept: dict[str, dict] = {}

    def state(role: str) -> dict:
        if role not in kept:
            context = chromium.new_context()
            page = context.new_page()
            page.goto(f"{site.url}/numune/")
            page.locator(f"form:has(input[name=who][value={role}]) button").click()
            kept[role] = context.storage_state()
            context.close()
        return kept[role]

    return state


@pytest.fixture
def visit(site: Site, chromium, signed_in) -> Iterator[Callable[..., object]]:
    """`visit("coordinator", PHONE, script=False)`: a page of that person, without role a stranger's.

    What a page says in the console (errors, a Content-Security-Policy that held) fails the test at its end.
    """
    contexts, said = [], []

    def go(role: str = "", width: int = PHONE, script: bool = True, **more: object):
        who = {"storage_state": signed_in(role)} if role else {}
        context = chromium.new_context(
            base_url=site.url,
            viewport={"width": width, "height": 760},
            java_script_enabled=script,
            **who,
            **more,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        return page

    yield go
    for context in contexts:
        context.close()
    # 422 is how a form comes back that asks for a correction; the browser reports every status above 399.
    assert [words for words in said if "status of 422" not in words] == []
