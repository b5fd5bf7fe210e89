"""Hashing side by side gives hashlib's bytes; stretches of a tree join to the tree."""

from __future__ import annotations

from hashlib import sha256
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.engine.log import digests as module
from dure.engine.log.digests import COMPILED_ROWS_MIN, LANES, digests
from dure.engine.log.merkle import Frontier
from dure.engine.log.ranges import extended, subtrees

# Around the ends of blocks, and the lengths of entries, leaves, nodes and notes.
WIDTHS = (0, 1, 33, 51, 54, 55, 56, 63, 64, 65, 119, 120, 128, 135, 136, 500, 635)


@pytest.mark.parametrize("width", WIDTHS)
def test_rows_get_the_digests_that_hashlib_gives(width: int) -> None:
    count = COMPILED_ROWS_MIN + LANES // 2 + 1
    made = Random(width).randbytes(count * width)  # noqa: S311
    rows = np.frombuffer(made, np.uint8).reshape(count, width)
    wanted = [sha256(row.tobytes()).digest() for row in rows]
    assert [row.tobytes() for row in digests(rows)] == wanted
    assert [row.tobytes() for row in digests(rows[:7])] == wanted[:7]


def test_constants_are_those_of_the_standard() -> None:
    assert f"{module._K[0]:08x} {module._K[63]:08x}" == "428a2f98 c67178f2"
    assert f"{module._START[0]:08x} {module._START[7]:08x}" == "6a09e667 5be0cd19"


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 700), st.lists(st.integers(1, 400), max_size=5), st.integers(0, 2**32))
def test_stretches_join_to_the_tree_over_all_leaves(before: int, lengths: list[int], seed: int) -> None:
    random = Random(seed)  # noqa: S311
    leaves = [random.randbytes(32) for _ in range(before + sum(lengths))]
    edge, at = Frontier().append_many(leaves[:before]), before
    for length in lengths:
        rows = np.frombuffer(b"".join(leaves[at : at + length]), np.uint8).reshape(-1, 32)
        edge, at = extended(edge, subtrees(at, rows)), at + length
    assert edge == Frontier().append_many(leaves)
