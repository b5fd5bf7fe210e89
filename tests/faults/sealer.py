"""Seals the prepared day in a process of its own that may be killed or denied its disk.

``python -m tests.faults.sealer`` says ``sealed`` once the action has come back, ``refused CODE SENTENCE``, or
``broke …``. ``python -m tests.faults.sealer look`` prints one JSON object: what the verification finds after the fault
(``faults``), how the entries stand (``entries``: index and leaf of each), and both again after sealing to the end
(``faults_after``, ``entries_after``), with the count of rows left in the database (``rows_after``).
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta

import django

django.setup()

from dure.base.storage import refusal_of  # noqa: E402  Django must be set up first
from dure.kernel.refusals import Refusal  # noqa: E402
from dure.movement.ledger import reads  # noqa: E402
from dure.movement.ledger.actions import seal_day  # noqa: E402
from dure.movement.ledger.models import Entry  # noqa: E402
from tests.faults.recorder import say  # noqa: E402
from tests.movement.ledger.village import NOW  # noqa: E402

LATER = NOW + timedelta(days=1)


def seal() -> None:
    seal_day(day=NOW.date(), now=LATER)


def stand() -> list[tuple[int, str]]:
    """Every entry, wherever it stands by now."""
    return [(index, reads.receipt(index).leaf_hash.hex()) for index in range(reads.size())]


def look() -> dict[str, object]:
    before = {"faults": [str(fault) for fault in reads.verify()], "entries": stand()}
    seal()
    return {
        **before,
        "faults_after": [str(fault) for fault in reads.verify()],
        "entries_after": stand(),
        "rows_after": Entry.objects.count(),
    }


if __name__ == "__main__":
    if sys.argv[1:] == ["look"]:
        sys.stdout.write(json.dumps(look()))
    else:
        try:
            seal()
            say("sealed")
        except Refusal as refusal:
            say("refused", refusal.code, refusal)
        except Exception as error:
            storage = refusal_of(error)
            if storage is not None:
                say("refused", storage.code, storage)
            else:
                say("broke", type(error).__name__, str(error).replace("\n", " "))
        say("over")
