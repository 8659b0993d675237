"""A passphrase's key: Argon2id (RFC 9106), 128 MiB, three passes, one lane; libsodium's, 0.2 s of CPU.

A program of its own, so that 128 MiB never stand in a web worker: reads the salt (16 bytes) and the words from its
standard input, writes 32 bytes, ends. Nothing secret is in its arguments or its environment.
"""

import resource
import sys

from nacl.bindings import crypto_pwhash_alg, crypto_pwhash_ALG_ARGON2ID13

SALT, SIZE = 16, 32
MEMORY, PASSES = 128 * 1024 * 1024, 3


def stretch(words: bytes, salt: bytes) -> bytes:
    """32 bytes from a passphrase and its salt."""
    return bytes(crypto_pwhash_alg(SIZE, words, salt, PASSES, MEMORY, crypto_pwhash_ALG_ARGON2ID13))


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    given = sys.stdin.buffer.read()
    sys.stdout.buffer.write(stretch(given[SALT:], given[:SALT]))
