"""Roots and proofs held against pymerkle, which other people wrote."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree
from pymerkle import verify_consistency as second_opinion

from dure.engine.log.fork import fork_hashes, parts_of, roots_of_parts
from dure.engine.log.merkle import (
    EMPTY_ROOT,
    ReadHash,
    consistency_proof,
    inclusion_proof,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from dure.engine.log.tiles import hash_reader, new_tiles

ENTRIES_MAX = 700


def entries_of(count: int) -> list[bytes]:
    return [sha256(number.to_bytes(4, "big")).digest() for number in range(count)]


def leaves_of(count: int) -> list[bytes]:
    return [sha256(b"\x00" + entry).digest() for entry in entries_of(count)]


def reader_of(leaves: list[bytes]) -> ReadHash:
    tiles = {(tile.level, tile.index): tile.data for tile in new_tiles(0, leaves, lambda *_: b"")}
    return hash_reader(len(leaves), lambda level, index, width: tiles[level, index])


@pytest.fixture(scope="module")
def tree() -> InmemoryTree:
    grown = InmemoryTree(algorithm="sha256")
    for entry in entries_of(ENTRIES_MAX):
        grown.append_entry(entry)
    return grown


@given(size=st.integers(1, ENTRIES_MAX))
@settings(max_examples=60, deadline=None)
def test_roots_are_the_same(tree: InmemoryTree, size: int) -> None:
    assert root_of(leaves_of(size)) == tree.get_root(size)


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_inclusion_proofs_are_the_same(tree: InmemoryTree, data: st.DataObject) -> None:
    size = data.draw(st.integers(1, ENTRIES_MAX))
    index = data.draw(st.integers(0, size - 1))
    leaves = leaves_of(size)
    ours = inclusion_proof(index, size, reader_of(leaves))
    theirs = tree.prove_inclusion(index + 1, size)

    # pymerkle's path begins with the leaf itself.
    assert [leaves[index], *ours] == list(theirs.path)
    assert verify_inclusion(index, size, leaves[index], ours, tree.get_root(size))


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_consistency_proofs_hold_on_both_sides(tree: InmemoryTree, data: st.DataObject) -> None:
    new = data.draw(st.integers(1, ENTRIES_MAX))
    old = data.draw(st.integers(1, new))
    ours = consistency_proof(old, new, reader_of(leaves_of(new)))
    theirs = tree.prove_consistency(old, new)

    assert verify_consistency(old, new, tree.get_root(old), tree.get_root(new), ours)
    second_opinion(root_of(leaves_of(old)), root_of(leaves_of(new)), theirs)  # raises when it does not hold


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_the_hashes_of_a_fork_give_both_roots(tree: InmemoryTree, data: st.DataObject) -> None:
    new = data.draw(st.integers(1, ENTRIES_MAX))
    old = data.draw(st.integers(0, new))
    hashes = fork_hashes(old, new, reader_of(leaves_of(new)))
    old_root = tree.get_root(old) if old else EMPTY_ROOT

    assert roots_of_parts(old, new, hashes) == (old_root, tree.get_root(new))
    assert len(hashes) <= 128


def test_hashes_of_strangers_that_do_not_fit_give_nothing() -> None:
    hashes = fork_hashes(5, 9, reader_of(leaves_of(9)))

    assert roots_of_parts(5, 9, hashes[:-1]) is None
    assert roots_of_parts(5, 9, [*hashes, hashes[0]]) is None
    assert roots_of_parts(5, 9, [*hashes[:-1], b"short"]) is None


def test_the_parts_of_a_fork_lie_side_by_side() -> None:
    assert parts_of(5, 9) == [(2, 0), (0, 4), (0, 5), (1, 3), (0, 8)]
    assert parts_of(0, 0) == []
