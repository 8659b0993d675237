"""An append-only log that anyone can check: Merkle tree hashes, inclusion and consistency proofs.

Source: RFC 9162 (Certificate Transparency 2.0), 2.1.1 hashes, 2.1.3 inclusion, 2.1.4 consistency, with SHA-256.
Every hash here is 32 bytes. Nodes of complete subtrees never change, so a log keeps one growing row of hashes a
level (`levels[0]` holds the leaves): appending costs one hash a leaf on average, a proof reads log₂ n nodes.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

SIZE = 32
EMPTY = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """Hash of one entry of the log; the prefix keeps leaves and nodes apart."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


class Tree:
    """The whole log in memory: `levels[k]` is the concatenation of the hashes of complete subtrees of 2^k leaves."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self.levels: list[bytearray] = [bytearray()]
        self.extend(leaves)

    def __len__(self) -> int:
        return len(self.levels[0]) // SIZE

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Append leaf hashes in order. Raises ValueError for one that is not 32 bytes long."""
        for leaf in leaves:
            if len(leaf) != SIZE:
                raise ValueError("a leaf hash has 32 bytes")
            self.levels[0] += leaf
        self._complete()

    def _complete(self) -> None:
        """Add the parents that the new nodes have made possible, level by level."""
        level = 0
        while len(self.levels[level]) >= 2 * SIZE:
            if level + 1 == len(self.levels):
                self.levels.append(bytearray())
            below, here = self.levels[level], self.levels[level + 1]
            full = len(below) // (2 * SIZE) * 2 * SIZE
            for at in range(2 * len(here), full, 2 * SIZE):
                here += sha256(b"\x01" + below[at : at + 2 * SIZE]).digest()
            level += 1

    def node(self, level: int, index: int) -> bytes:
        """Hash of the complete subtree number `index` (from 0) of 2^level leaves."""
        found = bytes(self.levels[level][index * SIZE : (index + 1) * SIZE])
        if len(found) != SIZE:
            raise IndexError(f"no node {index} at level {level}")
        return found

    def root(self, size: int | None = None) -> bytes:
        """Root hash of the first `size` leaves (all by default)."""
        end = self._checked(len(self) if size is None else size)
        return self._range(0, end) if end else EMPTY

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """Proof, lowest node first, that leaf `index` stands in the log of `size` leaves."""
        end = self._checked(len(self) if size is None else size)
        if not 0 <= index < end:
            raise ValueError(f"leaf {index} is not among {end}")
        return self._path(index, 0, end)

    def consistency(self, old: int, new: int | None = None) -> list[bytes]:
        """Proof that the first `old` leaves of the log of `new` leaves are the log as it stood then."""
        end = self._checked(len(self) if new is None else new)
        if not 0 < old <= end:
            raise ValueError(f"{old} leaves cannot come before {end}")
        return [] if old == end else self._subproof(old, 0, end, True)

    def _checked(self, size: int) -> int:
        if not 0 <= size <= len(self):
            raise ValueError(f"the log has {len(self)} leaves, not {size}")
        return size

    def _range(self, start: int, end: int) -> bytes:
        """Hash of leaves start…end; `start` is a multiple of the subtree's size, as in every proof."""
        n = end - start
        if n & (n - 1) == 0:
            return self.node(n.bit_length() - 1, start // n)
        cut = start + split(n)
        return node_hash(self._range(start, cut), self._range(cut, end))

    def _path(self, index: int, start: int, end: int) -> list[bytes]:
        if end - start == 1:
            return []
        cut = start + split(end - start)
        if index < cut:
            return [*self._path(index, start, cut), self._range(cut, end)]
        return [*self._path(index, cut, end), self._range(start, cut)]

    def _subproof(self, old: int, start: int, end: int, whole: bool) -> list[bytes]:
        if old == end:
            return [] if whole else [self._range(start, end)]
        cut = start + split(end - start)
        if old <= cut:
            return [*self._subproof(old, start, cut, whole), self._range(cut, end)]
        return [*self._subproof(old, cut, end, False), self._range(start, cut)]


def split(n: int) -> int:
    """The largest power of two below n (n > 1): where a tree of n leaves divides."""
    return 1 << (n - 1).bit_length() - 1


class Frontier:
    """The log reduced to what appending needs: its size and the roots of its complete subtrees, largest first."""

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        if len(peaks) != size.bit_count() or any(len(peak) != SIZE for peak in peaks):
            raise ValueError(f"a log of {size} leaves has {size.bit_count()} peaks of 32 bytes")
        self.size, self.peaks = size, list(peaks)

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash."""
        size, node = self.size, leaf
        while size & 1:
            node, size = node_hash(self.peaks.pop(), node), size >> 1
        self.peaks.append(node)
        self.size += 1

    def root(self) -> bytes:
        if not self.peaks:
            return EMPTY
        *rest, node = self.peaks
        for peak in reversed(rest):
            node = node_hash(peak, node)
        return node


def root_of(chunks: Iterable[bytes], size: int = 1 << 16) -> tuple[int, bytes]:
    """(leaves, root) of leaf hashes in pieces of any length, without holding them; `size` is a power of two.

    Complete subtrees of `size` leaves are hashed level by level: about four times as fast as leaf by leaf.
    """
    whole, rest = Frontier(), bytearray()
    for chunk in chunks:
        rest += chunk
        while len(rest) >= size * SIZE:
            whole.append(_complete(bytes(rest[: size * SIZE])))
            del rest[: size * SIZE]
    end = Frontier()
    for at in range(0, len(rest), SIZE):
        end.append(bytes(rest[at : at + SIZE]))
    n = whole.size * size + end.size
    return n, Frontier(n, [*whole.peaks, *end.peaks]).root()


def _complete(nodes: bytes) -> bytes:
    """Root of a complete subtree from its leaf hashes."""
    while len(nodes) > SIZE:
        nodes = b"".join(
            [sha256(b"\x01" + nodes[at : at + 2 * SIZE]).digest() for at in range(0, len(nodes), 2 * SIZE)]
        )
    return nodes


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """RFC 9162, 2.1.3.2: does `proof` lead from this leaf hash to `root` of a log of `size` leaves?"""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(step, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, step)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """RFC 9162, 2.1.4.2: is the log of `old` leaves the beginning of the log of `new` leaves?"""
    if not 0 < old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = path[0]
    for step in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            second = node_hash(second, step)
        place, last = place >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root
