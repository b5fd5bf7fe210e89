"""Pages of SQLite's log carried into the database beside those who write, so that none of them waits for it.

Whoever's commit makes the log too long carries all of it over (https://www.sqlite.org/wal.html#ckpt), and everybody who
came meanwhile waits: at a thousand sign-ups a second some 20 ms twice a second, 45 where a nation is stored already.
Carried over by somebody else a twentieth of a second's pages at a time, there is next to nothing left to do for them.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any, Final

from django.db import connection

BUSY_S: Final = 0.05
# Where nothing was written lately.
IDLE_S: Final = 1.0
log = logging.getLogger(__name__)


@contextmanager
def kept() -> Iterator[None]:
    """Meanwhile a thread carries over what anybody writes to the database of this process, if that is SQLite."""
    if connection.vendor != "sqlite":
        yield
        return
    is_over = Event()
    keeper = Thread(target=_keep, args=(connection.settings_dict, is_over), name="checkpoints", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        is_over.set()
        keeper.join()


def _keep(settings: dict[str, Any], is_over: Event) -> None:
    path = Path(settings["NAME"])
    wait_s, seen, told = BUSY_S, None, ""
    while not is_over.wait(wait_s):
        wait_s = IDLE_S
        if not path.exists():  # this thread is not to make one
            continue
        try:
            with closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True)) as database:
                database.execute("PRAGMA synchronous=FULL")
                while not is_over.wait(wait_s):
                    found = database.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
                    wait_s, seen = IDLE_S if found == seen else BUSY_S, found
        except sqlite3.Error as error:
            # Those who write hear of a failing disk by themselves; all that is written is in the log.
            if str(error) != told:
                told = str(error)
                log.warning("the database's log was not carried over: %s", told)
