"""How a stored tree grows: its new right edge and the tiles that change, from one pass over the hashes."""

from __future__ import annotations

from collections.abc import Sequence

from dure.engine.log.errors import TileBad
from dure.engine.log.merkle import HASH_BYTES, Frontier, level_up
from dure.engine.log.tiles import (
    TILE_BYTES,
    TILE_HEIGHT,
    TILE_WIDTH,
    ReadTile,
    Tile,
    tile_path,
)
from dure.kernel.must import must


def grown(before: Frontier, leaf_hashes: Sequence[bytes], read_tile: ReadTile) -> tuple[Frontier, list[Tile]]:
    """``before.append_many(leaf_hashes)``, and the tiles of ``tiles.new_tiles``, each node hashed once.

    ``read_tile`` is asked for the old partial tiles; whoever doesn't trust them compares their edge with
    ``before`` first (``Frontier.read``). Refuses with TileBad one that is shorter than it must be.
    """
    must(set(map(len, leaf_hashes)) <= {HASH_BYTES}, f"a leaf hash has {HASH_BYTES} bytes")
    edge = list(before.edge)
    kept: list[bytes] = []
    changed: list[Tile] = []
    row = list(leaf_hashes)
    below, level = before.size, 0
    while row or below:
        if row and level % TILE_HEIGHT == 0:
            changed += _laid(level // TILE_HEIGHT, below, row, read_tile)
        if below & 1:
            row.insert(0, edge.pop())
        if len(row) & 1:
            kept.append(row.pop())
        row = level_up(row)
        below >>= 1
        level += 1
    return Frontier(before.size + len(leaf_hashes), tuple(reversed(kept))), changed


def _laid(level: int, below: int, fresh: Sequence[bytes], read_tile: ReadTile) -> list[Tile]:
    """The tiles of ``level`` once ``fresh`` hashes lie behind the ``below`` that are there."""
    index, width = divmod(below, TILE_WIDTH)
    old = b""
    if width:
        old = read_tile(level, index, width)[: width * HASH_BYTES]
        if len(old) != width * HASH_BYTES:
            what = f"{len(old)} bytes where {width * HASH_BYTES} belong"
            raise TileBad(path=tile_path(level, index, width), what=what)
    data = b"".join([old, *fresh])
    return [
        Tile(level, index + number, data[at : at + TILE_BYTES])
        for number, at in enumerate(range(0, len(data), TILE_BYTES))
    ]
