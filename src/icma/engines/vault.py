"""The vault: who may open what, with published primitives only. Threat model: docs/vault.md.

Pure: no database, no clock, no settings. Four forms, each bound to its place, so that nothing can be moved:

- `wrap`/`unwrap`: a 32-byte key for the holder of a key pair. HPKE (RFC 9180, single shot) with
  ML-KEM-768 + X25519 (suite 2, draft-ietf-hpke-pq) or X25519 alone (suite 1); HKDF-SHA256, ChaCha20-Poly1305.
- `lock`/`unlock`: a key or seed under another key (a passphrase's, a code's). XChaCha20-Poly1305.
- `seal`/`unseal`: the fields of one row. XChaCha20-Poly1305, padded, the row's place as associated data.
- `Sealer`/`opened`: files, in chunks of 64 KiB. libsodium's secretstream, padded as in PURBs (Padmé).

`cryptography` takes six megabytes, so it is loaded with the first key pair and not with the server.

Every failure is `Unopened`: wrong key, wrong place, changed byte and cut file look alike; wrong text is never
returned. Passphrases are `stretch.py`; codes of 95 bits need only HKDF (RFC 5869).
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator
from typing import Any

from nacl import bindings as sodium
from nacl.exceptions import CryptoError

KEY = 32
X25519, HYBRID = 1, 2  # the suite byte in front of every blob
FORMAT = 1  # the format byte in front of sealed rows and files
STEP = 256  # sealed rows are padded to multiples of this
CHUNK = 64 * 1024
_SEEDS = {X25519: 32, HYBRID: 96}
_PUBLICS = {X25519: 32, HYBRID: 1184 + 32}


class Unopened(Exception):
    """Nothing was opened: the key, the place or the bytes are not the ones it was sealed with."""


def new_key() -> bytes:
    """32 random bytes."""
    return secrets.token_bytes(KEY)


# Key pairs


def new_seed(suite: int = HYBRID) -> bytes:
    """A new secret: 32 bytes, or 96 (ML-KEM-768's 64 and X25519's 32)."""
    return secrets.token_bytes(_SEEDS[suite])


def public_of(seed: bytes) -> bytes:
    """Suite byte and public key of a seed: 33 or 1,217 bytes."""
    if len(seed) == _SEEDS[X25519]:
        return bytes([X25519, *_raw(_curve(seed))])
    lattice, curve = _halves(seed)
    return bytes([HYBRID, *_raw(lattice), *_raw(curve)])


def fingerprint(public: bytes) -> str:
    """SHA-256 of a public key for people to compare: 32 hexadecimal digits in groups of four."""
    digits = hashlib.sha256(b"icma|v1|fingerprint|" + public).hexdigest()[:32]
    return " ".join(digits[n : n + 4] for n in range(0, 32, 4))


def wrap(public: bytes, secret: bytes, place: str) -> bytes:
    """`secret` for the holder of `public`, usable only at `place`: suite byte and HPKE's enc and ciphertext."""
    suite = public[0]
    return public[:1] + bytes(_hpke(suite).encrypt(secret, _public(public), info=_bound("wrap", place)))


def unwrap(seed: bytes, blob: bytes, place: str) -> bytes:
    """What `wrap` was given. Raises Unopened."""
    from cryptography.exceptions import InvalidTag

    blob, suite = bytes(blob), HYBRID if len(seed) == _SEEDS[HYBRID] else X25519
    if blob[:1] != bytes([suite]):
        raise Unopened("another suite")
    try:
        return bytes(_hpke(suite).decrypt(blob[1:], _private(seed), info=_bound("wrap", place)))
    except (InvalidTag, ValueError) as error:
        raise Unopened("the wrap does not open") from error


