"""Quiet hours: no phone rings at night for what can wait until the morning."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings

from dure.base.outbox import PUSH, SMS, Notice
from dure.kernel.refusals import NotFound
from dure.movement.campaigns import reads as campaigns
from dure.operations.letter_kinds import kind_of

# What makes a sound. E-mail waits in its box for whoever sleeps.
LOUD: Final = frozenset({SMS, PUSH})


def quiet_until(notice: Notice, channel: str, *, now: datetime) -> datetime | None:
    """When a notice may go by this channel, if not now: at the end of the quiet hours (``QUIET_HOURS``) where its
    campaign is. What is urgent goes at once, and so does what is about no campaign."""
    campaign_id = notice.facts.get("campaign_id")
    if channel not in LOUD or settings.QUIET_HOURS is None or not isinstance(campaign_id, int):
        return None
    if kind_of(notice.kind).is_urgent:
        return None
    begins, ends = settings.QUIET_HOURS
    try:
        here = now.astimezone(ZoneInfo(campaigns.campaign_by_id(campaign_id).timezone))
    except NotFound:
        return None
    is_evening = here.hour >= begins
    is_quiet = (is_evening or here.hour < ends) if begins > ends else begins <= here.hour < ends
    if not is_quiet:
        return None
    morning = here.date() + timedelta(days=1 if is_evening and begins > ends else 0)
    return datetime(morning.year, morning.month, morning.day, ends, tzinfo=here.tzinfo)
