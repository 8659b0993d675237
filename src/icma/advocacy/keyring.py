"""Keys of petitions, in ICMA_KEYS and in no backup: one for the tags of each, one that signs every checkpoint.

The key of a protected petition is destroyed when it closes; whoever holds the database then can test nobody.
"""

import hashlib
import hmac
from pathlib import Path

from django.conf import settings
from nacl.signing import SigningKey, VerifyKey

from icma.core import keys

CHECKPOINTS = "checkpoints"


def _name(code: str) -> str:
    return f"petition-{code}"


def make(code: str) -> None:
    keys.make(_name(code))


def _tag_key(code: str) -> bytes:
    """Read for each use (12 µs): a key that is destroyed is gone from every process at once, not when each restarts."""
    return (Path(settings.KEYS_DIR) / _name(code)).read_bytes()


def exists(code: str) -> bool:
    return keys.exists(_name(code))


def destroy(code: str) -> None:
    """Overwrite and remove the key of a petition's tags; no process keeps a copy."""
    path = Path(settings.KEYS_DIR) / _name(code)
    if path.exists():
        path.write_bytes(bytes(keys.SIZE))
        path.unlink()


def tag_of(code: str, who: str) -> bytes:
    """32 bytes that stand for one signer of one petition; raises FileNotFoundError when its key is destroyed."""
    return hmac.new(_tag_key(code), who.encode(), hashlib.sha256).digest()


def host_mark(code: str, mail: str) -> bytes:
    """Eight bytes that stand for the host of an address, so that a wave from one host can be found."""
    return tag_of(code, f"host\0{mail.rpartition('@')[2]}")[:8]


def signer() -> SigningKey:
    """Ed25519 key of the checkpoints."""
    return SigningKey(keys.key(CHECKPOINTS))


def public_key() -> VerifyKey:
    return signer().verify_key
