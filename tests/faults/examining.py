"""Looks at what a fault left behind, sends everything again as a phone would, and looks once more.

``python -m tests.faults.examining FIRST END`` with the village's ids on stdin prints one JSON object: ``stored`` and
``stored_after`` (number of each entry: its places in the log), ``leaves``, ``roots`` of the signed sizes, ``faults``
(what the verification found, before and after), ``refused`` (what could not be sent again).
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from datetime import timedelta

import django

django.setup()

from dure.movement.ledger import actions, reads  # noqa: E402  Django must be set up first
from dure.movement.ledger.models import Checkpoint, Entry  # noqa: E402
from tests.faults.recorder import BATCH_ENTRIES  # noqa: E402
from tests.movement.ledger.village import NOW, Village, request  # noqa: E402


def stored(end: int) -> dict[int, list[int]]:
    """The places of every numbered entry in the log."""
    numbers = {request(number): number for number in range(end)}
    places: dict[int, list[int]] = defaultdict(list)
    for index, client_id in Entry.objects.order_by("index").values_list("index", "client_id"):
        places[numbers[client_id]].append(index)
    return places


def examine(first: int, end: int) -> dict[str, object]:
    village = Village(**json.load(sys.stdin))
    faults = [str(fault) for fault in reads.verify()]
    before = stored(end)
    leaves = {index: bytes(leaf).hex() for index, leaf in Entry.objects.values_list("index", "leaf_hash")}
    roots = {size: bytes(root).hex() for size, root in Checkpoint.objects.values_list("size", "root")}
    refused: list[str] = []
    for start in range(first, end, BATCH_ENTRIES):
        entries = [
            village.entry(n, team=("North", "South")[n % 2])
            for n in range(start, min(start + BATCH_ENTRIES, end))
        ]
        recorded = actions.record(entries=entries, now=NOW + timedelta(minutes=end))
        refused += [str(row.refusal) for row in recorded.refused]
    actions.sign_checkpoint(now=NOW + timedelta(minutes=end))
    faults += [str(fault) for fault in reads.verify()]
    return {
        "stored": before,
        "stored_after": stored(end),
        "leaves": leaves,
        "roots": roots,
        "faults": faults,
        "refused": refused,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(examine(int(sys.argv[1]), int(sys.argv[2]))))
