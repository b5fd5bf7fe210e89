"""What a process that gets killed does: ``python -m tests.movement.ledger.killed fill|seal AT|again``, in DURE_HOME.

``seal AT`` kills itself with SIGKILL at its AT-th statement or file operation; ``again`` seals once more and tells.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from dure.cli.database import make_ready


class Killer:
    """Called before each operation; at the last one the process is gone, with nothing flushed."""

    def __init__(self, at: int) -> None:
        self.left = at

    def __call__(self, execute: Callable[..., object], *args: object) -> object:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*args)

    def over(self, owner: object, name: str) -> None:
        """Count the calls of ``owner.name`` as well."""
        real = getattr(owner, name)
        setattr(owner, name, lambda *args: self(real, *args))


def main(what: str, at: int = 0) -> None:
    make_ready(lambda text: None)
    from django.db import connection

    from dure.analytics.sealed.columns import DayWriter
    from dure.movement.ledger import actions, reads
    from dure.movement.ledger.models import Entry, SealedId
    from dure.movement.ledger.sealed import dropping, sealing
    from tests.movement.ledger.sealing import FOURTH, digests_of, three_days
    from tests.movement.ledger.village import DAY, build

    if what == "fill":
        three_days(build())
        actions.sign_checkpoint(now=FOURTH)
        return
    dropping.CHUNK_ROWS_FIRST = 10
    if what == "seal":
        killer = Killer(at)
        for owner, name in ((sealing, "fsync"), (Path, "rename"), (DayWriter, "write")):
            killer.over(owner, name)
        with connection.execute_wrapper(killer):
            actions.seal_day(day=DAY, now=FOURTH)
        sys.stdout.write("done\n")
        return
    sealed = actions.seal_day(day=DAY, now=FOURTH)
    told = {name: sha256(held).hexdigest() for name, held in digests_of(sealed.folder).items()}
    json.dump(
        {
            "files": told,
            "faults": [f"{fault.where} {fault.what}" for fault in reads.verify()],
            "rows": Entry.objects.count(),
            "ids": SealedId.objects.count(),
            "receipts": [reads.receipt(index).leaf_hash.hex() for index in range(reads.size())],
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
