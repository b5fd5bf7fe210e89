"""The tree over a stretch of the log, from its leaves: what a sealed day adds to the tree before it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dure.engine.log.digests import DIGEST_BYTES, digests
from dure.engine.log.merkle import Frontier, node_hash
from dure.kernel.must import must

Hashes = npt.NDArray[np.uint8]
"""Rows of 32 bytes."""


@dataclass(frozen=True, slots=True)
class Subtree:
    """A complete subtree: ``2 ** level`` leaves, the first of them leaf ``index * 2 ** level``."""

    level: int
    index: int
    hash: bytes


def subtrees(first: int, leaves: Hashes) -> list[Subtree]:
    """The largest complete subtrees that make up leaves ``first`` to ``first + len(leaves)``, left to right."""
    left: list[Subtree] = []
    right: list[Subtree] = []
    level, row, at = 0, leaves, first
    while len(row):
        if at & 1:
            left.append(Subtree(level, at, row[0].tobytes()))
            row, at = row[1:], at + 1
        if len(row) & 1:
            right.append(Subtree(level, at + len(row) - 1, row[-1].tobytes()))
            row = row[:-1]
        row, at, level = level_up_rows(row), at >> 1, level + 1
    return left + right[::-1]


def level_up_rows(row: Hashes) -> Hashes:
    """The parents of an even number of neighbouring hashes, in order."""
    nodes = np.empty((len(row) // 2, 1 + 2 * DIGEST_BYTES), np.uint8)
    nodes[:, 0] = 1
    nodes[:, 1:] = row.reshape(-1, 2 * DIGEST_BYTES)
    return digests(nodes)


def extended(before: Frontier, parts: Iterable[Subtree]) -> Frontier:
    """The right edge after ``parts``, which follow each other and ``before`` without a gap."""
    stack = _placed(before)
    size = before.size
    for part in parts:
        must(part.index << part.level == size, "the stretches of a log follow each other")
        size += 1 << part.level
        stack.append(part)
        while len(stack) > 1 and stack[-1].level == stack[-2].level and stack[-1].index & 1:
            last = stack.pop()
            pair = stack.pop()
            stack.append(Subtree(pair.level + 1, pair.index >> 1, node_hash(pair.hash, last.hash)))
    return Frontier(size, tuple(part.hash for part in stack))


def _placed(edge: Frontier) -> list[Subtree]:
    found: list[Subtree] = []
    at = 0
    levels = [level for level in range(edge.size.bit_length() - 1, -1, -1) if edge.size >> level & 1]
    for level, held in zip(levels, edge.edge, strict=True):
        found.append(Subtree(level, at >> level, held))
        at += 1 << level
    return found
