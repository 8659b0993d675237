"""What `icma check --deploy` says of the vault: refusals are errors, what a machine should not have are warnings."""

import resource
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError
from django.utils.module_loading import import_string

ARGON2 = "django.contrib.auth.hashers.Argon2PasswordHasher"
SWAPS, BLOCKS = Path("/proc/swaps"), Path("/sys/class/block")


@register(Tags.security, deploy=True)
def hashers(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A weak hash of the account's password would be the cheaper way in."""
    weak = [path for path in settings.PASSWORD_HASHERS if path != ARGON2]
    if not weak:
        return []
    return [
        Error(
            f"Passwords may be hashed with {', '.join(weak)}.", hint=f"Leave {ARGON2} alone.", id="vault.E001"
        )
    ]


@register(Tags.security, deploy=True)
def admin(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Nothing of legal aid is ever shown by Django's admin."""
    if not apps.is_installed("django.contrib.admin"):
        return []
    site = import_string("django.contrib.admin.site")
    ours = sorted(model.__name__ for model in site._registry if model._meta.app_label == "legalaid")
    return [
        Error(f"{name} of legal aid is registered in the admin.", hint="Take it out.", id="vault.E002")
        for name in ours
    ]


@register(Tags.security, deploy=True)
def uploads(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """No handler that writes what it gets to a temporary file."""
    if not any("Temporary" in path for path in settings.FILE_UPLOAD_HANDLERS):
        return []
    return [Error("Uploads may be written to temporary files in clear.", id="vault.E003")]


@register(Tags.security, deploy=True)
def swap(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Memory that is written to a disk in clear holds what was open."""
    return [
        Warning(f"{name} is swap without encryption.", hint="Encrypt it with a random key at each start, or switch it off.",
                id="vault.W001")
        for name in _swaps() if not _is_encrypted(name)
    ]  # fmt: skip


@register(Tags.security, deploy=True)
def papers(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Whoever writes to the database and reads the keys could put papers of his own there; not into the settings."""
    pairs = import_module("icma.legalaid.pairs")  # this module is loaded before there are models
    try:
        pair = pairs.group_pair("recovery")
    except DatabaseError:  # no tables yet
        return []
    if pair is None or (settings.RECOVERY_FINGERPRINT and pairs.is_pinned(bytes(pair.public))):
        return []
    if settings.RECOVERY_FINGERPRINT:
        hint = "ICMA_RECOVERY_FINGERPRINT names other papers: nothing is granted to these."
        return [
            Error("The recovery key in the database is not that of the papers.", hint=hint, id="vault.E004")
        ]
    hint = f"Compare it with the papers, then set ICMA_RECOVERY_FINGERPRINT={pairs.shown(pair)!r}."
    return [Warning("The recovery papers are not pinned.", hint=hint, id="vault.W003")]


@register(Tags.security, deploy=True)
def dumps(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A process that dies must not leave its memory on the disk."""
    if resource.getrlimit(resource.RLIMIT_CORE)[0] == 0:
        return []
    return [
        Warning(
            "A crash may write memory to the disk.",
            hint="LimitCORE=0 in the service, or ulimit -c 0.",
            id="vault.W002",
        )
    ]


def _swaps() -> Iterator[str]:
    """Devices and files that the kernel swaps to."""
    try:
        lines = SWAPS.read_text("utf-8").splitlines()[1:]
    except OSError:
        return
    yield from (line.split()[0] for line in lines if line.strip())


def _is_encrypted(name: str) -> bool:
    """True for a mapped device with dm-crypt and for compressed memory; a file is as safe as nobody knows."""
    device = Path(name).resolve().name
    if device.startswith("zram"):
        return True
    try:
        return (BLOCKS / device / "dm" / "uuid").read_text("utf-8").startswith("CRYPT-")
    except OSError:
        return False
