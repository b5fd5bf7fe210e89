"""What was signed, kept outside the database: whoever puts back an old database alone still knows what is missing.

The file ``log/signed.json`` in the data folder holds the newest signed note of each name of the log, and the statement
with which the name began. It is on disk
before a note is published, so what strangers may have seen is never newer than what it says.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from dure.base.durable import write_durably
from dure.base.home import home
from dure.engine.log import checkpoint
from dure.engine.log.checkpoint import Checkpoint
from dure.engine.log.errors import CheckpointBad
from dure.movement.ledger import keys
from dure.movement.ledger.errors import LogDamaged

HERE = "this data folder"


@dataclass(frozen=True, slots=True)
class Signed:
    """A note that this log's key signed, who remembers it, and when it was signed at the latest (None: unknown).

    ``statement``: the one after a loss with which the note's name began, if the data folder remembers it.
    """

    note: str
    where: str = HERE
    signed_at_ms: int | None = None
    statement: str = ""

    @property
    def state(self) -> Checkpoint:
        """What it says; refuses with CheckpointBad a note that our key didn't sign, under whatever name."""
        name = self.note.split("\n", 1)[0]
        if keys.number_of(name) is None:
            raise CheckpointBad(what=f"it is about the log {name[:80]!r}, which is not this one")
        return checkpoint.verify(self.note, name, keys.public_key())


def path() -> Path:
    return home() / "log" / "signed.json"


def remembered() -> list[Signed]:
    """The newest note of each name that was signed here. Refuses with LogDamaged a file that is no such list."""
    return [one for one in _all() if _is_ours(one)]


def _is_ours(one: Signed) -> bool:
    return keys.number_of(one.note.split("\n", 1)[0]) is not None


def _all() -> list[Signed]:
    """Also notes of a log that went by another DURE_LOG_ORIGIN: whoever sets it back must find them."""
    try:
        text = path().read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    try:
        found = [Signed(**one) for one in json.loads(text)["signed"]]
        return [one for one in found if not _is_ours(one) or one.state]
    except (ValueError, KeyError, TypeError, AttributeError, CheckpointBad) as odd:
        what = f"{path()}, which keeps what was signed, can't be read ({odd})"
        raise LogDamaged(what=what) from odd


def remember(new: Sequence[Signed]) -> None:
    """Keep ``new`` notes that say more than what is kept. On return they are on disk.

    For the holder of the log's lock alone, so that nobody overwrites what another has just kept.
    """
    whole = _all()
    kept = {one.state.origin: one for one in whole if _is_ours(one)}
    changed = False
    for one in new:
        known = kept.get(one.state.origin)
        if known is None or known.state.size < one.state.size:
            statement = one.statement or (known.statement if known else "")
            kept[one.state.origin], changed = replace(one, statement=statement), True
    if changed:
        told = [asdict(one) for one in (*(one for one in whole if not _is_ours(one)), *kept.values())]
        data = json.dumps({"signed": told}, indent=1, ensure_ascii=False)
        write_durably(path(), data.encode())
