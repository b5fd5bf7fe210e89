"""Words signed with the log's key that are no state of the log: a closing report and the state it stands on.

They are signed notes as checkpoints are (C2SP signed-note), so whoever checks those can check these. Their first line
is never the log's name, so that none can be taken for a checkpoint.
"""

from __future__ import annotations

from typing import Final

from dure.engine.log.errors import CheckpointBad
from dure.engine.log.note import open_note, parse_verifier_key, sign_note
from dure.kernel.must import must
from dure.movement.ledger import keys

KINDS: Final = ("dure-closing-report-1",)


def state(kind: str, lines: tuple[str, ...]) -> str:
    """The statement as a signed note: its kind, then its lines. Equal words give an equal note."""
    must(kind in KINDS, f"{kind} is a kind of statement")
    must(all(line and "\n" not in line for line in lines), "a statement has whole lines")
    return sign_note("\n".join((kind, *lines)) + "\n", keys.origin(), keys.private_key())


def stated(kind: str, note: str) -> tuple[str, ...] | None:
    """The lines of a statement of this kind that this log's key has signed, under any name it has had; else None."""
    for verifier_key in keys.verifier_keys():
        try:
            text = open_note(note, *parse_verifier_key(verifier_key))
        except CheckpointBad:
            continue
        first, *lines = text.removesuffix("\n").split("\n")
        return tuple(lines) if first == kind else None
    return None
