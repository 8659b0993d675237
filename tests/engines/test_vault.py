"""The vault opens what was sealed, for whom and where it was sealed, and nothing else."""

import secrets

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icma.engines import vault
from icma.engines.vault import CHUNK, HYBRID, X25519, Sealer, Unopened

PLACE = "grant|7Q4F|thread|1|3"


def _sealed_file(key: bytes, data: bytes, place: str, cut: int = 50_000) -> tuple[bytes, int]:
    sealer = Sealer(key, place)
    out = b"".join(sealer.push(data[n : n + cut]) for n in range(0, len(data), cut))
    return out + sealer.finish(), sealer.size


@pytest.mark.parametrize("suite", [X25519, HYBRID])
def test_a_wrap_opens_for_its_holder_at_its_place_alone(suite):
    seed, key = vault.new_seed(suite), vault.new_key()
    blob = vault.wrap(vault.public_of(seed), key, PLACE)
    assert vault.unwrap(seed, blob, PLACE) == key
    for other, where in (
        (vault.new_seed(suite), PLACE),
        (seed, PLACE + "0"),
        (vault.new_seed(3 - suite), PLACE),
    ):
        with pytest.raises(Unopened):
            vault.unwrap(other, blob, where)


@pytest.mark.parametrize("suite", [X25519, HYBRID])
def test_every_flipped_byte_of_a_wrap_is_an_error(suite):
    seed = vault.new_seed(suite)
    blob = vault.wrap(vault.public_of(seed), vault.new_key(), PLACE)
    for at in range(0, len(blob), 7):
        with pytest.raises(Unopened):
            vault.unwrap(seed, blob[:at] + bytes([blob[at] ^ 1]) + blob[at + 1 :], PLACE)


@given(
    value=st.dictionaries(st.text(max_size=20), st.text(max_size=600), max_size=5), at=st.integers(0, 10**6)
)
@settings(max_examples=60)
def test_a_row_opens_whole_or_not_at_all(value, at):
    key = vault.new_key()
    blob = vault.seal(key, value, "row|1")
    assert vault.unseal(key, blob, "row|1") == value
    assert (len(blob) - 41) % vault.STEP == 0
    at %= len(blob)
    for changed, where in (
        (blob[:at] + bytes([blob[at] ^ 64]) + blob[at + 1 :], "row|1"),
        (blob, "row|2"),
        (blob[:-1], "row|1"),
    ):
        with pytest.raises(Unopened):
            vault.unseal(key, changed, where)


def test_forms_are_not_exchangeable():
    key, secret = vault.new_key(), vault.new_key()
    assert vault.unlock(key, vault.lock(key, secret, PLACE), PLACE) == secret
    with pytest.raises(Unopened):
        vault.unseal(key, vault.lock(key, secret, PLACE), PLACE)
    assert vault.derive(secret, "lookup") != vault.derive(secret, "wrap")


@pytest.mark.parametrize(
    "size", [0, 1, 255, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 17, 1_000_003]
)
def test_a_file_comes_back_however_it_arrives(size):
    key, data = vault.new_key(), secrets.token_bytes(size)
    sealed, true = _sealed_file(key, data, "file|1", cut=31_337)
    assert true == size and len(sealed) > vault.padme(size)
    stream = [sealed[n : n + 10_007] for n in range(0, len(sealed), 10_007)]
    assert b"".join(vault.opened(key, stream, "file|1", size)) == data


def test_a_file_that_is_cut_changed_moved_or_longer_is_an_error():
    key, data = vault.new_key(), secrets.token_bytes(300_000)
    sealed, size = _sealed_file(key, data, "file|1")
    whole = CHUNK + 17
    wrong = {
        "cut within": sealed[:-5], "cut at a chunk": sealed[: 25 + 2 * whole], "empty": b"",
        "byte": sealed[:90_000] + bytes([sealed[90_000] ^ 1]) + sealed[90_001:],
        "swapped": sealed[:25] + sealed[25 + whole : 25 + 2 * whole] + sealed[25 : 25 + whole] + sealed[25 + 2 * whole :],
        "longer": sealed + b"x" * 40,
    }  # fmt: skip
    for bad in wrong.values():
        with pytest.raises(Unopened):
            list(vault.opened(key, [bad], "file|1", size))
    for other_key, place, told in (
        (vault.new_key(), "file|1", size),
        (key, "file|2", size),
        (key, "file|1", size * 2),
    ):
        with pytest.raises(Unopened):
            list(vault.opened(other_key, [sealed], place, told))


@given(size=st.integers(0, 2**40))
def test_padding_costs_at_most_an_eighth(size):
    padded = vault.padme(size)
    assert size <= padded <= max(vault.STEP, size * 1.12 + 1)
