"""The tree and its entries as files that never change: C2SP tlog-tiles (c2sp.org/tlog-tiles).

A *tile* (level, index) holds up to 256 neighbouring hashes of complete subtrees of ``256**level`` leaves; a
full tile is 8,192 bytes. Only the last tile of a level may be partial, and a partial tile is not hashed into
the level above.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from dure.engine.log.errors import TileBad
from dure.engine.log.merkle import HASH_BYTES, ReadHash, level_up, root_of
from dure.kernel.must import must

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
TILE_BYTES = TILE_WIDTH * HASH_BYTES
LEVEL_MAX = 63
# 511 hashes of 65 bytes in memory each: about 17 MB.
READER_TILE_MAX = 512
_ENTRY_BYTES_MAX = 2**16 - 1

ReadTile = Callable[[int, int, int], bytes]
"""``read_tile(level, index, width)`` gives a tile's bytes; a wider version of the tile will do as well."""


@dataclass(frozen=True, slots=True)
class Tile:
    """``data``: 1 to 256 hashes of 32 bytes; the ``index``-th tile of its ``level``."""

    level: int
    index: int
    data: bytes

    @property
    def width(self) -> int:
        """How many hashes the tile holds."""
        return len(self.data) // HASH_BYTES

    @property
    def path(self) -> str:
        """Where tlog-tiles serves it, below the log's prefix."""
        return tile_path(self.level, self.index, self.width)


def tile_path(level: int, index: int, width: int = TILE_WIDTH) -> str:
    """The path of a hash tile, such as ``tile/0/x001/x234/067`` or ``tile/0/x001/234.p/5``."""
    must(0 <= level <= LEVEL_MAX, "tile levels run from 0 to 63")
    return f"tile/{level}/{_place(index, width)}"


def entries_path(index: int, width: int = TILE_WIDTH) -> str:
    """The path of an entry bundle, such as ``tile/entries/x001/234.p/5``."""
    return f"tile/entries/{_place(index, width)}"


def tile_width(size: int, level: int, index: int) -> int:
    """How many hashes tile (level, index) holds in a tree of ``size`` leaves: 0 to 256."""
    return min(max((size >> TILE_HEIGHT * level) - index * TILE_WIDTH, 0), TILE_WIDTH)


def partial_tiles(size: int) -> list[tuple[int, int, int]]:
    """The partial tiles of a tree of ``size`` leaves, as (level, index, width), from level 0 up."""
    found: list[tuple[int, int, int]] = []
    level, hash_count = 0, size
    while hash_count:
        if width := hash_count % TILE_WIDTH:
            found.append((level, hash_count // TILE_WIDTH, width))
        hash_count //= TILE_WIDTH
        level += 1
    return found


def new_tiles(old_size: int, leaf_hashes: Sequence[bytes], read_tile: ReadTile) -> list[Tile]:
    """The tiles that differ after ``leaf_hashes`` are appended to a tree of ``old_size`` leaves.

    Complete ones and the new partial ones, from level 0 up and left to right. ``read_tile`` is asked for the
    old partial tiles only, at most one a level (:func:`partial_tiles` names them). The frontier of the new
    tree can be had from the new tiles by ``Frontier.read``, without hashing everything a second time.
    """
    must(all(len(leaf) == HASH_BYTES for leaf in leaf_hashes), "a leaf hash has 32 bytes")
    changed: list[Tile] = []
    level, hash_count, fresh = 0, old_size, list(leaf_hashes)
    while fresh:
        index, width = divmod(hash_count, TILE_WIDTH)
        if width:
            fresh = _hashes(_read(read_tile, level, index, width)) + fresh
        complete_roots: list[bytes] = []
        for at in range(0, len(fresh), TILE_WIDTH):
            held = fresh[at : at + TILE_WIDTH]
            changed.append(Tile(level, index + at // TILE_WIDTH, b"".join(held)))
            if len(held) == TILE_WIDTH:
                complete_roots.append(root_of(held))
        level, hash_count, fresh = level + 1, index, complete_roots
    return changed


def hash_reader(size: int, read_tile: ReadTile) -> ReadHash:
    """``read_hash`` for proofs within the first ``size`` leaves, over a getter of tiles.

    A proof touches at most two tiles a level; the hashes between two tile levels, at most 255 a tile, are
    computed once. The reader keeps the READER_TILE_MAX tiles used last, so give many proofs one reader.
    Refuses with TileBad a tile of the wrong length. A tile that was swapped for another of the same length
    shows when the proof is verified.
    """

    @lru_cache(maxsize=READER_TILE_MAX)
    def rows_of(tile_level: int, tile_index: int) -> list[list[bytes]]:
        width = tile_width(size, tile_level, tile_index)
        rows = [_hashes(_read(read_tile, tile_level, tile_index, width))]
        while len(rows[-1]) > 1:
            rows.append(level_up(rows[-1][: len(rows[-1]) // 2 * 2]))
        return rows

    def read_hash(level: int, index: int) -> bytes:
        tile_level, height = divmod(level, TILE_HEIGHT)
        tile_index, first = divmod(index << height, TILE_WIDTH)
        width = tile_width(size, tile_level, tile_index)
        must(first + (1 << height) <= width, "only complete subtrees within the tree have a stored hash")
        return rows_of(tile_level, tile_index)[height][first >> height]

    return read_hash


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Up to 256 log entries as tlog-tiles serves them: each behind its length as two bytes, big-endian."""
    must(1 <= len(entries) <= TILE_WIDTH, "a bundle holds 1 to 256 entries")
    must(all(len(entry) <= _ENTRY_BYTES_MAX for entry in entries), "an entry has at most 65,535 bytes")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def decode_bundle(data: bytes, *, path: str) -> list[bytes]:
    """The entries in a bundle; refuses with TileBad, naming ``path``, one that is cut short."""
    entries: list[bytes] = []
    at = 0
    while at < len(data):
        start = at + 2
        at = start + int.from_bytes(data[at:start], "big")
        if start > len(data) or at > len(data):
            raise TileBad(path=path, what=f"entry {len(entries)} of the bundle is cut short")
        entries.append(data[start:at])
    return entries


def _place(index: int, width: int) -> str:
    """``<N>[.p/<W>]``: three digits a folder, all but the last behind an x."""
    must(index >= 0, "tiles are counted from 0")
    must(1 <= width <= TILE_WIDTH, "a tile is 1 to 256 wide")
    index, last = divmod(index, 1000)
    place = f"{last:03d}"
    while index:
        index, part = divmod(index, 1000)
        place = f"x{part:03d}/{place}"
    return place if width == TILE_WIDTH else f"{place}.p/{width}"


def _read(read_tile: ReadTile, level: int, index: int, width: int) -> bytes:
    """Exactly ``width`` hashes. Tiles only grow, so the beginning of a later, wider one is as good."""
    data = read_tile(level, index, width)
    wanted = width * HASH_BYTES
    if not wanted <= len(data) <= TILE_BYTES or len(data) % HASH_BYTES:
        raise TileBad(path=tile_path(level, index, width), what=f"{len(data)} bytes where {wanted} belong")
    return data[:wanted]


def _hashes(data: bytes) -> list[bytes]:
    return [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]
