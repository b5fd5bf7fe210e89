"""Notices queued with a batch of sign-ups: the same rows as ``outbox.queue_many`` writes, made ready beforehand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from dure.base.models import OutboxMessage
from dure.base.outbox import NewNotice
from dure.base.ready_rows import ReadyTable
from dure.base.rows import Row

_NOTICES: Final = ReadyTable(
    OutboxMessage,
    (
        *("dedupe_key", "person_id", "kind", "facts", "state", "attempts", "priority", "send_after"),
        *("channel", "cost_milli", "delivered_at", "ended_at"),
    ),
    once=True,
)


class NoticeMould:
    """A kind of notice with its facts: what all of a batch have in common."""

    __slots__ = ("_head", "_tail")

    def __init__(self, *, kind: str, facts: dict[str, Any]) -> None:
        one = NewNotice(0, kind, "", facts)
        self._head = (kind, json.dumps(facts), OutboxMessage.State.QUEUED.value, 0, one.priority)
        self._tail = (one.channel, 0, None, None)

    def row(self, *, person_id: int, dedupe_key: str, at: str) -> Row:
        """One notice to be sent from ``at`` on (``ready_rows.moment``)."""
        return (dedupe_key, person_id, *self._head, at, *self._tail)


def queue_ready(rows: Sequence[Row]) -> None:
    """Queue rows of moulds in the caller's transaction; one whose key is known already is left as it is."""
    _NOTICES.insert(rows)
