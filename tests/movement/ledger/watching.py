"""A witness in few words: its name and clock, what it looks at, and the evidence it keeps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from dure.movement.ledger.outside import memory
from dure.movement.ledger.outside.witness import Visit, visit
from tests.movement.ledger.forged import SITE, ForgedLog

NOW = datetime(2026, 10, 5, 12, tzinfo=UTC)
NAME = "witness.example/w1"


def look(log: ForgedLog, hours: int = 0) -> Visit:
    return visit(log, SITE, now=NOW + timedelta(hours=hours))


def the_evidence() -> str:
    (path,) = memory.evidence_files()
    return path.read_text()
