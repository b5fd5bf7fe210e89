"""The morning's look at every open campaign, and a letter to whoever has something to look at."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from dure.base import outbox
from dure.base.access import SYSTEM
from dure.base.outbox import NOBODY, NewNotice
from dure.movement.campaigns import reads as campaigns
from dure.movement.supervision import actions as supervision
from dure.movement.supervision import reads
from dure.movement.supervision.types import Morning
from dure.operations import owed

# How often the chore asks whether a campaign's morning has come.
EVERY_S: Final = 900


def look_round(now: datetime) -> dict[str, Morning]:
    """Work out the signals of every open campaign whose morning has come; what was found, by campaign.

    Asked again on the same day it does nothing. What still stood of a campaign that is over ends.
    """
    found: dict[str, Morning] = {}
    for campaign in campaigns.campaigns(SYSTEM):
        if reads.is_over(campaign, now):
            supervision.end_all(campaign_id=campaign.id, now=now)
        if not reads.is_due(campaign, now):
            continue
        found[campaign.slug] = supervision.look(campaign_id=campaign.id, now=now)
        _tell_owners(campaign.id, campaign.slug, found[campaign.slug], now)
    return found


def _tell_owners(campaign_id: int, slug: str, morning: Morning, now: datetime) -> None:
    """One letter a supervisor and morning, and only on mornings that bring something: new, due, or just overdue."""
    notices = [
        NewNotice(
            NOBODY,
            owed.OWED,
            f"{owed.OWED}:{owed.SIGNALS}:{campaign_id}:{account_id}:{morning.day}",
            {
                "what": owed.SIGNALS,
                "link": f"/desk/{slug}/supervision/?mine=1",
                "by_date": due_on.isoformat(),
                "is_late": due_on < morning.day,
                "account_id": account_id,
            },
        )
        for account_id, due_on in reads.due_round(campaign_id, morning.day).items()
    ]
    outbox.queue_many(notices=notices, now=now)
