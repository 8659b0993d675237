"""Settings are few, documented, and production refuses to start unsafely."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NAME = re.compile(r'env(?:_bool|_list)?\(\s*"([A-Z_]+)"')
DIRECT = re.compile(r'environ(?:\.get|\.setdefault)?[\(\[]\s*"ICMA_([A-Z_]+)"')


def variables() -> set[str]:
    text = "".join(p.read_text("utf-8") for p in (ROOT / "src").rglob("*.py"))
    return {name.removesuffix("_FILE") for name in {*NAME.findall(text), *DIRECT.findall(text)}}


def test_at_most_25_variables_and_each_is_documented() -> None:
    documented = set(re.findall(r"`ICMA_([A-Z_]+)`", (ROOT / "docs/settings.md").read_text("utf-8")))
    assert variables() == documented
    assert len(documented) <= 25


def start(tmp_path: Path, **more: str) -> subprocess.CompletedProcess:
    env = {k: v for k, v in os.environ.items() if not k.startswith("ICMA_")}
    env |= {
        "ICMA_HOME": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "icma.settings",
        "PYTHONPATH": str(ROOT / "src"),
    }
    words = [
        sys.executable,
        "-c",
        "import django; django.setup(); from django.core.checks import run_checks; print(run_checks())",
    ]
    return subprocess.run(words, env=env | more, capture_output=True, text=True)


GOOD = {"ICMA_SECRET_KEY": "k" * 60, "ICMA_BASE_URL": "https://icma.example"}


def test_a_safe_production_starts(tmp_path: Path) -> None:
    done = start(tmp_path, **GOOD)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"ICMA_SECRET_KEY": ""}, "ICMA_SECRET_KEY"),
        ({"ICMA_SECRET_KEY": "short"}, "ICMA_SECRET_KEY"),
        ({"ICMA_DEBUG": "1"}, "ICMA_DEBUG"),
        ({"ICMA_BASE_URL": "http://icma.example"}, "ICMA_BASE_URL"),
        ({"ICMA_MODE": "staging"}, "ICMA_MODE"),
        ({"ICMA_DATABASE_URL": "mysql://x"}, "ICMA_DATABASE_URL"),
    ],
)
def test_an_unsafe_production_refuses_with_a_clear_word(tmp_path: Path, wrong: dict, word: str) -> None:
    done = start(tmp_path, **{**GOOD, **wrong})
    assert done.returncode != 0
    assert word in done.stderr.splitlines()[-1]
