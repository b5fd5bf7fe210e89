"""The Merkle tree of RFC 6962 section 2.1: right edge, root, proofs and their checks.

A *complete subtree* (level, index) has ``2**level`` leaves, the first of them leaf ``index * 2**level``. Its
hash never changes once those leaves are in, so proofs are made from stored hashes of complete subtrees alone:
``read_hash(level, index)`` fetches one, and a proof needs O(log size) of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from dure.engine.log.errors import LogHeadMalformed
from dure.kernel.must import must

ReadHash = Callable[[int, int], bytes]
"""``read_hash(level, index)`` gives the 32-byte hash of a complete subtree."""

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()
_NODE = b"\x01"
_SIZE_BYTES = 8


def node_hash(left: bytes, right: bytes) -> bytes:
    """``SHA-256(0x01 || left || right)`` of two 32-byte hashes (RFC 6962 section 2.1)."""
    return sha256(_NODE + left + right).digest()


def level_up(hashes: Sequence[bytes]) -> list[bytes]:
    """The parents of an even number of neighbouring hashes, in order."""
    pairs = iter(hashes)
    return [sha256(_NODE + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]


@dataclass(frozen=True, slots=True)
class Frontier:
    """The right edge of a tree: all that is needed to append to it and to know its root.

    ``edge`` holds the hashes of the largest complete subtrees that make up ``size`` leaves, one for each
    set bit of ``size``, largest first: at most 64 hashes.
    """

    size: int = 0
    edge: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        must(0 <= self.size < 2**64, "a log has fewer than 2**64 entries")
        must(len(self.edge) == self.size.bit_count(), "one complete subtree for each set bit of the size")

    def append_many(self, leaf_hashes: Sequence[bytes]) -> Frontier:
        """The frontier after ``leaf_hashes`` (32 bytes each); about one hash a leaf, level by level."""
        must(all(len(leaf) == HASH_BYTES for leaf in leaf_hashes), "a leaf hash has 32 bytes")
        edge = list(self.edge)
        kept: list[bytes] = []
        row = list(leaf_hashes)
        below = self.size
        while row or below:
            if below & 1:
                row.insert(0, edge.pop())
            if len(row) & 1:
                kept.append(row.pop())
            row = level_up(row)
            below >>= 1
        return Frontier(self.size + len(leaf_hashes), tuple(reversed(kept)))

    def root(self) -> bytes:
        """The 32-byte Merkle Tree Hash of all leaves; of no leaves, the SHA-256 of nothing."""
        return _join(self.edge) if self.edge else EMPTY_ROOT

    def to_bytes(self) -> bytes:
        """Size as 8 bytes big-endian, then the edge, 32 bytes a hash, largest subtree first."""
        return self.size.to_bytes(_SIZE_BYTES, "big") + b"".join(self.edge)

    @classmethod
    def from_bytes(cls, stored: bytes) -> Frontier:
        """The inverse of :meth:`to_bytes`; refuses with LogHeadMalformed bytes that don't fit together."""
        size = int.from_bytes(stored[:_SIZE_BYTES], "big")
        wanted = _SIZE_BYTES + size.bit_count() * HASH_BYTES
        if len(stored) != wanted:
            raise LogHeadMalformed(
                what=f"{len(stored)} bytes where {wanted} belong to a log of {size} entries"
            )
        return cls(size, tuple(split_hashes(stored[_SIZE_BYTES:])))

    @classmethod
    def read(cls, size: int, read_hash: ReadHash) -> Frontier:
        """The frontier of the first ``size`` leaves, from stored hashes of complete subtrees."""
        return cls(size, tuple(_parts(0, size, read_hash)))


def root_of(leaf_hashes: Sequence[bytes]) -> bytes:
    """The Merkle Tree Hash over ``leaf_hashes`` (32 bytes each)."""
    return Frontier().append_many(leaf_hashes).root()