def _hpke(suite: int) -> Any:
    from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

    kem = KEM.X25519 if suite == X25519 else KEM.MLKEM768_X25519
    return Suite(kem, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


def _curve(seed: bytes) -> Any:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    return X25519PrivateKey.from_private_bytes(seed)


def _raw(private: Any) -> bytes:
    return bytes(private.public_key().public_bytes_raw())


def _halves(seed: bytes) -> tuple[Any, Any]:
    from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey

    return MLKEM768PrivateKey.from_seed_bytes(seed[:64]), _curve(seed[64:])


def _private(seed: bytes) -> Any:
    from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey

    return MLKEM768X25519PrivateKey(*_halves(seed)) if len(seed) == _SEEDS[HYBRID] else _curve(seed)


def _public(public: bytes) -> Any:
    from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PublicKey
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
    from cryptography.hazmat.primitives.hpke import MLKEM768X25519PublicKey

    suite, raw = public[0], public[1:]
    if suite not in _PUBLICS or len(raw) != _PUBLICS[suite]:
        raise Unopened("not a public key")
    if suite == X25519:
        return X25519PublicKey.from_public_bytes(raw)
    lattice = MLKEM768PublicKey.from_public_bytes(raw[:1184])
    return MLKEM768X25519PublicKey(lattice, X25519PublicKey.from_public_bytes(raw[1184:]))


# Keys from what people know or hold


def derive(secret: bytes, purpose: str, size: int = KEY) -> bytes:
    """`size` bytes for one purpose from a secret of at least 95 bits: HKDF-SHA256."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(hashes.SHA256(), size, None, _bound("derive", purpose)).derive(secret)


def seed_from(secret: bytes, purpose: str, suite: int = HYBRID) -> bytes:
    """The key pair's seed that a code stands for: whoever holds the code can be granted keys later too."""
    return derive(secret, purpose, _SEEDS[suite])


def lock(key: bytes, secret: bytes, place: str) -> bytes:
    """`secret` under `key`, usable only at `place`; 41 bytes longer."""
    return _encrypt(key, secret, _bound("lock", place))


def unlock(key: bytes, blob: bytes, place: str) -> bytes:
    """What `lock` was given. Raises Unopened."""
    return _decrypt(key, blob, _bound("lock", place))


# Rows


def seal(key: bytes, value: dict[str, Any], place: str) -> bytes:
    """One row's fields, padded to steps of 256 bytes; `place` names table, case, row and epoch."""
    plain = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return _encrypt(key, sodium.sodium_pad(plain, STEP), _bound("row", place))


def unseal(key: bytes, blob: bytes, place: str) -> dict[str, Any]:
    """What `seal` was given. Raises Unopened, also when the row was swapped with another."""
    value: dict[str, Any] = json.loads(unsealed(key, blob, place).decode())
    return value


def unsealed(key: bytes, blob: bytes, place: str) -> bytes:
    """The same as JSON: a search looks into it before it is read."""
    # What libsodium's padding is (ISO/IEC 7816-4): its wrapper takes a fifth of what opening a row takes.
    plain, mark, after = _decrypt(key, blob, _bound("row", place)).rstrip(b"\0").rpartition(b"\x80")
    if not mark or after:
        raise Unopened("the row is not padded")
    return plain


def _encrypt(key: bytes, plain: bytes, bound: bytes) -> bytes:
    nonce = secrets.token_bytes(24)
    sealed = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(plain, bound, nonce, key)
    return bytes([FORMAT]) + nonce + sealed


def _decrypt(key: bytes, blob: bytes, bound: bytes) -> bytes:
    blob = bytes(blob)
    if len(blob) < 41 or blob[0] != FORMAT:
        raise Unopened("another format")
    try:
        return sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(blob[25:], bound, blob[1:25], key)
    except CryptoError as error:
        raise Unopened("the row does not open") from error


def _bound(form: str, place: str) -> bytes:
    return f"icma|v1|{form}|{place}".encode()


# Files

_LAST = sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL
_MORE = sodium.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
_OVER = sodium.crypto_secretstream_xchacha20poly1305_ABYTES
_HEADER = sodium.crypto_secretstream_xchacha20poly1305_HEADERBYTES


class Sealer:
    """Seals a stream as it arrives: `push` any pieces, `finish` once. At most two chunks are in memory.

    `size` is the true size afterwards; it belongs into the file's sealed row, for the file shows only `padme(size)`.
    """

    def __init__(self, key: bytes, place: str):
        self._state = sodium.crypto_secretstream_xchacha20poly1305_state()
        header = sodium.crypto_secretstream_xchacha20poly1305_init_push(self._state, key)
        self._bound, self._rest, self.size = _bound("file", place), bytearray(), 0
        self._head = bytes([FORMAT]) + header

    def push(self, piece: bytes) -> bytes:
        """Sealed bytes that are ready after `piece`; may be empty."""
        self.size += len(piece)
        return self._push(piece)

    def finish(self) -> bytes:
        """The rest, with padding."""
        missing, out = padme(self.size) - self.size, []
        while missing > 0:
            out.append(self._push(bytes(min(missing, CHUNK))))
            missing -= CHUNK
        return b"".join([*out, self._push(b""), self._sealed(bytes(self._rest), _LAST)])

    def _push(self, piece: bytes) -> bytes:
        out, self._head = [self._head], b""
        self._rest += piece
        while len(self._rest) > CHUNK:
            out.append(self._sealed(bytes(self._rest[:CHUNK]), _MORE))
            del self._rest[:CHUNK]
        return b"".join(out)

    def _sealed(self, piece: bytes, tag: int) -> bytes:
        return sodium.crypto_secretstream_xchacha20poly1305_push(self._state, piece, self._bound, tag)


def opened(key: bytes, stream: Iterable[bytes], place: str, size: int) -> Iterator[bytes]:
    """The `size` bytes of a file that a Sealer sealed, in pieces.

    Raises Unopened: at once for a wrong key or place, at the end for a file that is cut or of another size; who
    needs the whole before using any joins the pieces first.
    """
    state = sodium.crypto_secretstream_xchacha20poly1305_state()
    bound, tag, total, pieces = _bound("file", place), _MORE, 0, _pieces(stream)
    head = next(pieces, b"")
    if head[:1] != bytes([FORMAT]) or len(head) != 1 + _HEADER:
        raise Unopened("another format")
    sodium.crypto_secretstream_xchacha20poly1305_init_pull(state, head[1:], key)
    for piece in pieces:
        if tag == _LAST:
            raise Unopened("bytes after the end")
        try:
            plain, tag = sodium.crypto_secretstream_xchacha20poly1305_pull(state, piece, bound)
        except (CryptoError, RuntimeError, ValueError) as error:
            raise Unopened("the file does not open") from error
        left = max(0, size - total)
        total += len(plain)
        if left:
            yield plain[:left]
    if tag != _LAST or total != padme(size):
        raise Unopened("the file is cut")


def _pieces(stream: Iterable[bytes]) -> Iterator[bytes]:
    """Header, then chunks as they were sealed, from a stream cut anywhere."""
    rest, want = bytearray(), 1 + _HEADER
    for block in stream:
        rest += block
        while len(rest) >= want:
            yield bytes(rest[:want])
            del rest[:want]
            want = CHUNK + _OVER
    if rest:
        yield bytes(rest)


def padme(size: int) -> int:
    """Padded size, at most 12 % more, that tells little of the true one (Nikitin et al., PURBs, 2019)."""
    if size < 2:
        return STEP
    exponent = size.bit_length() - 1
    mask = (1 << exponent - exponent.bit_length()) - 1
    return max(STEP, size + mask & ~mask)
