"""Sealing under a key outside the database: small objects (padded) and files, with PyNaCl's SecretBox."""

import json
from typing import Any

from nacl.bindings import sodium_pad, sodium_unpad
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from icma.core.keys import key

BLOCK = 256


class Unreadable(Exception):
    """The sealed bytes do not open with this key: restored without its keys, or tampered with."""


def seal(value: dict[str, Any], name: str = "contacts") -> bytes:
    """Sealed, padded JSON of `value`; equal values give different bytes of equal length."""
    plain = json.dumps(value, ensure_ascii=False, sort_keys=True).encode()
    return bytes(SecretBox(key(name)).encrypt(sodium_pad(plain, BLOCK)))


def unseal(sealed: bytes, name: str = "contacts") -> dict[str, Any]:
    """The object that `seal` was given. Raises Unreadable, never returns wrong text."""
    try:
        return json.loads(sodium_unpad(SecretBox(key(name)).decrypt(bytes(sealed)), BLOCK))
    except (CryptoError, ValueError) as error:
        raise Unreadable from error


def seal_bytes(data: bytes, name: str = "files") -> bytes:
    """`data` sealed as it is; 40 bytes longer."""
    return bytes(SecretBox(key(name)).encrypt(data))


def unseal_bytes(sealed: bytes, name: str = "files") -> bytes:
    """What `seal_bytes` was given. Raises Unreadable."""
    try:
        return SecretBox(key(name)).decrypt(sealed)
    except CryptoError as error:
        raise Unreadable from error
