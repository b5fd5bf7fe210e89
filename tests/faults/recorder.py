"""Records and signs in a process of its own that may be killed or denied its disk, and says what it was promised.

Started by the tests of this folder: ``python -m tests.faults.recorder FIRST END``, with the village's ids on stdin.
It records the numbered entries in batches and signs after each. Every promise is a line on stdout, written once the
action has come back: ``ack NUMBER INDEX LEAF``, ``signed SIZE ROOT``; a refusal is ``refused CODE SENTENCE``, anything
else ``broke …``.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import timedelta

import django

django.setup()

from dure.base.storage import refusal_of  # noqa: E402  Django must be set up first
from dure.kernel.refusals import Refusal  # noqa: E402
from dure.movement.ledger import actions  # noqa: E402
from tests.movement.ledger.village import NOW, Village  # noqa: E402

BATCH_ENTRIES = 5


def say(*words: object) -> None:
    """One write a line: what was said once can't be half said."""
    os.write(1, (" ".join(str(word) for word in words) + "\n").encode())


def record(first: int, end: int) -> None:
    village = Village(**json.load(sys.stdin))
    say("ready")
    for start in range(first, end, BATCH_ENTRIES):
        numbers = range(start, min(start + BATCH_ENTRIES, end))
        entries = [village.entry(number, team=("North", "South")[number % 2]) for number in numbers]
        now = NOW + timedelta(minutes=start)
        recorded = actions.record(entries=entries, now=now)
        for number, receipt in zip(numbers, recorded.receipts, strict=True):
            say("ack", number, receipt.index, receipt.leaf_hash.hex())
        checkpoint = actions.sign_checkpoint(now=now)
        say("signed", checkpoint.size, checkpoint.root.hex())


if __name__ == "__main__":
    try:
        record(int(sys.argv[1]), int(sys.argv[2]))
    except Refusal as refusal:
        say("refused", refusal.code, refusal)
    except Exception as error:
        if (no := refusal_of(error)) is not None:
            say("refused", no.code, no)
        else:
            say("broke", type(error).__name__, str(error).replace("\n", " "))
    say("over")
