"""At most one change notice a day a person: what changed twice is told once, as it is in the end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from dure.base import outbox
from dure.base.outbox import Notice, OtherNotice

# Answers that changed. Offers, codes and what is called off are not held up by them, nor hold them up.
CHANGES: Final = "answer_"
APART: Final = timedelta(hours=24)
# While another worker has an older one in hand, or it waits for its next try.
IN_HAND: Final = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Settled:
    """Claimed notices: to send now, replaced by newer ones, and put off until a moment."""

    to_send: list[Notice] = field(default_factory=list)
    replaced: list[Notice] = field(default_factory=list)
    put_off: list[tuple[Notice, datetime]] = field(default_factory=list)


def settle(claimed: Sequence[Notice], *, now: datetime) -> Settled:
    """Which of the claimed notices may go. Of a person's answers in a campaign only the newest is told, and of all
    their answers one in 24 hours."""
    settled = Settled()
    changes = {notice.person_id for notice in claimed if notice.kind.startswith(CHANGES)}
    others: defaultdict[int, list[OtherNotice]] = defaultdict(list)
    if changes:
        for other in outbox.others_of(changes, kinds_start=CHANGES):
            others[other.person_id].append(other)
    mine = {notice.id for notice in claimed}
    for notice in claimed:
        if not notice.kind.startswith(CHANGES):
            settled.to_send.append(notice)
            continue
        told = others[notice.person_id]
        campaign_id = notice.facts.get("campaign_id")
        if any(one.id > notice.id and one.campaign_id == campaign_id for one in told):
            settled.replaced.append(notice)
        elif until := _put_off_until(told, mine, now):
            settled.put_off.append((notice, until))
        else:
            settled.to_send.append(notice)
            # Of two campaigns' answers in this very batch the second waits as well.
            told.append(OtherNotice(notice.person_id, 0, campaign_id, now, is_sent=True, is_in_hand=False))
    return settled


def _put_off_until(told: Sequence[OtherNotice], mine: set[int], now: datetime) -> datetime | None:
    """When the next one may go; None: now."""
    sent_at = max((one.at for one in told if one.is_sent), default=None)
    if sent_at is not None and sent_at + APART > now:
        return sent_at + APART
    if any(one.is_in_hand and one.id not in mine for one in told):
        return now + IN_HAND
    return None