def inclusion_proof(index: int, size: int, read_hash: ReadHash) -> list[bytes]:
    """The audit path of leaf ``index`` in the tree of the first ``size`` leaves, leaf end first.

    RFC 6962 section 2.1.1. At most 64 hashes of 32 bytes. ``index`` must lie below ``size``.
    """
    must(0 <= index < size, "only a leaf within the tree has a proof")
    path: list[bytes] = []
    low, high = 0, size
    while high - low > 1:
        middle = low + _left_size(high - low)
        if index < middle:
            path.append(_range_hash(middle, high, read_hash))
            high = middle
        else:
            path.append(_range_hash(low, middle, read_hash))
            low = middle
    path.reverse()
    return path


def consistency_proof(old: int, new: int, read_hash: ReadHash) -> list[bytes]:
    """The proof that the tree of ``old`` leaves is the beginning of the tree of ``new`` leaves.

    RFC 6962 section 2.1.2. Empty when ``old`` is 0 or equals ``new``: then there is nothing to show.
    """
    must(0 <= old <= new, "a tree only grows")
    if old in (0, new):
        return []
    path: list[bytes] = []
    low, high = 0, new
    while high != old:
        middle = low + _left_size(high - low)
        if old <= middle:
            path.append(_range_hash(middle, high, read_hash))
            high = middle
        else:
            path.append(_range_hash(low, middle, read_hash))
            low = middle
    if low:
        # The verifier knows the old root, but not this part of it.
        path.append(_range_hash(low, high, read_hash))
    path.reverse()
    return path


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether ``proof`` shows ``leaf`` at ``index`` of the tree with ``size`` leaves and this ``root``.

    RFC 9162 section 2.1.3.2. Answers False, never raises, whatever a stranger sends. ``size`` and ``root``
    must come together from one verified checkpoint: a root alone does not bind its size.
    """
    if not 0 <= index < size or not _all_hashes(leaf, root, *proof):
        return False
    at, last, computed = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            computed = node_hash(sibling, computed)
            while at and not at & 1:
                at >>= 1
                last >>= 1
        else:
            computed = node_hash(computed, sibling)
        at >>= 1
        last >>= 1
    return last == 0 and computed == root


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether ``proof`` shows the tree (``old``, ``old_root``) to begin (``new``, ``new_root``).

    RFC 9162 section 2.1.4.2; the empty tree, which the RFC leaves out, begins every tree if its root is the
    SHA-256 of nothing. Answers False, never raises, whatever a stranger sends.
    """
    if not 0 <= old <= new or not _all_hashes(old_root, new_root, *proof):
        return False
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    path = [old_root, *proof] if old.bit_count() == 1 else list(proof)
    if not path:
        return False
    at, last = old - 1, new - 1
    while at & 1:
        at >>= 1
        last >>= 1
    old_computed = new_computed = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old_computed = node_hash(sibling, old_computed)
            new_computed = node_hash(sibling, new_computed)
            while at and not at & 1:
                at >>= 1
                last >>= 1
        else:
            new_computed = node_hash(new_computed, sibling)
        at >>= 1
        last >>= 1
    return last == 0 and old_computed == old_root and new_computed == new_root


def _left_size(size: int) -> int:
    """The largest power of two below ``size``: where RFC 6962 splits a tree of ``size`` > 1 leaves."""
    return 1 << (size - 1).bit_length() - 1


def _parts(low: int, high: int, read_hash: ReadHash) -> list[bytes]:
    """The complete subtrees that make up leaves ``low`` to ``high``, largest first.

    ``low`` must be a multiple of the largest of them, as it is for every node of an RFC 6962 tree.
    """
    parts: list[bytes] = []
    while low < high:
        level = (high - low).bit_length() - 1
        parts.append(read_hash(level, low >> level))
        low += 1 << level
    return parts


def _range_hash(low: int, high: int, read_hash: ReadHash) -> bytes:
    return _join(_parts(low, high, read_hash))


def _join(parts: Sequence[bytes]) -> bytes:
    """The hash over complete subtrees, largest first, joined from the right as RFC 6962 does."""
    joined = parts[-1]
    for left in reversed(parts[:-1]):
        joined = node_hash(left, joined)
    return joined


def split_hashes(blob: bytes) -> list[bytes]:
    """Hashes that stand one behind the other, 32 bytes each."""
    return [blob[at : at + HASH_BYTES] for at in range(0, len(blob), HASH_BYTES)]


def _all_hashes(*hashes: bytes) -> bool:
    return all(len(one) == HASH_BYTES for one in hashes)
