"""The files of the log that a copy holds, so that it can be checked where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from dure.engine.log.tiles import TILE_WIDTH, entries_path, partial_tiles, tile_path
from dure.movement.ledger import reads as ledger

KEY: Final = "/.well-known/dure-log-key"
_TILE_BITS: Final = 8


def log_places() -> Iterator[tuple[str, bool]]:
    """Path of each file of the log, and whether it never changes: tiles and bundles under every name the log had.

    After a loss the newest state stands at its own name only: a folder can't send anybody on from the old one.
    """
    if ledger.published_checkpoint() is None:
        return
    yield KEY, False
    newest = ledger.newest_number()
    for number in range(newest + 1):
        prefix = "/log" if number == 0 else f"/log/{number + 1}"
        for path in _tiles(ledger.served_size(number)):
            yield f"{prefix}/{path}", True
    if newest:
        yield "/log/resumed", False
    # Last: whoever reads it finds what it signs.
    yield f"/log/{newest + 1}/checkpoint" if newest else "/log/checkpoint", False


def _tiles(size: int) -> Iterator[str]:
    """The tiles and bundles of a log of ``size`` entries, each whole one and the partial one behind it."""
    level, count = 0, size
    while count:
        for index in range(count // TILE_WIDTH):
            yield tile_path(level, index)
            if level == 0:
                yield entries_path(index)
        count >>= _TILE_BITS
        level += 1
    for level, index, width in partial_tiles(size):
        yield tile_path(level, index, width)
        if level == 0:
            yield entries_path(index, width)
