"""DATABASE_URL into Django's terms."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from dure.kernel.refusals import Refusal


class DatabaseUrlBad(Refusal):
    code = "database_url_bad"
    says = (
        "DATABASE_URL can't be used: {why}. Write postgresql://user:password@host:port/name "
        "(leave it out for SQLite)."
    )
    status = 500


def sqlite(home: Path) -> dict[str, Any]:
    """The database in the data folder."""
    return {
        "ENGINE": "dure.base.fair_sqlite3",
        "NAME": home / "dure.sqlite3",
        "OPTIONS": {
            # With the defaults 55 of 60 simultaneous writers were turned away (docs/why/sqlite.md).
            # A checkpoint each 64 MB of log instead of each 4 keeps bulk writes from waiting on the disk.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536; "
                "PRAGMA wal_autocheckpoint=16384; PRAGMA temp_store=MEMORY;"
            ),
        },
    }


def postgresql(url: str) -> dict[str, Any]:
    """A PostgreSQL by its address; the query (``?sslmode=require``) goes to libpq as it stands.

    Refuses with DatabaseUrlBad. The address is not repeated: it holds a password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise DatabaseUrlBad(why="its host or port can't be read") from error
    if parts.scheme not in {"postgres", "postgresql"}:
        raise DatabaseUrlBad(why="it doesn't begin with postgresql://")
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise DatabaseUrlBad(why="it names no database")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(port or ""),
        # A connection is tried before each request has it. Each reader keeps some of its own: after PostgreSQL was
        # restarted, one look in eight met one that was broken, and was refused.
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **dict(parse_qsl(parts.query)),
            "pool": {"min_size": 2, "max_size": 64, "timeout": 20},
        },
    }
