"""The stored tree: how it grows, and how its state is signed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from dure.base.ordered import Head
from dure.engine.log import checkpoint as signed
from dure.engine.log.errors import LogHeadMalformed, TileBad
from dure.engine.log.merkle import Frontier
from dure.engine.log.tiles import hash_reader, new_tiles
from dure.movement.ledger import keys, store
from dure.movement.ledger.errors import LogDamaged
from dure.movement.ledger.models import Checkpoint
from dure.movement.ledger.types import CheckpointFacts

LOG_NAME = "ledger"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def frontier_of(stored: bytes) -> Frontier:
    """The right edge kept in the log's head; the head of an empty log keeps nothing."""
    try:
        return Frontier.from_bytes(stored) if stored else Frontier()
    except LogHeadMalformed as broken:
        raise LogDamaged(what=str(broken)) from broken


def grow(head: Head, leaves: Sequence[bytes]) -> Frontier:
    """Store the tiles that ``leaves`` change, and give the new right edge.

    The edge is reckoned twice, from the head and from the tiles; refuses with LogDamaged when they
    disagree, so that nothing is ever built on a damaged tree.
    """
    before = frontier_of(head.frontier)
    if before.size != head.size:
        raise LogDamaged(what=f"the head keeps an edge of {before.size} entries, not of {head.size}")
    read_tile = store.StoredTiles(head.size)
    after = before.append_many(leaves)
    try:
        tiles = new_tiles(head.size, leaves, read_tile)
        read_tile.lay_over(tiles)
        seen = Frontier.read(after.size, hash_reader(after.size, read_tile))
    except TileBad as broken:
        raise LogDamaged(what=str(broken)) from broken
    if seen != after:
        raise LogDamaged(what="the head and the tiles disagree")
    store.put_tiles(tiles)
    return after


def sign(head: Head, signed_at_ms: int) -> CheckpointFacts:
    """Sign the state of the locked log; a state that was signed before keeps its note.

    Refuses with LogDamaged when the tiles don't give the head's root, or no longer hold what the last
    checkpoint signed: nothing is ever signed that an earlier signature contradicts.
    """
    edge = frontier_of(head.frontier)
    last = Checkpoint.objects.order_by("-size").first()
    if _edge_in_tiles(head.size) != edge:
        raise LogDamaged(what="the head and the tiles disagree")
    if last is not None:
        if last.size > head.size:
            raise LogDamaged(what=f"{last.size} entries were signed, only {head.size} are here")
        if _edge_in_tiles(last.size).root() != bytes(last.root):
            raise LogDamaged(what=f"the tiles no longer hold what was signed at {last.size} entries")
        if last.size == head.size:
            return checkpoint_facts(last)
    state = signed.Checkpoint(keys.origin(), head.size, edge.root())
    note = signed.sign(state, keys.origin(), keys.private_key())
    return checkpoint_facts(
        Checkpoint.objects.create(
            size=state.size,
            root=state.root,
            note=note,
            signed_at_ms=signed_at_ms,
            time_signature=keys.sign_time(note, signed_at_ms),
        )
    )


def checkpoint_facts(row: Checkpoint) -> CheckpointFacts:
    signed_at = _EPOCH + timedelta(milliseconds=row.signed_at_ms)
    return CheckpointFacts(size=row.size, root=bytes(row.root), note=row.note, signed_at=signed_at)


def _edge_in_tiles(size: int) -> Frontier:
    try:
        return Frontier.read(size, hash_reader(size, store.StoredTiles(size)))
    except TileBad as broken:
        raise LogDamaged(what=str(broken)) from broken
