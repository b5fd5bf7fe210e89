"""Moments as plain SQL gives them."""

from __future__ import annotations

from datetime import UTC, datetime


def as_utc(value: datetime) -> datetime:
    """The moment, aware. SQLite knows no timezone, and Django keeps UTC there; PostgreSQL speaks UTC to us."""
    return value if value.tzinfo else value.replace(tzinfo=UTC)
