"""The log as files for outsiders: hash tiles and entry bundles under a signed state, C2SP tlog-tiles.

Nothing is served that no checkpoint signs: an unsigned tile could still change when a database is put back, and
whoever had kept it for a year, as our caching headers allow, would hold a file that never fits again.
"""

from __future__ import annotations

from dure.engine.log.entry import commitments, leaf_hash
from dure.engine.log.merkle import HASH_BYTES
from dure.engine.log.tiles import TILE_WIDTH, encode_bundle, tile_width
from dure.kernel.refusals import NotFound
from dure.movement.ledger import keys, scan, signing
from dure.movement.ledger.errors import LogDamaged
from dure.movement.ledger.models import LogOrigin, Tile
from dure.movement.ledger.sealed import source


def newest_number() -> int:
    """After how many losses the log goes by its name of today; 0 before the first."""
    return keys.number_of(keys.origin()) or 0


def served_size(number: int | None = None) -> int:
    """How many entries are served under the log's name ``number`` (default: today's): what is signed, of an old name
    what was kept. Refuses with NotFound a name the log never had.
    """
    names = dict(LogOrigin.objects.order_by("number").values_list("number", "kept_size"))
    if number is None:
        number = max(names, default=0)
    if number and number not in names:
        raise NotFound(what="log")
    later = [one for one in names if one > number]
    if later:
        return names[min(later)]
    newest = signing.latest()
    return newest.size if newest else 0


def tile(level: int, index: int, width: int, number: int | None = None) -> bytes:
    """The first ``width`` hashes of a tile, 32 bytes each; also where a wider tile exists by now.

    Refuses with NotFound what is not there or not signed, with LogDamaged a tile that is shorter than it should be.
    """
    if not 1 <= width <= tile_width(served_size(number), level, index):
        raise NotFound(what="signed tile of that width")
    return _hashes(level, index, width)


def bundle(index: int, width: int, number: int | None = None) -> bytes:
    """The commitments of entries ``index * 256`` and the ``width - 1`` after it, as tlog-tiles bundles entries.

    They are reckoned from the entries and compared with the tile, so a wrong bundle is never handed out. Refuses
    with NotFound what is not there or not signed, with LogDamaged what does not fit its tile.
    """
    first = index * TILE_WIDTH
    if not 1 <= width <= tile_width(served_size(number), 0, index):
        raise NotFound(what="signed bundle of that width")
    found = _commitments(first, first + width)
    leaves = b"".join(map(leaf_hash, found))
    if leaves != _hashes(0, index, width):
        raise LogDamaged(what=f"entries {first} to {first + width - 1} are not those in tile 0/{index}")
    return encode_bundle(found)


def _hashes(level: int, index: int, width: int) -> bytes:
    hashes = Tile.objects.filter(level=level, number=index).values_list("hashes", flat=True).first()
    if hashes is None or len(hashes) < width * HASH_BYTES:
        raise LogDamaged(what=f"tile {level}/{index} holds less than was signed")
    return bytes(hashes)[: width * HASH_BYTES]


def _commitments(first: int, end: int) -> list[bytes]:
    """The 32-byte commitments of entries ``first`` to ``end`` (exclusive), open or sealed."""
    reader = scan.Reader()
    opened: dict[int, bytes] = {}
    rows = scan.rows_between(first, end)
    try:
        parts = [reader.hashed(row) for row in rows]
    except scan.Unreadable as broken:
        raise LogDamaged(what=f"an entry from {first} on can't be read: {broken}") from broken
    for row, commitment in zip(rows, commitments(parts), strict=True):
        if isinstance(row[0], int):
            opened[row[0]] = commitment
    if len(opened) < end - first:
        opened = source.commitments(first, end) | opened
    missing = [index for index in range(first, end) if index not in opened]
    if missing:
        raise LogDamaged(what=f"entry {missing[0]} is neither here nor in a sealed day")
    return [opened[index] for index in range(first, end)]
