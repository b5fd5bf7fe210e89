"""Incidents as the crew meets them: organisers hear of one at once, and whoever follows it up when its day is past."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from dure.base.access import SYSTEM, Actor
from dure.base.outbox import NOBODY, NewNotice
from dure.movement.campaigns import reads as campaigns
from dure.movement.safety import actions as safety
from dure.movement.safety import reads
from dure.movement.safety.types import IncidentFacts, NewIncident
from dure.operations.homeward import CREW, INCIDENT, INCIDENT_LATE, tell_crew
from dure.operations.owed import organisers_of

# Nobody waits for a letter about a scratch; what is light stands on the desk.
LIGHT: Final = "light"


def report(*, actor: Actor, new: NewIncident, now: datetime) -> IncidentFacts:
    """Tell of an incident; the nearest organisers are written to at once, of a grave one all above them as well.

    What is light stands on their desk, but for harm, which is never light. Refuses as ``safety.actions.report`` does.
    """
    with transaction.atomic():
        told = safety.report(actor=actor, new=new, now=now)
        if told.severity != LIGHT or told.kind == "harm":
            link = f"/desk/{campaigns.campaign_by_id(told.campaign_id).slug}/safety/incidents/{told.id}/"
            nearest = told.severity != "grave"
            notices = [
                NewNotice(
                    NOBODY,
                    CREW,
                    f"{CREW}:{INCIDENT}:{told.id}:{pk}",
                    {"what": INCIDENT, "link": link, "account_id": pk},
                )
                for pk in organisers_of(told.area.path, nearest=nearest)
            ]
            tell_crew(notices, now)
    return told


def keep(now: datetime) -> int:
    """For the chores: remind whoever follows up an incident whose day has passed, once a week; delete what has been
    kept long enough. How many letters."""
    safety.forget_words(now=now)
    notices: list[NewNotice] = []
    for campaign in campaigns.campaigns(SYSTEM):
        today = campaigns.local_day(campaign, now)
        for one in reads.late(campaign_id=campaign.id, today=today):
            week = (today - (one.due_on or today)).days // 7
            notices.append(
                NewNotice(
                    NOBODY,
                    CREW,
                    f"{CREW}:{INCIDENT_LATE}:{one.id}:{week}:{one.owner_id}",
                    {
                        "what": INCIDENT_LATE,
                        "link": f"/desk/{campaign.slug}/safety/incidents/{one.id}/",
                        "account_id": one.owner_id,
                    },
                )
            )
    tell_crew(notices, now)
    return len(notices)
