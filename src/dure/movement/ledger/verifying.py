"""Everything stored, read again and reckoned again: entries, sealed days, tiles, head, checkpoints, sums, keys.

Nothing that an append wrote is believed. Where an entry, its kept leaf hash and its tile disagree, two against
one decide which of them is named, so that one flipped byte doesn't accuse the whole log.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from cryptography.exceptions import InvalidSignature

from dure.base.jobs import SILENT, Progress
from dure.base.ordered import head
from dure.engine.log import checkpoint as signed
from dure.engine.log.entry import leaf_hashes
from dure.engine.log.errors import CheckpointBad, LogHeadMalformed
from dure.engine.log.merkle import HASH_BYTES, Frontier, split_hashes
from dure.engine.log.tiles import (
    TILE_BYTES,
    TILE_WIDTH,
    hash_reader,
    new_tiles,
    partial_tiles,
    tile_width,
)
from dure.movement.ledger import keys, loss, scan, signing, witnesses
from dure.movement.ledger.models import Entry, Tile
from dure.movement.ledger.remembered import Signed
from dure.movement.ledger.sealed.days import Span
from dure.movement.ledger.sealed.verifying import FiledDays
from dure.movement.ledger.snapshot import snapshot
from dure.movement.ledger.sums import Sums
from dure.movement.ledger.tree import LOG_NAME
from dure.movement.ledger.types import Fault

# A multiple of the tile width; at about 1 kB a row in memory it stays below 20 MB.
BATCH_ENTRIES = 64 * TILE_WIDTH
# Whoever has to look at more than that looks at a restored backup.
FAULTS_MAX = 1_000
_NO_LEAF = bytes(HASH_BYTES)


class Faults:
    """Faults as they are found: the first FAULTS_MAX are kept, the others counted."""

    def __init__(self) -> None:
        self._found: list[Fault] = []
        self._more_count = 0

    def add(self, where: str, what: str) -> None:
        if len(self._found) < FAULTS_MAX:
            self._found.append(Fault(where, what))
        else:
            self._more_count += 1

    def all(self) -> list[Fault]:
        if not self._more_count:
            return self._found
        return [*self._found, Fault("ledger", f"{self._more_count} more faults, not listed")]


def verify(progress: Progress = SILENT) -> list[Fault]:
    """Check everything the ledger stores; an empty list means that it is sound.

    Every entry is encoded and hashed anew from its columns; every tile, the head and the root under every
    checkpoint are rebuilt from those hashes, every signature is checked and every rollup summed anew. Faults are
    collected, the first 1,000 by name. Others may write meanwhile: one moment of the database is read.

    What it cannot see alone: a log that was rolled back together with the data folder looks like the log of that
    earlier day (a witness sees it); and a person key that was deleted, which is what an erasure does.
    """
    # Before the moment that is read, so that nothing can be remembered that it does not hold yet.
    known, unreadable = signing.known_notes()
    with snapshot():
        return Verification(progress, known, unreadable).run()


class Verification:
    """One run over the log."""

    def __init__(self, progress: Progress, known: Sequence[Signed], unreadable: str) -> None:
        self._progress = progress
        self._faults = Faults()
        if unreadable:
            self._faults.add("signed notes", unreadable)
        self._size, self._frontier_stored = head(LOG_NAME)
        self._reader = scan.Reader()
        self._days = FiledDays(self._faults.add, self._size)
        self._sums = Sums(self._faults.add, self._days.pointed_at())
        # Rebuilt tiles: those changed by this batch, and the partial ones before it.
        self._held: dict[tuple[int, int], bytes] = {}
        self._checkpoints = self._read_checkpoints()
        self._said_elsewhere = [*loss.signed_roots(), *self._remembered_roots(known)]

    def run(self) -> list[Fault]:
        self._check_roots(0, 0)
        at = 0
        for span in self._days.spans:
            self._check_open(at, span.first)
            self._check_day(span)
            at = span.end
        self._check_open(at, self._size)
        self._check_right_tiles()
        self._check_edge()
        self._check_extras()
        for row in self._checkpoints.values():
            self._check_signature(row)
        loss.faults(self._faults.add)
        for fault in witnesses.faults():
            self._faults.add(fault.where, fault.what)
        if self._days.unread:
            # Figures that lack a day would accuse every sum it is part of.
            what = f"were not compared, since {', '.join(self._days.unread)} can't be read"
            self._faults.add("rollups and all else that is summed", what)
        else:
            self._check_rollups()
            self._days.check_kept()
        self._check_person_keys()
        return self._faults.all()

    def _check_open(self, first: int, end: int) -> None:
        """Entries ``first`` to ``end`` (exclusive), which stand in rows."""
        for low in range(first, end, BATCH_ENTRIES):
            high = min(low + BATCH_ENTRIES, end)
            slots = self._stored_tiles(low, high)
            self._check_leaves(low, high, self._leaves(low, high, slots), slots)
            self._progress.advance(high, self._size)

    def _check_day(self, span: Span) -> None:
        """The entries of a day that stands in files; where these can't be believed, the tiles go on in their place."""
        at = span.first
        before = Frontier.read(at, hash_reader(at, self._read_rebuilt))
        for group in self._days.checked(span, before, self._sums):
            at = group.first + group.batch.num_rows
            slots = self._stored_tiles(group.first, at)
            self._check_leaves(group.first, at, split_hashes(group.leaves.tobytes()), slots)
            self._progress.advance(at, self._size)
        for low in range(at, span.end, BATCH_ENTRIES):
            high = min(low + BATCH_ENTRIES, span.end)
            slots = self._stored_tiles(low, high)
            self._check_leaves(low, high, [_slot(slots, index) for index in range(low, high)], slots)

    def _check_leaves(self, first: int, end: int, leaves: list[bytes], slots: dict[int, bytes]) -> None:
        """The tiles over the leaves of entries ``first`` to ``end`` (exclusive), and the roots among them."""
        changed = new_tiles(first, leaves, lambda level, number, width: self._held[level, number])
        for tile in changed:
            self._held[tile.level, tile.index] = tile.data
            # A partial one grows on, or is looked at in the end.
            if len(tile.data) == TILE_BYTES:
                number = tile.index
                stored = slots.get(number) if tile.level == 0 else _stored_tile(tile.level, number)
                self._compare(tile.level, number, tile.data, stored)
        self._check_roots(first + 1, end)
        partial = {(level, number) for level, number, _ in partial_tiles(end)}
        self._held = {place: data for place, data in self._held.items() if place in partial}

    def _check_right_tiles(self) -> None:
        """The partial tiles, once everything below them is known: no batch need have touched them last."""
        for level, number, _ in partial_tiles(self._size):
            self._compare(level, number, self._held[level, number], _stored_tile(level, number))

    def _leaves(self, first: int, end: int, slots: dict[int, bytes]) -> list[bytes]:
        """The leaf hashes of the batch, as the entries give them or, failing that, the tiles."""
        rows = scan.rows_between(first, end)
        readable: list[scan.Row] = []
        parts: list[tuple[bytes, bytes, bytes]] = []
        expected = first
        for row in rows:
            index = row[0]
            if not isinstance(index, int):
                self._faults.add("entries", f"an index is {index!r}")
                continue
            self._report_gap(expected, index)
            expected = index + 1
            try:
                parts.append(self._reader.hashed(row))
                readable.append(row)
            except scan.Unreadable as broken:
                self._faults.add(f"entry {index}", str(broken))
            self._sums.add(row)
        self._report_gap(expected, end)
        reckoned = leaf_hashes(parts)
        if len(readable) == end - first and reckoned == [row[17] for row in readable]:
            return reckoned
        leaves = [_slot(slots, index) for index in range(first, end)]
        for row, leaf in zip(readable, reckoned, strict=True):
            index = row[0]
            if isinstance(index, int):
                leaves[index - first] = self._judge(index, leaf, row[17], leaves[index - first])
        return leaves

    def _judge(self, index: int, reckoned: bytes, kept: object, in_tile: bytes) -> bytes:
        """The leaf hash to go on with, where the entry, its kept hash and its tile say one each."""
        if reckoned == kept:
            return reckoned
        if reckoned == in_tile:
            self._faults.add(f"entry {index}", "leaf_hash is not the hash of the entry")
            return reckoned
        if kept == in_tile:
            self._faults.add(f"entry {index}", "what it says is not what was hashed: a column was changed")
            return in_tile
        self._faults.add(f"entry {index}", "its columns, leaf_hash and tile all disagree")
        return reckoned

    def _report_gap(self, expected: int, index: int) -> None:
        if expected + 1 == index:
            self._faults.add(f"entry {expected}", "is missing")
        elif expected < index:
            self._faults.add(f"entries {expected} to {index - 1}", "are missing")

    def _stored_tiles(self, first: int, end: int) -> dict[int, bytes]:
        """The stored tiles of level 0 over the batch, by number."""
        numbers = (first // TILE_WIDTH, (end - 1) // TILE_WIDTH)
        rows = Tile.objects.filter(level=0, number__range=numbers).values_list("number", "hashes")
        return {number: bytes(hashes) for number, hashes in rows}

    def _compare(self, level: int, number: int, rebuilt: bytes, stored: bytes | None) -> None:
        where = f"tile {level}/{number}"
        if stored is None:
            self._faults.add(where, "is missing")
        elif len(stored) != len(rebuilt):
            self._faults.add(where, f"has {len(stored)} bytes where {len(rebuilt)} belong")
        elif stored != rebuilt:
            wrong = [
                at // HASH_BYTES
                for at in range(0, len(stored), HASH_BYTES)
                if stored[at : at + HASH_BYTES] != rebuilt[at : at + HASH_BYTES]
            ]
            shown = ", ".join(map(str, wrong[:5])) + (" …" if len(wrong) > 5 else "")
            whose = "entries" if level == 0 else "tiles below"
            self._faults.add(where, f"hash {shown} is not what the {whose} give")

    def _read_rebuilt(self, level: int, number: int, width: int) -> bytes:
        return self._held[level, number]

    def _check_roots(self, first_size: int, last_size: int) -> None:
        """Compare the root under every checkpoint of these sizes with the one the entries give."""
        for size, row in self._checkpoints.items():
            if first_size <= size <= last_size:
                root = Frontier.read(size, hash_reader(size, self._read_rebuilt)).root()
                if root != row.root:
                    self._faults.add(f"checkpoint {size}", "its root is not what the entries give")
        for size, said, where in self._said_elsewhere:
            if first_size <= size <= last_size:
                root = Frontier.read(size, hash_reader(size, self._read_rebuilt)).root()
                if root != said:
                    self._faults.add(where, f"its root of {size} entries is not what the entries give")

    def _remembered_roots(self, known: Sequence[Signed]) -> list[tuple[int, bytes, str]]:
        """(size, root, where) of the notes of today's name that are remembered outside the database."""
        found: list[tuple[int, bytes, str]] = []
        for one in known:
            state = one.state
            held = self._checkpoints.get(state.size)
            where = f"signed notes at {state.size}"
            if (keys.number_of(state.origin) or 0) > (keys.number_of(keys.origin()) or 0):
                self._faults.add(where, f"the database knows nothing of the name {state.origin}")
            if state.origin != keys.origin() or (held is not None and held.note == one.note):
                continue
            if state.size > self._size:
                what = f"{state.size} entries were signed ({one.where}), only {self._size} are here"
                self._faults.add(where, what)
            found.append((state.size, state.root, where))
        return found

    def _check_edge(self) -> None:
        """The head must keep the right edge that the entries give."""
        rebuilt = Frontier.read(self._size, hash_reader(self._size, self._read_rebuilt))
        try:
            kept = Frontier.from_bytes(self._frontier_stored) if self._frontier_stored else Frontier()
        except LogHeadMalformed as broken:
            self._faults.add("log head", str(broken))
            return
        if kept != rebuilt:
            self._faults.add("log head", "its right edge is not what the entries give")

    def _check_extras(self) -> None:
        """Nothing may stand behind the end of the log."""
        for index in Entry.objects.exclude(index__range=(0, self._size - 1)).values_list("index", flat=True):
            self._faults.add(f"entry {index}", f"stands outside the log of {self._size} entries")
        self._days.check_marks()
        for level, number in Tile.objects.values_list("level", "number").iterator():
            if number < 0 or not tile_width(self._size, level, number):
                self._faults.add(f"tile {level}/{number}", "does not belong to the log")
        for size in self._checkpoints:
            if not 0 <= size <= self._size:
                self._faults.add(f"checkpoint {size}", f"is beyond the log of {self._size} entries")

    def _read_checkpoints(self) -> dict[int, scan.CheckpointRow]:
        """The stored checkpoints by size; those that cannot be read are named here and left out."""
        found: dict[int, scan.CheckpointRow] = {}
        for size, row in scan.checkpoint_rows():
            if isinstance(row, scan.Unreadable):
                self._faults.add(f"checkpoint {size}", str(row))
            else:
                found[row.size] = row
        return found

    def _check_signature(self, row: scan.CheckpointRow) -> None:
        where = f"checkpoint {row.size}"
        try:
            state = signed.verify(row.note, signing.origin_of(row.size), keys.public_key())
        except CheckpointBad as broken:
            self._faults.add(where, str(broken))
        else:
            if (state.size, state.root) != (row.size, row.root):
                self._faults.add(where, "the signed note is about another size or root")
        try:
            message = keys.time_message(row.note, row.signed_at_ms)
            keys.public_key().verify(row.time_signature, message)
        except InvalidSignature:
            self._faults.add(where, "the signature of its time does not belong to it")

    def _check_rollups(self) -> None:
        self._sums.compare({tuple(row[:5]): row[5:] for row in scan.rollup_rows()})
        self._sums.compare_said(scan.said_rows())

    def _check_person_keys(self) -> None:
        for key, person_id, salt in scan.person_key_rows():
            shown = key.decode("ascii", "replace") if isinstance(key, bytes) else str(key)
            try:
                wanted = self._reader.person_key(scan.commitment_of(salt, person_id))
            except scan.Unreadable as broken:
                self._faults.add(f"person key {shown}", str(broken))
                continue
            found = key.hex if isinstance(key, UUID) else key
            if found != wanted and found != wanted.encode():
                self._faults.add(f"person key {shown}", "key, salt and person do not belong together")


def _stored_tile(level: int, number: int) -> bytes | None:
    hashes = Tile.objects.filter(level=level, number=number).values_list("hashes", flat=True).first()
    return None if hashes is None else bytes(hashes)


def _slot(slots: dict[int, bytes], index: int) -> bytes:
    """What the tile keeps for entry ``index``."""
    number, place = divmod(index, TILE_WIDTH)
    kept = slots.get(number, b"")[place * HASH_BYTES : (place + 1) * HASH_BYTES]
    return kept if len(kept) == HASH_BYTES else _NO_LEAF
