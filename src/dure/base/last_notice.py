"""What was told already: which notices there are, and by a channel the last, which an answer by it answers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from dure.base.models import OutboxMessage
from dure.base.rows import IDS_A_QUERY_MAX


def last_sent_by(
    channel: str, person_ids: Collection[int], *, kinds: Collection[str]
) -> dict[int, tuple[str, dict[str, Any]]]:
    """(kind, facts) of the last notice of these kinds that went to each by a channel; who got none is left out."""
    rows = OutboxMessage.objects.filter(
        person_id__in=list(person_ids),
        channel=channel,
        kind__in=list(kinds),
        state=OutboxMessage.State.SENT,
    ).order_by("ended_at", "pk")
    return {pk: (kind, facts) for pk, kind, facts in rows.values_list("person_id", "kind", "facts")}


def known_keys(keys: Sequence[str]) -> set[str]:
    """Those of these keys of which there is a notice, sent or not."""
    found: set[str] = set()
    for start in range(0, len(keys), IDS_A_QUERY_MAX):
        rows = OutboxMessage.objects.filter(dedupe_key__in=keys[start : start + IDS_A_QUERY_MAX])
        found.update(rows.values_list("dedupe_key", flat=True))
    return found


def asked_since(person_ids: Sequence[int], *, kinds: Collection[str], since: datetime) -> set[int]:
    """Whom of these a notice of one of these kinds waits for, or went to since then."""
    states, found = OutboxMessage.State, set[int]()
    for start in range(0, len(person_ids), IDS_A_QUERY_MAX):
        rows = OutboxMessage.objects.filter(
            Q(state=states.QUEUED) | Q(state=states.SENT, ended_at__gte=since),
            person_id__in=person_ids[start : start + IDS_A_QUERY_MAX],
            kind__in=list(kinds),
        )
        found.update(rows.values_list("person_id", flat=True))
    return found
