"""The stored tree, and how it grows."""

from __future__ import annotations

from collections.abc import Sequence

from dure.base.ordered import Head
from dure.engine.log.errors import LogHeadMalformed, TileBad
from dure.engine.log.growth import grown
from dure.engine.log.merkle import Frontier
from dure.engine.log.tiles import hash_reader
from dure.movement.ledger import store
from dure.movement.ledger.errors import LogDamaged

LOG_NAME = "ledger"


def frontier_of(stored: bytes) -> Frontier:
    """The right edge kept in the log's head; the head of an empty log keeps nothing."""
    try:
        return Frontier.from_bytes(stored) if stored else Frontier()
    except LogHeadMalformed as broken:
        raise LogDamaged(what=str(broken)) from broken


def grow(head: Head, leaves: Sequence[bytes]) -> Frontier:
    """Store the tiles that ``leaves`` change, and give the new right edge.

    The edge is reckoned twice before anything is added, from the head and from the tiles; refuses with
    LogDamaged when they disagree, so that nothing is ever built on a damaged tree.
    """
    before = frontier_of(head.frontier)
    if before.size != head.size:
        raise LogDamaged(what=f"the head keeps an edge of {before.size} entries, not of {head.size}")
    read_tile = store.StoredTiles(head.size)
    try:
        if Frontier.read(head.size, hash_reader(head.size, read_tile)) != before:
            raise LogDamaged(what="the head and the tiles disagree")
        after, tiles = grown(before, leaves, read_tile)
    except TileBad as broken:
        raise LogDamaged(what=str(broken)) from broken
    store.put_tiles(tiles)
    return after


def edge_in_tiles(size: int) -> Frontier:
    """The right edge of the first ``size`` entries, as the stored tiles give it. Refuses with LogDamaged."""
    try:
        return Frontier.read(size, hash_reader(size, store.StoredTiles(size)))
    except TileBad as broken:
        raise LogDamaged(what=str(broken)) from broken
