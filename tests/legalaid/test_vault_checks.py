"""`icma check --deploy` refuses what would undo the vault."""

import sys
from types import ModuleType, SimpleNamespace

import pytest
from django.core.checks import run_checks

from icma.legalaid import deploy, models


def said() -> list[str]:
    return [
        message.id for message in run_checks(include_deployment_checks=True) if message.id.startswith("vault")
    ]


def test_another_hasher_than_argon2_is_refused(settings) -> None:
    settings.PASSWORD_HASHERS = [deploy.ARGON2]
    assert "vault.E001" not in said()
    settings.PASSWORD_HASHERS = [deploy.ARGON2, "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    assert "vault.E001" in said()


def test_a_sealed_model_in_the_admin_is_refused(monkeypatch) -> None:
    fake = ModuleType("django.contrib.admin")
    fake.site = SimpleNamespace(_registry={models.Sealed: None})
    monkeypatch.setitem(sys.modules, "django.contrib.admin", fake)
    monkeypatch.setattr(deploy, "import_string", lambda name: fake.site)
    monkeypatch.setattr(deploy.apps, "is_installed", lambda name: True)
    assert [message.id for message in deploy.admin(None)] == ["vault.E002"]
    fake.site._registry = {}
    assert deploy.admin(None) == []


def test_temporary_files_and_swap_in_clear_are_told(settings, monkeypatch, tmp_path) -> None:
    settings.FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
    assert "vault.E003" in said()
    swaps, blocks = tmp_path / "swaps", tmp_path / "block"
    monkeypatch.setattr(deploy, "SWAPS", swaps)
    monkeypatch.setattr(deploy, "BLOCKS", blocks)
    for device, uuid, warned in (("/dev/sdz9", "", True), ("/dev/dm-77", "CRYPT-PLAIN-swap", False),
                                 ("/dev/dm-78", "LVM-abc", True), ("/dev/zram0", "", False)):  # fmt: skip
        name = device.rpartition("/")[2]
        (blocks / name / "dm").mkdir(parents=True)
        (blocks / name / "dm" / "uuid").write_text(uuid)
        swaps.write_text(f"Filename Type Size Used Priority\n{device} partition 1 0 -2\n")
        assert ("vault.W001" in said()) is warned, device


@pytest.mark.parametrize("name", ["hashers", "admin", "uploads", "swap", "dumps"])
def test_each_check_is_registered_for_deployment(name) -> None:
    assert getattr(deploy, name).tags and said() is not None
