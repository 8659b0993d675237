"""Codes: readable, forgiving, and a slip of the pen is noticed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icma.engines.codes import ALPHABET, checksum, encode, is_typo, normalise, public_code, secret_code

seeds = st.binary(min_size=12, max_size=12)


def test_known_values() -> None:
    assert encode(b"\x00" * 5) == "0000-0000" and encode(b"\xff" * 5) == "ZZZZ-ZZZZ"
    assert encode(b"hello") == "D1JP-RV3F"  # Crockford's base 32 of 68656c6c6f
    assert encode(b"\x01") == "04" and public_code(b"hello world") == "D1JP-RV3F"
    with pytest.raises(ValueError):
        encode(b"abc", 8)
    with pytest.raises(ValueError):
        secret_code(b"short")


@given(seeds)
def test_secret_codes(seed: bytes) -> None:
    code = secret_code(seed)
    assert len(code) == 24 and not is_typo(code)
    assert int.from_bytes(seed, "big") >> 1 == sum(
        ALPHABET.index(symbol) << 5 * place for place, symbol in enumerate(reversed(normalise(code)[:-1]))
    )
    sloppy = code.lower().replace("0", "o").replace("1", "l").replace("-", "  ")
    assert normalise(sloppy) == normalise(code) and not is_typo(sloppy)


@settings(max_examples=60)
@given(seeds, st.integers(0, 19), st.sampled_from(ALPHABET), st.integers(0, 19))
def test_every_wrong_symbol_and_every_swap_is_noticed(
    seed: bytes, place: int, symbol: str, other: int
) -> None:
    code = normalise(secret_code(seed))
    if code[place] != symbol:
        assert is_typo(code[:place] + symbol + code[place + 1 :])
    if code[place] != code[other]:
        swapped = list(code)
        swapped[place], swapped[other] = swapped[other], swapped[place]
        assert is_typo("".join(swapped))


@pytest.mark.parametrize("text", ["", "7Q4F", "U" * 20, "ə" * 20, "0" * 19, "0" * 21, "7Q4F-M2KD"])
def test_what_cannot_be_a_code(text: str) -> None:
    assert is_typo(text)


def test_reading() -> None:
    assert normalise(" 7q4f–m2kd ") == "7Q4FM2KD"
    assert normalise("oOiIlLıİ") == "00111111"
    assert checksum("0000") == "0" and checksum("0001") != checksum("0010")
    with pytest.raises(ValueError):
        checksum("0" * 31)
