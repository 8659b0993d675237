"""Passphrases are made here, never thought up: six of 512 words of `data/words.txt`, 54 random bits.

The words are a list of our own: common things, no two alike once ə, ı, ö, ü, ç, ş and ğ are typed without their
marks, so that a keyboard without Azerbaijani letters opens the vault too.
"""

import secrets
from functools import lru_cache
from pathlib import Path

from icma.engines import codes
from icma.engines.aztext import fold

WORDS = 6
LIST = Path(__file__).with_name("data") / "words.txt"


@lru_cache(maxsize=1)
def word_list() -> tuple[str, ...]:
    return tuple(LIST.read_text("utf-8").split())


def new_passphrase() -> str:
    """'alma körpü bulud …': shown once, typed back, kept on paper until it is known by heart."""
    return " ".join(secrets.choice(word_list()) for _ in range(WORDS))


def bare(words: str) -> str:
    """What is stretched: case, marks and the number of spaces do not matter."""
    return " ".join(fold(words).split())


def new_recovery_code() -> str:
    """95 random bits and a check symbol: opens the vault when the passphrase is forgotten."""
    return codes.secret_code(secrets.token_bytes(codes.SECRET_BYTES))
