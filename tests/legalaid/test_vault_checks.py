"""`icma check --deploy` refuses what would undo the vault."""

import sys
from types import ModuleType, SimpleNamespace

import pytest
from django.core.checks import run_checks

from icma.cli import main
from icma.core.action import Refused
from icma.engines import vault
from icma.legalaid import deploy, models
from icma.legalaid.actions.keys.recovering import install
from icma.legalaid.models import Grant
from icma.legalaid.pairs import group_pair, recovery_pair
from tests.legalaid import rings

pytestmark = pytest.mark.django_db


def said() -> list[str]:
    return [
        message.id for message in run_checks(include_deployment_checks=True) if message.id.startswith("vault")
    ]


def test_another_hasher_than_argon2_is_refused(settings) -> None:
    settings.PASSWORD_HASHERS = [deploy.ARGON2]
    assert "vault.E001" not in said()
    settings.PASSWORD_HASHERS = [deploy.ARGON2, "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    assert "vault.E001" in said()


def test_the_command_refuses_a_deployment_with_exit_1_and_says_why(settings, capsys) -> None:
    settings.PASSWORD_HASHERS = [deploy.ARGON2]
    assert main(["check", "--deploy"]) == 0 and "security.W002" not in capsys.readouterr().err
    settings.PASSWORD_HASHERS = [deploy.ARGON2, "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    capsys.readouterr()
    assert main(["check", "--deploy"]) == 1 and "vault.E001" in capsys.readouterr().err
    assert main(["check"]) == 0


def test_other_papers_than_those_pinned_get_no_key_and_the_check_refuses_them(settings, country) -> None:
    assert not {"vault.E004", "vault.W003"} & set(said())
    rings.papers()
    assert "vault.W003" in said()
    _user, ring = rings.lawyer("bir")
    settings.RECOVERY_FINGERPRINT = vault.fingerprint(bytes(group_pair("recovery").public)).upper()
    assert not {"vault.E004", "vault.W003"} & set(said()) and recovery_pair()
    assert rings.a_case(ring).grants.filter(holder__group="recovery").count() == 2
    settings.RECOVERY_FINGERPRINT = "0000 " * 8  # as if somebody had put other papers into the database
    assert "vault.E004" in said() and recovery_pair() is None
    before = Grant.objects.filter(holder__group="recovery").count()
    rings.a_case(ring)
    assert Grant.objects.filter(holder__group="recovery").count() == before
    with pytest.raises(Refused):
        install(public=vault.public_of(vault.new_seed()), by=ring.user, at=rings.AT)


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
