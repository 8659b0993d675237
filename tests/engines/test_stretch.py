"""The passphrase's key is what RFC 9106 says it is: Argon2id with 128 MiB, three passes, one lane."""

from argon2.low_level import Type, hash_secret_raw

from icma.engines import stretch
from icma.legalaid import unlocking
from icma.legalaid.passphrases import bare

WORDS, SALT = "alma körpü bulud".encode(), bytes(range(16))
KNOWN = "ef5caa209929f02a2fd77fa28907995b4b47a5a95f6f44f58d6dc7a0c27d4360"


def test_a_known_answer_that_another_implementation_gives_too() -> None:
    """Less memory or fewer passes would give another key: nobody could unlock, and this fails."""
    found = stretch.stretch(WORDS, SALT)
    other = hash_secret_raw(
        WORDS, SALT, time_cost=3, memory_cost=128 * 1024, parallelism=1, hash_len=32, type=Type.ID
    )
    assert found.hex() == other.hex() == KNOWN


def test_the_child_process_gives_the_same(settings, tmp_path) -> None:
    settings.HOME = tmp_path
    words = "alma körpü bulud"
    assert unlocking.stretched(words, SALT) == stretch.stretch(bare(words).encode(), SALT)
