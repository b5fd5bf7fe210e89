"""The day that is left open for whoever plays the demo: matched, half answered, everybody still free to act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from dure.base import accounts
from dure.base.access import SYSTEM
from dure.base.models import Role
from dure.kernel.ids import client_id
from dure.movement.matching import actions as matching
from dure.movement.matching import reads as matching_reads
from dure.movement.matching.types import NewAcceptance
from dure.movement.needs import reads as need_reads
from dure.movement.people import reads as people
from dure.movement.supervision import actions as supervision
from dure.operations import day as turns
from dure.operations.demo.accounts import Accounts
from dure.operations.demo.figures import Clock
from dure.operations.demo.stage import Stage
from dure.operations.demo.turn import publish_needs


@dataclass(frozen=True)
class Live:
    """Who to be in the demo: a volunteer with an open offer, and the captain's team; None when nobody was placed."""

    volunteer_id: int | None
    team_id: int | None


def prepare(stage: Stage, opened: Accounts, clock: Clock, now: datetime) -> Live:
    """Publish and match the day after the demo's, and leave every third offer open."""
    plan, campaign_id = stage.plan, stage.campaign.id
    day = plan.day + timedelta(days=1)
    # Played as if it were dawn, so that there is a crew however late the demo is started.
    dawn = min(now, plan.at(5, days=1))
    with clock.step("a day to play with") as step:
        publish_needs(stage, days_later=1)
        turns.open_day(campaign_id=campaign_id, day=day, now=dawn)
        turns.match_day(campaign_id=campaign_id, day=day, now=dawn, expires_at=plan.at(23, 59, days=1))
        offers = matching_reads.open_offers(campaign_id, day)
        posts = need_reads.posts({offer.post_id for offer in offers})
        matching.accept_many(
            acceptances=[
                NewAcceptance(offer.id, client_id(plan.key, "accept", offer.id))
                for number, offer in enumerate(offers)
                if number % 3
            ],
            now=dawn,
        )
        crews: dict[int, int] = {}
        for offer in offers:
            team_id = posts[offer.post_id].team_id
            crews[team_id] = crews.get(team_id, 0) + 1
        step.says = f"{len(offers):,} offers for {day}, every third still open"
    with clock.step("supervision") as step:
        supervision.share_out(actor=SYSTEM, campaign_id=campaign_id, now=dawn)
        found = supervision.look(campaign_id=campaign_id, now=dawn)
        step.says = f"{found.new_count:,} signals about teams, each with somebody to look"
    if not crews:
        return Live(None, None)
    team_id = max(crews, key=lambda team: (crews[team], -team))
    accounts.revoke(account_id=opened.captain.id, role=Role.CAPTAIN)
    accounts.grant(account_id=opened.captain.id, role=Role.CAPTAIN, team_id=team_id)
    still_open = matching_reads.open_offers(campaign_id, day)
    minors = people.minors([offer.person_id for offer in still_open], day=day)
    # The captain's own crew first, and of these the one whose shift is over last.
    grown_up = [offer for offer in still_open if offer.person_id not in minors]
    volunteer = max(
        grown_up,
        key=lambda offer: (
            posts[offer.post_id].team_id == team_id,
            posts[offer.post_id].ends_at,
            -offer.person_id,
        ),
        default=None,
    )
    return Live(volunteer.person_id if volunteer else None, team_id)
