"""Everything a published log serves, read and reckoned again by somebody who has nothing but its address.

Every bundle of entries gives leaves, leaves give tiles, tiles give the root, and the root must be the signed one.
Where a bundle and its tile disagree, the tile above or the signed root decides which of them is named.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from dure.engine.log.entry import leaf_hash
from dure.engine.log.errors import TileBad
from dure.engine.log.merkle import HASH_BYTES, Frontier, root_of
from dure.engine.log.tiles import (
    TILE_BYTES,
    TILE_WIDTH,
    decode_bundle,
    entries_path,
    hash_reader,
    new_tiles,
    partial_tiles,
    tile_path,
    tile_width,
)
from dure.movement.ledger.outside.published import LogFiles
from dure.movement.ledger.types import Fault

# One tile of level 1: 256 bundles of 8,704 bytes and as many tiles of 8,192 are held at once, about 5 MB.
BATCH_BUNDLES = TILE_WIDTH
READERS = 8
FAULTS_MAX = 1_000
_NO_LEAF = bytes(HASH_BYTES)

Leaves = list[bytes]


@dataclass(frozen=True, slots=True)
class SignedRoot:
    """A root that somebody signed for the first ``size`` entries; ``where`` is how a fault names it."""

    size: int
    root: bytes
    where: str


@dataclass(frozen=True, slots=True)
class SignedLeaf:
    """A leaf that a receipt promises at ``index``."""

    index: int
    leaf_hash: bytes
    where: str


class PublishedVerification:
    """One run over the files of a log. ``roots`` must hold the signed root of the whole log."""

    def __init__(
        self,
        files: LogFiles,
        root: SignedRoot,
        *,
        roots: Sequence[SignedRoot] = (),
        leaves: Sequence[SignedLeaf] = (),
        advance: Callable[[int, int], None] = lambda done, total: None,
    ) -> None:
        self._files = files
        self._root = root
        self._roots = [root, *roots]
        self._leaves = leaves
        self._advance = advance
        self._found: list[Fault] = []
        self._more_count = 0
        self._lost_count = 0
        self._held: dict[tuple[int, int], bytes] = {}

    def run(self) -> list[Fault]:
        """The faults by path, the first 1,000 of them; none means that all of it holds."""
        size = self._files.size
        batch = BATCH_BUNDLES * TILE_WIDTH
        self._check_roots(0, 0)
        with ThreadPoolExecutor(READERS) as readers:
            for first in range(0, size, batch):
                end, lost_count = min(first + batch, size), self._lost_count
                self._check_batch(readers, first, end)
                self._advance(end, size)
                if self._lost_count - lost_count == BATCH_BUNDLES and end < size:
                    # Who signs any size they like must not keep us asking for ever.
                    what = f"nothing is served from entry {first} on, so no more was asked for"
                    self._found.insert(0, Fault(self._root.where, what))
                    break
            else:
                self._check_right_tiles()
        more = [Fault("log", f"{self._more_count} more faults, not listed")] if self._more_count else []
        return [*self._found, *more]

    def _check_batch(self, readers: ThreadPoolExecutor, first: int, end: int) -> None:
        numbers = range(first // TILE_WIDTH, -(-end // TILE_WIDTH))
        bundles = list(readers.map(self._bundle_leaves, numbers))
        tiles = list(readers.map(lambda number: self._tile_hashes(0, number), numbers))
        leaves: Leaves = []
        for number, of_bundle, of_tile in zip(numbers, bundles, tiles, strict=True):
            leaves += self._settle(number, of_bundle, of_tile, first, leaves)
        self._check_leaves(first, leaves)
        for tile in new_tiles(first, leaves, lambda level, number, width: self._held[level, number]):
            self._held[tile.level, tile.index] = tile.data
            if tile.level and len(tile.data) == TILE_BYTES:
                self._compare(tile.level, tile.index)
        self._check_roots(first + 1, end)
        partial = {(level, number) for level, number, _ in partial_tiles(end)}
        self._held = {place: data for place, data in self._held.items() if place in partial}

    def _settle(
        self, number: int, of_bundle: Leaves | str, of_tile: Leaves | str, first: int, before: Leaves
    ) -> Leaves:
        """The leaves to go on with, where the bundle and its tile say one each (or, as text, what is wrong)."""
        width = tile_width(self._files.size, 0, number)
        tile_name, bundle_name = tile_path(0, number, width), entries_path(number, width)
        if isinstance(of_tile, str):
            self._add(tile_name, of_tile)
        if isinstance(of_bundle, str):
            self._add(bundle_name, of_bundle)
        if isinstance(of_tile, str) or isinstance(of_bundle, str):
            left = of_bundle if isinstance(of_tile, str) else of_tile
            if isinstance(left, str):
                self._lost_count += 1
                return [_NO_LEAF] * width
            return left
        if of_tile == of_bundle:
            return of_tile
        place = next(at for at in range(width) if of_tile[at] != of_bundle[at])
        entry = number * TILE_WIDTH + place
        if self._fits_above(number, of_tile, first, before):
            self._add(bundle_name, f"entry {entry} is not the one that was logged")
            return of_tile
        if self._fits_above(number, of_bundle, first, before):
            self._add(tile_name, f"hash {place} is not that of entry {entry}")
            return of_bundle
        self._add(tile_name, f"hash {place} is not that of entry {entry}, and neither fits what stands above")
        self._add(bundle_name, f"entry {entry} does not fit its tile, and neither fits what stands above")
        return of_bundle

    def _fits_above(self, number: int, leaves: Leaves, first: int, before: Leaves) -> bool:
        """Whether the tile above, or for the last tile the signed root, agrees with these leaves."""
        if len(leaves) == TILE_WIDTH:
            above = self._tile_hashes(1, number // TILE_WIDTH)
            return not isinstance(above, str) and above[number % TILE_WIDTH] == root_of(leaves)
        held = dict(self._held)
        for tile in new_tiles(first, [*before, *leaves], lambda level, index, width: held[level, index]):
            held[tile.level, tile.index] = tile.data
        size = self._files.size
        edge = Frontier.read(size, hash_reader(size, lambda level, index, width: held[level, index]))
        return edge.root() == self._root.root

    def _check_right_tiles(self) -> None:
        """Partial tiles above level 0, once everything below them is known."""
        for level, number, _ in partial_tiles(self._files.size):
            if level:
                self._compare(level, number)

    def _compare(self, level: int, number: int) -> None:
        rebuilt = self._held[level, number]
        width = tile_width(self._files.size, level, number)
        served = self._tile_hashes(level, number)
        path = tile_path(level, number, width)
        if isinstance(served, str):
            self._add(path, served)
            return
        for place, hashed in enumerate(served):
            if hashed != rebuilt[place * HASH_BYTES : (place + 1) * HASH_BYTES]:
                self._add(path, f"hash {place} is not what the files below it give")
                return

    def _check_roots(self, first_size: int, last_size: int) -> None:
        for one in self._roots:
            if first_size <= one.size <= last_size:
                reader = hash_reader(one.size, lambda level, number, width: self._held[level, number])
                if Frontier.read(one.size, reader).root() != one.root:
                    what = "its root is not what the entries give"
                    if self._lost_count:
                        what = "its root can't be rebuilt, since files are missing"
                    self._add(one.where, what)

    def _check_leaves(self, first: int, leaves: Leaves) -> None:
        for one in self._leaves:
            if first <= one.index < first + len(leaves) and leaves[one.index - first] != one.leaf_hash:
                self._add(one.where, f"entry {one.index} of the log is another one")

    def _bundle_leaves(self, number: int) -> Leaves | str:
        width = tile_width(self._files.size, 0, number)
        data = self._files.bundle(number)
        if data is None:
            return "it is not served"
        try:
            entries = decode_bundle(data, path=entries_path(number, width))
        except TileBad as broken:
            return str(broken.facts["what"])
        # A full bundle stands in for a partial one that is not kept any more.
        if len(entries) not in {width, TILE_WIDTH}:
            return f"it holds {len(entries)} entries where {width} belong"
        return [leaf_hash(entry) for entry in entries[:width]]

    def _tile_hashes(self, level: int, number: int) -> Leaves | str:
        data = self._files.tile(level, number)
        wanted = tile_width(self._files.size, level, number) * HASH_BYTES
        if data is None:
            return "it is not served"
        if len(data) != wanted:
            return f"it has {len(data)} bytes where {wanted} belong"
        return [data[at : at + HASH_BYTES] for at in range(0, wanted, HASH_BYTES)]

    def _add(self, where: str, what: str) -> None:
        if len(self._found) < FAULTS_MAX:
            self._found.append(Fault(where, what))
        else:
            self._more_count += 1
