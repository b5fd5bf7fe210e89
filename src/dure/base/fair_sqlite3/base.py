"""The backend as Django looks for it."""

from __future__ import annotations

import os
from sqlite3 import OperationalError
from typing import Any, Final

from django.db.backends.sqlite3 import base

from dure.base.fair_sqlite3.turns import Turns

# By the database's file.
_turns: Final[dict[str, Turns]] = {}
# A fork copies what others held at that moment, and none of them.
os.register_at_fork(after_in_child=_turns.clear)


class DatabaseWrapper(base.DatabaseWrapper):
    """A transaction begins when it is this thread's turn, and hands the turn on when it ends."""

    _held: Turns | None = None

    def _start_transaction_under_autocommit(self) -> None:
        if self._held is not None:  # of a connection that was lost within its transaction
            self._give_back()
        turns = _turns.setdefault(str(self.settings_dict["NAME"]), Turns())
        with self.wrap_database_errors:
            # As patient as SQLite itself, and with its own words afterwards.
            if not turns.take(wait_s_max=float(self.settings_dict["OPTIONS"].get("timeout", 5))):
                busy = OperationalError("database is locked")
                busy.sqlite_errorname = "SQLITE_BUSY"
                raise busy
        self._held = turns
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # the stubs leave it out
        except BaseException:
            self._give_back()
            raise

    def _commit(self) -> Any:
        done = super()._commit()  # type: ignore[misc]
        self._give_back()
        return done

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]
        finally:
            self._give_back()

    def _close(self) -> Any:
        try:
            return super()._close()  # type: ignore[misc]
        finally:
            self._give_back()

    def _give_back(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            held.give_back()
