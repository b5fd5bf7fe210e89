"""What people were made ready with ends some day: they are asked again before it does, not after."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from dure.base import outbox
from dure.base.access import SYSTEM
from dure.base.outbox import NewNotice
from dure.movement.campaigns import reads as campaigns
from dure.movement.vetting import actions as vetting
from dure.movement.vetting import reads as vetting_reads

STEP_ENDS: Final = "step_ends"


def renew(now: datetime) -> int:
    """Ask for the steps that end within thirty days again, and tell their people once a step; how many were asked.

    Only in campaigns that are open: whose campaign is over is not asked for anything. For the hourly chores.
    """
    is_open = {one.id for one in campaigns.campaigns(actor=SYSTEM) if one.state == "open"}
    by_step: dict[tuple[int, str], list[int]] = {}
    notices = []
    for campaign_id, person_id, step, until in vetting_reads.ending(today=now.date()):
        if campaign_id in is_open:
            by_step.setdefault((campaign_id, step), []).append(person_id)
            key = f"{STEP_ENDS}:{person_id}:{step}:{until}"
            facts = {"step": step, "until": until.isoformat()}
            notices.append(NewNotice(person_id, STEP_ENDS, key, facts))
    # Told first: killed between the two, the next turn asks; the other way round nobody would be told.
    outbox.queue_many(notices=notices, now=now)
    return sum(
        vetting.invite(campaign_id=campaign_id, person_ids=ids, steps=(step,), now=now).invited_count
        for (campaign_id, step), ids in by_step.items()
    )
