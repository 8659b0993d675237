"""Heavy libraries are not loaded by serving public pages."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.xdist_group("cli")
ROOT = Path(__file__).resolve().parents[2]
CODE = """
import django; django.setup()
import sys
from django.utils import timezone
from icma.people.actions.places import load_places
from icma.law.actions import load_shipped
load_places(at=timezone.now()); load_shipped(at=timezone.now())
from django.test import Client
client = Client()
for path in "/ /meseleler/ /qurumlar/ /icmalar/ /mektublar/ /muddetler/ /bilik/ /bilik/AZ-07/ /haqqinda/ /qoruma/ /komek/ /qaldirin/ /qaldirin/yeni/ /hesab/login/".split():
    assert client.get(path).status_code == 200, path
heavy = [m for m in ("weasyprint", "PIL", "numpy", "highspy", "openpyxl", "docxtpl", "pypdf", "pypdfium2", "rapidfuzz", "cryptography", "fido2") if m in sys.modules]
print(heavy)
"""


def test_no_heavy_library_is_loaded_by_public_pages(ready_home: Path) -> None:
    env = {k: v for k, v in os.environ.items() if not k.startswith("ICMA_")}
    env |= {
        "ICMA_MODE": "test",
        "ICMA_HOME": str(ready_home),
        "PYTHONPATH": str(ROOT / "src"),
        "DJANGO_SETTINGS_MODULE": "icma.settings",
    }
    done = subprocess.run([sys.executable, "-c", CODE], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().splitlines()[-1] == "[]"
