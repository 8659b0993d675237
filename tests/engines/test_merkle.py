"""The log: proofs hold for what is there, and for nothing else; roots equal an independent library's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from icma.engines.merkle import (
    EMPTY,
    Frontier,
    Tree,
    leaf_hash,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)  # fmt: skip

MOST = 130
DATA = [f"leaf {n}".encode() for n in range(MOST)]
LEAVES = [leaf_hash(data) for data in DATA]


def naive_root(leaves: list[bytes]) -> bytes:
    """The recursive definition of RFC 9162, 2.1.1, word by word."""
    if not leaves:
        return EMPTY
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(naive_root(leaves[:k]), naive_root(leaves[k:]))


def test_roots_equal_the_definition_and_an_independent_library() -> None:
    oracle, frontier, tree = InmemoryTree(algorithm="sha256"), Frontier(), Tree(LEAVES)
    for n, data in enumerate(DATA, 1):
        oracle.append_entry(data)
        frontier.append(LEAVES[n - 1])
        assert oracle.get_root() == tree.root(n) == frontier.root() == naive_root(LEAVES[:n])
    assert Tree().root() == Frontier().root() == EMPTY


def test_every_inclusion_proof_holds_and_no_other_leaf_passes() -> None:
    tree = Tree(LEAVES)
    for size in range(1, MOST + 1):
        root = tree.root(size)
        for index in range(size):
            proof = tree.inclusion(index, size)
            assert verify_inclusion(LEAVES[index], index, size, proof, root)
            assert not verify_inclusion(leaf_hash(b"other"), index, size, proof, root)
            if size > 1:
                assert not verify_inclusion(LEAVES[index], (index + 1) % size, size, proof, root)
                assert not verify_inclusion(LEAVES[index], index, size, proof[:-1], root)
            assert not verify_inclusion(LEAVES[index], index, size, [*proof, root], root)


def test_every_consistency_proof_holds_and_a_changed_past_is_found() -> None:
    tree = Tree(LEAVES)
    for old in range(1, MOST + 1):
        changed = Tree([*LEAVES[: old - 1], leaf_hash(b"other")]).root()
        for new in range(old, MOST + 1):
            proof = tree.consistency(old, new)
            assert verify_consistency(old, new, tree.root(old), tree.root(new), proof)
            assert not verify_consistency(old, new, changed, tree.root(new), proof)


@given(st.lists(st.binary(max_size=8), min_size=2, max_size=40), st.data())
def test_flip_delete_insert_and_reorder_change_the_root(entries: list[bytes], data: st.DataObject) -> None:
    leaves = [leaf_hash(entry) for entry in entries]
    root = Tree(leaves).root()
    at = data.draw(st.integers(0, len(leaves) - 1))
    flipped = bytes([leaves[at][0] ^ 1]) + leaves[at][1:]
    assert Tree([*leaves[:at], flipped, *leaves[at + 1 :]]).root() != root
    assert Tree([*leaves[:at], *leaves[at + 1 :]]).root() != root
    assert Tree([*leaves[:at], leaves[at], *leaves[at:]]).root() != root
    moved = leaves[::-1]
    assert moved == leaves or Tree(moved).root() != root


@given(st.integers(0, 300), st.integers(0, 60))
def test_a_frontier_goes_on_where_it_was_kept(first: int, more: int) -> None:
    leaves = [leaf_hash(str(n).encode()) for n in range(first + more)]
    kept = Frontier()
    for leaf in leaves[:first]:
        kept.append(leaf)
    again = Frontier(kept.size, kept.peaks)
    for leaf in leaves[first:]:
        again.append(leaf)
    assert again.root() == Tree(leaves).root()


def test_a_log_grows_in_any_portions() -> None:
    tree = Tree()
    for start in range(0, MOST, 7):
        tree.extend(LEAVES[start : start + 7])
    assert tree.root() == Tree(LEAVES).root() and tree.levels == Tree(LEAVES).levels


@pytest.mark.parametrize("call", [
    lambda: Tree([b"short"]), lambda: Frontier(3, [EMPTY]), lambda: Tree(LEAVES).root(MOST + 1),
    lambda: Tree(LEAVES).inclusion(MOST), lambda: Tree(LEAVES).consistency(0), lambda: Tree(LEAVES).consistency(5, 4),
])  # fmt: skip
def test_what_cannot_be_is_refused(call) -> None:
    with pytest.raises(ValueError):
        call()


@pytest.mark.parametrize("n", [0, 1, 3, 4, 5, 15, 16, 17, 63, 64, 100])
@pytest.mark.parametrize("piece", [1, 5, 32, 33, 1000])
def test_the_root_of_pieces_is_the_root_of_the_whole(n: int, piece: int) -> None:
    leaves = [leaf_hash(bytes([k])) for k in range(n)]
    data = b"".join(leaves)
    pieces = [data[at : at + piece] for at in range(0, len(data), piece)]
    assert root_of(pieces, size=8) == (n, Tree(leaves).root())
