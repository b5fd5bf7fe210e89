"""Every test on SQLite and, beside them, what asks the database on PostgreSQL: ``python -m tools.suite [option …]``.

Tests wait a third of their time: for a disk, a browser, a process that is killed. One run after the other left the
cores idle as long; beside each other they fill them. What the second says is shown when the first is done, so that the
two don't mix. Options go to the first, and ``-k`` or a path there leaves the second whole.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from typing import Final

PYTEST: Final = (sys.executable, "-m", "pytest", "--dist", "loadgroup", "-m", "not full")
ASKS_THE_DATABASE: Final = ("tests/base", "tests/movement", "tests/operations", "tests/race")
# More processes than cores, since they wait; each costs a gigabyte of memory at its end, and its own set-up.
ON_SQLITE: Final = ("-n", "3")
ON_POSTGRESQL: Final = ("-n", "2")


def main(options: list[str]) -> int:
    on_postgresql = [sys.executable, "-m", "tools.with_postgres", *PYTEST, *ON_POSTGRESQL]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as told:
        beside = subprocess.Popen([*on_postgresql, *ASKS_THE_DATABASE], stdout=told, stderr=subprocess.STDOUT)
        try:
            first = subprocess.run([*PYTEST, *ON_SQLITE, *options], check=False).returncode
            second = beside.wait()
        except KeyboardInterrupt:
            # It has heard Ctrl-C as well, and takes its server down.
            beside.wait()
            raise SystemExit(130) from None
        told.seek(0)
        sys.stdout.write("\nOn PostgreSQL:\n" + told.read())
    return first or second


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
