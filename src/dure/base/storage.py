"""A database that can't be written, in words: disk full, disk failing, read-only, away, or busy for too long.

Nobody made a mistake then, and nothing broke in the program: whoever asked is told that this was not stored, that
what was acknowledged before is safe, and that the same request may be sent again, since its id is counted once.
"""

from __future__ import annotations

from django.db import DatabaseError, InterfaceError
from django.db.utils import Error

from dure.kernel.refusals import Refusal

# SQLite's result codes (sqlite.org/rescode.html) by the beginning of their names …
_FULL_NAMES = ("SQLITE_FULL",)
_FAILED_NAMES = ("SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN")
_BUSY_NAMES = ("SQLITE_BUSY", "SQLITE_LOCKED")
# … and SQLSTATE (PostgreSQL's documentation, appendix A).
_FULL_STATES = ("53100",)
_FAILED_STATES = ("58030", "25006", "08", "57P")
_BUSY_STATES = ("53300", "55P03", "57014", "40001", "40P01")


class StorageFull(Refusal):
    code = "storage_full"
    says = (
        "The disk of the database is full, so this was not stored. What was acknowledged before is safe. "
        "Free some space, then send it again: the same request is counted once."
    )
    status = 503


class StorageFailed(Refusal):
    code = "storage_failed"
    says = (
        "The database can't be written ({why}), so this was not acknowledged. What was acknowledged before is safe. "
        "Mend the disk or the connection, then send it again: the same request is counted once."
    )
    status = 503


class StorageBusy(Refusal):
    code = "storage_busy"
    says = "The database was busy for too long, so this was not stored. Send it again: it is counted once."
    status = 503


def refusal_of(error: BaseException) -> Refusal | None:
    """What ``error`` says of the storage, or None where it is about something else."""
    if not isinstance(error, Error):
        return None
    cause = error.__cause__
    name = str(getattr(cause, "sqlite_errorname", ""))
    state = str(getattr(cause, "sqlstate", None) or "")
    why = (str(cause or error).splitlines() or ["it did not answer"])[0]
    if name.startswith(_FULL_NAMES) or state in _FULL_STATES:
        return StorageFull()
    if name.startswith(_BUSY_NAMES) or state in _BUSY_STATES:
        return StorageBusy()
    # A connection that is gone has no SQLSTATE: the client library, not the server, raised it.
    is_gone = not name and not state and _is_about_connection(error)
    if name.startswith(_FAILED_NAMES) or state.startswith(_FAILED_STATES) or is_gone:
        return StorageFailed(why=why)
    return None


def _is_about_connection(error: Error) -> bool:
    kind = type(error.__cause__).__name__
    return isinstance(error, InterfaceError) or (
        isinstance(error, DatabaseError) and kind in {"OperationalError", "PoolTimeout"}
    )
