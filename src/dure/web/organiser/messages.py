"""Messages: what waits, what went out and by which channel, what arrived, what it cost. Nobody is named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dure.base.access import Actor
from dure.base.models import Role
from dure.operations.messages import ChannelNow, messages
from dure.web.clock import now
from dure.web.doors import door_for

DAYS_SHOWN: Final = 14


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """``minutes``: how long what waits takes at the channel's rate; None where nothing leads there."""

    channel: ChannelNow
    urgent: int
    minutes: int | None


def _row(channel: ChannelNow) -> ChannelRow:
    minutes = -(-channel.queued // channel.per_minute) if channel.per_minute else None
    urgent = sum(count for priority, count in channel.by_priority.items() if priority <= 2)
    return ChannelRow(channel=channel, urgent=urgent, minutes=minutes)


@require_safe
@door_for(Role.ORGANISER)
def show(request: HttpRequest, actor: Actor) -> HttpResponse:
    at = now()
    found = messages(now=at, since=at.date() - timedelta(days=DAYS_SHOWN - 1))
    page = {"rows": [_row(one) for one in found.channels], "days": found.days, "days_shown": DAYS_SHOWN}
    return render(request, "organiser/messages.html", page)
