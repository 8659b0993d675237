"""Keys live in ICMA_KEYS (0700), never in the database or its backup. One file of 32 bytes a purpose."""

import os
import secrets
from functools import lru_cache
from pathlib import Path

from django.conf import settings

SIZE = 32


@lru_cache(maxsize=16)
def key(name: str) -> bytes:
    """The 32-byte key `name`; made on first use outside production, demanded in production.

    Raises FileNotFoundError in production when `icma init` has not made it: a silently new key
    would make everything sealed unreadable.
    """
    path = Path(settings.KEYS_DIR) / name
    if not path.exists():
        if settings.IS_PRODUCTION:
            raise FileNotFoundError(
                f"Key {name} is missing in ICMA_KEYS. Run `icma init`, or restore the keys."
            )
        make(name)
    return path.read_bytes()


def exists(name: str) -> bool:
    return (Path(settings.KEYS_DIR) / name).is_file()


def make(name: str) -> None:
    """Create key `name` unless it exists; two processes that start together agree on one."""
    folder = Path(settings.KEYS_DIR)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "wb") as out:
        out.write(secrets.token_bytes(SIZE))


NAMES = ("codes", "contacts", "factors", "files", "tags", "limits", "checkpoints", "questions")
