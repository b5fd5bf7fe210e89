"""Proof that two signed states of one log contradict each other, for people who trust neither side.

A consistency proof that fails proves nothing: anybody can make one. What does convince is a set of hashes that
gives the *newer* signed root and, from its first part, another root for the older size than the one that was
signed: since a root fixes every hash below it, no log that only grew can have signed both.
"""

from __future__ import annotations

from collections.abc import Sequence

from dure.engine.log.merkle import EMPTY_ROOT, HASH_BYTES, ReadHash, node_hash
from dure.kernel.must import must


def parts_of(old: int, new: int) -> list[tuple[int, int]]:
    """The largest complete subtrees, as (level, index), that make up leaves [0, old) and then [old, new)."""
    must(0 <= old <= new, "a tree only grows")
    return [*_cover(0, old), *_cover(old, new)]


def fork_hashes(old: int, new: int, read_hash: ReadHash) -> list[bytes]:
    """The hashes of :func:`parts_of`, in order; at most 128 of 32 bytes."""
    return [read_hash(level, index) for level, index in parts_of(old, new)]


def roots_of_parts(old: int, new: int, hashes: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """The roots that ``hashes`` give for the first ``old`` and the first ``new`` leaves (RFC 6962 section 2.1).

    None when there are too many, too few, or not of 32 bytes: hashes may come from strangers.
    """
    places = parts_of(old, new)
    if len(places) != len(hashes) or any(len(one) != HASH_BYTES for one in hashes):
        return None
    held = dict(zip(places, hashes, strict=True))
    return _root(0, old, held), _root(0, new, held)


def _cover(low: int, high: int) -> list[tuple[int, int]]:
    parts: list[tuple[int, int]] = []
    while low < high:
        level = (high - low).bit_length() - 1
        if low:
            level = min(level, (low & -low).bit_length() - 1)
        parts.append((level, low >> level))
        low += 1 << level
    return parts


def _root(low: int, high: int, held: dict[tuple[int, int], bytes]) -> bytes:
    if low == high:
        return EMPTY_ROOT
    count = high - low
    level = count.bit_length() - 1
    if count == 1 << level and (level, low >> level) in held:
        return held[level, low >> level]
    middle = low + (1 << (count - 1).bit_length() - 1)
    return node_hash(_root(low, middle, held), _root(middle, high, held))
